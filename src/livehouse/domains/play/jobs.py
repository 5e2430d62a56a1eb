"""Background work of games: rounds go on, prizes that nobody claims go to the next in order."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeAlias

from livehouse.domains.play.service import (
    Battles,
    Claims,
    Contests,
    Draws,
    Endings,
    PrizeLetters,
    Steps,
)

Work: TypeAlias = Callable[[], Awaitable[int]]

# A round waits for frames, which come as often.
STEPS_EVERY = timedelta(milliseconds=250)
TELL_EVERY = timedelta(milliseconds=250)
WORDS_EVERY = timedelta(milliseconds=500)
EXPIRE_EVERY = timedelta(seconds=10)
LETTERS_EVERY = timedelta(seconds=2)
ROUNDS_EVERY = timedelta(seconds=2)
END_EVERY = timedelta(milliseconds=500)
# With a room's tick after it, a vote is in everybody's ranking within half a second.
VOTES_EVERY = timedelta(milliseconds=100)


def periodic(
    steps: Steps, claims: Claims, endings: Endings, letters: PrizeLetters, contests: Contests
) -> Iterator[tuple[str, timedelta, Work]]:
    """Name, interval and work of each; all of it may run on many nodes at once."""
    yield "draws", STEPS_EVERY, steps.advance
    yield "expire_prizes", EXPIRE_EVERY, claims.expire_due
    yield "prize_letters", LETTERS_EVERY, letters.send_due
    yield "open_rounds", ROUNDS_EVERY, contests.open_due
    yield "end_battles", END_EVERY, endings.end_due
    yield "reward_fans", END_EVERY, endings.reward_due


def on_gateways(draws: Draws, battles: Battles) -> Iterator[tuple[str, timedelta, Work]]:
    """The same for nodes that have viewers."""
    yield "votes", VOTES_EVERY, battles.flush
    yield "tell_draws", TELL_EVERY, draws.tell
    yield "draw_words", WORDS_EVERY, draws.learn_words
