"""Formats: what each asks for, and that a show goes live once it has it or is signed off."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from livehouse.domains.programmes import (
    Act,
    Cue,
    CueKind,
    Formats,
    FormatsRefused,
    Part,
    Performer,
    Sheet,
    known_formats,
)
from livehouse.domains.programmes.api import routes as api
from livehouse.domains.programmes.errors import NoCamera, NotReady, PartUnclear
from livehouse.domains.programmes.model.casting import checked_cast, unfilled
from livehouse.domains.programmes.model.formats import (
    CAMERA_SEEN_FOR,
    CONFIRMED,
    Chosen,
    Requirement,
    missing,
)
from livehouse.domains.programmes.pages import routes as pages
from livehouse.domains.shows import CAMERA, CameraState, Edit, Live, Room, Scheduled, Show, Where
from livehouse.domains.shows.pages import routes as show_pages
from livehouse.foundation.ids import ActId, CueId, RoomId, ShowId
from livehouse.foundation.places import Spot
from livehouse.foundation.roles import Role
from tests.support.moments import NOON
from tests.support.shows_world import OWNER, ShowsWorld, member_of
from tests.support.web_client import a_store_id, an_identity

FORMATS = known_formats()
PRESIDENT = Performer("Wei", Part.PRESIDENT)
PARTNER = Performer("Lin", Part.PLATFORM)
EXPERT = Performer("Dr Ma", Part.EXPERT)
HOST = Performer("Ann", Part.HOST)
ARTIST = Performer("Bo", Part.ARTIST)
CREATOR = Performer("Cai", Part.CREATOR)
GOOD = Chosen("", CONFIRMED, camera_seen_at=NOON, camera_key_seconds=2.0)
PAGE = "/console/tea-house/shows/tea-time/format"
PATH = "/api/shows/tea-time/format"


def a_sheet(*casts: Sequence[Performer], people: str = "", offer: str = str(UUID(int=5))) -> Sheet:
    def pin(n: int) -> Cue:
        return Cue(CueId(UUID(int=n)), CueKind.PIN, target=offer)

    return Sheet(
        1,
        tuple(
            Act(ActId(UUID(int=n)), f"Act {n}", 60, people, cues=(pin(n),), cast=tuple(cast))
            for n, cast in enumerate(casts)
        ),
    )


def a_show_at(where: Where, *, source: str = CAMERA) -> Show:
    room = Room(RoomId(UUID(int=1)), "room", a_store_id(1), "Room")
    return Show(
        ShowId(UUID(int=2)), "tea-time", room, "Tea time", "", Scheduled(NOON), NOON,
        source=source, where=where,
    )  # fmt: skip


QUAY = a_show_at(Where("Quay 1", "Hamburg", "Jingdezhen"))


def lacks(name: str, sheet: Sheet, chosen: Chosen = GOOD, show: Show = QUAY) -> list[str]:
    """What is missing, as words of the code: requirement, and who."""
    gaps = missing(FORMATS[name], chosen, show, sheet, rehearsed=True, now=NOON)
    return [gap.part.value if gap.part else gap.requirement.value for gap in gaps]


@pytest.mark.parametrize(
    ("name", "casts"),
    [
        ("variety", [[HOST, ARTIST], [HOST], [CREATOR]]),
        ("president", [[PRESIDENT], [PRESIDENT]]),
        ("president_partner", [[PRESIDENT], [PRESIDENT, PARTNER]]),
        ("president_expert", [[PRESIDENT], [PRESIDENT, EXPERT], [EXPERT]]),
        ("creator", [[CREATOR]]),
        ("store", [[]]),
        ("belt", [[Performer("Zhou", Part.MAKER)]]),
    ],
)
def test_every_format_asks_for_what_a_good_show_of_it_has(
    name: str, casts: list[list[Performer]]
) -> None:
    assert not lacks(name, a_sheet(*casts))
    assert missing(
        FORMATS[name], Chosen(name), a_show_at(Where()), Sheet(), rehearsed=False, now=NOON
    )


def test_the_three_forms_of_a_presidents_hour_are_three() -> None:
    alone = a_sheet([PRESIDENT], [PRESIDENT], [PRESIDENT])
    with_partner = a_sheet([PRESIDENT, PARTNER], [PRESIDENT], [PRESIDENT])
    with_expert = a_sheet([PRESIDENT, EXPERT], [PRESIDENT], [EXPERT])
    forms = ("president", "president_partner", "president_expert")

    assert [[lacks(form, sheet) for form in forms] for sheet in (alone, with_partner, with_expert)
            ] == [
        [[], ["platform", "together"], ["expert", "together"]],
        [["without"], [], ["expert", "together"]],
        [["without"], ["platform", "together"], []],
    ]  # fmt: skip


def test_one_person_in_three_acts_is_one_person() -> None:
    wei = [Performer(name, Part.HOST) for name in ("Wei Li", "  wei  li", "ＷＥＩ LI")]

    assert lacks("variety", a_sheet(*([one] for one in wei))) == ["people", "artist"]
    assert lacks("variety", a_sheet([], [], [], people="Ann, Bo & Ann")) == [
        "people", "host", "artist",
    ]  # fmt: skip


def test_who_never_share_an_act_are_not_together() -> None:
    assert lacks("president_partner", a_sheet([PRESIDENT], [PARTNER])) == ["together"]


def test_nobody_is_president_and_expert_at_once() -> None:
    both = [PRESIDENT, Performer("Wei", Part.EXPERT)]

    assert lacks("president_expert", a_sheet(both[:1], both[1:], [HOST])) == ["expert", "together"]
    with pytest.raises(PartUnclear):
        checked_cast(both)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(Part)), max_size=8))
def test_a_cast_fills_as_many_parts_as_it_has_people_for(pairs: list[tuple[str, Part]]) -> None:
    cast = [Performer(name, part) for name, part in pairs]
    wanted = {part: 1 for _, part in pairs}
    left = unfilled(wanted, cast)

    assert len(wanted) - len(left) <= len({name for name, _ in pairs})
    assert len(unfilled(wanted, cast[::-1])) == len(left)
    assert not unfilled({}, cast)


@pytest.mark.parametrize(
    ("source", "age", "key_seconds", "is_there"),
    [
        (CAMERA, timedelta(0), 2.0, True),
        (CAMERA, timedelta(0), 4.0, False),
        (CAMERA, timedelta(0), 0.0, False),
        (CAMERA, CAMERA_SEEN_FOR * 2, 2.0, False),
        (CAMERA, timedelta(0), None, False),
        ("/videos/film.mp4", timedelta(0), None, True),
    ],
)
def test_a_camera_must_have_been_seen_with_keyframes_often_enough(
    source: str, age: timedelta, key_seconds: float | None, *, is_there: bool
) -> None:
    chosen = replace(GOOD, camera_seen_at=NOON - age, camera_key_seconds=key_seconds)
    show = a_show_at(Where(), source=source)
    gaps = lacks("president", a_sheet([PRESIDENT], [PRESIDENT]), chosen, show)

    assert gaps == ([] if is_there else ["camera"])


# What an operator writes.


def test_an_operator_adds_formats_and_changes_ours(tmp_path: Path) -> None:
    (tmp_path / "formats.toml").write_text(
        '[cooking]\ntitle = "Cooking"\nparts = { creator = 2 }\n[belt]\nacts = 5\n'
    )
    known = known_formats(tmp_path)

    assert (known["cooking"].parts, known["belt"].acts) == ({Part.CREATOR: 2}, 5)
    assert known["variety"] == FORMATS["variety"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[cooking", "Expected ']'"),
        ("[cooking]\nacts = 1", "needs a title"),
        ('["Big Night"]\ntitle = "x"', "is named with"),
        ("[belt]\nacst = 1", "unknown field `acst`"),
        ("[belt]\nacts = '1'", "Expected `int`"),
        ("[belt]\nacts = -1", "from 0 to 100"),
        ("[belt]\nparts = { king = 1 }", "Invalid enum value 'king'"),
        ("[belt]\nparts = { host = 0 }", "at least one of each"),
        ("[belt]\nparts = { host = 1 }\nwithout = ['host']", "forbids somebody"),
        ("[belt]\nkey_seconds = nan", "key_seconds"),
        ("[belt]\nconfirm = ['acts']", "confirm: of rights"),
        ("\n".join(f"[f{n}]\ntitle = 'x'" for n in range(60)), "at most 40"),
        ("#" * 70_000, "larger than"),
    ],
)
def test_a_mistake_in_an_operators_formats_is_told_at_the_start(
    tmp_path: Path, written: str, words: str
) -> None:
    (tmp_path / "formats.toml").write_text(written)

    with pytest.raises(FormatsRefused) as refused:
        known_formats(tmp_path)
    assert words in str(refused.value)
    assert str(tmp_path / "formats.toml") in str(refused.value)


async def test_a_format_that_is_gone_lets_nobody_through(world: ShowsWorld) -> None:
    show = await world.a_show()
    await world.formats.choose(show.slug, Chosen("belt"))
    world.formats = Formats(world.shows, {})
    world.shows.hooks = [world.formats]

    with pytest.raises(NotReady):
        await world.shows.go_live(show.slug)


# The gate.


def a_camera(key_seconds: float) -> CameraState:
    return CameraState("rtmp", NOON, 1920, 1080, 30.0, 4_000, key_seconds, 0, None, None)


async def test_a_show_goes_live_once_it_is_what_it_says(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = str((await world.an_offer(show)).id)
    sheet = a_sheet([HOST, ARTIST], [HOST], [CREATOR], offer=offer)
    await world.programmes.save(show.slug, sheet.acts, version=0)
    await world.formats.choose(show.slug, Chosen("variety", confirmed=CONFIRMED))
    with pytest.raises(NoCamera):
        await world.formats.test_camera(show.slug)
    world.cameras.connected[show.room.id] = a_camera(2.0)
    with pytest.raises(NotReady) as refused:
        await world.shows.go_live(show.slug)
    await world.formats.test_camera(show.slug)
    await world.shows.rehearse(show.slug)
    await world.shows.end(show.slug)

    assert refused.value.params == {
        "missing": (
            "A rehearsal from start to end.",
            "A camera that was seen, with a keyframe often enough.",
        ),
        "path": "/studio/tea-time/format",
    }
    assert isinstance((await world.shows.go_live(show.slug)).state, Live)
    board = await world.programmes.board(show.slug)
    assert board.sheet.acts[0].people == "Ann, Bo"


async def test_who_cannot_go_live_reads_what_is_missing_and_where_it_is_mended(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    async with world.web(*pages, *show_pages, *api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_form(PAGE, format="belt", disclosures="1")
        told = (await web.get_json(PATH)).json()
        await web.post_form("/studio/tea-time/go-live")
        studio = await web.get("/studio/tea-time")
        led = await web.get("/studio/tea-time/format")
        page = await web.get(PAGE)
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR))
        by_moderator = await web.post_json(PATH, {"format": "belt"})

    assert (told["ready"], told["format"]) == (False, "belt")
    assert [(one["requirement"], one["mended_in"]) for one in told["missing"]] == [
        ("acts", "run-sheet"), ("people", "run-sheet"), ("offers", "run-sheet"),
        ("origin", "format"),
    ]  # fmt: skip
    assert "More acts in the run-sheet. More people on stage, by name." in studio.text
    assert 'href="/studio/tea-time/format"' in studio.text
    assert led.headers["location"] == PAGE
    assert 'href="/console/tea-house/shows/tea-time/run-sheet">More acts' in page.text
    assert by_moderator.status_code == 403


async def test_an_operator_signs_off_what_a_host_cannot(world: ShowsWorld) -> None:
    show = await world.a_show()
    async with world.web(*pages, *api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_form(PAGE, format="belt", origin="Jingdezhen", disclosures="1")
        wrong = await web.post_form(PAGE, format="opera")
        by_host = [
            (await web.post_form(f"{PAGE}/sign-off")).status_code,
            (await web.get("/operator/formats")).status_code,
            (await web.post_json(f"{PATH}/sign-off", {})).status_code,
        ]
        empty = await web.post_form(f"{PAGE}/ask", why=" ")
        asked = await web.post_json(f"{PATH}/ask", {"why": "The <b>kiln</b> is open today."})
        web.sign_in_as(an_identity(9, is_operator=True))
        queue = await web.get("/operator/formats")
        await web.post_form("/operator/formats/tea-time/answer", why="Name an offer.")
        answered = await web.get("/operator/formats")
        host_reads = (await world.formats.of_show(show.slug)).chosen
        with pytest.raises(NotReady):
            await world.shows.go_live(show.slug)
        signed = await web.post_form("/operator/formats/tea-time/sign-off")

    assert (wrong.status_code, by_host, empty.status_code) == (422, [404, 404, 404], 303)
    assert asked.json()["asked_at"] == "2026-01-01T12:00:00Z"
    assert "The &lt;b&gt;kiln&lt;/b&gt; is open today." in queue.text
    assert "Nobody is waiting" in answered.text
    assert host_reads is not None
    assert host_reads.answer == "Name an offer."
    assert signed.status_code == 303
    assert isinstance((await world.shows.go_live(show.slug)).state, Live)


@pytest.mark.parametrize("what", ["sheet", "format", "place"])
async def test_a_signature_is_for_the_show_as_it_was(world: ShowsWorld, what: str) -> None:
    show = await world.a_show()
    await world.formats.choose(show.slug, Chosen("store"))
    await world.formats.sign_off(show.slug, by=OWNER)
    assert (await world.formats.of_show(show.slug)).signed
    match what:
        case "sheet":
            await world.programmes.save(show.slug, a_sheet([HOST], offer="").acts, version=0)
        case "format":
            await world.formats.choose(show.slug, Chosen("store", (Requirement.RIGHTS,)))
        case _:
            await world.shows.edit(show.slug, Edit(where=Where(city="Hamburg")), version=0)

    assert not (await world.formats.of_show(show.slug)).signed
    with pytest.raises(NotReady):
        await world.shows.go_live(show.slug)


async def test_a_show_that_moves_stays_signed_and_one_that_is_off_asks_no_more(
    world: ShowsWorld,
) -> None:
    show = await world.a_show()
    await world.formats.choose(show.slug, Chosen("belt"))
    await world.formats.sign_off(show.slug, by=OWNER)
    await world.shows.edit(
        show.slug, Edit(starts_at=show.starts_at + timedelta(hours=1)), version=0
    )
    assert (await world.formats.of_show(show.slug)).signed
    await world.formats.ask(show.slug, "Please")
    assert len(await world.formats.asking()) == 1
    await world.shows.cancel(show.slug)
    assert not await world.formats.asking()


async def test_a_shop_says_where_it_is_as_exactly_as_its_quarter(world: ShowsWorld) -> None:
    show = await world.a_show()
    typed = {"format": "store", "place": "Quay 1", "city": " Hamburg ", "longitude": "9.993682"}
    async with world.web(*pages) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        await web.post_form(PAGE, latitude="53.551086", **typed)
        off_the_earth = await web.post_form(PAGE, latitude="95", **typed)
        page = await web.get(PAGE)

    where = (await world.shows.by_slug(show.slug)).where
    assert where == Where("Quay 1", "Hamburg", "", Spot(53.55, 9.99))
    assert off_the_earth.status_code == 422
    assert 'value="53.55"' in page.text


@pytest.mark.parametrize(
    "cast",
    [
        [{"name": "x" * 81, "part": "host"}],
        [{"name": " \x00", "part": "host"}],
        [{"name": "Ann", "part": "king"}],
        [{"name": "Ann", "part": "host"}] * 21,
        [{"name": "Ann", "part": "host"}, {"name": "ann", "part": "guest"}],
    ],
)
async def test_a_cast_that_makes_no_sense_is_refused(world: ShowsWorld, cast: object) -> None:
    show = await world.a_show()
    act = {"id": str(UUID(int=1)), "title": "Tea", "seconds": 60, "cast": cast}
    async with world.web(*api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        answer = await web.post_json("/api/shows/tea-time/run-sheet", {"version": 0, "acts": [act]})

    assert answer.status_code in {400, 422}, msgspec.json.encode(cast)
