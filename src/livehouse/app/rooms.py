"""What rooms are made of: how facts change them, what viewers may send, how we say no."""

from collections.abc import Callable

from livehouse.domains.chat import Chat
from livehouse.domains.chat import live as chat_live
from livehouse.domains.chat.wire import SayLine
from livehouse.domains.crowd import Crowd
from livehouse.domains.crowd import live as crowd_live
from livehouse.domains.offers import live as offers_live
from livehouse.domains.orders import Openings, Till
from livehouse.domains.orders import live as orders_live
from livehouse.domains.orders.wire import BuyOffer
from livehouse.domains.orders.wire.openings import EnterOpening
from livehouse.domains.play import Battles, Draws
from livehouse.domains.play import live as play_live
from livehouse.domains.play.wire import CastVote, JoinDraw
from livehouse.domains.programmes import live as programmes_live
from livehouse.domains.shows import live as shows_live
from livehouse.engine.folds import Folds
from livehouse.engine.vocabulary import Vocabulary
from livehouse.foundation.clock import Clock
from livehouse.foundation.errors import DomainError
from livehouse.web.i18n import Languages

PLAIN_REFUSALS_MAX = 5_000


def behaviour() -> Folds:
    """How facts change rooms."""
    return Folds(
        shows_live.seed,
        (
            *shows_live.FOLDS,
            *programmes_live.FOLDS,
            *offers_live.FOLDS,
            *orders_live.FOLDS,
            *chat_live.FOLDS,
            *crowd_live.FOLDS,
            *play_live.FOLDS,
        ),
    )


def vocabulary(
    clock: Clock,
    till: Till,
    openings: Openings,
    chat: Chat,
    *,
    draws: Draws,
    battles: Battles,
    crowd: Crowd,
) -> Vocabulary:
    """What viewers may send, and who hears it."""
    return Vocabulary(
        {
            BuyOffer: orders_live.buying(till),
            EnterOpening: orders_live.entering(openings),
            SayLine: chat_live.saying(chat, clock, play_live.Listening(draws)),
            JoinDraw: play_live.joining(draws),
            CastVote: play_live.voting(battles),
            **crowd_live.handlers(clock, crowd),
        }
    )


def words(languages: Languages) -> Callable[[DomainError, str], str]:
    """What refusals say, in a visitor's language."""
    # What says the same each time: in a rush thousands a second are refused with it.
    plain: dict[tuple[str, str], str] = {}

    def worded(refusal: DomainError, language: str) -> str:
        if refusal.params:
            return languages.translator(language).refusal(refusal)
        found = plain.get((refusal.code, language))
        if found is None:
            if len(plain) >= PLAIN_REFUSALS_MAX:
                plain.clear()
            found = plain[refusal.code, language] = languages.translator(language).refusal(refusal)
        return found

    return worded
