"""Run-sheets on a real database: written, rehearsed, followed live, with cues given once."""

import asyncio
from datetime import timedelta

import pytest

from livehouse.domains.offers import Offer, Open
from livehouse.domains.programmes import Act, CompanionKind, Cue, CueKind
from livehouse.domains.programmes.errors import (
    ActPlayed,
    CueDone,
    CueElsewhere,
    CueIncomplete,
    CueLost,
    ProgrammeOver,
    SheetChanged,
    StepTaken,
)
from livehouse.domains.programmes.live import FOLDS
from livehouse.domains.shows import NotLive, Show, ShowOver
from livehouse.domains.shows.live import seed
from livehouse.engine.canonical import State
from livehouse.engine.folds import Folds
from livehouse.engine.patches import apply
from livehouse.engine.ports import RoomFact
from livehouse.foundation.errors import DomainError, InvalidInput
from livehouse.foundation.ids import ActId, CueId, PersonId, RunId
from tests.support.draws_world import a_plan
from tests.support.shows_world import OWNER, ShowsWorld

MINUTE = timedelta(minutes=1)
BY = PersonId(OWNER)


def a_cue(
    world: ShowsWorld, kind: CueKind, *, at: int | None = None, target: str = "", text: str = ""
) -> Cue:
    return Cue(CueId(world.ids.new()), kind, at, target, text)


def an_act(world: ShowsWorld, title: str, *cues: Cue, seconds: int = 300) -> Act:
    return Act(ActId(world.ids.new()), title, seconds, cues=cues)


async def a_planned_show(world: ShowsWorld, *acts: Act) -> Show:
    show = await world.a_show()
    await world.programmes.save(show.slug, acts, version=0)
    return show


async def room_of(world: ShowsWorld, run_id: RunId) -> State:
    """The room's state, folded from what has been recorded."""
    folds = Folds(seed, FOLDS)
    state = folds.seed(run_id)
    for fact in await world.facts("programmes."):
        change = folds.fold(state, RoomFact((0, 0), run_id, fact.kind, fact.payload), 0)
        state = apply(state, change.patch)
    return state


async def test_a_show_goes_from_act_to_act(world: ShowsWorld) -> None:
    acts = [an_act(world, title) for title in ("Welcome", "Tea", "Goodbye")]
    show = await a_planned_show(world, *acts)
    live = await world.shows.go_live(show.slug)
    assert live.run is not None

    before = await room_of(world, live.run.id)
    await world.programmes.go_on(show.slug, after=0, by=BY)
    await world.clock.advance(4 * MINUTE)
    await world.programmes.delay(show.slug, 60, after=1, by=BY)
    board = await world.programmes.skip(show.slug, acts[1].id, after=2, by=BY)
    during = await room_of(world, live.run.id)
    await world.programmes.go_on(show.slug, after=3, by=BY)
    await world.programmes.go_on(show.slug, after=4, by=BY)
    after = await room_of(world, live.run.id)

    assert before["programme"].keys() == {str(act.id) for act in acts}  # type: ignore[union-attr]
    assert during["stage"] == {"pin": "", "act": str(acts[0].id)}
    assert str(acts[1].id) not in during["programme"]  # type: ignore[operator]
    assert board.slots[2].starts_at == world.clock.now() + 2 * MINUTE
    assert after["stage"] == {"pin": ""}
    begun = await world.facts("programmes.act_begun")
    assert len(begun) == 2
    with pytest.raises(ProgrammeOver):
        await world.programmes.go_on(show.slug, after=5, by=BY)


async def test_of_many_who_press_at_once_one_goes_on(world: ShowsWorld) -> None:
    show = await a_planned_show(world, *(an_act(world, f"Act {n}") for n in range(5)))
    await world.shows.go_live(show.slug)

    async def press() -> object:
        try:
            return await world.programmes.go_on(show.slug, after=0, by=BY)
        except DomainError as refusal:
            return refusal

    answers = await asyncio.gather(*(press() for _ in range(5)))

    assert sum(isinstance(answer, StepTaken) for answer in answers) == 4
    assert len(await world.facts("programmes.act_begun")) == 1


