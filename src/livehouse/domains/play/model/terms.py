"""What a draw is about: kinds, prizes and terms, which nobody can change once it has started."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

import msgspec
from msgspec import Struct

from livehouse.domains.crowd import POINTS_MAX
from livehouse.domains.fairness import PLACES_MAX
from livehouse.domains.play.errors import PrizeTooDear
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import DrawId
from livehouse.foundation.markets import Market
from livehouse.foundation.text import N_

TITLE_CHARACTERS_MAX = 120
KEYWORD_CHARACTERS_MAX = 40
PRIZES_MAX = 10
ENTRANTS_MAX = 1_000_000
SECONDS_MIN, SECONDS_MAX = 5, 24 * 3_600
# "Crazy 6 minutes 18 seconds": a round that friends fill together.
GATHERING_SECONDS = 378
ROUNDS_MAX = 100
CLAIM_HOURS_MAX = 90 * 24
TASK_FRIENDS_MAX = 20
TASK_MINUTES_MAX = 240
STARTS_AHEAD_MAX = timedelta(days=1)
# So many entrants of one round from one address are a family or an office.
ENTRANTS_PER_ADDRESS_MAX = 20
# Who comes in for winners that do not claim: as many again, and a few.
RESERVES_EXTRA = 10


class Kind(Enum):
    """An instant draw is open at once, a scheduled one at its time; to a keyword draw one says a
    word in the chat; a gathering is drawn once enough have joined, or its pot rolls on."""

    INSTANT = "instant"
    SCHEDULED = "scheduled"
    KEYWORD = "keyword"
    GATHERING = "gathering"


class PrizeKind(Enum):
    """Goods come off a variant's stock, coupons and points are the store's own, a gift is whatever
    the store promises in words."""

    GOODS = "goods"
    COUPON = "coupon"
    GIFT = "gift"
    POINTS = "points"


class Prize(Struct, frozen=True, kw_only=True):
    """`quantity` is for one round; `source_id` is a variant's or a coupon's, others have none;
    `points` is what one prize of points gives."""

    kind: PrizeKind
    title: str
    quantity: int
    value_minor: int
    source_id: UUID | None = None
    points: int = 0

    @property
    def needs_address(self) -> bool:
        return self.kind in (PrizeKind.GOODS, PrizeKind.GIFT)


class Tasks(Struct, frozen=True):
    """What somebody has done before they may take part: brought so many friends into the show,
    watched so many minutes of the run, and followed the store. The same numbers say what somebody
    has done by now.

    All of it is looked at once, when they join: who stops following afterwards keeps their chance.
    """

    friends: int = 0
    minutes: int = 0
    follow: bool = False


NOTHING = Tasks()
# How the terms say when it is looked at whether somebody follows the store.
WHEN_JOINING = "when_joining"


class Plan(Struct, frozen=True, kw_only=True):
    """A draw as the host means it. `goal` is how many a gathering needs, 0 for the other kinds;
    `countries` are those whose people may win, none for everybody."""

    kind: Kind
    title: str
    prizes: tuple[Prize, ...]
    seconds: int
    currency: str
    goal: int = 0
    rounds: int = 1
    keyword: str = ""
    claim_hours: int = 7 * 24
    starts_at: datetime | None = None
    countries: tuple[str, ...] = ()
    tasks: Tasks = NOTHING


def checked(plan: Plan, market: Market, country: str, now: datetime) -> Plan:
    """The plan with what the market adds to it, or a refusal."""
    _check_prizes(plan, market)
    is_gathering = plan.kind is Kind.GATHERING
    starts_at = plan.starts_at
    wanted = (
        ("title", 1 <= len(plan.title) <= TITLE_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        ("seconds", SECONDS_MIN <= plan.seconds <= SECONDS_MAX, N_("between 5 seconds and a day")),
        ("claim_hours", 1 <= plan.claim_hours <= CLAIM_HOURS_MAX,
         N_("between an hour and 90 days")),
        ("goal", is_gathering == (plan.goal > 0) and 0 <= plan.goal <= ENTRANTS_MAX,
         N_("a gathering needs a goal of 1 to 1,000,000, others none")),
        ("rounds", 1 <= plan.rounds <= (ROUNDS_MAX if is_gathering else 1),
         N_("a gathering has 1 to 100 rounds, others one")),
        ("keyword", (plan.kind is Kind.KEYWORD) == bool(plan.keyword),
         N_("a keyword draw needs a word, others none")),
        ("keyword", len(plan.keyword) <= KEYWORD_CHARACTERS_MAX, N_("at most 40 characters")),
        ("friends", 0 <= plan.tasks.friends <= TASK_FRIENDS_MAX, N_("between 0 and 20")),
        ("minutes", 0 <= plan.tasks.minutes <= TASK_MINUTES_MAX, N_("between 0 and 240")),
        ("starts_at", (plan.kind is Kind.SCHEDULED) == (starts_at is not None),
         N_("a scheduled draw needs a time, others none")),
        ("starts_at", starts_at is None or starts_at <= now + STARTS_AHEAD_MAX,
         N_("choose a time within a day")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise _wrong(field, problem)
    stay = (market.countries or (country,)) if market.prizes_stay else ()
    return msgspec.structs.replace(plan, countries=tuple(stay))


def _check_prizes(plan: Plan, market: Market) -> None:
    if not 1 <= len(plan.prizes) <= PRIZES_MAX:
        raise _wrong("prizes", N_("a draw has 1 to 10 kinds of prizes"))
    for prize in plan.prizes:
        _check_prize(prize)
        bound = market.prize_max_minor
        if bound and (plan.currency != market.prize_currency or prize.value_minor > bound):
            raise PrizeTooDear(amount=bound // 100, currency=market.prize_currency)
        if bound and prize.kind is PrizeKind.GIFT and not prize.value_minor:
            raise _wrong("value", N_("say what it is worth: your market bounds it"))
    if sum(prize.quantity for prize in plan.prizes) * plan.rounds * 2 > PLACES_MAX:
        raise _wrong("prizes", N_("these are more prizes than one draw can give"))


def _check_prize(prize: Prize) -> None:
    if not 1 <= len(prize.title) <= TITLE_CHARACTERS_MAX:
        raise _wrong("prizes", N_("write 1 to 120 characters"))
    if prize.quantity < 1 or prize.value_minor < 0:
        raise _wrong("prizes", N_("there must be at least one of each"))
    if (prize.kind in (PrizeKind.GIFT, PrizeKind.POINTS)) != (prize.source_id is None):
        raise _wrong("prizes", N_("choose what it is"))
    least = 1 if prize.kind is PrizeKind.POINTS else 0
    if not least <= prize.points <= least * POINTS_MAX:
        raise _wrong("points", N_("a prize of points needs 1 to 1,000,000, others none"))


def _wrong(field: str, problem: str) -> InvalidInput:
    return InvalidInput(field=field, problem=problem)


def words_of(draw_id: DrawId, plan: Plan, number: int, pot: int) -> str:
    """The terms of a round as they are frozen and published: one text, the same for the same terms.

    `pot` is how many rounds' prizes are drawn for: those that nobody won have rolled on.
    """
    prizes = [
        {
            "kind": prize.kind.value,
            "title": prize.title,
            "quantity": prize.quantity * pot,
            "value_minor": prize.value_minor,
            "points": prize.points,
        }
        for prize in plan.prizes
    ]
    places = sum(prize.quantity for prize in plan.prizes) * pot
    terms = {
        "draw": str(draw_id),
        "round": number,
        "rounds": plan.rounds,
        "kind": plan.kind.value,
        "title": plan.title,
        "prizes": prizes,
        "currency": plan.currency,
        "seconds": plan.seconds,
        "goal": plan.goal,
        "keyword": plan.keyword,
        "claim_hours": plan.claim_hours,
        "countries": list(plan.countries),
        "tasks": {
            "friends": plan.tasks.friends,
            "minutes": plan.tasks.minutes,
            "follow": WHEN_JOINING if plan.tasks.follow else "",
        },
        "reserves": places + RESERVES_EXTRA,
        "per_address": ENTRANTS_PER_ADDRESS_MAX,
    }
    return msgspec.json.encode(terms, order="sorted").decode()
