"""Shows near the viewer: by a city or by where they say they are, roughly and not for long."""

from litestar.status_codes import HTTP_303_SEE_OTHER

from livehouse.domains.shows import Where
from livehouse.domains.shows.pages import routes
from livehouse.foundation.places import Spot
from tests.support.shows_world import ShowsWorld

PLACES = {
    "harbour": Where("Quay 1", "Hamburg", spot=Spot(53.54, 9.99)),
    "island": Where("Pier", "Suva", spot=Spot(-18.14, 178.44)),
    "wool": Where("Wool market", "Ningbo", "Zhoushan", Spot(29.87, 121.55)),
    "old-town": Where("Corner shop", "hamburg"),
    "belt": Where(origin="Jingdezhen"),
    "anywhere": Where(),
}


async def some_places(world: ShowsWorld) -> None:
    store = await world.a_store()
    for slug, where in PLACES.items():
        show = await world.a_show(slug, store=store, title=f"Show {slug}")
        async with world.database.transaction() as tx:
            await world.shows.settle(tx, show, where)


async def test_the_nearest_comes_first_also_across_the_line_of_the_date(world: ShowsWorld) -> None:
    await some_places(world)

    hamburg = await world.shows.near(spot=Spot(53.6, 10.0))
    samoa = await world.shows.near(spot=Spot(-13.8, -171.8))

    assert [one.show.slug for one in hamburg] == ["harbour", "wool", "island"]
    assert [one.show.slug for one in samoa] == ["island", "wool", "harbour"]
    assert hamburg[0].km is not None
    assert hamburg[0].km < 10


async def test_a_city_is_found_however_it_is_written_and_without_any_place(
    world: ShowsWorld,
) -> None:
    await some_places(world)
    await world.shows.cancel("wool")

    found = await world.shows.near(city="HAMBURG", spot=Spot(0, 0))
    everywhere = await world.shows.near()
    cities = await world.shows.cities()

    assert {one.show.slug for one in found} == {"harbour", "old-town"}
    assert {one.km for one in found} == {None}
    assert {one.show.slug for one in everywhere} == {"harbour", "old-town", "island"}
    assert [city.lower() for city in cities] == ["hamburg", "suva"]


async def test_where_a_viewer_is_stays_in_their_browser_and_is_rough(world: ShowsWorld) -> None:
    await some_places(world)
    async with world.web(*routes) as web:
        before = await web.get("/near")
        told = await web.post_form("/near", latitude="53.551086", longitude="9.993682")
        kept = web.http.cookies["near"]
        near = await web.get("/near")
        nonsense = await web.post_form("/near", latitude="953", longitude="")
        forgotten = await web.post_form("/near/forget")
        after = await web.get("/near")

    assert told.status_code == nonsense.status_code == HTTP_303_SEE_OTHER
    assert kept == "53.6_10.0"
    cookie = next(line for line in told.headers.get_list("set-cookie") if line.startswith("near="))
    assert "max-age" not in cookie.lower()
    assert "about 7 km" in near.text
    assert near.text.index("Show harbour") < near.text.index("Show wool")
    assert "about" not in before.text + after.text
    assert forgotten.status_code == HTTP_303_SEE_OTHER


async def test_tiles_and_pages_say_where_a_show_is_and_where_its_goods_are_made(
    world: ShowsWorld,
) -> None:
    await some_places(world)
    async with world.web(*routes) as web:
        home = (await web.get("/")).text
        city = (await web.get("/near?city=Ningbo")).text
        page = (await web.get("/shows/wool")).text
        belt = (await web.get("/shows/belt")).text

    assert "Tea House · Hamburg" in home
    assert "Tea House · Jingdezhen" in home
    assert "Show wool" in city
    assert "Show harbour" not in city
    assert "Wool market · Ningbo" in page
    assert "Made in Zhoushan" in page
    assert "Made in Jingdezhen" in belt
