"""Cues from the stage open things in the rooms beside it, and nothing anywhere else."""

import asyncio

import pytest

from livehouse.domains.offers import Open
from livehouse.domains.programmes import Act, CompanionKind, Cue, CueKind
from livehouse.domains.programmes.api import routes as api
from livehouse.domains.programmes.errors import CompanionNotOn, CueElsewhere, CueLost
from livehouse.domains.programmes.pages import routes as pages
from livehouse.domains.shows import Show
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ActId, CueId
from livehouse.foundation.roles import Role
from tests.support.draws_world import a_plan
from tests.support.shows_world import OWNER, ShowsWorld, member_of


async def a_night(world: ShowsWorld) -> tuple[Show, Show]:
    store = await world.a_store()
    shows = [await world.a_show(slug, store=store, title=slug) for slug in ("gala", "deals")]
    await world.companions.link("gala", "deals", CompanionKind.DEAL)
    return shows[0], shows[1]


async def the_sheet(world: ShowsWorld, slug: str, *cues: tuple[CueKind, str]) -> list[CueId]:
    made = tuple(Cue(CueId(world.ids.new()), kind, target=target) for kind, target in cues)
    await world.programmes.save(
        slug, [Act(ActId(world.ids.new()), "Song", 300, cues=made)], version=0
    )
    return [cue.id for cue in made]


async def test_the_stage_opens_pins_and_draws_in_the_deal_room(world: ShowsWorld) -> None:
    _, deals = await a_night(world)
    offer = await world.an_offer(deals)
    plan_id = await world.draws.plan(deals, a_plan())
    cues = await the_sheet(
        world, "gala", (CueKind.PIN, str(offer.id)), (CueKind.OPEN, str(offer.id)),
        (CueKind.DRAW, str(plan_id)), (CueKind.INVITE, "deals"),
    )  # fmt: skip
    stage, room = [(await world.shows.go_live(slug)).run for slug in ("gala", "deals")]
    for cue_id in cues:
        await world.programmes.give("gala", cue_id, by=OWNER)

    assert stage is not None
    assert room is not None
    assert isinstance((await world.offers.by_id(offer.id)).state, Open)
    assert [one.draw.show_id for one in await world.draws.started(deals)] == [deals.id]
    facts = {fact.kind: fact.run_id for fact in await world.facts()}
    assert (facts["offers.pinned"], facts["programmes.jump_invited"]) == (room.id, stage.id)
    given = {one.state for one in (await world.programmes.board("gala")).given}
    assert given == {"given"}


async def test_a_sheet_names_only_what_is_within_reach(world: ShowsWorld) -> None:
    gala, deals = await a_night(world)
    other = await world.a_show("other", store=await world.a_store("other-house"))
    ours, theirs = str((await world.an_offer(gala)).id), str((await world.an_offer(other)).id)
    for slug, kind, target, refusal in (
        ("gala", CueKind.OPEN, theirs, CueElsewhere),
        ("deals", CueKind.OPEN, ours, CueElsewhere),  # only the stage reaches over
        ("gala", CueKind.INVITE, "other", CueElsewhere),
        ("gala", CueKind.INVITE, "nowhere", CueLost),
        ("gala", CueKind.INVITE, "../%00", CueLost),
        ("gala", CueKind.PIN, "not an id", CueLost),
        ("gala", CueKind.PIN, str(deals.id), CueLost),
    ):
        with pytest.raises(refusal):
            await the_sheet(world, slug, (kind, target))

    await the_sheet(world, "deals", (CueKind.INVITE, "gala"))
    assert (await world.programmes.board("gala")).sheet.version == 0


