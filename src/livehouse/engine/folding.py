"""One tick of a room, as a pure function: what was, what came in, and the frame that tells it."""

from collections.abc import Iterable, Mapping, Sequence

import structlog
from msgspec import UNSET, Struct, field

from livehouse.engine import limits
from livehouse.engine.backplane import Line
from livehouse.engine.canonical import State, check, check_size, hash_of
from livehouse.engine.patches import apply, diff
from livehouse.engine.ports import START, Behaviour, Change, Cursor, LoggedFrame, RoomFact
from livehouse.engine.protocol import Frame, Say, decode_frame
from livehouse.engine.sampling import sample

log = structlog.get_logger()


class Standing(Struct, frozen=True):
    """Where a room is: all that the next frame depends on, and all that the log can rebuild."""

    state: State
    n: int = 0
    at: int = 0
    cursor: Cursor = START


class Inputs(Struct, frozen=True):
    """What came in since the last frame. `viewers` is absent while nobody has counted yet."""

    facts: Sequence[RoomFact] = ()
    read_to: Cursor = START
    viewers: int | None = None
    likes: int = 0
    claps: int = 0
    lines: Sequence[Line] = ()
    tick_ms: int = limits.TICK_MS
    last_shown: Mapping[str, int] = field(default_factory=dict)


class Tick(Struct, frozen=True):
    """A frame that is decided and not yet durable, and where the room stands after it."""

    frame: Frame
    standing: Standing
    shown: tuple[Line, ...]
    hidden: tuple[Line, ...]


def fold_tick(
    before: Standing,
    inputs: Inputs,
    behaviour: Behaviour,
    *,
    epoch: int,
    now_ms: int,
    as_key: bool = False,
) -> Tick:
    """The next frame. Its time never goes back, even where two nodes' clocks differ a little."""
    at = max(now_ms, before.at + 1)
    n = before.n + 1
    state, said, retracted = _fold_facts(before.state, inputs.facts, behaviour, at)
    state = _with_counts(state, inputs)
    gone = frozenset(retracted)
    lines = [line for line in inputs.lines if line.id not in gone]
    lines_max = limits.LINES_PER_TICK_MAX * inputs.tick_ms // limits.TICK_MS
    shown, hidden = sample(lines, lines_max, inputs.last_shown)
    passing = (*said[: limits.SAYS_PER_TICK_MAX], *(line.say for line in shown))
    is_key = as_key or n % limits.KEYFRAME_EVERY == 0
    frame = Frame(
        n=n,
        epoch=epoch,
        at=at,
        patch={} if is_key else diff(before.state, state),
        state=state if is_key else UNSET,
        says=tuple(say for say in passing if say[0] not in gone),
        retract=tuple(retracted),
        hash=hash_of(state) if is_key or n % limits.HASH_EVERY == 0 else "",
        tick=inputs.tick_ms,
    )
    taken_back = tuple(line for line in inputs.lines if line.id in gone)
    standing = Standing(state, n, at, max(before.cursor, inputs.read_to))
    return Tick(frame, standing, shown, (*hidden, *taken_back))


def rebuild(history: Iterable[LoggedFrame]) -> Standing | None:
    """Where the room stood after these frames, which begin with a keyframe; None without any."""
    standing: Standing | None = None
    for logged in history:
        frame = decode_frame(logged.payload)
        state = follow(standing.state if standing else None, frame)
        standing = Standing(state, frame.n, frame.at, logged.cursor)
    return standing


def follow(state: State | None, frame: Frame) -> State:
    """The state after the frame, as every viewer computes it too."""
    if frame.state is not UNSET:
        return frame.state
    assert state is not None, "a log begins with a keyframe"
    return apply(state, frame.patch) if frame.patch else state


def _fold_facts(
    state: State, facts: Sequence[RoomFact], behaviour: Behaviour, at: int
) -> tuple[State, list[Say], list[str]]:
    said: list[Say] = []
    retracted: list[str] = []
    for fact in facts:
        try:
            change = behaviour.fold(state, fact, at)
            state = _changed(state, change)
        except Exception:
            # One fact that we cannot fold must not end the show; the log tells whom to ask.
            log.exception("fact_not_folded", run=str(fact.run), kind=fact.kind)
            continue
        said.extend(change.says)
        retracted.extend(change.retract)
    return state, said, retracted


def _changed(state: State, change: Change) -> State:
    if not change.patch:
        return state
    check(change.patch, deletions=True)
    changed = apply(state, change.patch)
    check_size(changed)
    return changed


def _with_counts(state: State, inputs: Inputs) -> State:
    before = state.get("counts")
    counts = before if isinstance(before, dict) else {}
    patch: dict[str, object] = {}
    if inputs.viewers is not None and counts.get("viewers", 0) != inputs.viewers:
        patch["viewers"] = inputs.viewers
    for name, more in (("likes", inputs.likes), ("claps", inputs.claps)):
        if more:
            earlier = counts.get(name, 0)
            assert isinstance(earlier, int), "what is summed up is a number"
            patch[name] = earlier + more
    return apply(state, {"counts": patch}) if patch else state
