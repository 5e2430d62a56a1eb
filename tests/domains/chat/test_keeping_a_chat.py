"""Chat on a real database: stored once, taken back, banned."""

import math
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import msgspec
import pytest
from msgspec import structs

from livehouse.domains.chat import BannedFromChat, LineIdTaken, LinesTakenBack, SlowMode
from livehouse.domains.chat.model import ChatLine
from livehouse.domains.shows import NotLive
from livehouse.foundation.errors import NotFound
from livehouse.foundation.ids import ChatLineId, PersonId, RunId
from tests.support.clock import ManualClock
from tests.support.orders_world import a_buyer
from tests.support.shows_world import ShowsWorld

ANN, BEA, HOST = (PersonId(UUID(int=n)) for n in (1, 2, 3))


async def on_air(world: ShowsWorld, slug: str = "tea-time") -> RunId:
    store = await world.a_store(f"{slug}-store")
    await world.a_show(slug, store=store)
    live = await world.shows.go_live(slug)
    assert live.run is not None
    return live.run.id


def a_line(
    world: ShowsWorld, run_id: RunId, person_id: PersonId = ANN, *, line_id: UUID | None = None
) -> ChatLine:
    id_ = ChatLineId(line_id or world.ids.new())
    return ChatLine(id_, run_id, person_id, "is it warm?", world.clock.now())


async def taken_back(world: ShowsWorld) -> list[ChatLineId]:
    return [
        line_id
        for fact in await world.facts("chat.")
        for line_id in msgspec.json.decode(fact.payload, type=LinesTakenBack).line_ids
    ]


