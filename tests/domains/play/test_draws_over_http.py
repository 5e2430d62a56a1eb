"""Draws on pages and over HTTP: the host plans and starts, anybody reads, a winner claims."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from litestar.types import ControllerRouterHandler

from livehouse.domains.fairness import DrawRecord, verify_draw
from livehouse.domains.invites.api import routes as share_api
from livehouse.domains.invites.pages import routes as share_pages
from livehouse.domains.people import AddressLines, People
from livehouse.domains.play import api, pages
from livehouse.foundation.ids import PersonId
from livehouse.foundation.roles import Role
from tests.support.draws_world import (
    a_gathering,
    a_live_show,
    an_open_draw,
    joined,
    joining,
    time_is_up,
)
from tests.support.orders_world import a_buyer
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity

ROUTES: Sequence[ControllerRouterHandler] = (*api.routes, *pages.routes)
FORM = {
    "kind": "gathering", "title": "Bowls", "prize": "A bowl", "quantity": "2", "seconds": "378",
    "claim_hours": "24", "goal": "100", "rounds": "3", "value": "19.90",
}  # fmt: skip


async def test_a_host_plans_a_draw_and_starts_it(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    here = f"/studio/{show.slug}/games"
    async with world.web(*ROUTES) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        wrong = await client.post_form(here, **FORM | {"kind": "keyword"})
        assert (wrong.status_code, "a keyword draw needs a word" in wrong.text.lower()) == (
            422,
            True,
        )
        assert (await client.post_form(here, **FORM)).status_code == 303

        listed = (await client.get_json(f"/api/shows/{show.slug}/draws")).json()
        plan_id = listed["planned"][0]["id"]
        await client.post_form(f"{here}/{plan_id}/start")

        one = (await client.get_json(f"/api/shows/{show.slug}/draws")).json()["rounds"][0]
        assert (one["stage"], one["number"]) == ("promised", 1)
        assert msgspec.json.decode(one["terms"])["prizes"][0]["value_minor"] == 1990
        taken_back = await client.http.delete(
            f"/api/shows/{show.slug}/draws/{plan_id}",
            headers={"X-CSRF-Token": await client.csrf_token(), "Accept": "application/json"},
        )
        assert taken_back.json()["code"] == "terms_frozen"
        assert (await client.get(here)).status_code == 200


async def test_a_host_plans_a_draw_for_a_time_as_browsers_send_it(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    local = (world.clock.now() + timedelta(hours=3)).astimezone(ZoneInfo("Europe/Berlin"))
    typed = FORM | {"kind": "scheduled", "goal": "", "starts_at": f"{local:%Y-%m-%dT%H:%M}"}
    async with world.web(*ROUTES) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        assert (await client.post_form(f"/studio/{show.slug}/games", **typed)).status_code == 303

    ((_, plan),) = await world.draws.plans(show)
    assert plan.starts_at == local.replace(second=0, microsecond=0)


async def test_a_host_plans_several_kinds_of_prizes(world: ShowsWorld) -> None:
    show = await a_live_show(world)
    here = f"/studio/{show.slug}/games"
    more = {"prize_2": "A cup", "quantity_2": "3", "value_2": "5.00"}
    points = {"prize_4": "60 points", "source_4": "points", "points_4": "60"}
    async with world.web(*ROUTES) as client:
        client.sign_in_as(member_of(show.room.store_id, Role.HOST))
        wrong = await client.post_form(here, **FORM, **more | {"value_2": "much"})
        unnamed = await client.post_form(here, **FORM, quantity_10="3")
        assert (wrong.status_code, unnamed.status_code) == (422, 422)
        assert 'value="A cup"' in wrong.text
        assert (await client.post_form(here, **FORM, **more, **points)).status_code == 303

    ((_, plan),) = await world.draws.plans(show)
    assert [(one.title, one.quantity, one.value_minor, one.points) for one in plan.prizes[1:]] == [
        ("A cup", 3, 500, 0), ("60 points", 1, 0, 60),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/studio/{slug}/games", "/api/shows/{slug}/draws"])
async def test_other_stores_staff_see_no_games(world: ShowsWorld, path: str) -> None:
    show = await a_live_show(world)
    other = await world.a_store("kiln")
    async with world.web(*ROUTES) as client:
        client.sign_in_as(member_of(other.id, Role.OWNER))

        assert (await client.get(path.format(slug=show.slug))).status_code == 404


async def test_a_friends_link_leads_to_the_draw_and_from_there_into_the_room(
    world: ShowsWorld,
) -> None:
    one = await an_open_draw(world, a_gathering(goal=5))
    ann, bob = await a_buyer(world, "Ann"), await a_buyer(world, "Bartholomew")
    await joined(world, one, [ann.person_id.int])
    async with world.web(*ROUTES, *share_pages, *share_api) as client:
        client.sign_in_as(ann)
        link = (await client.post_json(f"/api/share/draw/{one.id}", {})).json()["path"]
        client.sign_in_as(bob)
        led = (await client.get(link)).headers["location"]
        page = await client.get(led)
        hostile = await client.get(f"/draws/{one.id}?by=%22%3E%3Cscript%3E")
        await joined(world, one, [bob.person_id.int])
        client.sign_in_as(ann)
        mine = (await client.get_json(f"/api/draws/{one.id}/mine")).json()

    code = link.removeprefix("/i/")
    assert led == f"/draws/{one.id}?by={code}"
    assert f'href="/shows/tea-time?by={code}"' in page.text
    assert "4 more people and it is drawn." in page.text, "what messengers show of it, too"
    assert 'href="/shows/tea-time"' in hostile.text
    assert (mine["friends"], mine["names"]) == (1, ["B***"])


async def test_anybody_reads_the_record_and_the_proof_in_words(world: ShowsWorld) -> None:
    one = await an_open_draw(world)
    await joined(world, one, range(1, 6))
    async with world.web(*ROUTES) as client:
        early = await client.get_json(f"/api/draws/{one.id}/record")
        await time_is_up(world)
        published = await client.get_json(f"/api/draws/{one.id}/record")
        page = await client.get(f"/draws/{one.id}")

    assert early.status_code == 404, "the seed is not out"
    record = msgspec.json.decode(published.content, type=DrawRecord)
    assert all(verify_draw(record, work=10).values())
    assert "immutable" in published.headers["cache-control"]
    assert record.commitment in page.text
    assert record.places[0][:12] in page.text
    assert '<meta property="og:title" content="Posters for all">' in page.text


async def test_a_winner_claims_and_the_store_sees_where_it_goes(world: ShowsWorld) -> None:
    ann, address_id = await somebody(world.people)
    one = await an_open_draw(world)
    await world.draws.join([joining(world, one, ann.int)])
    await time_is_up(world)
    claims = await world.prizes.of_person(ann)
    async with world.web(*ROUTES) as client:
        client.sign_in_as(an_identity(ann.int))
        assert "A signed poster" in (await client.get("/prizes")).text
        await client.post_form(f"/prizes/{one.id}/1", address_id=address_id)
        client.sign_in_as(member_of(claims[0].store_id, Role.EDITOR))
        sent = "/console/tea-house/prizes"
        assert "Weg 1" in (await client.get(sent)).text
        await client.post_form(f"{sent}/{one.id}.1", note="DHL 1")

    assert [(one.state.value, one.note) for one in await world.prizes.of_person(ann)] == [
        ("sent", "DHL 1")
    ]


async def somebody(people: People) -> tuple[PersonId, str]:
    ann = await people.accounts.sign_up(
        email="ann@example.com", name="Ann", password=None, language="en"
    )
    lines = AddressLines(recipient="Ann", street="Weg 1", city="Ulm", country="DE")
    return ann.id, str((await people.addresses.add(ann.id, lines)).id)
