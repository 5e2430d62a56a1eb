import json
from zlib import adler32, crc32

import pytest
from hypothesis import given

from livehouse.engine.canonical import (
    InvalidState,
    State,
    canonical,
    check,
    check_size,
    hash_of,
    is_over,
)
from livehouse.engine.patches import apply, diff
from tests.support.engine_states import states


@given(states(), states())
def test_a_patch_makes_the_new_state_of_the_old_one(old: State, new: State) -> None:
    rebuilt = apply(old, diff(old, new))

    assert canonical(rebuilt) == canonical(new)


@given(states())
def test_nothing_changed_is_an_empty_patch(state: State) -> None:
    assert diff(state, dict(state)) == {}


@given(states(), states())
def test_following_changes_nothing_in_place(old: State, new: State) -> None:
    before = canonical(old)

    apply(old, diff(old, new))

    assert canonical(old) == before


@given(states(), states())
def test_a_patch_may_be_applied_twice(old: State, new: State) -> None:
    patch = diff(old, new)

    assert apply(apply(old, patch), patch) == apply(old, patch)


def test_true_is_not_one() -> None:
    assert diff({"open": True}, {"open": 1}) == {"open": 1}


def test_an_object_put_in_the_place_of_a_text_brings_no_old_keys() -> None:
    assert apply({"a": "text"}, {"a": {"b": 1, "c": None}}) == {"a": {"b": 1}}


def test_examples_of_the_standard_that_have_no_lists() -> None:
    assert apply({"a": "b"}, {"a": "c"}) == {"a": "c"}
    assert apply({"a": "b"}, {"b": "c"}) == {"a": "b", "b": "c"}
    assert apply({"a": "b", "b": "c"}, {"a": None}) == {"b": "c"}
    assert apply({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}) == {"a": {"b": "d"}}
    assert apply({}, {"a": {"bb": {"ccc": None}}}) == {"a": {"bb": {}}}


@given(states())
def test_the_canonical_form_is_sorted_json_that_any_language_writes(state: State) -> None:
    check(state)
    expected = json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert canonical(state).decode() == expected
    assert hash_of(state) == (f"{crc32(expected.encode()):08x}{adler32(expected.encode()):08x}")


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.5},
        {"a": None},
        {"a": [1]},
        {"a": 2**53},
        {"a": "\ud800"},
        {"__proto__": {}},
        {1: "a"},
        {"k" * 129: 1},
    ],
)
def test_what_a_client_could_not_hold_is_refused(value: object) -> None:
    with pytest.raises(InvalidState):
        check(value)


def test_a_state_has_a_bounded_depth_and_size() -> None:
    deep: dict[str, object] = {}
    for _ in range(9):
        deep = {"a": deep}
    with pytest.raises(InvalidState):
        check(deep)
    with pytest.raises(InvalidState):
        check_size({str(number): "x" * 1_000 for number in range(300)})


def test_a_patch_may_delete() -> None:
    check({"offers": {"o1": None}}, deletions=True)


def test_a_show_is_over_when_its_state_says_so() -> None:
    assert is_over({"show": {"state": "ended"}})
    assert not is_over({"show": {"state": "live"}})
    assert not is_over({})
