"""Group commit: together to the database, one by one to whoever asked."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.engine.group_commit import GroupCommit
from livehouse.foundation.errors import Busy, DomainError, NotFound
from tests.support.clock import ManualClock, settle
from tests.support.engine_tasks import running


class Till:
    """Doubles numbers, a group at a time, when the test lets it."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def commit(self, items: Sequence[int]) -> Sequence[int | DomainError]:
        await self.open.wait()
        self.groups.append(list(items))
        if 13 in items:
            raise ConnectionError("the database is away")
        return [NotFound() if item < 0 else item * 2 for item in items]


@given(st.lists(st.integers(-50, 50), max_size=100), st.integers(1, 20))
async def test_everyone_gets_the_answer_to_their_own(items: list[int], group_max: int) -> None:
    till = Till()
    group = GroupCommit(till.commit, name="till", group_max=group_max)
    answers: dict[int, list[int | DomainError]] = {}
    for place, item in enumerate(items):
        group.submit(item, answers.setdefault(place, []).append)
    group.close()
    await group.run()

    assert [item for taken in till.groups for item in taken] == items
    assert all(len(taken) <= group_max for taken in till.groups)
    for place, item in enumerate(items):
        (answer,) = answers[place]
        poisoned = any(item in taken and 13 in taken for taken in till.groups)
        if not poisoned:
            assert isinstance(answer, NotFound) if item < 0 else answer == item * 2


async def test_what_comes_during_a_commit_is_the_next_group() -> None:
    till = Till()
    till.open.clear()
    group = GroupCommit(till.commit, name="till")
    async with running(group.run()):
        group.submit(1, lambda _: None)
        await settle()
        for item in (2, 3, 4):
            group.submit(item, lambda _: None)
        till.open.set()
        await settle()

    assert till.groups == [[1], [2, 3, 4]]


async def test_a_full_queue_refuses_at_once() -> None:
    group = GroupCommit(Till().commit, name="till", pending_max=2)
    group.submit(1, lambda _: None)
    group.submit(2, lambda _: None)

    with pytest.raises(Busy):
        group.submit(3, lambda _: None)


async def test_a_failed_group_answers_everyone_and_the_next_one_works() -> None:
    till, answers = Till(), list[int | DomainError]()
    group = GroupCommit(till.commit, name="till", group_max=2)
    for item in (1, 13, 3):
        group.submit(item, answers.append)
    async with running(group.run()):
        await settle()

    assert [type(answer) for answer in answers[:2]] == [Busy, Busy]
    assert answers[2] == 6


async def test_one_who_cannot_take_the_answer_does_not_keep_the_others_from_theirs() -> None:
    def gone(_: object) -> None:
        raise RuntimeError("the socket is closed")

    answers: list[int | DomainError] = []
    group = GroupCommit(Till().commit, name="till")
    group.submit(1, gone)
    group.submit(2, answers.append)
    async with running(group.run()):
        await settle()

    assert answers == [4]


async def test_at_the_end_what_is_queued_is_done_and_nothing_more_is_taken() -> None:
    answers: list[int | DomainError] = []
    group = GroupCommit(Till().commit, name="till")
    group.submit(1, answers.append)
    group.close()
    await group.run()

    assert answers == [2]
    with pytest.raises(Busy):
        group.submit(2, answers.append)


async def test_who_is_cut_off_in_the_middle_is_told_to_ask_again() -> None:
    till, answers = Till(), list[int | DomainError]()
    till.open.clear()
    group = GroupCommit(till.commit, name="till", group_max=1)
    group.submit(1, answers.append)
    group.submit(2, answers.append)
    async with running(group.run()):
        await settle()

    assert [type(answer) for answer in answers] == [Busy, Busy]


async def test_one_may_wait_for_the_answer() -> None:
    group = GroupCommit(Till().commit, name="till")
    async with running(group.run()):
        assert await group.ask(21) == 42
        with pytest.raises(NotFound):
            await group.ask(-1)


async def test_under_load_small_groups_linger_for_company() -> None:
    clock, till = ManualClock(), Till()
    group = GroupCommit(till.commit, name="till", clock=clock, linger=timedelta(milliseconds=2))
    async with running(group.run()):
        for item in (1, 2, 3):
            group.submit(item, lambda _: None)
        await settle()
        assert till.groups == [[1, 2, 3]], "the first group waits for nobody"
        group.submit(4, lambda _: None)
        await settle()
        assert len(till.groups) == 1
        group.submit(5, lambda _: None)
        await clock.advance(timedelta(milliseconds=2))

    assert till.groups == [[1, 2, 3], [4, 5]]
