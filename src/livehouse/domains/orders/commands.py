"""The books on the command line: `livehouse ledger verify`."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import click
import msgspec

from livehouse.domains.ledger import Check
from livehouse.domains.orders.service import Audit


class HasAudit(Protocol):
    """The part of the platform that these commands ask."""

    @property
    def audit(self) -> Audit: ...


OpenPlatform = Callable[[], AbstractAsyncContextManager[HasAudit]]


def commands(open_platform: OpenPlatform) -> click.Group:
    @click.group("ledger")
    def group() -> None:
        """The books: who owes whom how much."""

    @group.command("verify")
    @click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
    def verify(as_json: bool) -> None:
        """Prove the books from their rows; exits with 1 when anything is wrong.

        Compares transfers, statements and payouts with each other, and the books with orders,
        payments and quotas. A running house may go on.
        """
        checks = asyncio.run(_verify(open_platform, quiet=as_json))
        wrong = [check for check in checks if check.wrong]
        if as_json:
            report = {"holds": not wrong, "checks": checks}
            click.echo(msgspec.json.encode(report).decode())
        else:
            click.echo(f"{len(wrong)} of {len(checks)} checks failed." if wrong else "All holds.")
        if wrong:
            sys.exit(1)

    return group


async def _verify(open_platform: OpenPlatform, *, quiet: bool) -> list[Check]:
    checks = []
    async with open_platform() as platform:
        async for check in platform.audit.run():
            checks.append(check)
            if not quiet:
                click.echo(_line(check))
    return checks


def _line(check: Check) -> str:
    if not check.wrong:
        return f"  ok    {check.what} ({check.looked_at})"
    rest = ", …" if check.wrong > len(check.first) else ""
    first = ", ".join(check.first)
    return f"  WRONG {check.what}: {check.wrong} of {check.looked_at}: {first}{rest}"
