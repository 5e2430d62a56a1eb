"""Nodes in the database: who is there, and who makes which video."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from livehouse.foundation.ids import RunId
from livehouse.storage.database import Database
from livehouse.storage.nodes import MediaOwners, Node, PostgresNodes

RUN, OTHER_RUN = RunId(UUID(int=1)), RunId(UUID(int=2))
LONG, OVER = timedelta(minutes=1), timedelta(0)


def a_node(name: str) -> Node:
    return Node(
        id=name, roles=("web",), address=f"http://{name}", has_nats=True, keys_proof="proof"
    )


class Refused(Exception): ...


async def seen(nodes: PostgresNodes, name: str) -> Sequence[str]:
    """Whom a node sees that joins."""
    found: list[str] = []
    await nodes.join(a_node(name), lambda _, others: found.extend(node.id for node in others))
    return found


async def test_a_node_sees_those_that_are_there_and_not_itself(database: Database) -> None:
    nodes = PostgresNodes(database.pool, alive=LONG)

    assert await seen(nodes, "a") == []
    assert await seen(nodes, "b") == ["a"]
    assert await seen(nodes, "a") == ["b"], "a restarted node is the same one"


async def test_who_left_or_fell_silent_is_not_there(database: Database) -> None:
    nodes = PostgresNodes(database.pool, alive=LONG)
    for name in ("a", "b"):
        await seen(nodes, name)
    await nodes.leave("a")

    assert await seen(nodes, "c") == ["b"]
    assert await seen(PostgresNodes(database.pool, alive=OVER), "d") == []
    await nodes.heard("a")
    assert await seen(nodes, "c") == ["a", "b", "d"]


async def test_a_refused_node_is_not_written_in(database: Database) -> None:
    nodes = PostgresNodes(database.pool, alive=LONG)

    def refuse(*_: object) -> None:
        raise Refused

    with pytest.raises(Refused):
        await nodes.join(a_node("a"), refuse)
    assert await seen(nodes, "b") == []


async def test_a_runs_video_is_made_by_one_node(database: Database) -> None:
    owners = MediaOwners(database.pool, lasts=LONG)

    assert await owners.take("a", [RUN, OTHER_RUN]) == {RUN: 0, OTHER_RUN: 0}
    assert await owners.take("b", [RUN]) == {}
    assert await owners.hold("a", {RUN: 7, OTHER_RUN: 3}) == {RUN, OTHER_RUN}
    assert await owners.hold("b", {RUN: 1}) == frozenset()


async def test_another_node_goes_on_beyond_what_the_dead_one_made(database: Database) -> None:
    brief, owners = (MediaOwners(database.pool, lasts=lasts) for lasts in (OVER, LONG))
    await brief.take("a", [RUN])
    await brief.hold("a", {RUN: 7})

    assert await owners.take("b", [RUN]) == {RUN: 7}
    assert await owners.hold("a", {RUN: 9}) == frozenset(), "the dead one came back too late"
    assert await owners.take("b", [RUN]) == {RUN: 0}, "who restarts knows best from its own folder"


async def test_who_ends_in_order_hands_over_at_once(database: Database) -> None:
    owners = MediaOwners(database.pool, lasts=LONG)
    await owners.take("a", [RUN])
    await owners.hold("a", {RUN: 4})
    await owners.release("a")

    assert await owners.take("b", [RUN]) == {RUN: 4}


async def test_a_recording_is_found_where_it_was_made(database: Database) -> None:
    nodes, owners = PostgresNodes(database.pool, alive=LONG), MediaOwners(database.pool, lasts=LONG)
    await seen(nodes, "a")
    await owners.take("a", [RUN])
    await owners.release("a")
    await nodes.leave("a")

    assert await owners.owner(RUN) == ("a", "http://a")
    assert await owners.owner(OTHER_RUN) is None
