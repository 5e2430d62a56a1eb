"""What a product's description may contain."""

from html import unescape

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "em", "h3", "h4", "i", "li", "ol", "p", "s", "strong", "sub",
    "sup", "u", "ul",
}  # fmt: skip

# Scripts, styles and pictures go; other unknown tags lose the tag and keep their words.
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def clean_html(text: str) -> str:
    """`text` with only harmless markup; cleaning it again changes nothing."""
    return _CLEANER.clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def plain_text(html: str) -> str:
    """The words of a description, for previews and searches."""
    spaced = html.replace("<", " <")
    return " ".join(unescape(nh3.clean(spaced, tags=set())).split())
