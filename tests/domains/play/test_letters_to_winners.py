"""Who has won is written to, whoever moves up too, and a store that does not send is overdue."""

from datetime import timedelta

from livehouse.domains.people import AddressLines, Person
from livehouse.domains.play import pages
from livehouse.domains.play.model.claims import SEND_WITHIN
from livehouse.domains.play.model.rounds import Round
from livehouse.foundation.roles import Role
from tests.support.draws_world import a_gift, a_plan, an_open_draw, joining, time_is_up
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
LINES = AddressLines(recipient="Ann", street="Weg 1", city="Ulm", country="DE")


async def somebody(world: ShowsWorld, name: str, language: str = "en") -> Person:
    return await world.people.accounts.sign_up(
        email=f"{name}@example.com", name=name, password=None, language=language
    )


async def a_drawn_gift(world: ShowsWorld, *people: Person) -> tuple[Round, list[Person]]:
    """The round, and the people in the order in which they were drawn."""
    one = await an_open_draw(world, a_plan(a_gift(1)))
    await world.draws.join([joining(world, one, who.id.int) for who in people])
    await time_is_up(world)
    order = await world.database.pool.fetch("select person_id from draw_winners order by position")
    known = {who.id: who for who in people}
    return one, [known[row["person_id"]] for row in order]


async def letters(world: ShowsWorld) -> list[tuple[str, str]]:
    """To whom, and about what, of all that goes out now."""
    before = len(world.mail.sent)
    await world.prize_letters.send_due()
    return [(mail.to, mail.subject) for mail in world.mail.sent[before:]]


async def test_who_has_won_is_told_reminded_and_then_the_next_is_told(world: ShowsWorld) -> None:
    both = [await somebody(world, "ann"), await somebody(world, "bob")]
    _, (first, second) = await a_drawn_gift(world, *both)

    assert await letters(world) == [(first.email, "You have won: A signed poster")]
    assert "/prizes" in world.mail.sent[-1].text
    assert await letters(world) == [], "once"
    await world.clock.advance(6 * DAY)
    assert await letters(world) == [
        (first.email, "Your prize waits until tomorrow: A signed poster")
    ]
    await world.clock.advance(DAY + MINUTE)
    await world.prizes.expire_due()
    assert await letters(world) == [(second.email, "You have won after all: A signed poster")]


async def test_who_has_claimed_is_told_when_it_is_sent_and_nothing_before(
    world: ShowsWorld,
) -> None:
    ann = await somebody(world, "ann", "zh-Hans")
    address = await world.people.addresses.add(ann.id, LINES)
    one, _ = await a_drawn_gift(world, ann)
    claim = await world.prizes.claim(one.id, 1, ann.id, address.id)
    await world.clock.advance(6 * DAY)
    assert await letters(world) == [], "what is no news any more is not written"

    for note in ("DHL 1", "DHL 12"):
        await world.prizes.sent(claim.store_id, one.id, 1, note)

    ((to, subject),) = await letters(world)
    assert (to, "A signed poster" in subject) == (ann.email, True)
    assert "DHL 12" in world.mail.sent[-1].text
    assert "您" in world.mail.sent[-1].text


async def test_an_erased_winner_is_not_written_to(world: ShowsWorld) -> None:
    ann = await somebody(world, "ann")
    await a_drawn_gift(world, ann)

    async with world.database.transaction() as tx:
        await world.draws.erase(tx, ann.id)

    assert await letters(world) == []


async def test_what_a_store_does_not_send_in_time_is_overdue(world: ShowsWorld) -> None:
    ann = await somebody(world, "ann")
    address = await world.people.addresses.add(ann.id, LINES)
    one, _ = await a_drawn_gift(world, ann)
    claim = await world.prizes.claim(one.id, 1, ann.id, address.id)
    assert await world.prizes.overdue() == []

    await world.clock.advance(SEND_WITHIN + MINUTE)

    async with world.web(*pages.routes) as client:
        client.sign_in_as(member_of(claim.store_id, Role.EDITOR))
        assert "Overdue" in (await client.get("/console/tea-house/prizes")).text
        assert (await client.get("/operator/prizes")).status_code == 404
        client.sign_in_as(an_identity(2, is_operator=True))
        assert "A signed poster" in (await client.get("/operator/prizes")).text
    await world.prizes.sent(claim.store_id, one.id, 1, "")
    assert await world.prizes.overdue() == []