async def test_cues_come_at_their_second_and_once(world: ShowsWorld) -> None:
    show = await world.a_show()
    offer = await world.an_offer(show)
    pin, opening, slate = (
        a_cue(world, CueKind.PIN, at=10, target=str(offer.id)),
        a_cue(world, CueKind.OPEN, at=20, target=str(offer.id)),
        a_cue(world, CueKind.SLATE, text="Back in a moment"),
    )
    await world.programmes.save(show.slug, [an_act(world, "Tea", pin, opening, slate)], version=0)
    live = await world.shows.go_live(show.slug)
    assert live.run is not None
    await world.programmes.go_on(show.slug, after=0, by=BY)

    assert await world.programmes.give_due() == 0
    await world.clock.advance(timedelta(seconds=10))
    # As many nodes as like look at once.
    await asyncio.gather(*(world.programmes.give_due() for _ in range(4)))
    assert len(await world.facts("offers.pinned")) == 1
    assert not isinstance((await world.offers.by_id(offer.id)).state, Open)
    await world.clock.advance(timedelta(seconds=10))
    await world.programmes.give_due()
    assert await world.programmes.give_due() == 0
    assert isinstance((await world.offers.by_id(offer.id)).state, Open)

    await world.programmes.give(show.slug, slate.id, by=BY)
    with pytest.raises(CueDone):
        await world.programmes.give(show.slug, slate.id, by=BY)
    assert (await room_of(world, live.run.id))["stage"] == {
        "pin": "", "act": str((await world.programmes.board(show.slug)).sheet.acts[0].id),
        "slate": "Back in a moment",
    }  # fmt: skip


async def test_a_cue_dies_with_its_act_and_comes_in_the_next_run_again(world: ShowsWorld) -> None:
    note = a_cue(world, CueKind.NOTE, at=60, text="Smile")
    show = await a_planned_show(world, an_act(world, "Tea", note), an_act(world, "Cake"))
    await world.shows.rehearse(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=BY)
    await world.programmes.go_on(show.slug, after=1, by=BY)
    await world.clock.advance(2 * MINUTE)

    assert await world.programmes.give_due() == 0
    assert [one.state for one in (await world.programmes.board(show.slug)).given] == ["dropped"]

    await world.shows.end(show.slug)
    await world.shows.go_live(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=BY)
    await world.clock.advance(2 * MINUTE)
    assert await world.programmes.give_due() == 1
    assert [one.state for one in (await world.programmes.board(show.slug)).given] == ["given"]


async def test_what_a_cue_does_and_that_it_was_given_stand_or_fall_together(
    world: ShowsWorld,
) -> None:
    store = await world.a_store()
    show = await world.a_show(store=store)
    other = await world.a_show("other", store=store)
    foreign = await world.an_offer(other)
    bad = a_cue(world, CueKind.OPEN, at=0, target=str(foreign.id))
    await world.companions.link(show.slug, other.slug, CompanionKind.DEAL)
    empty = a_cue(world, CueKind.PIN)
    await world.programmes.save(show.slug, [an_act(world, "Tea", bad, empty)], version=0)
    await world.companions.unlink(show.slug, other.slug)
    await world.shows.go_live(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=BY)

    await world.programmes.give_due()
    with pytest.raises(CueIncomplete):
        await world.programmes.give(show.slug, empty.id, by=BY)

    given = (await world.programmes.board(show.slug)).given
    assert [(one.cue_id, one.state, one.code) for one in given] == [
        (bad.id, "refused", "cue_elsewhere")
    ]
    again: Offer = await world.offers.by_id(foreign.id)
    assert again == foreign


