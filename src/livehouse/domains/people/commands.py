"""People on the command line: the first operator, roles, a list."""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import click

from livehouse.domains.people.service import People
from livehouse.foundation.errors import DomainError
from livehouse.foundation.ids import StoreId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import DEFAULT_LANGUAGE, LANGUAGES

ROLES = click.Choice([role.value for role in Role])


class HasPeople(Protocol):
    """The built platform, as far as these commands go."""

    @property
    def people(self) -> People: ...


OpenPlatform = Callable[[], AbstractAsyncContextManager[HasPeople]]


def commands(open_platform: OpenPlatform) -> click.Group:
    """The group `people`; each command opens the platform for itself."""
    group = click.Group("people", help="Accounts and roles.")
    for command in (create, list_, grant):
        group.add_command(command)
    group.context_settings["obj"] = open_platform
    return group


@click.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=ROLES, help="Without one: an ordinary account.")
@click.option("--store", default="", help="Slug of the store that the role is for.")
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE)
@click.option("--generate", is_flag=True, help="Make a password instead of asking for one.")
@click.pass_obj
def create(
    open_platform: OpenPlatform,
    *,
    email: str,
    name: str,
    role: str | None,
    store: str,
    language: str,
    generate: bool,
) -> None:
    """Make an account, with a role if wanted."""
    password = _ask_password(generate=generate)
    made = password or secrets.token_urlsafe(12)

    async def work(people: People) -> None:
        store_id = await _store_id(people, role, store)
        person = await people.accounts.sign_up(
            email=email, name=name, password=made, language=language
        )
        if role:
            await people.memberships.grant(person.id, Role(role), store_id)
        click.echo(f"{person.email} ({role or 'no role'}) {person.id}")
        if not password:
            click.echo(f"Password: {made}")

    _run(open_platform, work)


@click.command(name="list")
@click.pass_obj
def list_(open_platform: OpenPlatform) -> None:
    """Everybody with their roles."""

    async def work(people: People) -> None:
        for person in await people.accounts.every():
            grants = await people.memberships.of_person(person.id)
            roles = ", ".join(f"{one.role.value} {one.store_id or ''}".strip() for one in grants)
            click.echo(f"{person.id}  {person.email}  {person.name}  {roles}".rstrip())

    _run(open_platform, work)


@click.command()
@click.option("--email", required=True)
@click.option("--role", type=ROLES, required=True)
@click.option("--store", default="", help="Slug of the store that the role is for.")
@click.pass_obj
def grant(open_platform: OpenPlatform, *, email: str, role: str, store: str) -> None:
    """Give somebody a role."""

    async def work(people: People) -> None:
        person = await people.accounts.find(email)
        if person is None:
            raise click.ClickException(f"There is no account with the e-mail {email}.")
        store_id = await _store_id(people, role, store)
        await people.memberships.grant(person.id, Role(role), store_id)
        click.echo(f"{person.email} is {role} now.")

    _run(open_platform, work)


def _ask_password(*, generate: bool) -> str:
    """What is typed; nothing (generate one) where nobody is there to type."""
    if generate or not sys.stdin.isatty():
        return ""
    typed: str = click.prompt(
        "Password (empty: make one)", hide_input=True, confirmation_prompt=True, default=""
    )
    return typed


async def _store_id(people: People, role: str | None, slug: str) -> StoreId | None:
    if role in {None, Role.OPERATOR.value}:
        if slug:
            raise click.ClickException("Only a store's role is for a store.")
        return None
    if not slug:
        raise click.ClickException("Say which store with --store SLUG.")
    store_id = await people.stores.by_slug(slug)
    if store_id is None:
        raise click.ClickException(f"There is no store {slug}.")
    return store_id


def _run(open_platform: OpenPlatform, work: Callable[[People], Awaitable[None]]) -> None:
    async def within() -> None:
        async with open_platform() as platform:
            await work(platform.people)

    try:
        asyncio.run(within())
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
