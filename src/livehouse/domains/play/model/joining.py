"""Who may join a round: each person once, under a nonce of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from livehouse.domains.fairness import leaf_for, name_of, nonce_of
from livehouse.domains.play.errors import (
    AddressNeeded,
    BringFriendsFirst,
    DrawFull,
    DrawNonceTaken,
    DrawNotOpen,
    DrawOver,
    FollowFirst,
    NotEligible,
    SayTheWord,
    StaffDoNotPlay,
    TooManyEntrantsThere,
    WatchFirst,
)
from livehouse.domains.play.model.rounds import Round, Stage
from livehouse.domains.play.model.terms import (
    ENTRANTS_PER_ADDRESS_MAX,
    NOTHING,
    Kind,
    Prize,
    Tasks,
)
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import PersonId, RoundId


class Joining(Struct, frozen=True, kw_only=True):
    """To take part. `said` is for who has said the word of a keyword draw; `address` is the place
    on the network that it comes from."""

    round_id: RoundId
    person_id: PersonId
    nonce: str
    country: str = ""
    shown_as: str = ""
    of_staff: bool = False
    said: bool = False
    address: str = ""


EntryKey: TypeAlias = tuple[RoundId, PersonId]
Place: TypeAlias = tuple[RoundId, str]
NOBODY: Mapping[Place, int] = {}


NOBODY_DID: Mapping[EntryKey, Tasks] = {}


class Entry(Struct, frozen=True, kw_only=True):
    """One per person and round. `name` is theirs in this round alone; `invited_by` is who brought
    them into the draw; `address` is known while they join alone, and not kept."""

    round_id: RoundId
    person_id: PersonId
    name: bytes
    nonce: bytes
    leaf: bytes
    joined_at: datetime
    invited_by: PersonId | None = None
    shown_as: str = ""
    address: str = ""

    @property
    def key(self) -> EntryKey:
        return self.round_id, self.person_id

    @property
    def place(self) -> Place:
        return self.round_id, self.address


class Joined(Struct, frozen=True):
    """Who is in, as they are told: `round` is how it stood then."""

    entry: Entry
    round: Round
    friends: int


class Result(Struct, frozen=True):
    """How a round went for somebody; `place` and `prize` are there for who has won."""

    round: Round
    entry: Entry
    title: str
    place: int = 0
    prize: Prize | None = None


def nonce_of_line(line_id: UUID) -> str:
    """Who says the word brings the random bits of their line's id."""
    return sha256(b"livehouse/line\0" + line_id.bytes).hexdigest()


def says(text: str, keyword: str) -> bool:
    return keyword.casefold() in text.casefold()


def admit(
    wishes: Sequence[Joining],
    rounds: Mapping[RoundId, Round],
    known: Sequence[Entry],
    now: datetime,
    *,
    there: Mapping[Place, int] = NOBODY,
    done: Mapping[EntryKey, Tasks] = NOBODY_DID,
) -> list[Entry | DomainError]:
    """Decide a group of wishes in the order of their arrival. Who is in is answered with their
    entry, however often they ask. `known` has the entries of these persons, and those with their
    names; `there` says how many have joined from each place, and `done` what people did of the
    tasks of rounds that have some.
    """
    crowd = dict(there)
    entries = {entry.key: entry for entry in known}
    names = {(entry.round_id, entry.name) for entry in known}
    counts = {one.id: one.entrants for one in rounds.values()}
    decisions: list[Entry | DomainError] = []
    for wish in wishes:
        earlier = entries.get((wish.round_id, wish.person_id))
        if earlier is not None:
            decisions.append(earlier)
            continue
        try:
            one = checked(wish, rounds.get(wish.round_id), counts.get(wish.round_id, 0), now)
            if not one.rehearsal:
                check_tasks(one.tasks, done.get((one.id, wish.person_id), NOTHING))
            entry = _entry(wish, one, now)
            if (entry.round_id, entry.name) in names:
                raise DrawNonceTaken
            _check_place(entry, one, crowd)
        except DomainError as refusal:
            decisions.append(refusal)
            continue
        entries[entry.key] = entry
        names.add((entry.round_id, entry.name))
        counts[entry.round_id] += 1
        crowd[entry.place] = crowd.get(entry.place, 0) + 1
        decisions.append(entry)
    return decisions


def check_country(countries: Sequence[str], country: str) -> None:
    """Refuse who has no address where these prizes go, or has not said where they live."""
    if countries and not country:
        raise AddressNeeded(countries=", ".join(countries))
    if countries and country not in countries:
        raise NotEligible(countries=", ".join(countries))


def _check_place(entry: Entry, one: Round, crowd: Mapping[Place, int]) -> None:
    there = crowd.get(entry.place, 0)
    if entry.address and not one.rehearsal and there >= ENTRANTS_PER_ADDRESS_MAX:
        raise TooManyEntrantsThere


def checked(wish: Joining, one: Round | None, entrants: int, now: datetime) -> Round:
    """The round that may be joined now, by the house's clock, or a refusal."""
    if one is None:
        raise NotFound
    if wish.of_staff and not one.rehearsal:
        raise StaffDoNotPlay
    if not one.rehearsal:
        check_country(one.countries, wish.country)
    if one.opens_at is None or one.closes_at is None or now < one.opens_at:
        raise DrawOver if one.stage.is_over else DrawNotOpen
    if one.filled_at is not None or entrants >= one.capacity:
        raise DrawFull
    if one.stage is not Stage.OPEN or now > one.closes_at:
        raise DrawOver
    if one.kind is Kind.KEYWORD and not wish.said:
        raise SayTheWord
    return one


def check_tasks(asked: Tasks, done: Tasks) -> None:
    """Refuse who has not done what the frozen terms ask."""
    if asked.follow and not done.follow:
        raise FollowFirst
    if done.friends < asked.friends:
        raise BringFriendsFirst(missing=asked.friends - done.friends)
    if done.minutes < asked.minutes:
        raise WatchFirst(missing=asked.minutes - done.minutes)


def _entry(wish: Joining, one: Round, now: datetime) -> Entry:
    nonce = nonce_of(wish.nonce)
    return Entry(
        round_id=one.id,
        person_id=wish.person_id,
        name=name_of(one.id, nonce),
        nonce=bytes.fromhex(nonce),
        leaf=leaf_for(one.id, nonce),
        joined_at=now,
        shown_as=wish.shown_as,
        address=wish.address,
    )
