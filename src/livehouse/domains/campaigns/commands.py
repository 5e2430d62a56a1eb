"""Campaigns on the command line: `livehouse campaigns recount`."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import click

from livehouse.domains.campaigns.service import Counting


class HasCounting(Protocol):
    """The part of the platform that this command asks."""

    @property
    def counting(self) -> Counting: ...


OpenPlatform = Callable[[], AbstractAsyncContextManager[HasCounting]]


def commands(open_platform: OpenPlatform) -> click.Group:
    @click.group("campaigns")
    def group() -> None:
        """Campaigns and what they have sold."""

    @group.command("recount")
    def recount() -> None:
        """Count the sales of all campaigns again, from the orders. A running house may go on."""
        click.echo(f"{asyncio.run(_recount(open_platform))} shows have sold something.")

    return group


async def _recount(open_platform: OpenPlatform) -> int:
    async with open_platform() as platform:
        return await platform.counting.recount()
