"""One run on one node: its recent frames, its viewers here, and what they send.

Viewers are counted as people: sessions of one visitor id count once on a node. The room's number
is the sum over nodes, so someone who watches on two nodes counts twice.
"""

from collections import Counter
from collections.abc import Callable, Collection, Container, Coroutine, Sequence

import structlog
from msgspec import Struct

from livehouse.engine import limits
from livehouse.engine.backplane import Line, Signals, Spread, Stop
from livehouse.engine.fanout import Fanout
from livehouse.engine.ports import FrameLog, LoggedFrame
from livehouse.engine.protocol import HEADROOM_BYTES, CloseCode, Welcome, You, parcel
from livehouse.engine.ring import Arrival, Ring
from livehouse.engine.session import Session
from livehouse.foundation.ids import RunId

log = structlog.get_logger()

Spawn = Callable[[Coroutine[object, object, None]], None]


class _Behind(Struct):
    """A viewer whose buffer is full: the last frame handed to it, and since when it waits."""

    n: int
    since_ms: int


class _Asked(Struct):
    """Who waits to hear of a line, and how long: its author may have come back and ask anew."""

    answers: list[Callable[[bool], None]]
    due_ms: int


class Hub:
    """Belongs to the gateway's task; reads of the log run beside it, one at a time."""

    def __init__(
        self, run: RunId, node: str, frames: FrameLog, spawn: Spawn, now_ms: Callable[[], int]
    ) -> None:
        self.run = run
        self._frames = frames
        self._spawn = spawn
        self._now_ms = now_ms
        self._node = node
        self._ring: Ring | None = None
        self._reading = False
        self._unread: list[Spread] = []
        self._waiting: dict[Session, int | None] = {}  # joined, not yet served; since which frame
        self._returning: set[Session] = set()  # being served from the log
        self._flowing = Fanout(spawn, now_ms)
        self._behind: dict[Session, _Behind] = {}
        self._attending: set[Session] = set()  # counted, and without a socket
        self._visitors: Counter[str] = Counter()
        self._likes = self._claps = 0
        self._lines: list[Line] = []
        self._asked: dict[str, _Asked] = {}
        self._told = (-1, 0)  # viewers as told to the conductor, and when
        self._heard_ms = self._busy_ms = now_ms()
        self._read_failed = False
        self._over_ms: int | None = None
        self._listeners: set[Callable[[bytes], None]] = set()

    @property
    def viewers(self) -> int:
        return len(self._visitors)

    @property
    def visitors(self) -> Collection[str]:
        return self._visitors.keys()

    @property
    def ring(self) -> Ring | None:
        return self._ring

    @property
    def sessions(self) -> Sequence[Session]:
        others = (*self._waiting, *self._returning, *self._attending)
        return (*self._flowing.sessions, *self._behind, *others)

    def is_idle(self) -> bool:
        """Whether nobody has needed the hub for a while."""
        return not self._visitors and self._now_ms() - self._busy_ms > limits.HUB_IDLE_MS

    def touch(self) -> None:
        """Keep the hub for someone who only reads it."""
        self._busy_ms = self._now_ms()

    def listen(self, hear: Callable[[bytes], None]) -> Stop:
        """Tell every frame from now on, in order; a gap means that some could not be had."""
        self.touch()
        self._listeners.add(hear)
        return lambda: self._listeners.discard(hear)

    def is_heard_by(self, hear: Callable[[bytes], None]) -> bool:
        return hear in self._listeners

    # Viewers.

    def join(self, session: Session, since: int | None) -> None:
        """Count the session in and serve it, at once or when the ring is read."""
        self._busy_ms = self._now_ms()
        self._visitors[session.visitor.id] += 1
        self._waiting[session] = since
        self._welcome_waiting(())
        if self._waiting:
            self.read()

    def attend(self, session: Session) -> None:
        """Count in a viewer who gets the frames by segments."""
        self._busy_ms = self._now_ms()
        self._visitors[session.visitor.id] += 1
        self._attending.add(session)
        self._greet(session)

    def leave(self, session: Session) -> None:
        self._busy_ms = self._now_ms()
        self._attending.discard(session)
        self._waiting.pop(session, None)
        self._returning.discard(session)
        self._flowing.remove(session)
        self._behind.pop(session, None)
        self._visitors[session.visitor.id] -= 1
        if self._visitors[session.visitor.id] <= 0:
            del self._visitors[session.visitor.id]

    def pause(self, session: Session) -> None:
        """No more frames for this viewer: its buffer is full. What it has got is whole."""
        got = self._flowing.remove(session)
        if got is not None:
            self._behind[session] = _Behind(got, self._now_ms())

    def resume(self, session: Session) -> None:
        """The viewer's buffer has drained: it gets what it missed, or a keyframe."""
        behind = self._behind.pop(session, None)
        if behind is not None:
            self._serve(session, behind.n)

    def close_all(self, code: CloseCode) -> None:
        for session in self.sessions:
            session.close(code)

    def dismiss(self, visitor: str) -> None:
        """The staff took a visitor's right to be here."""
        for session in self.sessions:
            if session.visitor.id == visitor:
                session.close(CloseCode.BANNED)

    # What viewers send.

    def like(self, count: int) -> None:
        self._likes += count

    def clap(self, count: int) -> None:
        self._claps += count

    def say(self, line: Line, answer: Callable[[bool], None]) -> None:
        """Ask the conductor to show a line; `answer` hears whether it did, once it is durable."""
        self._busy_ms = self._now_ms()
        known = self._asked.get(line.id)
        answers = known.answers[1 - limits.ANSWERS_PER_LINE_MAX :] if known else []
        due_ms = self._busy_ms + limits.LINE_ANSWER_MS_MAX
        self._asked[line.id] = _Asked([*answers, answer], due_ms)
        if len(self._asked) > limits.LINES_WAITING_MAX:
            self._answer(line.id, shown=False)
        else:
            self._lines.append(line)

    def collect(self) -> Signals | None:
        """What the conductor should hear now; None when there is nothing new."""
        now_ms = self._now_ms()
        told, told_ms = self._told
        due = self._visitors and now_ms - told_ms >= limits.SIGNAL_EVERY_MS
        changed = told != self.viewers and now_ms - told_ms >= limits.TICK_MS
        if not (self._likes or self._claps or self._lines or changed or due):
            return None
        signals = Signals(
            self._node,
            self.viewers,
            self._likes,
            tuple(self._lines),
            self._flowing.take_lag_ms(),
            claps=self._claps,
        )
        self._likes = self._claps = 0
        self._lines, self._told = [], (self.viewers, now_ms)
        return signals

    # Frames.

    def receive(self, spread: Spread) -> None:
        """Take a frame from the conductor and hand it to everyone who follows."""
        self._heard_ms = self._now_ms()
        if self._ring is None or self._reading:
            self._unread.append(spread)
            del self._unread[: -limits.RING_FRAMES_MAX]  # the log has the others
            self.read()
        elif self._take(spread.payload) is Arrival.BEYOND_A_GAP:
            self._unread.append(spread)
            self.read()
        else:
            self._settle(spread)
            self._welcome_waiting(())

    def read(self) -> None:
        """Begin, or close a gap, from the log; runs beside the gateway's task."""
        if not self._reading:
            self._reading = True
            self._heard_ms = self._now_ms()
            self._spawn(self._read())

    def look_after(self) -> None:
        """What time alone brings: silence, slowness, the end."""
        now_ms = self._now_ms()
        is_silent = now_ms - self._heard_ms > limits.HUB_SILENCE_MS_MAX
        if self._waiting or (is_silent and (self._visitors or self._listeners)):
            self.read()
        too_late = now_ms - limits.OUTBOX_BEHIND_MS_MAX
        for session in [s for s, behind in self._behind.items() if behind.since_ms < too_late]:
            session.close(CloseCode.TOO_SLOW)
        for line_id in [line for line, asked in self._asked.items() if asked.due_ms < now_ms]:
            self._answer(line_id, shown=False)
        if self._ring is None:
            self._give_up_on_waiting(now_ms - limits.JOIN_MS_MAX - limits.FIRST_FRAME_MS_MAX)
        elif self._ring.is_over:
            self._over_ms = self._over_ms or now_ms
            if now_ms - self._over_ms > limits.ENDED_GRACE_MS:
                self.close_all(CloseCode.RUN_ENDED)

    def _give_up_on_waiting(self, too_late: int) -> None:
        for session in [s for s in self._waiting if s.began_ms < too_late]:
            if self._read_failed:
                session.close(CloseCode.RESTART, f'{{"retry_ms":{limits.RETRY_MS_MAX}}}')
            else:
                session.close(CloseCode.NO_SUCH_RUN)

    async def _read(self) -> None:
        looked = tuple(self._waiting)
        try:
            if self._ring is None:
                self.begin(await self._frames.tail(self.run, back=limits.RING_FRAMES_MAX // 2))
            else:
                await self._close_gap(self._ring)
            self._read_failed = False
        except Exception:
            log.exception("hub_not_read", run=str(self.run))
            self._read_failed = True
            looked = ()
        self._reading = False
        if self._ring is None:
            return
        unread, self._unread = self._unread, []
        for spread in unread:
            self._take(spread.payload)
            self._settle(spread)
        self._welcome_waiting(looked)

    def begin(self, history: Sequence[LoggedFrame]) -> None:
        if history:
            self._ring = Ring(logged.payload for logged in history)
            for logged in history:
                self._tell(logged.payload)
        elif self._unread:
            # The very first frame came while we looked: it is a keyframe, and the whole history.
            ring = Ring([self._unread[0].payload])
            self._ring = ring if ring.n else None
            self._tell(self._unread[0].payload)

    async def _close_gap(self, ring: Ring) -> None:
        limit = limits.RESUME_FRAMES_MAX
        while True:
            missed = await self._frames.since(self.run, ring.n, limit=limit)
            for logged in missed:
                if self._take(logged.payload) is Arrival.BEYOND_A_GAP:
                    # The log no longer reaches back to us: everyone starts over, and knows it.
                    self.begin(await self._frames.tail(self.run, back=0))
                    for session in self._flowing.sessions:
                        self._serve(session, None)
                    return
            if len(missed) < limit:
                return

    def _take(self, payload: bytes) -> Arrival:
        assert self._ring is not None, "a frame is taken by a ring"
        arrival = self._ring.push(payload)
        if arrival is Arrival.NEXT:
            self._flowing.send(self._ring.n, self._ring.newest_parcel)
            self._tell(payload)
        return arrival

    def _tell(self, payload: bytes) -> None:
        for hear in tuple(self._listeners):
            try:
                hear(payload)
            except Exception:
                log.exception("listener_failed", run=str(self.run))

    def _welcome_waiting(self, looked: Container[Session]) -> None:
        """Serve who waits. Who has seen more than we have, as from a node that heard sooner, is
        not set back: the log must tell first, and only when it has not got that either
        (`looked`), the viewer was never there."""
        if self._ring is not None:
            for session, since in tuple(self._waiting.items()):
                if since is None or since <= self._ring.n or session in looked:
                    self._welcome(session)

    def _greet(self, session: Session) -> None:
        visitor, keep = session.visitor, session.keep()
        session.push(
            Welcome(
                you=You(visitor.id, visitor.name, visitor.role, visitor.signed_in),
                server_ms=self._now_ms(),
                tick_ms=self._ring.tick_ms if self._ring else limits.TICK_MS,
                epoch=self._ring.epoch if self._ring else 0,
                resume=keep.resume,
                scatter_ms=keep.scatter_ms,
            )
        )

    def _welcome(self, session: Session) -> None:
        assert self._ring is not None, "a newcomer is welcomed by a ring"
        since = self._waiting.pop(session)
        self._greet(session)
        too_old = since is not None and since < self._ring.oldest - 1
        if since is None or not too_old or len(self._returning) >= limits.RETURNING_MAX:
            self._serve(session, since)
        elif self._ring.oldest - since <= limits.RESUME_FRAMES_MAX:
            self._returning.add(session)
            self._spawn(self._serve_from_log(session, since))
        else:
            self._serve(session, None)

    def _serve(self, session: Session, since: int | None) -> None:
        """Hand over what follows `since`, or a keyframe and what follows it; then let flow."""
        assert self._ring is not None, "a viewer is served from a ring"
        if session.closing:
            return
        parcels = None if since is None else self._ring.since(since)
        if parcels is None or sum(map(len, parcels)) > limits.CATCH_UP_BYTES_MAX:
            parcels = self._ring.fresh(beyond=since or 0)
        self._flowing.remove(session)
        self._flowing.add(session, self._ring.n)
        for shared in parcels:
            session.hand(shared, HEADROOM_BYTES)
        if session.blocked:  # before we began, or by what we just handed over
            self.pause(session)

    async def _serve_from_log(self, session: Session, since: int) -> None:
        older: Sequence[LoggedFrame] = ()
        try:
            older = await self._frames.since(self.run, since, limit=limits.RESUME_FRAMES_MAX)
        except Exception:
            log.exception("resume_not_read", run=str(self.run))
        if session not in self._returning:
            return  # it left meanwhile
        assert self._ring is not None, "who returns was welcomed"
        self._returning.remove(session)
        older = [logged for logged in older if logged.n <= self._ring.n]  # we may be behind it
        whole = [logged.n for logged in older] == list(range(since + 1, since + 1 + len(older)))
        small = sum(len(logged.payload) for logged in older) <= limits.CATCH_UP_BYTES_MAX
        if not (older and whole and small):
            self._serve(session, None)
            return
        for logged in older:
            session.hand(parcel(logged.payload), HEADROOM_BYTES)
        self._serve(session, older[-1].n)

    # Answers to authors.

    def _settle(self, spread: Spread) -> None:
        for line_id in spread.shown:
            self._answer(line_id, shown=True)
        for line_id in spread.hidden:
            self._answer(line_id, shown=False)

    def _answer(self, line_id: str, *, shown: bool) -> None:
        asked = self._asked.pop(line_id, None)
        for answer in asked.answers if asked else ():
            try:
                answer(shown)
            except Exception:
                log.exception("answer_failed", run=str(self.run))
