"""The viewers of this node: lets them in, hears what they send, and spreads frames to them."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from datetime import timedelta

import structlog
from msgspec import structs

from livehouse.engine import limits
from livehouse.engine.admission import Admission
from livehouse.engine.backplane import Backplane, Line, Spread, Stop
from livehouse.engine.errors import AlreadyJoined, BadTicket, JoinFirst
from livehouse.engine.hub import Hub
from livehouse.engine.outbox import Transport
from livehouse.engine.ports import FrameLog, Tickets
from livehouse.engine.protocol import Clap, CloseCode, Command, Join, Keep, Like, Ping, Pong
from livehouse.engine.rates import TokenBucket
from livehouse.engine.returning import scatter_ms
from livehouse.engine.ring import Ring
from livehouse.engine.session import Session
from livehouse.engine.vocabulary import Vocabulary, request_id
from livehouse.foundation.clock import Clock, to_ms
from livehouse.foundation.errors import Busy, DomainError, TooManyRequests
from livehouse.foundation.ids import RunId

log = structlog.get_logger()
HOUSEKEEPING_MS = 1_000


def in_english(refusal: DomainError, language: str) -> str:  # noqa: ARG001 - the port's shape
    """What a refusal says where nobody translates."""
    return str(refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPorts:
    """What a gateway needs from outside. `words` puts a refusal into a visitor's language, and
    `chance` gives numbers from 0 up to 1, which spread what many do."""

    frames: FrameLog
    backplane: Backplane
    tickets: Tickets
    words: Callable[[DomainError, str], str] = in_english
    chance: Callable[[], float] = lambda: 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """What this node, one address and one session may have; a benchmark from one machine allows
    itself more."""

    connections: int = limits.CONNECTIONS_MAX
    connections_per_address: int = limits.CONNECTIONS_PER_ADDRESS_MAX
    messages_per_second: float = limits.MESSAGES_PER_SECOND
    messages_burst: float = limits.MESSAGES_BURST


DEFAULT_ALLOWANCES = Allowances()


class Gateway:
    """Everything but `run` and `latest` is called from the event loop and never waits."""

    def __init__(
        self,
        node: str,
        clock: Clock,
        ports: GatewayPorts,
        vocabulary: Vocabulary,
        allowances: Allowances = DEFAULT_ALLOWANCES,
    ) -> None:
        self._node = node
        self._clock = clock
        self._ports = ports
        self._vocabulary = vocabulary
        self._allowances = allowances
        self._hubs: dict[RunId, Hub] = {}
        self._watching: dict[RunId, Stop] = {}
        self._admission = Admission(
            allowances.connections, allowances.connections_per_address, ports.chance
        )
        # Both in the order of time, since all wait equally long: only the first is looked at.
        self._joining: deque[Session] = deque()
        self._listening: deque[tuple[int, Session]] = deque()
        self._spoken = 0
        self._tasks: asyncio.TaskGroup | None = None
        self._kept_ms = 0
        self._stopping = False
        # What is done once a second beside the gateway's own housekeeping.
        self.chores: list[Callable[[], None]] = []

    @property
    def connections(self) -> int:
        return self._admission.count

    def viewers(self, run: RunId) -> int:
        """How many visitors this node has in the run; a person with two windows is one."""
        hub = self._hubs.get(run)
        return hub.viewers if hub else 0

    def visitors(self, run: RunId) -> Collection[str]:
        """Who is in the run on this node, by the ids that they are counted by."""
        hub = self._hubs.get(run)
        return hub.visitors if hub else ()

    # What the transport calls.

    def is_closed_to(self, connections: int) -> bool:
        """Whether no more can be taken, not even to be told why, with so many open."""
        return self._tasks is None or self._admission.is_beyond(connections)

    def accept(self, transport: Transport, run: RunId, address: str) -> Session:
        """A session for a new connection; one too many is closed at once and told where to go."""
        now_ms = self._now_ms()
        messages = TokenBucket(
            self._allowances.messages_per_second, self._allowances.messages_burst
        )
        session = Session(run, transport, self, address, now_ms=now_ms, messages=messages)
        elsewhere = self._admission.enter(address)
        if elsewhere is not None:
            session.close(CloseCode.TOO_MANY, elsewhere)
        else:
            self._joining.append(session)
            self._listening.append((now_ms + limits.LISTEN_MS, session))
        return session

    # What domains call.

    def say(self, run: RunId, line: Line, answer: Callable[[bool], None]) -> None:
        """Ask the run's conductor to show a line; `answer` hears whether it was shown."""
        self._hub(run).say(line, answer)

    async def dismiss(self, run: RunId, visitor: str) -> None:
        """Close all sessions of one visitor on every node, as when a person is banned."""
        async with asyncio.timeout(limits.LOG_SECONDS_MAX):
            await self._ports.backplane.spread(run, Spread(dismissed=(visitor,)))

    async def latest(self, run: RunId) -> bytes | None:
        """A keyframe of this moment as JSON, for whoever joins by HTTP; None without a frame."""
        hub = self._hubs.get(run)
        if hub is not None and hub.ring is not None:
            hub.touch()
            return hub.ring.latest()
        history = await self._ports.frames.tail(run, back=0)
        if not history:
            return None  # and no hub: nobody makes us keep one for a run that is not
        self._hub(run).touch()
        return Ring(logged.payload for logged in history).latest()

    async def follow(self, run: RunId, hear: Callable[[bytes], None]) -> Stop | None:
        """Tell the run's frames to somebody who is no viewer; None for a run without a frame."""
        if run not in self._hubs and not await self._ports.frames.tail(run, back=0):
            return None
        return self._hub(run).listen(hear)

    def is_followed(self, run: RunId, hear: Callable[[bytes], None]) -> bool:
        """Whether `hear` is still told; whoever asks keeps it so for a while."""
        hub = self._hubs.get(run)
        if hub is None or not hub.is_heard_by(hear):
            return False
        hub.touch()
        return True

    def attend(self, session: Session) -> None:
        """Count in a viewer without a socket; `leave` counts them out."""
        self._hub(session.run).attend(session)

    def leave(self, session: Session) -> None:
        hub = self._hubs.get(session.run)
        if session.joined and hub is not None:
            hub.leave(session)

    # The gateway's own work.

    async def run(self) -> None:
        """Serve until `stop` or cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                while not self._stopping:
                    await self._pulse()
                    now_ms = self._now_ms()
                    if now_ms - self._kept_ms >= HOUSEKEEPING_MS:
                        self._kept_ms = now_ms
                        self._keep_house(now_ms)
                        for chore in self.chores:
                            chore()
                    await self._until_next_pulse()
            finally:
                self._tasks = None
                for stop in self._watching.values():
                    stop()

    def stop(self) -> None:
        self._stopping = True

    async def _until_next_pulse(self) -> None:
        # Just before the grid on which conductors tick, however long the last pulse's work took.
        began_ms = self._now_ms()
        wait_ms = limits.PULSE_MS - (began_ms + limits.PULSE_LEAD_MS) % limits.PULSE_MS
        await self._clock.sleep(timedelta(milliseconds=wait_ms))
        now_ms = self._now_ms()
        self._admission.note(now_ms - began_ms - wait_ms, now_ms)

    async def _pulse(self) -> None:
        for run, hub in tuple(self._hubs.items()):
            signals = hub.collect()
            if signals is not None:
                try:
                    async with asyncio.timeout(limits.LOG_SECONDS_MAX):
                        self._spoken += 1
                        numbered = structs.replace(signals, number=self._spoken)
                        await self._ports.backplane.signal(run, numbered)
                except Exception:
                    log.exception("signal_failed", run=str(run))

    def _keep_house(self, now_ms: int) -> None:
        while self._joining and self._joining[0].began_ms + limits.JOIN_MS_MAX <= now_ms:
            session = self._joining.popleft()
            if not session.joined:
                session.close(CloseCode.JOIN_DEADLINE)
        while self._listening and self._listening[0][0] <= now_ms:
            _, session = self._listening.popleft()
            if session.closing:
                continue
            if session.listen():
                self._listening.append((now_ms + limits.LISTEN_MS, session))
                self._renew(session, now_ms)
            else:
                session.close(CloseCode.SILENT)
        for run, hub in tuple(self._hubs.items()):
            hub.look_after()
            if hub.is_idle():
                del self._hubs[run]
                self._watching.pop(run, lambda: None)()

    def _renew(self, session: Session, now_ms: int) -> None:
        if session.joined and now_ms - session.kept_ms >= limits.RESUME_EVERY_MS:
            session.kept_ms = now_ms
            session.push(self.keep(session))

    # What sessions call.

    def received(self, session: Session, payload: bytes | memoryview) -> None:
        now_ms = self._now_ms()
        try:
            if len(payload) > limits.MESSAGE_BYTES_MAX:
                session.close(CloseCode.TOO_BIG)
                return
            if not session.may_speak(now_ms):
                raise TooManyRequests
            command = self._vocabulary.read(payload)
        except DomainError as refusal:
            session.refuse(request_id(payload), refusal)
            session.strike(now_ms)
            return
        try:
            self._act(session, command, now_ms)
        except DomainError as refusal:
            session.refuse(getattr(command, "id", ""), refusal)
        except Exception:
            log.exception("command_failed", command=type(command).__name__, run=str(session.run))
            session.refuse(getattr(command, "id", ""), Busy())

    def _act(self, session: Session, command: Command, now_ms: int) -> None:
        if isinstance(command, Join):
            self._join(session, command)
        elif isinstance(command, Ping):
            session.push(Pong(server_ms=now_ms))
        elif not session.joined:
            session.strike(now_ms)
            raise JoinFirst
        elif isinstance(command, Like):
            self._hub(session.run).like(session.likes_allowed(command.count, now_ms))
        elif isinstance(command, Clap):
            self._hub(session.run).clap(session.likes_allowed(command.count, now_ms))
        else:
            self._vocabulary.handler(command)(session, command)

    def _join(self, session: Session, join: Join) -> None:
        if session.joined:
            raise AlreadyJoined
        try:
            session.visitor = self._ports.tickets.verify(join.ticket, session.run)
        except DomainError as refusal:
            # The refusal says why; the code lets the client fetch a new ticket and come back.
            session.refuse("", refusal)
            session.close(CloseCode.BAD_TICKET, BadTicket.code)
            return
        session.joined = True
        self._hub(session.run).join(session, join.since)

    def may_ping(self, session: Session) -> bool:
        now_ms = self._now_ms()
        may = session.may_speak(now_ms)
        if not may:
            session.strike(now_ms)
        return may

    def paused(self, session: Session) -> None:
        if session.joined:
            self._hub(session.run).pause(session)

    def resumed(self, session: Session) -> None:
        if session.joined:
            self._hub(session.run).resume(session)

    def lost(self, session: Session) -> None:
        self._admission.leave(session.address)
        self.leave(session)

    def keep(self, session: Session) -> Keep:
        resume = self._ports.tickets.resume(session.visitor, session.run)
        return Keep(resume, scatter_ms(self._admission.count))

    def words(self, refusal: DomainError, language: str) -> str:
        return self._ports.words(refusal, language)

    def _hub(self, run: RunId) -> Hub:
        hub = self._hubs.get(run)
        if hub is None:
            hub = Hub(run, self._node, self._ports.frames, self._spawn, self._now_ms)
            self._hubs[run] = hub
            self._spawn(self._watch(hub))
        return hub

    async def _watch(self, hub: Hub) -> None:
        def receive(spread: Spread) -> None:
            if self._tasks is None:
                return
            for visitor in spread.dismissed:
                hub.dismiss(visitor)
            if spread.payload:
                hub.receive(spread)

        try:
            stop = await self._ports.backplane.watch(hub.run, receive)
        except Exception:
            # Without the backplane the hub still follows the log, every three seconds.
            log.exception("not_watching", run=str(hub.run))
            stop = lambda: None  # noqa: E731 - nothing to stop
        if self._hubs.get(hub.run) is hub:
            self._watching[hub.run] = stop
            hub.read()
        else:
            stop()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        if self._tasks is None:
            work.close()
            raise Busy
        self._tasks.create_task(work)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())
