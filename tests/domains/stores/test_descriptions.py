"""What a description may contain."""

import pytest

from livehouse.domains.stores.model import clean_html, plain_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Warm <b>bowl</b></p>", "<p>Warm <b>bowl</b></p>"),
        ("plain & simple < 3", "plain &amp; simple &lt; 3"),
        ("<script>alert(1)</script>a", "a"),
        ("<style>*{display:none}</style>a", "a"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("<p onclick='x()' style='position:fixed' class=c id=i>a</p>", "<p>a</p>"),
        ("<iframe src='//evil.example'>b</iframe>a", "a"),
        ("<svg><script>alert(1)</script></svg>a", "a"),
        ("<h1>Loud</h1>", "Loud"),
        ("<form action=/x><input name=a>ok</form>", "ok"),
        ("<ul><li>one</ul>", "<ul><li>one</li></ul>"),
        ("<p>never closed", "<p>never closed</p>"),
        ("<!-- secret -->a", "a"),
        ("<math><mi//xlink:href='data:x,<script>alert(1)</script>'>a", ""),
    ],
)
def test_only_harmless_markup_stays(written: str, kept: str) -> None:
    assert clean_html(written) == kept


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_a_link_leads_to_the_web_or_nowhere(target: str) -> None:
    assert "href" not in clean_html(f"<a href='{target}'>x</a>")
    assert 'href="https://a.example/"' in clean_html("<a href='https://a.example/'>x</a>")
    assert 'rel="noopener noreferrer nofollow"' in clean_html("<a href='https://a.example/'>x</a>")


def test_a_preview_has_words_only() -> None:
    assert plain_text("<p>Warm&nbsp;bowl</p><p>2 &lt; 3</p>") == "Warm bowl 2 < 3"
