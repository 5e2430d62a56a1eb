"""Star battles: contestants, free votes by day, and sums that no repeat and no reorder changes.

A vote says how many somebody has given a contestant today in all. The largest that was said is what
counts, so that a message which comes twice, late or out of order changes nothing (decision 0132).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from livehouse.domains.crowd import REWARDED_MAX, Reward, checked_reward
from livehouse.domains.play.errors import BattleFinal, BattleNotOpen, UnknownContestant
from livehouse.foundation.errors import InvalidInput, NotFound
from livehouse.foundation.ids import BattleId, ContestId, CouponId, PersonId, RunId, ShowId, StoreId
from livehouse.foundation.text import N_

CONTESTANTS_MIN, CONTESTANTS_MAX = 2, 20
NAME_CHARACTERS_MAX = 60
TITLE_CHARACTERS_MAX = 120
FREE_VOTES_MAX = 1_000_000
LASTS_MAX = timedelta(days=31)
FRIEND_VOTES_MAX = 1_000
# So many friends count for whoever brought them; more would make a trade of it.
FRIENDS_COUNTED_MAX = 100
# A vote that was on its way at the end still counts.
GRACE = timedelta(seconds=1)
# So many voters a day from one address are a family or an office; the votes of more are held back
# until the staff has looked.
VOTERS_PER_ADDRESS_MAX = 20
# So long after the end the staff may still look at held votes; what they leave is refused.
CHECK_FOR = timedelta(minutes=10)


class Kind(Enum):
    """A poll is a battle in which everybody has one vote."""

    BATTLE = "battle"
    POLL = "poll"


class Battle(Struct, frozen=True, kw_only=True):
    """`free_votes` is what each person may give in a day, to all contestants together, and
    `friend_votes` what they may give beside, once, for each friend who came by their link and
    votes. The `reward` is for everybody who voted for who wins, but its coupon for the first
    `coupon_fans` of them alone. It ends at `closes_at`, or with its show at `stopped_at`; in a
    `rehearsal` nobody gets anything. A round of a contest is at home on its page: it is shown in
    the run `run_id` while there is one, and `show_id` is the last show that it was seen in."""

    id: BattleId
    run_id: RunId | None
    show_id: ShowId | None
    store_id: StoreId
    title: str
    contestants: tuple[str, ...]
    free_votes: int
    friend_votes: int = 0
    reward: Reward = Reward()
    coupon_like: CouponId | None = None
    coupon_fans: int = 0
    zone: str
    kind: Kind = Kind.BATTLE
    opens_at: datetime
    closes_at: datetime
    rehearsal: bool = False
    contest_id: ContestId | None = None
    stopped_at: datetime | None = None
    check_until: datetime | None = None
    ended_at: datetime | None = None
    first: int | None = None

    def sums(self, totals: Mapping[int, int]) -> tuple[int, ...]:
        """Votes in the order of the contestants, as rooms are told."""
        return tuple(totals.get(number, 0) for number in range(len(self.contestants)))

    @property
    def last_moment(self) -> datetime:
        return min(self.closes_at, self.stopped_at or self.closes_at)

    def day(self, now: datetime) -> date:
        """The day of a vote, where the store is; a poll has one alone, however long it lasts."""
        now = self.opens_at if self.kind is Kind.POLL else now
        return now.astimezone(ZoneInfo(self.zone)).date()


class Place(Struct, frozen=True):
    """Where a battle is held; a day is one of the `zone`'s."""

    run_id: RunId
    show_id: ShowId
    store_id: StoreId
    zone: str


class BattlePlan(Struct, frozen=True):
    """A battle or a poll before it begins. The reward's coupon is for the first `coupon_fans`."""

    title: str
    contestants: Sequence[str]
    free_votes: int
    lasts: timedelta
    kind: Kind = Kind.BATTLE
    friend_votes: int = 0
    reward: Reward = Reward()
    coupon_fans: int = 0


