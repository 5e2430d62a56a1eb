"""The simulated loop: time that waits for nobody, order by seed, and a death without farewell."""

import asyncio
from random import Random

import pytest

from tests.simulation.loop import NothingEverHappens, Place, SimulatedLoop, loop_here


async def wait(seconds: float) -> None:
    await asyncio.sleep(seconds)  # noqa: TID251 - the simulated loop's


def run(work: object, *, order: int = 0) -> None:
    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(Random(order))) as runner:
        runner.run(work)  # type: ignore[arg-type]


def test_an_hour_passes_at_once_and_deadlines_hold() -> None:
    async def work() -> None:
        await wait(3_600)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await wait(6)
        assert loop_here().time() == 3_605

    run(work())


def test_what_can_run_at_once_runs_in_the_seeds_order() -> None:
    def heard(order: int) -> list[int]:
        names: list[int] = []

        async def say(name: int) -> None:
            names.append(name)

        async def work() -> None:
            async with asyncio.TaskGroup() as tasks:
                for name in range(6):
                    tasks.create_task(say(name))

        run(work(), order=order)
        return names

    assert heard(1) == heard(1)
    assert len({tuple(heard(order)) for order in range(10)}) > 5


def test_who_is_killed_does_nothing_more_and_who_is_frozen_does_it_later() -> None:
    async def work() -> None:
        done: list[str] = []

        async def live(name: str) -> None:
            try:
                await wait(1)
                done.append(name)
            finally:
                done.append(f"{name} says goodbye")

        loop, killed, frozen = loop_here(), Place("killed"), Place("frozen")
        tasks = [
            place.context.run(loop.create_task, live(place.name), context=place.context)
            for place in (killed, frozen)
        ]
        await wait(0.5)
        killed.stopped = frozen.stopped = True
        await wait(5)
        assert done == []
        loop.release(frozen)
        await wait(5)
        assert done == ["frozen", "frozen says goodbye"]
        loop.release(killed)  # so that the loop may end
        await asyncio.wait(tasks)

    run(work())


def test_a_world_in_which_nothing_can_happen_is_an_error() -> None:
    async def work() -> None:
        await loop_here().create_future()

    with pytest.raises(NothingEverHappens):
        run(work())
