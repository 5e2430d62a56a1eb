"""Writes a room's history as the server makes it, whole and in segments, for the browser's tests.

The states are made up, the same ones every time; patches, hashes and segments come from the engine.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from random import Random

from msgspec import UNSET

from livehouse.engine.canonical import State, hash_of
from livehouse.engine.limits import HASH_EVERY, TICK_MS
from livehouse.engine.patches import diff
from livehouse.engine.protocol import Frame, Say, encode
from livehouse.engine.segments import Segment, cut, segment_of

FRAMES = 90
KEYFRAME_EVERY = 25
START_MS = 1_795_420_800_500
KEYS = ("a", "b", "offers", "left", "é", "😀", "ﬀ", "1", "10", "__proto", "")
TEXTS = ("", "x", "naïve", "茶碗 \u2028", '"\\/\b\f\n\r\t\u0001\u007f', "🎉ﬀ")


def history() -> str:
    """`log` is what the socket says; `segments` is what stands at the HTTP addresses."""
    chance = Random(31)
    log = [*_frames(chance)]
    segments = [*_segments(log)]
    made = {
        "log": [json.loads(encode(frame)) for frame in log],
        "segments": [json.loads(encode(segment)) for segment in segments],
    }
    # The order of keys in a patch is not told, and changes from process to process.
    written = json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return written + "\n"


def _frames(chance: Random) -> Iterator[Frame]:
    state: State = {}
    for n in range(1, FRAMES + 1):
        before, state = state, _changed(state, chance)
        is_key = n % KEYFRAME_EVERY == 1
        yield Frame(
            n=n,
            epoch=1 + n // 40,
            at=START_MS + n * TICK_MS,
            patch={} if is_key else diff(before, state),
            state=state if is_key else UNSET,
            says=_says(n, chance),
            hash=hash_of(state) if is_key or n % HASH_EVERY == 0 else "",
        )


def _says(n: int, chance: Random) -> tuple[Say, ...]:
    who = chance.randrange(3)
    line: Say = (f"c{n}", f"u{who}", f"Name {who}", f"line {n}", "viewer")
    bought: Say = (f"p{n}", "A**", "o1", 1)
    return ((), (), (line,), (line, bought))[chance.randrange(4)]


def _changed(state: State, chance: Random) -> State:
    changed = dict(state)
    for _ in range(chance.randrange(1, 4)):
        key = chance.choice(KEYS)
        if chance.random() < 0.25:  # noqa: PLR2004 - now and then something goes
            changed.pop(key, None)
        else:
            changed[key] = _value(chance, depth=0)
    return changed


def _value(chance: Random, *, depth: int) -> bool | int | str | dict[str, object]:
    kind = chance.randrange(4 if depth < 2 else 3)  # noqa: PLR2004 - so deep is deep enough
    if kind == 0:
        return chance.choice(TEXTS)
    if kind == 1:
        return chance.choice((True, False))
    if kind == 2:  # noqa: PLR2004 - the third of four kinds
        return chance.randrange(-(2**53) + 1, 2**53)
    keys = chance.sample(KEYS, chance.randrange(4))
    return {key: _value(chance, depth=depth + 1) for key in keys}


def _segments(log: list[Frame]) -> Iterator[Segment]:
    state: State | None = None
    for number, frames in groupby(log, key=lambda frame: segment_of(frame.at)):
        segment, state = cut(number, state, frames)
        yield segment


HISTORY: Mapping[str, Callable[[], str]] = {"frontend/tests/history.json": history}