async def test_a_line_is_stored_once_however_often_it_is_sent(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    line = a_line(world, run_id)

    assert await world.chat.write([line, line]) == [True, True]
    assert await world.chat.write([line]) == [True]
    exported = await world.chat.export(ANN)

    assert len(cast(list[object], exported["chat"])) == 1


async def test_a_line_that_was_taken_back_is_not_shown_by_sending_it_again(
    world: ShowsWorld,
) -> None:
    run_id = await on_air(world)
    line = a_line(world, run_id)
    await world.chat.write([line])
    await world.chat.take_back("tea-time", line.id)

    assert await world.chat.write([line]) == [False]


async def test_a_lines_id_stands_for_one_text(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    line = a_line(world, run_id)
    await world.chat.write([line])
    changed = structs.replace(line, text="something else")

    (answer,) = await world.chat.write([changed])
    first, second = await world.chat.write([a_line(world, run_id), changed])

    assert isinstance(answer, LineIdTaken)
    assert (first, type(second)) == (True, LineIdTaken)


async def test_another_persons_line_is_not_claimed(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    line = a_line(world, run_id)
    await world.chat.write([line])

    (answer,) = await world.chat.write([a_line(world, run_id, BEA, line_id=line.id)])

    assert isinstance(answer, LineIdTaken)


async def test_a_deleted_line_is_taken_back_once(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    line = a_line(world, run_id)
    await world.chat.write([line])

    await world.chat.take_back("tea-time", line.id)

    assert await taken_back(world) == [line.id]
    with pytest.raises(NotFound):
        await world.chat.take_back("tea-time", line.id)
    assert len(await world.facts("chat.")) == 1


async def test_a_line_of_another_room_is_not_there(world: ShowsWorld) -> None:
    await on_air(world, "here")
    foreign = a_line(world, await on_air(world, "there"))
    await world.chat.write([foreign])

    with pytest.raises(NotFound):
        await world.chat.take_back("here", foreign.id)
    with pytest.raises(NotFound):
        await world.chat.take_back("here", ChatLineId(world.ids.new()))
    assert await taken_back(world) == []


async def test_who_is_banned_is_silent_and_their_lines_go(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    lines = [a_line(world, run_id) for _ in range(2)]
    others = a_line(world, run_id, BEA)
    await world.chat.write([*lines, others])
    dismissed: list[tuple[RunId, PersonId]] = []

    async def dismiss(run: RunId, person_id: PersonId) -> None:
        dismissed.append((run, person_id))

    world.chat.dismissals.append(dismiss)
    await world.chat.ban("tea-time", ANN, by=HOST)
    await world.chat.ban("tea-time", ANN, by=HOST)
    answers = await world.chat.write([a_line(world, run_id), a_line(world, run_id, BEA)])

    assert set(await taken_back(world)) == {line.id for line in lines}
    assert isinstance(answers[0], BannedFromChat)
    assert answers[1] is True
    assert await world.chat.banned("tea-time") == [ANN]
    assert set(dismissed) == {(run_id, ANN)}

    await world.chat.unban("tea-time", ANN)
    assert await world.chat.write([a_line(world, run_id)]) == [True]


async def test_a_ban_holds_in_its_room_alone(world: ShowsWorld) -> None:
    await on_air(world, "here")
    elsewhere = await on_air(world, "there")

    await world.chat.ban("here", ANN, by=HOST)

    assert await world.chat.write([a_line(world, elsewhere)]) == [True]


async def test_nobody_is_banned_when_nothing_is_on(world: ShowsWorld) -> None:
    await world.a_show()

    with pytest.raises(NotLive):
        await world.chat.ban("tea-time", ANN, by=HOST)


async def test_in_slow_mode_everybody_waits_between_two_lines_and_is_told_how_long(
    world: ShowsWorld, clock: ManualClock
) -> None:
    run_id = await on_air(world)
    await world.chat.set_pace("tea-time", 10)
    first = a_line(world, run_id)
    await world.chat.write([first])
    await clock.advance(timedelta(seconds=6, milliseconds=500))

    soon, again, others = await world.chat.write(
        [a_line(world, run_id), first, a_line(world, run_id, BEA)]
    )
    await clock.advance(timedelta(seconds=3, milliseconds=500))

    assert isinstance(soon, SlowMode)
    assert soon.params == {"seconds": 10, "retry_seconds": 4}
    assert (again, others) == (True, True)
    assert await world.chat.write([a_line(world, run_id)]) == [True]


async def test_in_slow_mode_one_of_a_persons_lines_at_once_is_taken(world: ShowsWorld) -> None:
    run_id = await on_air(world)
    await world.chat.set_pace("tea-time", 10)

    answers = await world.chat.write([a_line(world, run_id) for _ in range(3)])

    assert answers[0] is True
    assert all(isinstance(answer, SlowMode) for answer in answers[1:])


async def test_slow_mode_is_not_for_the_staff_and_ends_when_the_host_says_so(
    world: ShowsWorld,
) -> None:
    run_id = await on_air(world)
    await world.chat.set_pace("tea-time", 10)
    staff = [structs.replace(a_line(world, run_id, HOST), of_staff=True) for _ in range(2)]
    assert await world.chat.write(staff) == [True, True]

    await world.chat.set_pace("tea-time", 0)

    assert await world.chat.write([a_line(world, run_id) for _ in range(2)]) == [True, True]


async def test_no_two_lines_of_one_person_are_closer_than_slow_mode_allows(
    world: ShowsWorld, clock: ManualClock
) -> None:
    """The law on a walk of half seconds to twelve: taken exactly when the wait is over."""
    run_id = await on_air(world)
    await world.chat.set_pace("tea-time", 7)
    taken: dict[PersonId, datetime] = {}
    for step in range(60):
        person = (ANN, BEA)[step * step % 3 % 2]
        await clock.advance(timedelta(milliseconds=500 + step * 7_919 % 4_000))
        (answer,) = await world.chat.write([a_line(world, run_id, person)])
        passed = clock.now() - taken.get(person, clock.now() - timedelta(hours=1))
        assert (answer is True) == (passed >= timedelta(seconds=7))
        if answer is True:
            taken[person] = clock.now()
        else:
            assert isinstance(answer, SlowMode)
            assert answer.params["retry_seconds"] == math.ceil(7 - passed.total_seconds())


async def test_the_names_beside_a_replay_are_gone_with_the_person(world: ShowsWorld) -> None:
    run = await on_air(world)
    ann, bo, cid = [(await a_buyer(world, name)).person_id for name in ("Ann", "Bo", "Cid")]
    lines = [a_line(world, run, person) for person in (ann, bo, cid)]
    await world.chat.write(lines)
    await world.chat.take_back("tea-time", lines[2].id)
    assert await world.chat.speakers(run) == {f"u{ann}": "Ann", f"u{bo}": "Bo"}

    await world.people.privacy.erase(ann, "three quiet lighthouses")

    assert await world.chat.speakers(run) == {f"u{bo}": "Bo"}
