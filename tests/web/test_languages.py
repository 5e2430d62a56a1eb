"""Which language one gets, and how it words amounts, moments and refusals."""

from datetime import timedelta
from pathlib import Path

import pytest

from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.money import Money
from livehouse.web.i18n import Languages, is_zone, negotiate, typed_moment
from tests.support.moments import NOON

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Hello %(name)s"
msgstr "你好，%(name)s"

msgid "{field}: {problem}"
msgstr "{field}：{problem}"

msgid "too long"
msgstr "太长"

msgid "{n} order"
msgid_plural "{n} orders"
msgstr[0] "{n} 个订单"

#, fuzzy
msgid "doubtful"
msgstr "不确定"
"""


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "livehouse.po").write_text(PO, encoding="utf-8")
    return Languages(tmp_path)


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en;q=0.5, zh-Hans-SG", "zh-Hans"),
        ("fr, de;q=0.9", "en"),
        ("zh;q=x, en", "en"),
        ("," * 10_000, "en"),
    ],
)
def test_the_browsers_wish_counts(accepted: str, spoken: str) -> None:
    assert negotiate(accept_language=accepted) == spoken


def test_the_account_counts_more_than_the_cookie_than_the_browser() -> None:
    assert negotiate("en", "zh-Hans", accept_language="zh") == "en"
    assert negotiate(None, "zh-Hans", accept_language="en") == "zh-Hans"
    assert negotiate("tlh", "", accept_language="zh") == "zh-Hans"


def test_a_sentence_is_said_in_the_language_or_in_english(languages: Languages) -> None:
    chinese = languages.translator("zh-Hans")

    assert chinese.text("Hello %(name)s", name="<100%") == "你好，<100%"
    assert chinese.text("not there {yet}", yet=1) == "not there 1"
    assert chinese.text("doubtful") == "doubtful"
    assert [chinese.plural("{n} order", "{n} orders", n) for n in (1, 2)] == [
        "1 个订单",
        "2 个订单",
    ]
    english = languages.translator("en")
    assert [english.plural("{n} order", "{n} orders", n) for n in (1, 2)] == [
        "1 order",
        "2 orders",
    ]


def test_a_refusal_is_translated_with_what_is_in_it(languages: Languages) -> None:
    refused = InvalidInput(field="name", problem="too long")

    assert languages.translator("zh-Hans").refusal(refused) == "name：太长"


def test_braces_in_what_people_typed_are_left_alone(languages: Languages) -> None:
    refused = InvalidInput(field="{problem}", problem="{0} %(x)s")

    assert languages.translator("en").refusal(refused) == "{problem}: {0} %(x)s"


def test_amounts_and_moments_are_written_as_the_reader_does(languages: Languages) -> None:
    english, chinese = languages.translator("en"), languages.translator("zh-Hans")

    assert english.money(Money("EUR", 1999)) == "€19.99"
    assert english.money(Money("JPY", 1999)) == "¥1,999"
    assert "20:00" in chinese.when(NOON, "Asia/Shanghai")
    assert english.when(NOON, "no such zone", "date") == "Jan 1, 2026"


def test_a_zone_is_one_that_exists() -> None:
    assert is_zone("Asia/Shanghai")
    for text in ("", "Mars/Base", "../../etc/passwd", "x" * 5000, "UTC\0"):
        assert not is_zone(text)


def test_what_a_form_says_is_the_persons_own_time() -> None:
    moment = typed_moment("2026-01-01T20:00", "Asia/Shanghai", field="starts_at")

    assert moment - NOON == timedelta(0)
