"""What is kept ready for a show begins by its cues: by hand or by time, once on the night."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from livehouse.domains.crowd import Reward
from livehouse.domains.crowd import api as crowd_api
from livehouse.domains.offers import DropOver
from livehouse.domains.offers.api import routes as offers_api
from livehouse.domains.offers.model import Taken, Taking
from livehouse.domains.play import api, pages
from livehouse.domains.programmes import Act, CompanionKind, Cue, CueKind, Prepared
from livehouse.domains.programmes.api import routes as programmes_api
from livehouse.domains.programmes.errors import AlreadyHeld, CueLost
from livehouse.domains.programmes.model.prepared import check_holding
from livehouse.domains.programmes.pages import routes as programmes_pages
from livehouse.domains.shows import RunKind, Show
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ActId, CueId, DropId, PersonId, PreparedId, ShowId
from livehouse.foundation.roles import Role
from tests.support.crowd_world import a_coupon
from tests.support.moments import NOON
from tests.support.shows_world import OWNER, ShowsWorld, member_of

POLL = {"title": "Which glaze?", "contestants": ["Moss", "Ash"], "minutes": 5}
FAN = PersonId(UUID(int=7))


async def all_prepared(world: ShowsWorld, show: Show) -> dict[CueKind, str]:
    """A poll, a quiz, red packets and coupons that wait for their cues, made as a host makes them;
    and what cues call them."""
    coupon_id = await a_coupon(world, show)
    here = f"/api/shows/{show.slug}"
    drop = {"coupon_id": str(coupon_id), "count": 3, "seconds": 60}
    async with world.web(*api.routes, *crowd_api.routes, *offers_api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        made = [
            await web.post_json(f"{here}/battles/prepared", POLL),
            await web.post_json(
                f"{here}/packets/prepared",
                {"title": "For all", "count": 5, "points": 100, "seconds": 30},
            ),
            await web.post_json(f"{here}/drops/prepared", drop),
        ]
    quiz = await world.crowd.quizzes.make(
        show, "Where is this tea from?", ["Fujian", "Assam"],
        right=1, seconds=20, reward=Reward(points=10), winners_max=9,
    )  # fmt: skip
    found = {CueKind(one.json()["kind"]): str(one.json()["id"]) for one in made}
    return found | {CueKind.QUIZ: str(quiz.id), CueKind.QUESTIONS: ""}


async def a_sheet(
    world: ShowsWorld, slug: str, *cues: tuple[CueKind, str], at: int | None = None
) -> list[CueId]:
    made = tuple(Cue(CueId(world.ids.new()), kind, at, target) for kind, target in cues)
    act = Act(ActId(world.ids.new()), "Song", 300, cues=made)
    version = (await world.programmes.board(slug)).sheet.version
    await world.programmes.save(slug, [act], version=version)
    return [cue.id for cue in made]


async def states(world: ShowsWorld, slug: str) -> dict[CueId, tuple[str, str]]:
    given = (await world.programmes.board(slug)).given
    return {one.cue_id: (one.state, one.code) for one in given}


async def begun(world: ShowsWorld, show: Show) -> dict[str, int]:
    """How many of each are in the room of the run that is on, or were."""
    show = await world.shows.by_slug(show.slug)
    quizzes = await world.crowd.quizzes.of_show(show)
    return {
        "votes": len(await world.battles.of_show(show)),
        "quizzes": sum(one.opens_at is not None for one in quizzes),
        "packets": len(await world.crowd.drops.of_show(show)),
        "drops": len(await world.facts("offers.coupon_dropped")),
        "questions": (await world.crowd.questions.standing(show)).is_open,
    }


async def test_cues_begin_by_hand_and_by_time_what_was_prepared(world: ShowsWorld) -> None:
    show = await world.a_show()
    things = list((await all_prepared(world, show)).items())
    by_hand = await a_sheet(world, show.slug, *things)
    await world.shows.rehearse(show.slug)
    for cue_id in by_hand:
        await world.programmes.give(show.slug, cue_id, by=OWNER)
    assert set(await begun(world, show)) == {"votes", "quizzes", "packets", "drops", "questions"}
    assert set((await begun(world, show)).values()) == {1}
    await world.shows.end(show.slug)

    by_time = await a_sheet(world, show.slug, *things, at=5)
    await world.shows.go_live(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=OWNER)
    await world.clock.advance(timedelta(seconds=5))
    assert await world.programmes.give_due() == len(by_time)

    assert set((await states(world, show.slug)).values()) == {("given", "")}
    assert await begun(world, show) == {
        "votes": 1, "quizzes": 1, "packets": 1, "drops": 2, "questions": 1,
    }  # fmt: skip


async def test_a_rehearsal_uses_up_nothing_of_what_is_prepared(world: ShowsWorld) -> None:
    show = await world.a_show()
    things = await all_prepared(world, show)
    cues = await a_sheet(world, show.slug, *things.items())
    before = await what_there_is(world, show)

    await world.shows.rehearse(show.slug)
    for cue_id in cues:
        await world.programmes.give(show.slug, cue_id, by=OWNER)
    (fact,) = await world.facts("offers.coupon_dropped")
    fell = DropId(UUID(msgspec.json.decode(fact.payload)["drop_id"]))
    taken = [await world.drops.commit([Taking(fell, FAN)]) for _ in range(5)]
    await world.clock.advance(timedelta(minutes=2))
    (late,) = await world.drops.commit([Taking(fell, FAN)])
    await world.shows.end(show.slug)

    assert all(isinstance(one, Taken) and not one.is_new for (one,) in taken)
    assert isinstance(late, DropOver)
    assert await what_there_is(world, show) == before


async def what_there_is(world: ShowsWorld, show: Show) -> dict[str, object]:
    listed = await world.shows.by_slug(show.slug)
    return {
        "prepared": await world.preparations.of_show(listed),
        "quizzes": await world.crowd.quizzes.of_show(listed),
        "packets": await world.crowd.drops.of_show(listed),
        "battles": await world.battles.of_show(listed),
        "issued": await world.coupons.issued_by(show.room.store_id),
        "mine": await world.coupons.of_person(FAN),
        "points": await world.crowd.rewards.account(FAN),
    }


async def test_what_was_held_is_not_held_again_and_says_so(world: ShowsWorld) -> None:
    show = await world.a_show()
    things = await all_prepared(world, show)
    vote = (CueKind.VOTE, things[CueKind.VOTE])
    (first,) = await a_sheet(world, show.slug, vote)
    await world.shows.go_live(show.slug)
    await world.programmes.give(show.slug, first, by=OWNER)
    quiz = (CueKind.QUIZ, things[CueKind.QUIZ])
    again = await a_sheet(world, show.slug, vote, quiz, quiz, at=0)
    await world.programmes.go_on(show.slug, after=0, by=OWNER)
    await world.programmes.give_due()
    with pytest.raises(AlreadyHeld):
        await world.preparations.throw_away(show, PreparedId(UUID(vote[1])))

    told = [(await states(world, show.slug))[cue_id] for cue_id in again]
    assert told[0] == ("refused", "already_held")
    assert sorted(told[1:]) == [("given", ""), ("refused", "quiz_started")]
    assert len(await world.battles.of_show(show)) == 1


async def test_a_cue_names_only_what_is_prepared_for_its_kind(world: ShowsWorld) -> None:
    show = await world.a_show()
    things = await all_prepared(world, show)
    for kind, target in (
        (CueKind.PACKETS, things[CueKind.VOTE]),
        (CueKind.VOTE, things[CueKind.QUIZ]),
        (CueKind.QUIZ, str(show.id)),
        (CueKind.DROP, "nonsense"),
    ):
        with pytest.raises(CueLost):
            await a_sheet(world, show.slug, (kind, target))


async def test_a_host_finds_what_the_rooms_have_by_their_names(world: ShowsWorld) -> None:
    store = await world.a_store()
    show = await world.a_show("gala", store=store, title="Gala")
    deals = await world.a_show("deals", store=store, title="Deals")
    other = await world.a_show("other", store=await world.a_store("kiln"), title="Other")
    await world.companions.link("gala", "deals", CompanionKind.DEAL)
    await world.companions.link("gala", "other", CompanionKind.BACKSTAGE)
    offer = await world.an_offer(other)
    async with world.web(*programmes_api, *programmes_pages, *api.routes, *pages.routes) as web:
        web.sign_in_as(member_of(store.id, Role.HOST))
        await web.post_json("/api/shows/deals/battles/prepared", POLL)
        asked = (await web.get_json("/api/shows/gala/cue-things")).json()["rooms"]
        await world.companions.accept("other", stage_slug="gala")
        await world.shows.go_live("deals")
        linked = (await web.get_json("/api/shows/gala/cue-things")).json()["rooms"]
        from_deals = (await web.get_json("/api/shows/deals/cue-things")).json()["rooms"]
        web.sign_in_as(member_of(other.room.store_id, Role.HOST))
        forbidden = await web.get_json("/api/shows/gala/cue-things")

    assert [(one["slug"], one["relation"]) for one in asked] == [
        ("gala", "own"), ("deals", "deal"), ("other", "asked"),
    ]  # fmt: skip
    assert [one["title"] for one in asked[1]["things"]["vote"]] == ["Which glaze?"]
    assert asked[2]["things"] == {}, "who has not agreed shows nothing"
    rooms = {one["slug"]: one for one in linked}
    assert rooms["other"]["relation"] == "backstage"
    assert [one["id"] for one in rooms["other"]["things"]["pin"]] == [str(offer.id)]
    assert rooms["deals"]["state"] == "live"
    assert [one["things"] for one in from_deals if one["slug"] == "gala"] == [{}], "stages lead"
    assert forbidden.status_code == 404
    assert (show.slug, deals.slug) == ("gala", "deals")


async def test_a_host_keeps_a_battle_ready_and_throws_it_away(world: ShowsWorld) -> None:
    show = await world.a_show()
    typed = {
        "kind": "battle", "title": "Stars", "contestants": "Ann\nBo", "free_votes": "5",
        "minutes": "10", "later": "true",
    }  # fmt: skip
    async with world.web(*pages.routes, *programmes_pages, *programmes_api) as web:
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        here, sheet = f"/studio/{show.slug}/battles", f"/console/tea-house/shows/{show.slug}"
        refused = await web.post_form(here, **typed | {"contestants": "Ann"})
        await web.post_form(here, **typed)
        (one,) = await world.preparations.of_show(show)
        listed = await web.get(f"{sheet}/run-sheet")
        web.sign_in_as(member_of(show.room.store_id, Role.MODERATOR, number=3))
        not_theirs = await web.post_form(f"{sheet}/prepared/{one.id}/remove")
        web.sign_in_as(member_of(show.room.store_id, Role.HOST))
        gone = await web.post_form(f"{sheet}/prepared/{one.id}/remove")

    assert refused.status_code == 422
    assert "Stars" in listed.text
    assert (not_theirs.status_code, gone.status_code) == (403, 303)
    assert await world.preparations.of_show(show) == []


READY = Prepared(
    id=PreparedId(UUID(int=1)), show_id=ShowId(UUID(int=2)), kind=CueKind.VOTE, title="Stars",
    terms={},
)  # fmt: skip


def test_a_rehearsal_holds_as_often_as_it_likes_and_the_night_once() -> None:
    held = replace(READY, held_at=NOON)

    for one, run in ((READY, RunKind.LIVE), (READY, RunKind.REHEARSAL), (held, RunKind.REHEARSAL)):
        assert check_holding(one, READY.show_id, CueKind.VOTE, run) is one
    with pytest.raises(AlreadyHeld):
        check_holding(held, READY.show_id, CueKind.VOTE, RunKind.LIVE)


def test_only_its_own_show_begins_it_and_only_as_what_it_is() -> None:
    elsewhere = ShowId(UUID(int=3))
    for show_id, kind in ((elsewhere, CueKind.VOTE), (READY.show_id, CueKind.DROP)):
        with pytest.raises(NotFound):
            check_holding(READY, show_id, kind, RunKind.REHEARSAL)
