"""One crew's side of the torture: thousands who ask for what is scarce, and write down what they
are told.

Whoever has no answer asks again with the same order's id, over a new connection if need be, until
there is one. Times are of the monotonic clock, which all processes of a machine share.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from time import monotonic_ns
from typing import BinaryIO, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from livehouse.app.bench.history import Said
from livehouse.client.errors import NotJoined
from livehouse.client.wire import Wire, connect
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds

# Refusals that decide; all others mean: not now.
DECISIVE: Final = frozenset({"sold_out", "limit_reached", "discount_gone", "coupon_used"})
CONNECTING_AT_ONCE = 50
ANSWER_SECONDS_MAX = 15.0
KNOWN_ORDERS_MAX = 32
_LOOK_AT_DOOR = timedelta(milliseconds=100)
_NOT_NOW_SECONDS = (0.05, 0.25)


class Manners(Struct, frozen=True):
    """How people behave: shares of all questions, and pauses."""

    window: int = 2
    repeats: float = 0.05
    several: float = 0.5
    several_max: int = 5
    # Of each coupon by itself, so that some bring all of them.
    coupons: float = 0.25
    pause_seconds: float = 0.0
    # Once the attempts are used up, they look whether something has come back.
    look_again_seconds: float = 3.0


class Answer(Struct, frozen=True):
    """As much of an answer as this client reads: `orders.bought`, or `refused` with a code."""

    type: str
    id: str = ""
    state: str = ""
    code: str = ""
    total_minor: int = -1
    pay_by: int = 0


_decode = msgspec.json.Decoder(Answer).decode


class Log:
    """What this crew was told, one line each."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._encode = msgspec.json.Encoder().encode

    def write(self, said: Said) -> None:
        self._file.write(self._encode(said) + b"\n")


class Question(Struct):
    """One order's id that is asked for; `sent_at` in seconds of the loop, 0 while it waits."""

    id: str
    units: int
    asked: int
    sent_at: float = 0.0
    coupons: tuple[int, ...] = ()


class Placed(Struct, frozen=True):
    """An order that is ours now; what becomes of it is for others to decide."""

    customer: "Customer"
    id: str
    units: int
    total_minor: int


class Counts(Struct):
    """What has happened so far in this crew."""

    asked: int = 0
    answered: int = 0
    placed: int = 0
    placed_units: int = 0
    refused: dict[str, int] = {}
    lost_connections: int = 0
    unexpected: int = 0


class Wares(Struct, frozen=True):
    """What all of a crew ask for."""

    run: UUID
    offer: UUID
    coupons: Sequence[UUID]


class Crowd:
    """All customers of one process: they share the attempts, the chances and the log."""

    def __init__(
        self, address: str, wares: Wares, manners: Manners, *, attempts: int, seed: int, log: Log
    ) -> None:  # fmt: skip
        self.address = address
        self.manners = manners
        self.attempts = attempts
        self.chance = random.Random(seed)  # noqa: S311 - chosen to be repeatable
        self.log = log
        self.counts = Counts()
        self.refused: Counter[str] = Counter()
        self.stopped = False
        self.sells_on: Callable[[], bool] = lambda: True
        self.took: Callable[[Placed], None] = lambda _: None
        self._wares = wares
        self._ids = SystemIds(SystemClock())
        self._open = asyncio.Event()
        self._open.set()
        self._gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    @property
    def is_used_up(self) -> bool:
        """Whether all attempts are made: from now on they only look again."""
        return self.counts.asked >= self.attempts

    def new_id(self) -> str:
        return str(self._ids.new())

    def some_coupons(self) -> tuple[int, ...]:
        """Chosen for one question, by their numbers."""
        share = self.manners.coupons
        return tuple(n for n in range(len(self._wares.coupons)) if self.chance.random() < share)

    def words(self, question: "Question") -> bytes:
        """The question as the house reads it."""
        coupons = ",".join(f'"{self._wares.coupons[number]}"' for number in question.coupons)
        return (
            f'{{"type":"orders.buy","id":"{question.id}","offer_id":"{self._wares.offer}"'
            f',"quantity":{question.units},"coupon_ids":[{coupons}]}}'
        ).encode()

    async def enter(self, customer: "Customer") -> None:
        """Bring one in, through a house that may be gone; one look at the door serves all."""
        while not self.stopped:
            await self._open.wait()
            try:
                async with self._gate:
                    wire = Line(customer)
                    await connect(self.address, self._wares.run, wire)
            except (NotJoined, TimeoutError):
                await self._closed()
            else:
                customer.begin(wire)
                return

    async def _closed(self) -> None:
        """Wait until somebody listens again."""
        if not self._open.is_set():
            return
        self._open.clear()
        host, port = urlsplit(self.address).hostname, urlsplit(self.address).port
        try:
            while not self.stopped:
                await SystemClock().sleep(_LOOK_AT_DOOR)
                try:
                    _, writer = await asyncio.open_connection(host, port)
                except OSError:
                    continue
                writer.close()
                return
        finally:
            self._open.set()


