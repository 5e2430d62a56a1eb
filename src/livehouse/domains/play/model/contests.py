"""Star battles over several days: a round each day, the winner of the day, and the whole ranking.

A round is played as a battle: on the contest's page, and in the show that is on meanwhile
(decisions 0158 and 0171).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from livehouse.domains.crowd import Reward
from livehouse.domains.play.model import battles
from livehouse.domains.play.model.battles import Battle, ranked
from livehouse.domains.shows import Show
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import BattleId, ContestId, StoreId
from livehouse.foundation.text import N_

ROUNDS_MAX = 31
AHEAD_MAX = timedelta(days=366)
_DAY = timedelta(days=1)


class Round(Struct, frozen=True, kw_only=True):
    """One day of it; `battle_id` is there once it has been voted in, or is being."""

    number: int
    opens_at: datetime
    closes_at: datetime
    battle_id: BattleId | None = None


class Contest(Struct, frozen=True, kw_only=True):
    """What holds for every round: `fan_points` are for who votes for the winner of a day."""

    id: ContestId
    store_id: StoreId
    title: str
    contestants: tuple[str, ...]
    free_votes: int
    friend_votes: int
    fan_points: int
    zone: str
    rounds: tuple[Round, ...] = ()


class State(Enum):
    PLANNED = "planned"
    OPEN = "open"
    CHECKED = "checked"
    OVER = "over"
    MISSED = "missed"  # the house was not there in its time


class Played(Struct, frozen=True, kw_only=True):
    """A round with its battle and its sums, where it has come to that."""

    round: Round
    battle: Battle | None
    totals: Mapping[int, int]

    def state(self, now: datetime) -> State:
        if self.battle is None:
            return State.PLANNED if now <= self.round.closes_at else State.MISSED
        if self.battle.ended_at is not None:
            return State.OVER
        return State.OPEN if now <= self.battle.last_moment else State.CHECKED

    @property
    def winner(self) -> int | None:
        """Whose day it was; None while it is not known, or where nobody has voted."""
        first = self.battle.first if self.battle is not None else None
        return first if first is not None and self.totals.get(first, 0) else None


class Place(Struct, frozen=True, kw_only=True):
    """A contestant in the whole ranking: votes of all rounds, and days won."""

    contestant: int
    votes: int
    days: int


class ContestStanding(Struct, frozen=True, kw_only=True):
    """A contest with all of its rounds and the whole ranking; `shows` are the rounds' own, by the
    numbers of the rounds."""

    contest: Contest
    played: Sequence[Played]
    ranking: Sequence[Place]
    shows: dict[int, Show]


def days_of(
    first: date, days: int, begins: time, ends: time, *, zone: str, now: datetime
) -> tuple[Round, ...]:
    """A round on each day, by the store's clock on the wall; one that ends before it begins goes on
    past midnight, and one that ends as it begins until the next one."""
    place = ZoneInfo(zone)
    if not 1 <= days <= ROUNDS_MAX:
        raise InvalidInput(field="days", problem=N_("between 1 and 31 days"))
    later = _DAY if ends <= begins else timedelta(0)
    found = tuple(
        Round(
            number=number + 1,
            opens_at=datetime.combine(first + number * _DAY, begins, place),
            closes_at=datetime.combine(first + number * _DAY + later, ends, place),
        )
        for number in range(days)
    )
    if not now <= found[0].closes_at or found[0].opens_at > now + AHEAD_MAX:
        raise InvalidInput(field="first_day", problem=N_("choose a day to come, within a year"))
    return found


def checked(contest: Contest) -> Contest:
    """The contest, or a refusal: what a battle could not be, none of its rounds can."""
    nobody = UUID(int=0)
    for one in contest.rounds:
        battles.checked(battle_of(contest, one, BattleId(nobody)))
    return contest


def battle_of(contest: Contest, one: Round, battle_id: BattleId) -> Battle:
    """The battle that a round is played as, in no show yet. It closes with the round."""
    return Battle(
        id=battle_id, run_id=None, show_id=None, contest_id=contest.id, store_id=contest.store_id,
        title=contest.title, contestants=contest.contestants, free_votes=contest.free_votes,
        friend_votes=contest.friend_votes, reward=Reward(points=contest.fan_points),
        zone=contest.zone, opens_at=one.opens_at, closes_at=one.closes_at,
    )  # fmt: skip


def ranking(contest: Contest, played: Sequence[Played]) -> list[Place]:
    """Contestants by the votes of all rounds; of equals who has won more days, then as listed."""
    count = len(contest.contestants)
    votes = {number: sum(one.totals.get(number, 0) for one in played) for number in range(count)}
    days = [sum(one.winner == number for one in played) for number in range(count)]
    places = [
        Place(contestant=number, votes=votes[number], days=days[number])
        for number in ranked(votes, count)
    ]
    return sorted(places, key=lambda one: (-one.votes, -one.days))
