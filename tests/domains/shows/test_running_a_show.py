"""Shows on a real database."""

import asyncio
from datetime import timedelta

import pytest

from livehouse.domains.shows import (
    AlreadyLive,
    Ended,
    Live,
    NotLive,
    RunKind,
    RunRoles,
    Show,
    SlugTaken,
)
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import RunId
from livehouse.foundation.roles import Role
from livehouse.web.identity import Viewer
from tests.support.shows_world import ShowsWorld, member_of


async def test_a_show_lives_from_plan_to_recording(world: ShowsWorld) -> None:
    planned = await world.a_show()

    rehearsal = await world.shows.rehearse(planned.slug)
    await world.shows.end(planned.slug)
    live = await world.shows.go_live(planned.slug)
    await world.clock.advance(timedelta(minutes=5))
    await world.shows.end(planned.slug)
    over = await world.shows.by_slug(planned.slug)

    assert rehearsal.run is not None
    assert live.run is not None
    assert rehearsal.run.id != live.run.id
    assert over.state == Ended(world.clock.now())
    assert over.run is not None
    assert (over.run.id, over.run.kind, over.run.on) == (live.run.id, RunKind.LIVE, False)
    told = [fact.kind for fact in await world.facts("shows.")]
    assert told == ["shows.scheduled", *["shows.run_started", "shows.run_ended"] * 2]


async def test_a_show_is_on_once_however_many_press_the_button(world: ShowsWorld) -> None:
    show = await world.a_show()

    async def press() -> Show | DomainError:
        try:
            return await world.shows.go_live(show.slug)
        except DomainError as refusal:
            return refusal

    answers = await asyncio.gather(*(press() for _ in range(5)))

    assert sum(isinstance(answer, Show) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyLive) for answer in answers) == 4
    assert len(await world.shows.on_air()) == 1
    assert len(await world.facts("shows.run_started")) == 1


async def test_going_live_lists_the_offers_in_the_same_transaction(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.an_offer(show)
    assert not await world.facts("offers.listed")

    live = await world.shows.go_live(show.slug)

    assert live.run is not None
    assert isinstance(live.state, Live)
    assert [fact.run_id for fact in await world.facts("offers.listed")] == [live.run.id]


async def test_ending_what_is_not_on_is_refused(world: ShowsWorld) -> None:
    show = await world.a_show()

    with pytest.raises(NotLive):
        await world.shows.end(show.slug)


async def test_an_address_belongs_to_one_show(world: ShowsWorld) -> None:
    show = await world.a_show()

    with pytest.raises(SlugTaken):
        await world.shows.schedule(
            show.room.slug, show.slug, "Another", starts_at=world.clock.now()
        )
    with pytest.raises(SlugTaken):
        await world.shows.create_room(show.room.store_id, show.room.slug, "Another")


@pytest.mark.parametrize("slug", ["none", "a\x00b", "x" * 300, "%"])
async def test_an_unknown_address_is_not_found(world: ShowsWorld, slug: str) -> None:
    for look in (world.shows.by_slug, world.shows.go_live, world.shows.room):
        with pytest.raises(NotFound):
            await look(slug)


async def test_a_room_and_the_front_page_sort_their_shows(world: ShowsWorld) -> None:
    store = await world.a_store()
    live = await world.a_show("live", store=store)
    coming = await world.a_show("coming", store=store)
    over = await world.a_show("over", store=store)
    gone = await world.a_show("gone", store=store)
    for slug in ("live", "over"):
        await world.shows.go_live(slug)
    await world.shows.end("over")
    await world.shows.cancel("gone")

    found = await world.shows.front_page()
    _, in_room = await world.shows.room(gone.room.slug)
    of_store = await world.shows.of_stores([store.id])

    assert [[show.id for show in part] for part in found] == [[live.id], [coming.id], [over.id]]
    assert in_room == []
    assert len(of_store) == 4


async def test_what_was_never_recorded_is_not_offered_to_be_watched_again(
    world: ShowsWorld,
) -> None:
    store = await world.a_store()
    shows = {name: await world.a_show(name, store=store) for name in ("kept", "empty", "gone")}
    world.shows.archive = world.recordings
    for name in shows:
        live = await world.shows.go_live(name)
        assert live.run is not None
        ms = 0 if name == "empty" else 9_000
        await world.recordings.tell(live.run.id, ms=ms, size=ms, pieces=[], is_on=False)
        await world.shows.end(name)
        if name == "gone":
            await world.recordings.remove(live.run.id)

    _, _, over = await world.shows.front_page()
    rooms = [await world.shows.room(show.room.slug) for show in shows.values()]

    assert [show.slug for show in over] == ["kept"]
    assert {show.slug for _, listed in rooms for show in listed} == {"kept"}


async def test_a_ticket_tells_what_somebody_is_in_the_room(world: ShowsWorld) -> None:
    show = await world.a_show()
    store_id = show.room.store_id
    rehearsal = await world.shows.rehearse(show.slug)
    roles = RunRoles(world.shows)
    assert rehearsal.run is not None
    stranger = Viewer(person_id=member_of(store_id, Role.HOST).person_id)

    def member(role: Role) -> Viewer:
        return Viewer(
            person_id=stranger.person_id, memberships=member_of(store_id, role).memberships
        )

    during = {
        role: await roles.role(member(role), rehearsal.run.id)
        for role in (Role.OWNER, Role.EDITOR, Role.HOST, Role.MODERATOR)
    }
    assert set(during.values()) == {"host", "moderator"}
    assert during[Role.MODERATOR] == "moderator"
    for outsider in (stranger, Viewer(guest_id="g")):
        assert await roles.role(outsider, rehearsal.run.id) is None

    await world.shows.end(show.slug)
    live = await world.shows.go_live(show.slug)
    assert live.run is not None
    assert await roles.role(stranger, live.run.id) == "viewer"
    assert await roles.role(Viewer(guest_id="g"), live.run.id) == "guest"
    assert await roles.role(stranger, rehearsal.run.id) is None
    assert await roles.role(stranger, RunId(world.ids.new())) is None