async def test_a_cue_starts_the_draw_that_it_names_and_no_other_shows(world: ShowsWorld) -> None:
    store = await world.a_store()
    show = await world.a_show(store=store)
    neighbour = await world.a_show("neighbour", store=store)
    plan_id, foreign = (
        await world.draws.plan(show, a_plan()),
        await world.draws.plan(neighbour, a_plan()),
    )
    for wrong, refusal in ((str(foreign), CueElsewhere), ("tea", CueLost)):
        act = an_act(world, "6:18", a_cue(world, CueKind.DRAW, target=wrong))
        with pytest.raises(refusal):
            await world.programmes.save(show.slug, [act], version=0)
    cues = [a_cue(world, CueKind.DRAW, at=at, target=str(plan_id)) for at in range(2)]
    await world.programmes.save(show.slug, [an_act(world, "6:18", *cues)], version=0)
    await world.shows.go_live(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=BY)
    await world.clock.advance(MINUTE)

    await world.programmes.give_due()

    given = {one.cue_id: one.code for one in (await world.programmes.board(show.slug)).given}
    assert [given[cue.id] for cue in cues] == ["", "terms_frozen"]
    assert [one.draw.id for one in await world.draws.started(show)] == [plan_id]
    assert [one for one, _ in await world.draws.plans(neighbour)] == [foreign]


async def test_while_a_show_is_on_only_what_comes_changes(world: ShowsWorld) -> None:
    first, second = an_act(world, "Tea"), an_act(world, "Cake")
    show = await a_planned_show(world, first, second)
    with pytest.raises(SheetChanged):
        await world.programmes.save(show.slug, [first], version=0)
    with pytest.raises(NotLive):
        await world.programmes.go_on(show.slug, after=0, by=BY)
    await world.shows.go_live(show.slug)
    await world.programmes.go_on(show.slug, after=0, by=BY)

    with pytest.raises(ActPlayed):
        await world.programmes.save(show.slug, [second, first], version=1)
    song = an_act(world, "Song")
    await world.programmes.save(show.slug, [first, song, second], version=1)
    board = await world.programmes.go_on(show.slug, after=1, by=BY)
    assert board.progress.last == song.id

    await world.shows.end(show.slug)
    with pytest.raises(ShowOver):
        await world.programmes.save(show.slug, [first], version=2)
    over = await world.programmes.board(show.slug)
    assert over.progress.on is None
    assert len(await world.facts("programmes.finished")) == 1


async def test_acts_are_copied_from_an_earlier_show(world: ShowsWorld) -> None:
    store = await world.a_store()
    earlier = await world.a_show("earlier", store=store)
    offer = await world.an_offer(earlier)
    cues = (
        a_cue(world, CueKind.PIN, at=3, target=str(offer.id)),
        a_cue(world, CueKind.NOTE, text="Smile"),
    )
    await world.programmes.save(earlier.slug, [an_act(world, "Tea", *cues)], version=0)
    show = await world.a_show("later", store=store)
    await world.programmes.save(show.slug, [an_act(world, "Welcome")], version=0)

    sheet = await world.programmes.copy(show.slug, source=earlier, version=1)

    assert [act.title for act in sheet.acts] == ["Welcome", "Tea"]
    taken = sheet.acts[1].cues
    assert [(cue.at_seconds, cue.target, cue.text) for cue in taken] == [
        (3, "", ""), (None, "", "Smile"),
    ]  # fmt: skip
    assert {cue.id for cue in taken}.isdisjoint({cue.id for cue in cues})


@pytest.mark.parametrize(
    "change",
    [{"seconds": 0}, {"title": "  "}, {"title": "x" * 121}, {"script": "x" * 5_001}],
)
async def test_what_is_no_act_is_refused(world: ShowsWorld, change: dict[str, object]) -> None:
    show = await world.a_show()
    fields: dict[str, object] = {"id": ActId(world.ids.new()), "title": "Tea", "seconds": 9}
    with pytest.raises(InvalidInput):
        await world.programmes.save(show.slug, [Act(**fields | change)], version=0)  # type: ignore[arg-type]