class Customer:
    """One buyer, through all connections: what is asked and not answered is asked again."""

    def __init__(self, number: int, ticket: str, token: str, crowd: Crowd) -> None:
        self.number = number
        self.ticket = ticket
        self.token = token
        self.lost = asyncio.Event()
        self._crowd = crowd
        self._wire: Line | None = None
        self._open: dict[str, Question] = {}
        self._mine: deque[Question] = deque(maxlen=KNOWN_ORDERS_MAX)
        self._loop = asyncio.get_running_loop()

    @property
    def waits(self) -> int:
        """How many questions have no answer yet."""
        return len(self._open)

    async def live(self) -> None:
        """Come in, and come back whenever the connection is lost."""
        while not self._crowd.stopped:
            self.lost.clear()
            await self._crowd.enter(self)
            await self.lost.wait()

    def begin(self, wire: "Line") -> None:
        self._wire = wire
        for question in list(self._open.values()):
            self._send(question)
        while len(self._open) < self._crowd.manners.window and self._ask():
            pass

    def gone(self) -> None:
        self._wire = None
        self._crowd.counts.lost_connections += 1
        self.lost.set()

    def leave(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()
        self.lost.set()

    def remind(self, now: float) -> None:
        """Ask again what has had no answer for long."""
        for question in self._open.values():
            if question.sent_at and now - question.sent_at > ANSWER_SECONDS_MAX:
                self._send(question)

    def hear(self, payload: bytes) -> None:
        answer = _decode(payload)
        if answer.type not in {"orders.bought", "refused"}:
            return
        question = self._open.get(answer.id)
        if question is None:
            self._crowd.counts.unexpected += 1
        elif answer.type == "refused" and answer.code not in DECISIVE:
            self._crowd.refused[answer.code] += 1
            question.sent_at = 0.0
            pause = self._crowd.chance.uniform(*_NOT_NOW_SECONDS)
            self._loop.call_later(pause, self._again, question)
        else:
            self._decided(question, answer)

    def _decided(self, question: Question, answer: Answer) -> None:
        crowd = self._crowd
        del self._open[question.id]
        crowd.counts.answered += 1
        said = answer.state or answer.code
        crowd.log.write(
            Said("buy", question.id, question.asked, monotonic_ns(), said, self.number,
                 question.units, answer.total_minor, coupons=question.coupons)
        )  # fmt: skip
        if answer.code:
            crowd.refused[answer.code] += 1
        elif said == "placed" and all(question.id != one.id for one in self._mine):
            self._mine.append(question)
            crowd.counts.placed += 1
            crowd.counts.placed_units += question.units
            crowd.took(Placed(self, question.id, question.units, answer.total_minor))
        self._next(is_at_limit=answer.code == "limit_reached")

    def _next(self, *, is_at_limit: bool) -> None:
        manners = self._crowd.manners
        pause = manners.pause_seconds
        if self._crowd.is_used_up:
            pause = manners.look_again_seconds * (1 + 9 * is_at_limit)
        if pause:
            self._loop.call_later(pause * self._crowd.chance.uniform(0.5, 1.5), self._ask)
        else:
            self._ask()

    def _ask(self) -> bool:
        """Ask for something; whether there was anything to ask for."""
        crowd = self._crowd
        if crowd.stopped:
            return False
        if crowd.is_used_up and not crowd.sells_on():
            self._loop.call_later(crowd.manners.look_again_seconds, self._ask)
            return False
        chance, now = crowd.chance.random(), monotonic_ns()
        question = Question(crowd.new_id(), 1, now, coupons=crowd.some_coupons())
        if self._mine and chance < crowd.manners.repeats:
            again = crowd.chance.choice(self._mine)
            if again.id not in self._open:
                question = replace(again, asked=now, sent_at=0.0)
        elif chance > 1 - crowd.manners.several:
            question.units = crowd.chance.randint(2, crowd.manners.several_max)
        crowd.counts.asked += 1
        self._open[question.id] = question
        self._send(question)
        return True

    def _again(self, question: Question) -> None:
        if not question.sent_at:  # else a new connection has asked already
            self._send(question)

    def _send(self, question: Question) -> None:
        if self._wire is not None:
            question.sent_at = self._loop.time()
            self._wire.send(self._crowd.words(question))

    def unanswered(self) -> list[Said]:
        """What nobody ever answered, for the log's end."""
        return [
            Said("buy", one.id, one.asked, buyer=self.number, units=one.units, coupons=one.coupons)
            for one in self._open.values()
        ]


class Line(Wire):
    """A customer's connection of this moment."""

    def __init__(self, customer: Customer) -> None:
        super().__init__(customer.ticket)
        self._customer = customer

    @override
    def answer(self, payload: bytes) -> None:
        self._customer.hear(payload)

    @override
    def lost(self, code: int, reason: str) -> None:
        self._customer.gone()
