"""How people get into the list of a round: many at once, durable when they are answered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from msgspec.json import Encoder
from msgspec.structs import replace

from livehouse.domains.crowd import Attendance
from livehouse.domains.fairness import name_of, nonce_of
from livehouse.domains.followers import Followers
from livehouse.domains.invites import Invites, Subject
from livehouse.domains.play.events import EntrantsCounted
from livehouse.domains.play.model import joining
from livehouse.domains.play.model.joining import Entry, EntryKey, Joined, Joining
from livehouse.domains.play.model.rounds import Round
from livehouse.domains.play.model.terms import NOTHING, Tasks
from livehouse.domains.play.store import draws as store
from livehouse.domains.play.store import entries
from livehouse.domains.shows import Shows
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import DrawId, PersonId, RoundId, RunId
from livehouse.storage.database import RawConnection, Transaction


class Ground(NamedTuple):
    """Who knows what people did: whom they brought, how long they watched, what they follow."""

    shows: Shows
    invites: Invites
    attendance: Attendance
    followers: Followers


Decision: TypeAlias = Entry | DomainError
Rounds: TypeAlias = Mapping[RoundId, Round]

_encode = Encoder().encode


async def enter(
    tx: Transaction, ground: Ground, wishes: Sequence[Joining], now: datetime
) -> list[Joined | DomainError]:
    """Let a group in: entries, who brought whom, counts, and what the rooms are told."""
    connection = await tx.raw()
    found = await store.locked(connection, list({wish.round_id for wish in wishes}))
    before = await entries.known(connection, list(_asked(wishes, found)))
    places = {(wish.round_id, wish.address) for wish in wishes if wish.address}
    there = await entries.there(connection, sorted(places))
    did: dict[EntryKey, Tasks] = {}
    for one in found.values():
        people = [wish.person_id for wish in wishes if wish.round_id == one.id]
        did |= await done(tx, ground, one, people)
    decisions = joining.admit(wishes, found, before, now, there=there, done=did)
    decisions = await _brought(tx, ground.invites, decisions, found)
    known = {entry.key for entry in before}
    fresh = {one.key: one for one in decisions if isinstance(one, Entry) and one.key not in known}
    counts = {one.id: one.entrants for one in found.values()}
    if fresh:
        await entries.join(connection, list(fresh.values()))
        await entries.come(connection, fresh.values())
        for round_id, _ in fresh:
            counts[round_id] += 1
        grown = {round_id: counts[round_id] for round_id, _ in fresh}
        await store.count(connection, grown, now)
        await store.tell(connection, [_counted(found[one], n) for one, n in grown.items()])
    friends = await _friends(connection, decisions, found)
    return [
        one
        if isinstance(one, DomainError)
        else Joined(one, found[one.round_id], friends.get(one.key, 0))
        for one in decisions
    ]


def subject_of(draw_id: DrawId) -> Subject:
    """What friends are invited to: a draw with all of its rounds."""
    return Subject("draw", draw_id)


async def done(
    tx: Transaction, ground: Ground, one: Round, people: Sequence[PersonId]
) -> dict[EntryKey, Tasks]:
    """What these have done of a round's tasks; nothing is asked where it has none."""
    if one.tasks == NOTHING:
        return {}
    show = await ground.shows.of_run(one.run_id)
    friends: Mapping[PersonId, int] = {}
    minutes: Mapping[PersonId, int] = {}
    if one.tasks.friends:
        friends = await ground.invites.brought(tx, Subject("show", show.id), people)
    if one.tasks.minutes:
        minutes = await ground.attendance.minutes(tx, one.run_id, people)
    following: Collection[PersonId] = ()
    if one.tasks.follow:
        following = await ground.followers.among(tx, show.room.store_id, people)
    return {
        (one.id, person): Tasks(friends.get(person, 0), minutes.get(person, 0), person in following)
        for person in people
    }


def _asked(wishes: Sequence[Joining], found: Rounds) -> list[tuple[RoundId, PersonId, bytes]]:
    """Whose entries a group has to know: of who wishes, and those under their names."""
    asked: list[tuple[RoundId, PersonId, bytes]] = []
    for wish in wishes:
        one = found.get(wish.round_id)
        if one is None:
            continue
        try:
            asked.append((one.id, wish.person_id, name_of(one.id, nonce_of(wish.nonce))))
        except DomainError:
            asked.append((one.id, wish.person_id, b""))
    return asked


async def _brought(
    tx: Transaction, invites: Invites, decisions: Sequence[Decision], found: Rounds
) -> list[Decision]:
    """The entries with who brought each: a friend counts for the draw when they are in."""
    people: dict[DrawId, dict[PersonId, None]] = {}
    for one in _shared(decisions, found):
        people.setdefault(found[one.round_id].draw_id, {})[one.person_id] = None
    inviters: dict[DrawId, Mapping[PersonId, PersonId]] = {}
    for draw_id, some in people.items():
        subject = subject_of(draw_id)
        await invites.joined(tx, subject, dict.fromkeys(some, ""))
        inviters[draw_id] = await invites.inviters(tx, subject, list(some))
    return [
        replace(one, invited_by=by.get(one.person_id))
        if isinstance(one, Entry) and (by := inviters.get(found[one.round_id].draw_id))
        else one
        for one in decisions
    ]


async def _friends(
    connection: RawConnection, decisions: Sequence[Decision], found: Rounds
) -> dict[EntryKey, int]:
    """How many each of these has brought; asked for rounds that friends fill."""
    people: dict[RoundId, list[PersonId]] = {}
    for one in _shared(decisions, found):
        people.setdefault(one.round_id, []).append(one.person_id)
    return {
        (round_id, person_id): count
        for round_id, ids in people.items()
        for person_id, count in (await entries.brought(connection, round_id, ids)).items()
    }


def _shared(decisions: Sequence[Decision], found: Rounds) -> list[Entry]:
    """Who is in a round of which it is known who brought whom."""
    return [one for one in decisions if isinstance(one, Entry) and found[one.round_id].is_shared]


def _counted(one: Round, entrants: int) -> tuple[str, RunId, bytes]:
    fact = EntrantsCounted(one.draw_id, one.id, entrants)
    return str(EntrantsCounted.__struct_config__.tag), one.run_id, _encode(fact)
