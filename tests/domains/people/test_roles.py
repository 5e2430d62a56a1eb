"""Who may do what, and the commands that say so."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from livehouse.domains.people import LastOwner, People, StoreName
from livehouse.domains.people.commands import commands
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import StoreId, SystemIds
from livehouse.foundation.roles import Role
from livehouse.storage.database import Database, connect
from tests.support.clock import ManualClock
from tests.support.people_house import PASSWORD, KnownStores, a_people, a_person

TEA = StoreId(UUID(int=1))
STORES = {TEA: StoreName("tea", "The Tea House")}


@pytest.fixture
def people(database: Database, clock: ManualClock, ids: SystemIds) -> People:
    return a_people(database, clock, ids, stores=KnownStores(STORES))


async def test_a_member_is_known_by_the_stores_name(people: People) -> None:
    person = await a_person(people)
    await people.memberships.grant(person.id, Role.HOST, TEA)
    await people.memberships.grant(person.id, Role.HOST, TEA)

    identity = await people.sessions.by_session(await people.accounts.open_session(person.id))

    assert identity is not None
    (membership,) = identity.memberships
    assert (membership.slug, membership.name, membership.role) == (
        "tea",
        "The Tea House",
        Role.HOST,
    )
    assert not identity.is_operator


async def test_an_operator_belongs_to_the_platform(people: People) -> None:
    person = await a_person(people)
    await people.memberships.grant(person.id, Role.OPERATOR)
    token = await people.accounts.open_session(person.id)

    operator = await people.sessions.by_session(token)
    await people.memberships.revoke(person.id, Role.OPERATOR)
    nobody = await people.sessions.by_session(token)

    assert operator is not None
    assert nobody is not None
    assert (operator.is_operator, nobody.is_operator) == (True, False)


async def test_a_store_keeps_an_owner(people: People) -> None:
    ann, bob = await a_person(people), await a_person(people, "bob@shop.test", name="Bob")
    await people.memberships.grant(ann.id, Role.OWNER, TEA)
    await people.memberships.grant(bob.id, Role.EDITOR, TEA)

    with pytest.raises(LastOwner):
        await people.memberships.revoke(ann.id, Role.OWNER, TEA)
    await people.memberships.grant(bob.id, Role.OWNER, TEA)
    await people.memberships.revoke(ann.id, Role.OWNER, TEA)

    members = await people.memberships.of_store(TEA)
    assert {(one.name, one.role) for one in members} == {("Bob", Role.EDITOR), ("Bob", Role.OWNER)}


@dataclass
class Platform:
    people: People


async def said(database_url: str, *words: str) -> Result:
    """What the command answers; it runs a loop of its own, hence the thread."""

    @asynccontextmanager
    async def open_platform() -> AsyncIterator[Platform]:
        clock = SystemClock()
        database = await connect(database_url, pool_size=2)
        stores = KnownStores(STORES)
        try:
            yield Platform(a_people(database, clock, SystemIds(clock), stores=stores))
        finally:
            await database.close()

    return await asyncio.to_thread(CliRunner().invoke, commands(open_platform), list(words))


async def test_the_first_operator_is_made_by_command(database_url: str) -> None:
    made = await said(
        database_url, "create", "--role", "operator", "--email", "op@shop.test", "--name", "Op"
    )
    listed = await said(database_url, "list")

    assert made.exit_code == 0, made.output
    assert re.search(r"^Password: \S{16}$", made.output, re.MULTILINE)
    assert "op@shop.test  Op  operator" in listed.output


async def test_a_role_is_given_by_command(database_url: str) -> None:
    await said(database_url, "create", "--email", "ann@shop.test", "--name", "Ann")

    given = await said(
        database_url, "grant", "--email", "ANN@shop.test", "--role", "owner", "--store", "tea"
    )

    assert given.exit_code == 0, given.output
    assert f"owner {TEA}" in (await said(database_url, "list")).output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("grant", "--email", "no@shop.test", "--role", "operator"), "There is no account"),
        (("create", "--email", "nonsense", "--name", "X"), "This is not an e-mail address."),
        (("create", "--email", "a@b.test", "--name", "X", "--role", "host"), "--store SLUG"),
        (
            ("create", "--email", "a@b.test", "--name", "X", "--role", "host", "--store", "no"),
            "There is no store no.",
        ),
    ],
)
async def test_a_command_says_why_not(database_url: str, words: tuple[str, ...], why: str) -> None:
    result = await said(database_url, *words)

    assert result.exit_code == 1
    assert why in result.output
    assert PASSWORD not in result.output
