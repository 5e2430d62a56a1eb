"""How content buyers are: asked once per order, after its delivery."""

from datetime import datetime

from msgspec import Struct

from livehouse.domains.aftersales.model.pieces import OrderRef
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.text import N_

WORDS_MAX = 1_000
BEST = 5


class Rating(Struct, frozen=True, kw_only=True):
    """`score` is 1 to 5, 5 the best."""

    order: OrderRef
    score: int
    words: str
    rated_at: datetime


class Satisfaction(Struct, frozen=True):
    """A store's ratings as one figure; `average` is None before the first."""

    ratings: int
    average: float | None


def check_rating(score: int, words: str) -> str:
    """The words as they are kept, or a refusal."""
    words = words.strip()
    if not 1 <= score <= BEST:
        raise InvalidInput(field="score", problem=N_("choose 1 to 5"))
    if len(words) > WORDS_MAX:
        raise InvalidInput(field="words", problem=N_("this is too long"))
    return words
