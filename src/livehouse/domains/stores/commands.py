"""Catalogues on the command line: `livehouse import products`, `livehouse export products`."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import click
import msgspec

from livehouse.domains.stores.model import ImportReport, Outcome, RowReport
from livehouse.domains.stores.service import Stores
from livehouse.foundation.errors import DomainError


class HasStores(Protocol):
    """The part of the platform that these commands ask."""

    @property
    def stores(self) -> Stores: ...


OpenPlatform = Callable[[], AbstractAsyncContextManager[HasStores]]


def commands(open_platform: OpenPlatform) -> list[click.Group]:
    return [_import_group(open_platform), _export_group(open_platform)]


def _import_group(open_platform: OpenPlatform) -> click.Group:
    @click.group("import")
    def group() -> None:
        """Bring data in from files."""

    @group.command("products")
    @click.option("--store", "slug", required=True, help="The store's address, such as kiln.")
    @click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
    @click.argument(
        "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
    )
    def products(slug: str, as_json: bool, file: Path) -> None:
        """Import Shopify's product CSV; exits with 1 when rows were refused."""
        report = asyncio.run(_import(open_platform, slug, file.read_bytes()))
        click.echo(_json(report) if as_json else _table(report))
        if report.refused:
            sys.exit(1)

    return group


def _export_group(open_platform: OpenPlatform) -> click.Group:
    @click.group("export")
    def group() -> None:
        """Write data out to files."""

    @group.command("products")
    @click.option("--store", "slug", required=True, help="The store's address, such as kiln.")
    def products(slug: str) -> None:
        """Print a store's catalogue as the CSV that the import reads."""
        click.echo(asyncio.run(_export(open_platform, slug)), nl=False)

    return group


async def _import(open_platform: OpenPlatform, slug: str, content: bytes) -> ImportReport:
    async with open_platform() as platform:
        try:
            store = await platform.stores.by_slug(slug)
            return await platform.stores.import_products(store.id, content, progress=_progress)
        except DomainError as refusal:
            raise click.ClickException(f"{refusal} ({refusal.code})") from None


async def _export(open_platform: OpenPlatform, slug: str) -> str:
    async with open_platform() as platform:
        try:
            store = await platform.stores.by_slug(slug)
        except DomainError as refusal:
            raise click.ClickException(f"{refusal} ({refusal.code})") from None
        return await platform.stores.export_products(store.id)


def _progress(done: int, total: int) -> None:
    """One line on standard error that counts up, and nothing where nobody watches."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        click.echo(f"\r{done} of {total} products", err=True, nl=False)
        click.echo(end, err=True, nl=False)


def _table(report: ImportReport) -> str:
    widest = max((len(row.handle) for row in report.rows), default=0)
    lines = [
        f"{row.line:>6}  {row.outcome.value:<9}  {row.handle:<{widest}}  {_reason(row)}".rstrip()
        for row in report.rows
    ]
    counts = ", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in Outcome)
    return "\n".join([*lines, f"{len(report.rows)} rows: {counts}."])


def _reason(row: RowReport) -> str:
    return f"{row.code}: {row.message.format(**row.params)}" if row.code else ""


def _json(report: ImportReport) -> str:
    rows = [
        {
            "line": row.line,
            "handle": row.handle,
            "outcome": row.outcome.value,
            "code": row.code,
            "reason": row.message.format(**row.params),
        }
        for row in report.rows
    ]
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    return msgspec.json.encode({"counts": counts, "rows": rows}).decode()