async def test_rehearsals_and_rooms_that_are_not_on_keep_what_they_offer(
    world: ShowsWorld,
) -> None:
    _, deals = await a_night(world)
    offer = await world.an_offer(deals)
    opening, call = await the_sheet(
        world, "gala", (CueKind.OPEN, str(offer.id)), (CueKind.INVITE, "deals")
    )
    await world.shows.rehearse("gala")
    await world.shows.go_live("deals")
    with pytest.raises(CompanionNotOn):
        await world.programmes.give("gala", opening, by=OWNER)
    await world.programmes.give("gala", call, by=OWNER)
    await world.shows.end("gala")
    await world.shows.end("deals")
    await world.shows.go_live("gala")
    with pytest.raises(CompanionNotOn):
        await world.programmes.give("gala", opening, by=OWNER)
    with pytest.raises(CueLost):
        await world.programmes.give("gala", call, by=OWNER)

    assert await world.offers.by_id(offer.id) == offer


async def test_two_rooms_that_call_each_other_at_once_do_not_wait_for_each_other(
    world: ShowsWorld,
) -> None:
    await a_night(world)
    (over,) = await the_sheet(world, "gala", (CueKind.INVITE, "deals"))
    (back,) = await the_sheet(world, "deals", (CueKind.INVITE, "gala"))
    for slug in ("gala", "deals"):
        await world.shows.go_live(slug)

    async with asyncio.timeout(60):
        await asyncio.gather(
            world.programmes.give("gala", over, by=OWNER),
            world.programmes.give("deals", back, by=OWNER),
        )
    assert len(await world.facts("programmes.jump_invited")) == 2


async def test_another_stores_room_stands_beside_a_stage_once_that_store_agrees(
    world: ShowsWorld,
) -> None:
    gala = await world.a_show("gala")
    other = await world.a_show("other", store=await world.a_store("other-house"))
    base, theirs = "/api/shows/gala/companions", "/api/shows/other/companions"
    page = "/console/other-house/shows/other"
    async with world.web(*api, *pages) as web:
        web.sign_in_as(member_of(gala.room.store_id, Role.HOST))
        asked = await web.post_json(base, {"slug": "other", "kind": "deal"})
        forged = await web.post_json(f"{theirs}/accept", {"slug": "gala"})
        linked = (await web.get_json(base)).json()["rooms"]
        web.sign_in_as(member_of(other.room.store_id, Role.HOST))
        reads = await web.get(f"{page}/run-sheet")
        declined = await web.post_form(f"{page}/companions/remove", slug="gala")
        too_late = await web.post_json(f"{theirs}/accept", {"slug": "gala"})
        web.sign_in_as(member_of(gala.room.store_id, Role.HOST))
        await web.post_json(base, {"slug": "other", "kind": "deal"})
        web.sign_in_as(member_of(other.room.store_id, Role.HOST))
        accepted = await web.post_form(f"{page}/companions/accept", slug="gala")
        rooms = (await web.get_json(base)).json()["rooms"]
        left = (await web.get_json(f"{theirs}/asked")).json()["rooms"]

    assert asked.json() == {"rooms": [{"stage": "gala", "show": "other", "kind": "deal"}]}
    assert (forged.status_code, linked) == (404, [])
    assert "asks this show to stand beside it" in reads.text
    assert (declined.status_code, too_late.status_code, accepted.status_code) == (303, 404, 303)
    assert [one["show"]["slug"] for one in rooms] == ["other"]
    assert left == []


async def test_a_store_that_agreed_can_leave_again(world: ShowsWorld) -> None:
    await world.a_show("gala")
    other = await world.a_show("other", store=await world.a_store("other-house"))
    offer = await world.an_offer(other)
    assert not await world.companions.link("gala", "other", CompanionKind.DEAL)
    with pytest.raises(CueElsewhere):
        await the_sheet(world, "gala", (CueKind.OPEN, str(offer.id)))
    await world.companions.accept("other", stage_slug="gala")
    (opening,) = await the_sheet(world, "gala", (CueKind.OPEN, str(offer.id)))
    await world.companions.unlink("other", "gala")
    for slug in ("gala", "other"):
        await world.shows.go_live(slug)

    with pytest.raises(CueElsewhere):
        await world.programmes.give("gala", opening, by=OWNER)
    with pytest.raises(NotFound):
        await world.companions.accept("other", stage_slug="gala")
