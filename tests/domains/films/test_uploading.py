"""A host uploads a film, and lets a show play it."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from livehouse.domains.films import Allowance, Film
from livehouse.domains.films.errors import FilmSpaceUsed, FilmTooLarge, OtherPlace, TooManyFilms
from livehouse.domains.films.model import FILMS_MAX, check_room
from livehouse.domains.shows import FilmedBefore
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import FilmId
from livehouse.foundation.roles import Role
from livehouse.media.folder import video_folder
from tests.domains.films.conftest import FilmHouse
from tests.support.media_material import Film as FilmToMake
from tests.support.moments import NOON
from tests.support.web_client import a_store_id

ALLOWANCE = Allowance(megabytes=2, minutes=1, store_megabytes=3)
MEGABYTE = 1_000_000


def a_film(size: int, *, state: str = "ready") -> Film:
    return Film(FilmId(a_store_id(5)), a_store_id(), "Tea", state, size, NOON)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def playable(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds that go out as they are."""
    return FilmToMake(seconds=2.0).write(tmp_path_factory.mktemp("films") / "a.mp4").read_bytes()


@pytest.mark.parametrize(
    ("others", "size", "refusal"),
    [
        ([], 0, InvalidInput),
        ([], 2 * MEGABYTE + 1, FilmTooLarge),
        ([a_film(2 * MEGABYTE)], MEGABYTE + 1, FilmSpaceUsed),
        ([a_film(1)] * FILMS_MAX, 1, TooManyFilms),
        ([a_film(2 * MEGABYTE)], MEGABYTE, None),
        ([a_film(3 * MEGABYTE, state="refused")], MEGABYTE, None),
    ],
)
def test_a_store_has_so_much_room(
    others: list[Film], size: int, refusal: type[DomainError] | None
) -> None:
    if refusal is None:
        check_room(others, size, ALLOWANCE)
        return
    with pytest.raises(refusal):
        check_room(others, size, ALLOWANCE)


async def test_a_host_uploads_a_film_and_plans_a_show_of_it(
    house: FilmHouse, playable: bytes
) -> None:
    store = await house.world.a_store()
    async with house.web(store) as web:
        sent = await house.upload(web, playable, title="Tea at noon.mp4", piece=20_000)
        waiting = await web.get("/console/tea-house/films")
        await house.films.check_next()
        (film,) = (await web.get_json("/api/stores/tea-house/films")).json()["films"]
        page = await web.get("/console/tea-house/films")
        name = f"{film['id']}.mp4"
        planned = await web.post_form(
            "/console/tea-house/schedule", title="Tea", starts_at="2026-01-05T20:00", source="+",
            playlist=[name, "", name], loops="1",
        )  # fmt: skip
        refused = await web.post_form(f"/console/tea-house/films/{film['id']}/delete")
        await house.world.shows.cancel("tea")
        await web.post_form(f"/console/tea-house/films/{film['id']}/delete")

    assert (sent.status_code, sent.json()["state"]) == (200, "checking")
    assert "Being checked" in waiting.text
    assert (film["state"], film["title"]) == ("ready", "Tea at noon.mp4")
    assert film["seconds"] == pytest.approx(2.0, abs=0.1)
    assert "Ready" in page.text
    assert planned.status_code == 303
    show = await house.world.shows.by_slug("tea")
    path = str(house.data / "films" / name)
    assert show.plays == FilmedBefore((path, path), loops=True, since=house.world.clock.now())
    assert refused.headers["location"] == "/console/tea-house/films"
    assert await house.films.of_store(store.id) == []
    assert house.lying == []


async def test_what_broke_off_goes_on_where_it_was(house: FilmHouse, playable: bytes) -> None:
    store = await house.world.a_store()
    begin = {"title": "tea.mp4", "bytes": len(playable)}

    third = len(playable) // 3

    async def broken() -> AsyncIterator[bytes]:
        yield playable[third : third + 10]
        raise ConnectionError

    async with house.web(store) as web:
        film = (await web.post_json("/api/stores/tea-house/films", begin)).json()
        film_id = FilmId(film["id"])
        await house.put(web, film["id"], 0, playable[:third])
        with pytest.raises(ConnectionError):
            await house.films.take(store.id, film_id, third, broken())
        wrong = await house.put(web, film["id"], third + 10, playable[third + 10 :])
        again = (await web.post_json("/api/stores/tea-house/films", begin)).json()
        sent = await house.upload(web, playable)
        late = await house.put(web, film["id"], 0, b"x" * 10)

    assert (wrong.status_code, wrong.json()["code"]) == (409, "other_place")
    assert (again["id"], again["received"]) == (film["id"], third)
    assert sent.json()["state"] == "checking"
    assert late.status_code == 409
    assert (house.data / "films" / f"{film_id}.coming").read_bytes() == playable


