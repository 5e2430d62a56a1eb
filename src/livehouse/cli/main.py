"""All commands, and what they share: settings, logs, and how a failure is told."""

import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import click
import uvloop

from livehouse.app.archive import BackupRefused
from livehouse.app.data_folder import DataFolderRefused
from livehouse.app.demo import demo
from livehouse.app.lifespan import opened
from livehouse.app.nodes import NodeRefused
from livehouse.app.platform import Platform
from livehouse.app.serve import PortTaken, serve
from livehouse.app.settings import Settings, SettingsRefused, load_settings
from livehouse.cli.bench import bench_commands
from livehouse.cli.logs import configure_logs
from livehouse.cli.operate import operate_commands
from livehouse.domains.campaigns.commands import commands as campaigns_commands
from livehouse.domains.fairness.commands import commands as fairness_commands
from livehouse.domains.orders.commands import commands as orders_commands
from livehouse.domains.people.commands import commands as people_commands
from livehouse.domains.programmes import FormatsRefused
from livehouse.domains.stores.commands import commands as stores_commands
from livehouse.storage.postgres import PostgresFailed

EXPECTED = (
    BackupRefused, DataFolderRefused, FormatsRefused, NodeRefused, PortTaken, SettingsRefused,
    PostgresFailed,
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="livehouse")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings (TOML).")
@click.option("--data", help="The data folder; LIVEHOUSE_DATA and the file say it too.")
@click.pass_context
def cli(context: click.Context, config: Path | None, data: str | None) -> None:
    """Livehouse: live shows that sell, on your own machine."""
    context.obj = lambda **chosen: load_settings(file=config, **({"data": data} | chosen))


@cli.command("serve")
@click.option("--host")
@click.option("--port", type=int)
@click.option("--roles", help="What this node does, with commas between; everything unless set.")
@click.pass_obj
def serve_command(
    settings: Callable[..., Settings], host: str | None, port: int | None, roles: str | None
) -> None:
    """Run the house until Ctrl-C or SIGTERM, or that part of it which the roles name."""
    chosen = settings(host=host, port=port, roles=roles.split(",") if roles else None)
    configure_logs(as_json=chosen.log_json)
    run(serve(chosen, company=_say_address, progress=_say))


@cli.command("demo")
@click.option("--port", type=int, default=8080, show_default=True)
@click.option("--data", "folder", default="data/demo", show_default=True, help="A demo's folder.")
@click.option(
    "--video",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help="Loop this file instead of the drawn stage.",
)
@click.option(
    "--audience", type=click.IntRange(0, 500), default=24, show_default=True,
    help="Simulated viewers who chat, like and buy; 0 turns them off.",
)  # fmt: skip
@click.pass_obj
def demo_command(
    settings: Callable[..., Settings], port: int, folder: str, video: Path | None, audience: int
) -> None:
    """A house with two stores and a gala night that runs by itself, to look around in."""
    configure_logs(as_json=False, quiet=True)
    run(demo(settings(port=port, data=folder), video=video, audience=audience, say=_say))


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end; what people can mend is told in one line, the rest with its trace."""
    try:
        uvloop.run(work)
    except BaseExceptionGroup as group:
        expected, rest = group.split(EXPECTED)
        if rest is not None or expected is None:
            raise
        _fail(_first(expected))
    except EXPECTED as error:
        _fail(error)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _fail(error: BaseException) -> None:
    click.echo(f"livehouse: {error}", err=True)
    sys.exit(1)


@asynccontextmanager
async def _say_address(_: Platform, address: str) -> AsyncIterator[None]:
    _say(f"Livehouse is open at {address}")
    yield


def _say(line: str) -> None:
    click.echo(line, err=True)


def _opener() -> Callable[[], AbstractAsyncContextManager[Platform]]:
    @asynccontextmanager
    async def open_platform() -> AsyncIterator[Platform]:
        configure_logs(as_json=False, quiet=True)
        settings = click.get_current_context().find_root().obj
        async with opened(settings(), progress=_say) as platform:
            yield platform

    return open_platform


def root() -> click.Group:
    """All commands, those of the domains included."""
    open_platform = _opener()
    cli.add_command(bench_commands)
    cli.add_command(fairness_commands())
    cli.add_command(campaigns_commands(open_platform))
    cli.add_command(orders_commands(open_platform))
    cli.add_command(people_commands(open_platform))
    for group in (*stores_commands(open_platform), *operate_commands(run)):
        cli.add_command(group)
    return cli


def main() -> None:
    """The entry point of the command `livehouse`."""
    try:
        root()(prog_name="livehouse")
    except EXPECTED as error:
        _fail(error)
