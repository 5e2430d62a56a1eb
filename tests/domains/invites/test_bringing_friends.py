"""Who brought whom: each person once, never oneself, never in a ring."""

import random
from collections.abc import Mapping
from uuid import UUID

import pytest

from livehouse.domains.invites import Invites, Place, Subject, UnknownInvite, UnknownSubject
from livehouse.domains.invites.tables import invited
from livehouse.foundation.ids import PersonId
from livehouse.storage.database import Database
from tests.support.clock import ManualClock

DRAW = Subject("draw", UUID(int=0xD))
SHOW = Subject("show", UUID(int=0x5))
ANN, BOB, CEM, DEE = (PersonId(UUID(int=n)) for n in (1, 2, 3, 4))


class Known:
    """Subjects of one kind that a test knows."""

    def __init__(self, subject: Subject, *, joins_on_arrival: bool) -> None:
        self.subject = subject
        self.joins = joins_on_arrival

    async def place(self, subject_id: UUID, /) -> Place | None:
        if subject_id != self.subject.id:
            return None
        return Place(path="/shows/tea", title="Tea", joins_on_arrival=self.joins)

    async def named(self, name: str, /) -> UUID | None:
        return self.subject.id if name == "tea" else None


@pytest.fixture
def invites(database: Database, clock: ManualClock) -> Invites:
    return Invites(
        database,
        clock,
        {"draw": Known(DRAW, joins_on_arrival=False), "show": Known(SHOW, joins_on_arrival=True)},
    )


async def joined(
    invites: Invites, people: Mapping[PersonId, str], subject: Subject = DRAW
) -> Mapping[PersonId, PersonId | None]:
    async with invites.database.transaction() as tx:
        return await invites.joined(tx, subject, people)


async def brought(invites: Invites, person: PersonId, subject: Subject = DRAW) -> int:
    async with invites.database.transaction() as tx:
        return (await invites.brought(tx, subject, [person]))[person]


async def parents(invites: Invites) -> dict[UUID, UUID | None]:
    async with invites.database.transaction() as tx:
        rows = await tx.execute(invited.select())
        return {row.person_id: row.invited_by for row in rows}


async def test_a_friend_who_joins_by_my_link_is_mine(invites: Invites) -> None:
    link = await invites.link(ANN, DRAW)

    new = await joined(invites, {BOB: link.code})

    assert new == {BOB: ANN}
    assert await brought(invites, ANN) == 1


async def test_a_friend_counts_once_whatever_they_do(invites: Invites) -> None:
    mine, others = await invites.link(ANN, DRAW), await invites.link(CEM, DRAW)

    first = await joined(invites, {BOB: mine.code})
    again = [await joined(invites, {BOB: code}) for code in (mine.code, others.code, "")]

    assert (first, again) == ({BOB: ANN}, [{}, {}, {}])
    assert [await brought(invites, one) for one in (ANN, CEM)] == [1, 0]


async def test_nobody_invites_themselves(invites: Invites) -> None:
    link = await invites.link(ANN, DRAW)

    arrived = await invites.arrive(link.code, ANN)
    new = await joined(invites, {ANN: link.code})

    assert not arrived.joined
    assert new == {ANN: None}
    assert await brought(invites, ANN) == 0


async def test_friends_who_exchange_links_make_no_ring(invites: Invites) -> None:
    ann = await invites.link(ANN, DRAW)
    bob = await invites.link(BOB, DRAW, by=ann.code)
    cem = await invites.link(CEM, DRAW, by=bob.code)

    new = await joined(invites, {ANN: cem.code, BOB: ann.code, CEM: bob.code})

    assert new == {ANN: None, BOB: ANN, CEM: BOB}


async def test_who_shares_before_joining_still_stands_under_who_brought_them(
    invites: Invites,
) -> None:
    ann = await invites.link(ANN, DRAW)
    await invites.arrive(ann.code, BOB)
    bob = await invites.link(BOB, DRAW)
    await joined(invites, {CEM: bob.code})

    assert await brought(invites, ANN) == 0
    assert await joined(invites, {BOB: ""}) == {BOB: ANN}
    following = await invites.following(ANN, DRAW)
    assert (following.brought, following.below) == (1, 2)
    assert [one.person_id for one in following.newest] == [BOB]


async def test_a_code_of_another_subject_brings_nobody(invites: Invites) -> None:
    link = await invites.link(ANN, SHOW)

    assert await joined(invites, {BOB: link.code, CEM: "no such code", DEE: "\x00"}) == {
        BOB: None, CEM: None, DEE: None
    }  # fmt: skip


async def test_a_show_is_joined_by_arriving(invites: Invites) -> None:
    link = await invites.link(ANN, SHOW)

    arrived = [await invites.arrive(link.code, BOB) for _ in range(2)]

    assert [one.joined for one in arrived] == [True, False]
    assert await brought(invites, ANN, SHOW) == 1


async def test_a_link_is_made_once_and_leads_nowhere_when_its_owner_is_erased(
    invites: Invites,
) -> None:
    link = await invites.link(ANN, DRAW)
    assert await invites.link(ANN, DRAW) == link
    assert link.path in str(await invites.export(ANN))

    async with invites.database.transaction() as tx:
        await invites.erase(tx, ANN)

    for code in (link.code, "x" * 12, "", "\x00" * 12):
        with pytest.raises(UnknownInvite):
            await invites.find(code)


@pytest.mark.parametrize("subject", [Subject("draw", UUID(int=9)), Subject("zoo", DRAW.id)])
async def test_one_cannot_invite_to_what_is_not_there(invites: Invites, subject: Subject) -> None:
    with pytest.raises(UnknownSubject):
        await invites.link(ANN, subject)


async def test_whatever_people_do_it_is_a_forest_and_counts_add_up(invites: Invites) -> None:
    dice = random.Random(618)
    people = [PersonId(UUID(int=n)) for n in range(1, 9)]
    codes = [""]
    told: dict[PersonId, PersonId | None] = {}
    for _ in range(60):
        who, code = dice.choice(people), dice.choice(codes)
        if dice.random() < 0.4:
            codes.append((await invites.link(who, DRAW, by=code)).code)
        else:
            new = await joined(invites, {who: code, dice.choice(people): dice.choice(codes)})
            assert not told.keys() & new.keys()
            told |= new

    above = await parents(invites)
    for person in people:
        seen: set[UUID] = set()
        at: UUID | None = person
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = above.get(at)
        assert await brought(invites, person) == list(told.values()).count(person)