async def test_only_one_writes_at_a_time_and_no_more_than_was_announced(
    house: FilmHouse,
) -> None:
    store = await house.world.a_store()
    film = await house.films.begin(store.id, "tea.mp4", 100)
    writes, goes_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 50
        writes.set()
        await goes_on.wait()
        yield b"x" * 50

    async def content(size: int) -> AsyncIterator[bytes]:
        yield b"y" * size

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(house.films.take(store.id, film.id, 0, slow()))
        await writes.wait()
        with pytest.raises(OtherPlace):
            await house.films.take(store.id, film.id, 0, content(100))
        goes_on.set()
    other = await house.films.begin(store.id, "more.mp4", 10)
    with pytest.raises(InvalidInput):
        await house.films.take(store.id, other.id, 0, content(11))

    assert first.result().state == "checking"
    assert (house.data / "films" / f"{film.id}.coming").read_bytes() == b"x" * 100


async def test_what_cannot_be_played_is_refused_with_what_to_do(house: FilmHouse) -> None:
    store = await house.world.a_store()
    async with house.web(store) as web:
        await house.upload(web, b"no film at all" * 100)
        await house.films.check_next()
        page = await web.get("/console/tea-house/films")
        (film,) = (await web.get_json("/api/stores/tea-house/films")).json()["films"]

    assert (film["state"], film["problem"]) == ("refused", "film_not_playable")
    assert "Export it as MP4 with H.264 video and AAC sound" in page.text
    assert house.lying == []


async def test_an_unusual_film_is_encoded_once_unless_it_is_too_long(
    house: FilmHouse, tmp_path: Path
) -> None:
    store = await house.world.a_store()
    film = FilmToMake(seconds=1.0, codec="mpeg4").write(tmp_path / "odd.mp4").read_bytes()
    async with house.web(store) as web:
        await house.upload(web, film, title="odd.avi")
        await house.films.check_next()
        house.films.allowance = Allowance(megabytes=2, minutes=0, store_megabytes=3)
        await house.upload(web, film, title="long.avi")
        await house.films.check_next()

    found = {film.title: film for film in await house.films.of_store(store.id)}
    refused, ready = found["long.avi"], found["odd.avi"]
    assert (refused.state, refused.problem) == ("refused", "film_too_long")
    assert ready.state == "ready"
    assert house.lying == [ready.name]
    assert ready.bytes == (house.data / "films" / ready.name).stat().st_size


async def test_a_recording_becomes_a_film_that_outlives_it(
    house: FilmHouse, playable: bytes
) -> None:
    world = house.world
    show = await world.a_show()
    await world.shows.go_live(show.slug)
    run = (await world.shows.end(show.slug)).run
    assert run is not None
    await world.recordings.tell(run.id, ms=2_000, size=len(playable), pieces=[], is_on=False)
    store = await world.stores.store(show.room.store_id)
    async with house.web(store) as web:
        offered = await web.get("/console/tea-house/films")
        await web.post_form(f"/console/tea-house/films/recordings/{run.id}")
        await house.films.take_recordings()
        making = await house.films.of_store(store.id)
        lying = video_folder(house.data, str(run.id))
        lying.mkdir(parents=True)
        (lying / "made-whole.mp4").write_bytes(playable)
        (file,) = await world.recordings.files(run.id)
        await world.recordings.tell_file(
            file.id, state="done", progress=1000, size=len(playable), problem=""
        )
        await house.films.take_recordings()
        (lying / "made-whole.mp4").unlink()

    assert "Make it a film" in offered.text
    assert [film.state for film in making] == ["making"]
    (film,) = await house.films.of_store(store.id)
    assert (film.state, film.title) == ("checking", "Tea time")
    assert (house.data / "films" / f"{film.id}.coming").read_bytes() == playable


async def test_films_are_for_those_who_run_shows(house: FilmHouse, playable: bytes) -> None:
    store, other = await house.world.a_store(), await house.world.a_store("kiln")
    film = await house.films.begin(store.id, "tea.mp4", len(playable))
    async with house.web(store, Role.MODERATOR) as web:
        seen = await web.get("/console/tea-house/films")
        answers = [
            await web.post_json("/api/stores/tea-house/films", {"title": "a", "bytes": 1}),
            await house.put(web, str(film.id), 0, playable),
            await web.post_form(f"/console/tea-house/films/{film.id}/delete"),
        ]
    async with house.web(other, Role.OWNER) as web:
        foreign = await house.put(web, str(film.id), 0, playable)
        not_theirs = await web.post_form(f"/console/kiln/films/{film.id}/delete")
        chosen = await web.post_form(
            "/console/kiln/schedule", title="Tea", starts_at="2026-01-05T20:00", source=film.name
        )

    assert "Upload a film" not in seen.text
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert foreign.status_code == 404
    assert not_theirs.status_code in {303, 404}
    assert chosen.status_code == 422
    assert len(await house.films.of_store(store.id)) == 1


async def test_what_nobody_goes_on_with_is_forgotten(house: FilmHouse) -> None:
    store = await house.world.a_store()
    film = await house.films.begin(store.id, "tea.mp4", 100)
    folder = house.data / "films"
    left = folder / f"{film.id}.coming"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    (folder / "somebody-elses.txt").write_text("kept")
    await house.films.sweep()
    there = left.exists()

    await house.world.clock.advance(timedelta(days=1, seconds=1))
    await house.films.sweep()

    assert there
    assert await house.films.of_store(store.id) == []
    assert house.lying == ["somebody-elses.txt"]
