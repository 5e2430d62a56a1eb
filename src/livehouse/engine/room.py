"""A room as its conductor holds it: what came in and waits, and the frame on its way to the log."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from livehouse.engine import limits
from livehouse.engine.backplane import Line, Signals, Spread
from livehouse.engine.canonical import is_over
from livehouse.engine.folding import Inputs, Standing, Tick, fold_tick, rebuild
from livehouse.engine.pace import Pace, paced
from livehouse.engine.ports import Behaviour, Cursor, LoggedFrame, RoomFact
from livehouse.engine.protocol import decode_frame, encode, is_key
from livehouse.foundation.ids import RunId


class _Gateway(Struct, frozen=True):
    """What a node told last, and when."""

    viewers: int
    heard_ms: int
    number: int


class Room:
    """Only the conductor's task touches it. Nothing here waits, and nothing asks the time."""

    def __init__(
        self,
        run: RunId,
        epoch: int,
        behaviour: Behaviour,
        history: Sequence[LoggedFrame],
        now_ms: int,
    ) -> None:
        self.run = run
        self.epoch = epoch
        self._behaviour = behaviour
        self._standing = rebuild(history) or Standing(behaviour.seed(run))
        self._read_to = self._standing.cursor
        self._taken_over_ms = now_ms
        self._first = True
        self._facts: list[RoomFact] = []
        self._lines: list[Line] = []
        self._asking: set[str] = set()  # ids of the lines that wait, here or in a frame on its way
        self._already: list[str] = []  # ids of lines sent again after they were shown
        self._overflowed: list[str] = []
        self._likes = self._claps = 0
        self._gateways: dict[str, _Gateway] = {}  # by node
        self._pace = Pace()
        self._lag_ms = 0  # the slowest of its gateways since the last frame
        self._last_shown: OrderedDict[str, int] = OrderedDict()
        self._shown: OrderedDict[str, None] = OrderedDict()
        self._gone: OrderedDict[str, None] = OrderedDict()  # taken back, perhaps before it came
        self._in_flight: tuple[Tick, LoggedFrame] | None = None
        for logged in history:
            frame = decode_frame(logged.payload)
            _remember(self._shown, (say[0] for say in frame.says))
            _remember(self._gone, frame.retract)

    @property
    def standing(self) -> Standing:
        return self._standing

    @property
    def read_to(self) -> Cursor:
        """The facts up to here are folded, or wait here to be."""
        return self._read_to

    @property
    def is_over(self) -> bool:
        return is_over(self._standing.state)

    def hear(self, signals: Signals, now_ms: int) -> None:
        """Take what a gateway's viewers did; what comes twice or too late is not counted again."""
        known = self._gateways.get(signals.node)
        if known is not None and 0 < signals.number <= known.number:
            return
        number = signals.number or (known.number if known else 0)
        self._gateways[signals.node] = _Gateway(signals.viewers, now_ms, number)
        self._likes += signals.likes
        self._claps += signals.claps
        self._lag_ms = max(self._lag_ms, signals.lag_ms)
        for line in signals.lines:
            if line.id in self._shown:
                self._already.append(line.id)
            elif line.id in self._asking:
                pass  # it is answered when the first is
            elif len(self._lines) < limits.LINES_PENDING_MAX or line.always:
                self._lines.append(line)
                self._asking.add(line.id)
            else:
                self._overflowed.append(line.id)

    def learn(self, facts: Iterable[RoomFact], read_to: Cursor) -> None:
        """Take the facts that are new to this room; others read for a neighbour's sake."""
        self._facts.extend(
            fact for fact in facts if fact.run == self.run and fact.cursor > self._read_to
        )
        self._read_to = max(self._read_to, read_to)

    def tick(self, now_ms: int) -> LoggedFrame | None:
        """The frame that is due, or None. Until it is settled the same frame is offered again."""
        if self._in_flight is None:
            if not self._is_due(now_ms):
                return None
            self._in_flight = self._decide(now_ms)
        return self._in_flight[1]

    def settle(self) -> Spread:
        """The frame is durable: stand on it, and say what gateways may spread."""
        assert self._in_flight is not None, "only what was offered can be settled"
        tick, logged = self._in_flight
        self._in_flight = None
        self._first = False
        self._standing = tick.standing
        for line in tick.shown:
            self._last_shown[line.author] = tick.frame.n
            self._last_shown.move_to_end(line.author)
        while len(self._last_shown) > limits.AUTHORS_REMEMBERED_MAX:
            self._last_shown.popitem(last=False)
        self._asking.difference_update(line.id for line in (*tick.shown, *tick.hidden))
        _remember(self._shown, (line.id for line in tick.shown))
        _remember(self._gone, tick.frame.retract)
        spread = Spread(
            logged.payload,
            shown=(*(line.id for line in tick.shown), *self._already),
            hidden=(*(line.id for line in tick.hidden), *self._overflowed),
        )
        self._already, self._overflowed = [], []
        return spread

    def _is_due(self, now_ms: int) -> bool:
        passed = now_ms - self._standing.at
        # Half a tick of tolerance: a ticker that wakes a little early does not skip a beat.
        if self._first or passed >= limits.QUIET_TICK_MS - limits.TICK_MS // 2:
            return True
        # Every segment begins with a frame at once, so that the one before it is known to be whole.
        if now_ms // limits.SEGMENT_MS > self._standing.at // limits.SEGMENT_MS:
            return True
        return passed >= self._pace.tick_ms - limits.TICK_MS // 2 and self._has_news(now_ms)

    def _has_news(self, now_ms: int) -> bool:
        summed = self._likes or self._claps
        if summed or self._facts or self._lines or self._already or self._overflowed:
            return True
        viewers = self._viewers(now_ms)
        counts = self._standing.state.get("counts")
        shown = counts.get("viewers", 0) if isinstance(counts, dict) else 0
        return viewers is not None and viewers != shown

    def _decide(self, now_ms: int) -> tuple[Tick, LoggedFrame]:
        self._pace, self._lag_ms = paced(self._pace, self._lag_ms, now_ms), 0
        late = [line.id for line in self._lines if line.id in self._gone]
        self._overflowed += late
        self._asking.difference_update(late)
        inputs = Inputs(
            facts=tuple(self._facts),
            read_to=self._read_to,
            viewers=self._viewers(now_ms),
            likes=self._likes,
            claps=self._claps,
            lines=tuple(line for line in self._lines if line.id not in self._gone),
            tick_ms=self._pace.tick_ms,
            last_shown=self._last_shown,
        )
        tick = fold_tick(
            self._standing,
            inputs,
            self._behaviour,
            epoch=self.epoch,
            now_ms=now_ms,
            as_key=self._first,
        )
        self._facts, self._lines = [], []
        self._likes = self._claps = 0
        frame = tick.frame
        logged = LoggedFrame(
            run=self.run,
            n=frame.n,
            epoch=frame.epoch,
            at=frame.at,
            cursor=tick.standing.cursor,
            is_key=is_key(frame),
            retracts=bool(frame.retract),
            payload=encode(frame),
        )
        return tick, logged

    def _viewers(self, now_ms: int) -> int | None:
        """Sum over the gateways; after a takeover none has spoken yet, and the old sum stands."""
        oldest = now_ms - limits.GATEWAY_SILENCE_MS_MAX
        silent = [node for node, gateway in self._gateways.items() if gateway.heard_ms < oldest]
        for node in silent:
            del self._gateways[node]
        if not self._gateways and self._taken_over_ms > oldest:
            return None
        return sum(gateway.viewers for gateway in self._gateways.values())


def _remember(known: OrderedDict[str, None], ids: Iterable[object]) -> None:
    for line_id in ids:
        known[str(line_id)] = None
    while len(known) > limits.LINES_REMEMBERED_MAX:
        known.popitem(last=False)
