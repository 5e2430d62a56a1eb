"""Rooms beside a stage: who stands beside whom, and who is counted."""

from datetime import timedelta

import pytest

from livehouse.domains.programmes import CompanionKind
from livehouse.domains.programmes.api import routes as api
from livehouse.domains.programmes.errors import CompanionTaken
from livehouse.domains.programmes.pages import routes as pages
from livehouse.domains.shows import Show
from livehouse.foundation.errors import InvalidInput
from livehouse.foundation.ids import RunId
from livehouse.foundation.roles import Role
from tests.support.shows_world import ShowsWorld, member_of


async def a_night(world: ShowsWorld) -> tuple[Show, Show, Show]:
    """A stage with a deal room and a backstage."""
    store = await world.a_store()
    shows = [await world.a_show(slug, store=store) for slug in ("gala", "deals", "behind")]
    await world.companions.link("gala", "deals", CompanionKind.DEAL)
    await world.companions.link("gala", "behind", CompanionKind.BACKSTAGE)
    return shows[0], shows[1], shows[2]


async def test_from_every_room_one_finds_the_others(world: ShowsWorld) -> None:
    await a_night(world)
    await world.shows.go_live("gala")
    await world.shows.rehearse("behind")
    async with world.web(*api) as web:
        found = {
            slug: (await web.get_json(f"/api/shows/{slug}/companions")).json()["rooms"]
            for slug in ("gala", "deals", "behind")
        }

    kinds = {slug: {(one["kind"], one["show"]["slug"]) for one in rooms}
             for slug, rooms in found.items()}  # fmt: skip
    assert kinds == {
        "gala": {("deal", "deals"), ("backstage", "behind")},
        "deals": {("stage", "gala"), ("backstage", "behind")},
        "behind": {("stage", "gala"), ("deal", "deals")},
    }
    stage = next(one for one in found["deals"] if one["kind"] == "stage")
    assert stage["show"]["run"]["state"] == "live"
    assert stage["show"]["store_name"] == "Tea House"
    backstage = next(one for one in found["gala"] if one["kind"] == "backstage")
    assert backstage["show"]["run"] is None


async def test_a_room_stands_beside_one_stage(world: ShowsWorld) -> None:
    gala, _, _ = await a_night(world)
    other = await world.a_show("other", store=await world.a_store("other-house"))
    for stage, companion in (("other", "deals"), ("other", "gala"), ("deals", "other")):
        with pytest.raises(CompanionTaken):
            await world.companions.link(stage, companion, CompanionKind.DEAL)
    with pytest.raises(InvalidInput):
        await world.companions.link(gala.slug, gala.slug, CompanionKind.DEAL)

    await world.companions.unlink("gala", "deals")
    await world.companions.link(other.slug, "deals", CompanionKind.LANGUAGE)
    await world.companions.accept("deals", stage_slug=other.slug)


async def test_nobody_is_counted_twice(world: ShowsWorld) -> None:
    await a_night(world)
    runs = {slug: (await world.shows.go_live(slug)).run for slug in ("gala", "deals")}
    stage, deals = runs["gala"], runs["deals"]
    assert stage is not None
    assert deals is not None
    here = {stage.id: {"ann", "bo", "cy"}, deals.id: {"bo", "cy", "dee"}}
    there = {stage.id: {"eve"}}

    def on(node: dict[RunId, set[str]]) -> dict[RunId, set[str]]:
        return node

    await world.companions.count("here", lambda run: on(here).get(run, set()))
    await world.companions.count("there", lambda run: on(there).get(run, set()))
    _, together = await world.companions.of_show("deals")
    await world.clock.advance(timedelta(seconds=7))
    await world.companions.count("here", lambda run: on(here).get(run, set()))
    _, later = await world.companions.of_show("gala")

    assert (together, later) == (5, 4)


async def test_hosts_link_the_shows_of_their_own_store(world: ShowsWorld) -> None:
    store = await world.a_store()
    for slug in ("gala", "deals"):
        await world.a_show(slug, store=store)
    await world.a_show("foreign", store=await world.a_store("other-house"))
    base = "/console/tea-house/shows/gala/companions"
    async with world.web(*api, *pages) as web:
        web.sign_in_as(member_of(store.id, Role.MODERATOR))
        refused = await web.post_form(base, slug="deals", kind="deal")
        web.sign_in_as(member_of(store.id, Role.HOST))
        linked = await web.post_form(base, slug="deals", kind="deal")
        page = await web.get("/console/tea-house/shows/gala/run-sheet")
        foreign = await web.post_form("/console/tea-house/shows/foreign/companions", slug="gala")
        removed = await web.post_form(f"{base}/remove", slug="deals")
        rooms = (await web.get_json("/api/shows/gala/companions")).json()["rooms"]

    assert (refused.status_code, linked.status_code) == (403, 303)
    assert "Deal room" in page.text
    assert foreign.status_code == 404
    assert (removed.status_code, rooms) == (303, [])
