"""Background work of the crowd's games: what came is written, what is over is closed."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.crowd.service import Crowd
from livehouse.domains.crowd.service.attendance import Visitors

Work: TypeAlias = Callable[[], Awaitable[int]]

# What comes between two writings came in the same moment.
WRITE_EVERY = timedelta(milliseconds=200)
TELL_EVERY = timedelta(milliseconds=250)
CLOSE_EVERY = timedelta(milliseconds=250)
# Nobody waits for what a friend brought as for an answer.
SHARING_EVERY = timedelta(seconds=2)
SETTLE_EVERY = timedelta(seconds=30)
# A minute counts once; twice in it is looked, so that a look that comes late misses none.
NOTE_EVERY = timedelta(seconds=25)
FORGET_EVERY = timedelta(hours=6)


def periodic(crowd: Crowd) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "close_quizzes", CLOSE_EVERY, crowd.quizzes.close_due
    yield "end_packets", CLOSE_EVERY, crowd.drops.end_due
    yield "sharing", SHARING_EVERY, crowd.sharing.count
    yield "settle_sharing", SETTLE_EVERY, crowd.sharing.settle
    yield "forget_attendance", FORGET_EVERY, crowd.attendance.forget


def on_gateways(crowd: Crowd, visitors: Visitors) -> Iterator[tuple[str, timedelta, Work]]:
    """The same for nodes that have viewers, who tell who is in a room."""
    yield "attendance", NOTE_EVERY, lambda: crowd.attendance.note(visitors)
    yield "questions", WRITE_EVERY, crowd.questions.asks.flush
    yield "raises", WRITE_EVERY, crowd.questions.raises.flush
    yield "quiz_answers", WRITE_EVERY, crowd.quizzes.answers.flush
    yield "packets", WRITE_EVERY, crowd.drops.grabs.flush
    yield "tell_quizzes", TELL_EVERY, crowd.quizzes.tell
