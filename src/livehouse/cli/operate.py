"""`livehouse backup`, `restore` and `doctor`: what keeps a house safe and well."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

import click

from livehouse.app.backup import BackupPlan, backup, restore
from livehouse.app.doctor import Advice, examine
from livehouse.app.settings import Settings
from livehouse.cli.logs import configure_logs

Run: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]
Make: TypeAlias = Callable[..., Settings]

_FILE = click.Path(dir_okay=False, resolve_path=True, path_type=Path)


def operate_commands(run: Run) -> tuple[click.Command, ...]:
    """The commands; `run` runs their work and tells failures."""

    @click.command("backup")
    @click.argument("file", type=_FILE)
    @click.option("--secrets", is_flag=True, help="Put the signing keys in, too: guard the file.")
    @click.option("--video/--no-video", default=True, help="Recordings, films and videos.")
    @click.pass_obj
    def backup_command(settings: Make, file: Path, secrets: bool, video: bool) -> None:
        """Write the whole house into FILE (tar.gz), while it runs or not.

        Without --secrets a restored house makes new keys: everybody signs in anew.
        """
        configure_logs(as_json=False, quiet=True)
        run(backup(settings(), file, BackupPlan(secrets=secrets, video=video), say=_say))

    @click.command("restore")
    @click.argument("file", type=_FILE)
    @click.option("--force", is_flag=True, help="Replace the house that is there; it is lost.")
    @click.pass_obj
    def restore_command(settings: Make, file: Path, force: bool) -> None:
        """Put the house in FILE into the data folder, after comparing every hash."""
        configure_logs(as_json=False, quiet=True)
        run(restore(settings(), file, force=force, say=_say))

    @click.command("doctor")
    @click.pass_context
    def doctor_command(context: click.Context) -> None:
        """Look whether everything is there that a house needs, and say what to do."""
        configure_logs(as_json=False, quiet=True)
        found: list[Advice] = []

        async def look() -> None:
            async for advice in examine(context.obj()):
                found.append(advice)
                _say(f"{advice.mark}  {advice.what}: {advice.found}")
                if advice.do:
                    _say(f"      → {advice.do}")

        run(look())
        context.exit(1 if any(not advice.well for advice in found) else 0)

    return backup_command, restore_command, doctor_command


def _say(line: str) -> None:
    click.echo(line, err=True)