class Vote(Struct, frozen=True, gc=False):
    """`given` is how many `person_id` has given the contestant today, this one included. A vote
    from `outside` did not come from a show's room."""

    battle_id: BattleId
    person_id: PersonId
    contestant: int
    given: int
    address: str = ""
    outside: bool = False


NO_EXTRA: Mapping[PersonId, int] = {}
VoteKey: TypeAlias = tuple[BattleId, PersonId, int]


class Ballot(Struct, frozen=True, kw_only=True):
    """What one person has given one contestant on one day; `held` votes do not count yet, and
    those that are `refused` never will."""

    battle_id: BattleId
    day: date
    person_id: PersonId
    contestant: int
    votes: int
    held: bool = False
    refused: bool = False

    @property
    def key(self) -> VoteKey:
        return self.battle_id, self.person_id, self.contestant


class HeldPlace(Struct, frozen=True, kw_only=True):
    """The votes of `people` at one address that wait for the staff; empty: it is not known."""

    address: str
    people: int
    votes: int


class Counted(Struct, frozen=True):
    """What counts of a vote: how many of the person's are the contestant's today, and how many
    they may still give."""

    votes: int
    left: int


def checked(battle: Battle) -> Battle:
    """The battle, or a refusal."""
    names = battle.contestants
    is_named = all(1 <= len(name) <= NAME_CHARACTERS_MAX for name in names)
    wanted = (
        ("title", 1 <= len(battle.title) <= TITLE_CHARACTERS_MAX, N_("write 1 to 120 characters")),
        ("contestants", CONTESTANTS_MIN <= len(names) <= CONTESTANTS_MAX and is_named,
         N_("write 2 to 20 names, one in each line")),
        ("contestants", len(set(names)) == len(names), N_("each name may stand there once")),
        ("free_votes", 1 <= battle.free_votes <= FREE_VOTES_MAX, N_("at least one")),
        ("free_votes", battle.kind is not Kind.POLL or battle.free_votes == 1,
         N_("in a poll everybody has one")),
        ("friend_votes", 0 <= battle.friend_votes <= FRIEND_VOTES_MAX, N_("between 0 and 1,000")),
        ("friend_votes", battle.kind is not Kind.POLL or battle.friend_votes == 0,
         N_("in a poll everybody has one")),
        ("coupon_fans", 0 <= battle.coupon_fans <= REWARDED_MAX,
         N_("at most 100,000 fans")),
        ("coupon_fans", (battle.coupon_fans > 0) == (battle.coupon_like is not None),
         N_("say how many fans get the coupon")),
        ("minutes", timedelta(0) < battle.closes_at - battle.opens_at <= LASTS_MAX,
         N_("between a minute and 31 days")),
    )  # fmt: skip
    for field, holds, problem in wanted:
        if not holds:
            raise InvalidInput(field=field, problem=problem)
    checked_reward(battle.reward)
    return battle


def planned(
    plan: BattlePlan, place: Place, battle_id: BattleId, *, now: datetime, rehearsal: bool = False
) -> Battle:
    """The battle that a plan begins as now, or a refusal."""
    return checked(
        Battle(
            id=battle_id, run_id=place.run_id, show_id=place.show_id, store_id=place.store_id,
            title=" ".join(plan.title.split()),
            contestants=tuple(" ".join(one.split()) for one in plan.contestants),
            free_votes=plan.free_votes, friend_votes=plan.friend_votes, reward=plan.reward,
            coupon_like=plan.reward.coupon_id, coupon_fans=plan.coupon_fans, zone=place.zone,
            kind=plan.kind, opens_at=now, closes_at=now + plan.lasts,
            rehearsal=rehearsal,
        )
    )  # fmt: skip


def extra_votes(battle: Battle, friends: int, spent: int) -> int:
    """What somebody has over of the votes that their friends brought them. `spent` is by how much
    they went beyond the free votes on other days."""
    return max(0, battle.friend_votes * min(friends, FRIENDS_COUNTED_MAX) - spent)


