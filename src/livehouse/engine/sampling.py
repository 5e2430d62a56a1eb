"""Which lines of chat a frame shows when more were said than anyone could read."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from livehouse.engine.backplane import Line


def sample(
    lines: Iterable[Line], limit: int, last_shown: Mapping[str, int]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Split into shown and hidden, both in the order in which they were said.

    The host's and the staff's lines are shown always. Among the others everyone gets one line
    before anyone gets a second, and who was shown longest ago (`last_shown` by author: a frame's
    n) comes first; so loud authors do not silence the others.
    """
    said = tuple(lines)
    free = [place for place, line in enumerate(said) if not line.always]
    if len(free) <= limit:
        return said, ()
    by_author: dict[str, deque[int]] = defaultdict(deque)
    for place in free:
        by_author[said[place].author].append(place)
    turns = deque(sorted(by_author, key=lambda author: last_shown.get(author, 0)))
    chosen: set[int] = set()
    while len(chosen) < limit:
        author = turns.popleft()
        chosen.add(by_author[author].popleft())
        if by_author[author]:
            turns.append(author)
    shown = tuple(line for place, line in enumerate(said) if line.always or place in chosen)
    return shown, tuple(said[place] for place in free if place not in chosen)
