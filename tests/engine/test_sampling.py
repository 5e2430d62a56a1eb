"""Laws of the sample of chat that a frame shows."""

from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine.backplane import Line
from livehouse.engine.sampling import sample

authors = st.sampled_from("abcdefgh")


@st.composite
def some_lines(draw: st.DrawFn) -> list[Line]:
    said = draw(st.lists(st.tuples(authors, st.booleans()), max_size=40))
    return [
        Line(f"c{place}", author, (f"c{place}",), always=author in "gh" and always)
        for place, (author, always) in enumerate(said)
    ]


limits_ = st.integers(0, 12)
memories = st.dictionaries(authors, st.integers(1, 9))


@given(some_lines(), limits_, memories)
def test_every_line_is_either_shown_or_hidden(
    lines: list[Line], limit: int, memory: dict[str, int]
) -> None:
    shown, hidden = sample(lines, limit, memory)

    assert sorted((*shown, *hidden), key=lines.index) == lines
    assert list(shown) == sorted(shown, key=lines.index), "in the order in which they were said"


@given(some_lines(), limits_, memories)
def test_the_hosts_and_the_staffs_lines_are_always_shown_and_the_others_are_bounded(
    lines: list[Line], limit: int, memory: dict[str, int]
) -> None:
    shown, hidden = sample(lines, limit, memory)

    assert not [line for line in hidden if line.always]
    assert len([line for line in shown if not line.always]) <= limit
    assert not hidden or len([line for line in shown if not line.always]) == limit


@given(some_lines(), limits_, memories)
def test_nobody_gets_a_second_line_before_everyone_has_one(
    lines: list[Line], limit: int, memory: dict[str, int]
) -> None:
    shown, hidden = sample(lines, limit, memory)
    counts = {line.author: 0 for line in lines}
    for line in shown:
        if not line.always:
            counts[line.author] += 1

    for unlucky in {line.author for line in hidden}:
        assert max(counts.values()) <= counts[unlucky] + 1


def test_who_was_shown_longest_ago_comes_first() -> None:
    lines = [Line(author, author, (author,)) for author in "abc"]

    shown, _ = sample(lines, 1, {"a": 9, "b": 4, "c": 7})

    assert [line.author for line in shown] == ["b"]