def merged(votes: Iterable[Vote]) -> dict[VoteKey, Vote]:
    """Many messages as few: of each person and contestant the one that says most."""
    found: dict[VoteKey, Vote] = {}
    for vote in votes:
        key = (vote.battle_id, vote.person_id, vote.contestant)
        before = found.get(key)
        if before is None or vote.given > before.given:
            found[key] = vote
    return found


def check_open(battle: Battle | None, vote: Vote, now: datetime) -> Battle:
    """The battle in which one may vote so now, by the house's clock. What is no contest's is voted
    in its room, where those are who may be there."""
    if battle is None or (vote.outside and battle.contest_id is None):
        raise NotFound
    if battle.ended_at is not None or not battle.opens_at <= now <= battle.last_moment + GRACE:
        raise BattleNotOpen
    if not 0 <= vote.contestant < len(battle.contestants):
        raise UnknownContestant
    return battle


def check_deciding(battle: Battle) -> None:
    """Refuse to touch votes once the result stands."""
    if battle.ended_at is not None:
        raise BattleFinal


def refused(
    known: Iterable[Ballot], addresses: Mapping[PersonId, str], said: Mapping[str, bool]
) -> set[PersonId]:
    """Whose votes the staff has refused: theirs, or those of all who come from there. Who voted
    before the address was crowded goes on."""
    had = {ballot.person_id: ballot.held for ballot in known}
    found = {ballot.person_id for ballot in known if ballot.refused}
    return found | {
        person
        for person, address in addresses.items()
        if said.get(address) is False and had.get(person, True)
    }


def counted(
    battle: Battle,
    votes: Sequence[Vote],
    known: Sequence[Ballot],
    held: Mapping[PersonId, bool],
    *,
    now: datetime,
    extra: Mapping[PersonId, int] = NO_EXTRA,
) -> list[Ballot]:
    """Today's ballots as they stand after these votes; what goes beyond the day's free votes, and
    those that friends have brought (`extra`), is cut off. Nothing that was given is taken back."""
    day = battle.day(now)
    had = {(ballot.person_id, ballot.contestant): ballot for ballot in known}
    given: dict[PersonId, int] = {}
    for ballot in known:
        given[ballot.person_id] = given.get(ballot.person_id, 0) + ballot.votes
    changed = []
    for vote in votes:
        before = had.get((vote.person_id, vote.contestant))
        votes_before = before.votes if before else 0
        may = battle.free_votes + extra.get(vote.person_id, 0)
        room = may - given.get(vote.person_id, 0)
        more = min(vote.given - votes_before, room)
        if more <= 0:
            continue
        given[vote.person_id] = given.get(vote.person_id, 0) + more
        ballot = Ballot(
            battle_id=battle.id, day=day, person_id=vote.person_id, contestant=vote.contestant,
            votes=votes_before + more,
            held=before.held if before else held.get(vote.person_id, False),
        )  # fmt: skip
        had[(vote.person_id, vote.contestant)] = ballot
        changed.append(ballot)
    return list({ballot.key: ballot for ballot in changed}.values())


def gains(changed: Iterable[Ballot], known: Iterable[Ballot]) -> dict[int, int]:
    """By how much each contestant's sum grows; held votes add nothing."""
    had = {ballot.key: ballot.votes for ballot in known}
    found: dict[int, int] = {}
    for ballot in changed:
        if not ballot.held:
            more = ballot.votes - had.get(ballot.key, 0)
            found[ballot.contestant] = found.get(ballot.contestant, 0) + more
    return found


def ranked(totals: Mapping[int, int], count: int) -> list[int]:
    """Contestants by their sums; of equals the one that stands first in the list."""
    return sorted(range(count), key=lambda number: (-totals.get(number, 0), number))
