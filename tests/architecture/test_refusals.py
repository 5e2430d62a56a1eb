"""Every 'no' has a code of its own, a status on every edge, and a place in the reference."""

import re
from collections import Counter

from tools.generate_inventory import descendants, import_everything

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.web.errors import STATUS, TITLES
from tests.architecture.sources import ROOT

import_everything()
REFUSALS = sorted(
    (one for one in descendants(DomainError) if "code" in vars(one)), key=lambda one: one.code
)


def test_every_refusal_has_its_own_code() -> None:
    shared = [code for code, count in Counter(one.code for one in REFUSALS).items() if count > 1]
    assert not shared, "programs go by the code: give each its own"


def test_a_code_reads_like_a_word() -> None:
    assert not [one.code for one in REFUSALS if not re.fullmatch(r"[a-z][a-z0-9_]+", one.code)]


def test_every_refusal_says_its_kind_and_a_sentence() -> None:
    incomplete = [
        one.__qualname__
        for one in REFUSALS
        if one.kind not in STATUS or not one.message.endswith((".", "}"))
    ]
    assert not incomplete, "a refusal has a kind, and its message is a whole sentence"


def test_every_kind_of_refusal_has_a_status_and_a_title() -> None:
    assert set(STATUS) == set(Refusal)
    assert {status for status in STATUS.values() if status not in TITLES} == set()


def test_every_refusal_is_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/refusals.md").read_text()
    missing = [one.code for one in REFUSALS if f"`{one.code}`" not in reference]
    assert not missing, "run `make generate`"
