"""Formats: what each asks for, and that a show goes live once it has it or is signed off."""

from uuid import UUID

import pytest

from livehouse.domains.programmes import Act, Cue, CueKind, Sheet, known_formats
from livehouse.domains.programmes.errors import NotReady
from livehouse.domains.programmes.model.formats import CONFIRMED, Chosen, Requirement, missing
from livehouse.domains.programmes.pages import routes as pages
from livehouse.domains.shows import Live, Where
from livehouse.foundation.ids import ActId, CueId
from livehouse.foundation.places import Spot
from livehouse.foundation.roles import Role
from tests.support.shows_world import ShowsWorld, member_of
from tests.support.web_client import an_identity


def a_sheet(acts: int, *, people: str = "Ann", offer: str = "x") -> Sheet:
    def pin(n: int) -> Cue:
        return Cue(CueId(UUID(int=n)), CueKind.PIN, target=offer)

    return Sheet(
        1,
        tuple(Act(ActId(UUID(int=n)), f"Act {n}", 60, people, cues=(pin(n),)) for n in range(acts)),
    )


@pytest.mark.parametrize("name", known_formats())
def test_every_format_asks_for_something_that_a_good_show_has(name: str) -> None:
    wanted = known_formats()[name]
    good = Chosen(name, CONFIRMED)
    where = Where("Quay 1", "Hamburg", "Jingdezhen")

    assert missing(wanted, Chosen(name), Where(), Sheet(), rehearsed=False)
    assert not missing(wanted, good, where, a_sheet(3), rehearsed=True)


def test_what_is_missing_is_named() -> None:
    formats = known_formats()
    sheet = a_sheet(3, people="", offer="")

    gaps = missing(formats["variety"], Chosen("variety"), Where(), sheet, rehearsed=False)
    at_shop = missing(formats["store"], Chosen("store", confirmed=CONFIRMED), Where("Quay 1"),
                      a_sheet(1), rehearsed=False)  # fmt: skip

    assert gaps == [Requirement.PEOPLE, Requirement.OFFERS, Requirement.REHEARSAL, *CONFIRMED]
    assert at_shop == [Requirement.PLACE]


async def test_a_show_goes_live_once_it_is_what_it_says(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.programmes.save(show.slug, a_sheet(3).acts, version=0)
    await world.formats.choose(show.slug, Chosen("variety", confirmed=CONFIRMED))

    with pytest.raises(NotReady):
        await world.shows.go_live(show.slug)
    assert (await world.formats.of_show(show.slug))[1] == [Requirement.REHEARSAL]
    await world.shows.rehearse(show.slug)
    await world.shows.end(show.slug)
    assert isinstance((await world.shows.go_live(show.slug)).state, Live)


async def test_an_operator_signs_off_what_a_host_cannot(world: ShowsWorld) -> None:
    show = await world.a_show()
    base = "/console/tea-house/shows/tea-time/format"
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        chosen = await web.post_form(base, format="belt", origin="Jingdezhen", disclosures="1")
        wrong = await web.post_form(base, format="opera")
        page = await web.get(base)
        by_host = await web.post_form(f"{base}/sign-off")
        with pytest.raises(NotReady):
            await world.shows.go_live(show.slug)
        web.sign_in_as(an_identity(9, is_operator=True))
        signed = await web.post_form(f"{base}/sign-off")

    assert (chosen.status_code, wrong.status_code) == (303, 422)
    assert "More acts in the run-sheet." in page.text
    assert "Where the goods are made." not in page.text
    assert (by_host.status_code, signed.status_code) == (404, 303)
    assert isinstance((await world.shows.go_live(show.slug)).state, Live)


async def test_a_shop_says_where_it_is_as_exactly_as_its_quarter(world: ShowsWorld) -> None:
    show = await world.a_show()
    base = "/console/tea-house/shows/tea-time/format"
    typed = {"format": "store", "place": "Quay 1", "city": " Hamburg ", "longitude": "9.993682"}
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_form(base, latitude="53.551086", **typed)
        off_the_earth = await web.post_form(base, latitude="95", **typed)
        page = await web.get(base)

    where = (await world.shows.by_slug(show.slug)).where
    assert where == Where("Quay 1", "Hamburg", "", Spot(53.55, 9.99))
    assert off_the_earth.status_code == 422
    assert 'value="53.55"' in page.text


async def test_who_changes_a_format_loses_its_signature(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.formats.choose(show.slug, Chosen("belt"))
    await world.formats.sign_off(show.slug, by=member_of(show.room.store_id, Role.HOST).person_id)
    await world.formats.choose(show.slug, Chosen("belt"), Where(origin="Jingdezhen"))

    with pytest.raises(NotReady):
        await world.shows.go_live(show.slug)
