"""A crew that talks: lines of chat and likes from many, at a steady pace."""

from datetime import timedelta
from itertools import product
from time import perf_counter

import uvloop
from msgspec import Struct, json
from typing_extensions import override

from livehouse.app.bench.crews import wishes
from livehouse.app.bench.visitor import Arrivals, Ready, arrive, leave
from livehouse.client.wire import Wire
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import SystemIds

DRAIN_SECONDS_MAX = 10.0
_PAUSE = timedelta(milliseconds=10)
_LIKE = b'{"type":"room.like","count":1}'
# As long as people's lines are, and as various: 8 x 8 x 8 of them.
_OPENINGS = (
    "is", "hello from Hamburg, is", "please tell me whether", "can you show if", "I wonder if",
    "my sister asks whether", "sorry, I was late: is", "once more:",
)  # fmt: skip
_THINGS = (
    "the small bowl", "that blue glaze", "the winter jacket", "this teapot", "a set of four plates",
    "the one on the left", "the second colour", "what you hold now",
)  # fmt: skip
_QUESTIONS = (
    "warm enough for winter?", "safe for the dishwasher?", "there by Friday", "still on offer :)",
    "as heavy as it looks", "good for a present?", "the same as last time", "made by hand?!",
)  # fmt: skip
LINES = tuple(map(" ".join, product(_OPENINGS, _THINGS, _QUESTIONS)))
_STRIDE = 149  # odd, so that all lines come; large, so that neighbours have little in common


class Talk(Struct, frozen=True):
    """How much is said, by all together."""

    lines_per_second: float
    likes_per_second: float
    seconds: float


class Said(Struct, frozen=True):
    """What was sent and when, in seconds of the monotonic clock; likes in their order."""

    lines: dict[str, float]
    likes: list[float]
    hidden: int
    refused: int
    unanswered: int


class _Answer(Struct):
    type: str
    shown: bool = True


class Tally:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.lines: dict[str, float] = {}
        self.likes: list[float] = []
        self.answered = 0
        self.hidden = 0
        self.refused = 0

    def tell(self) -> Said:
        """What was said since the last time."""
        unanswered = len(self.lines) - self.answered
        said = Said(self.lines, self.likes, self.hidden, self.refused, unanswered)
        self.clear()
        return said


class Speaker(Wire):
    def __init__(self, ticket: str, tally: Tally) -> None:
        super().__init__(ticket)
        self._tally = tally

    def say(self, id_: str, text: str) -> None:
        self._tally.lines[id_] = perf_counter()
        line = json.encode({"type": "chat.say", "id": id_, "text": text})
        self.send(line)

    def like(self) -> None:
        self._tally.likes.append(perf_counter())
        self.send(_LIKE)

    @override
    def answer(self, payload: bytes) -> None:
        answer = json.decode(payload, type=_Answer)
        self._tally.answered += 1
        self._tally.refused += answer.type == "refused"
        self._tally.hidden += not answer.shown


async def main() -> None:
    lines = await wishes()
    arrivals = await lines.next(Arrivals)
    if arrivals is None:
        return
    tally = Tally()
    speakers = [Speaker(ticket, tally) for ticket in arrivals.tickets]
    await arrive(arrivals, speakers)
    lines.answer(Ready(len(speakers)))
    while (talk := await lines.next(Talk)) is not None:
        await _talk(talk, speakers)
        await _hear_answers(tally)
        lines.answer(tally.tell())
    leave(speakers)


async def _talk(talk: Talk, speakers: list[Speaker]) -> None:
    """All take turns, and what is late is sent at once."""
    clock = SystemClock()
    ids = SystemIds(clock)
    said = liked = 0
    began = perf_counter()
    while (passed := perf_counter() - began) < talk.seconds:
        while said < passed * talk.lines_per_second:
            speakers[said % len(speakers)].say(str(ids.new()), LINES[said * _STRIDE % len(LINES)])
            said += 1
        while liked < passed * talk.likes_per_second:
            speakers[liked % len(speakers)].like()
            liked += 1
        await clock.sleep(_PAUSE)


async def _hear_answers(tally: Tally) -> None:
    clock, until = SystemClock(), perf_counter() + DRAIN_SECONDS_MAX
    while tally.answered < len(tally.lines) and perf_counter() < until:
        await clock.sleep(_PAUSE)


if __name__ == "__main__":
    uvloop.run(main())
