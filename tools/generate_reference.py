"""Writes the reference of settings, refusals, commands, and what is kept for how long; and copies
of the guides' files, for programs that use them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import msgspec
from msgspec import Meta

from livehouse.app.settings import Settings
from livehouse.app.tables import metadata
from livehouse.cli.main import root
from livehouse.foundation.errors import DomainError
from livehouse.web.errors import BROKEN, FRAMEWORK, STATUS
from tools.generate_inventory import descendants, import_everything, table
from tools.generate_retention import RETENTION

NOTICE = "<!-- Made by `make generate`; edit the code instead. -->\n"


def settings() -> str:
    rows = [
        (f"`{field.name}`", _default(field.default), _meaning(field.type))
        for field in msgspec.structs.fields(Settings)
    ]
    return (
        f"# Settings\n\n{NOTICE}\n"
        "A setting `port` is `port = 8080` in a TOML file (`livehouse --config FILE …`, or the\n"
        "file that `LIVEHOUSE_CONFIG` names) and `LIVEHOUSE_PORT=8080` in the environment, which\n"
        "wins. Lists are separated by commas in the environment. A name that is not in this table\n"
        "is refused at the start, so that a typing mistake does not pass unnoticed.\n\n"
        + table(("Setting", "Default", "Meaning"), *rows)
    )


def refusals() -> str:
    import_everything()
    rows = {
        refusal.code: (refusal.kind.name, STATUS[refusal.kind], refusal.message)
        for refusal in descendants(DomainError)
        if "code" in vars(refusal)
    }
    for status, (code, message) in FRAMEWORK.items():
        rows.setdefault(code, ("–", status, message))
    rows[BROKEN[0]] = ("–", 500, BROKEN[1])
    return (
        f"# Refusals\n\n{NOTICE}\n"
        "Whenever Livehouse says no, it says why by a code that stays the same. HTTP answers\n"
        "problem+json (RFC 9457) with the code in `code`; the live connection answers\n"
        '`{"type": "refused", "id": …, "code": …, "message": …}`. The sentence comes in the\n'
        "viewer's language; programs go by the code. Those without a kind are said before any\n"
        "domain is asked.\n\n"
        + table(
            ("Code", "Kind", "HTTP", "Sentence"),
            *(
                (f"`{code}`", kind, str(status), message)
                for code, (kind, status, message) in sorted(rows.items())
            ),
        )
    )


def commands() -> str:
    blocks = [
        f"## `{name}`\n\n```text\n{text.rstrip()}\n```\n"
        for name, text in _helps("livehouse", root())
    ]
    return f"# Commands\n\n{NOTICE}\n" + "\n".join(blocks)


def retention() -> str:
    missing = sorted(set(metadata.tables) ^ {row.name for row in RETENTION if row.is_table})
    assert not missing, f"tools/generate_retention.py does not fit the tables: {missing}"
    rows = [(f"`{row.name}`", row.holds, row.names_people, row.kept) for row in RETENTION]
    return (
        f"# What is kept, and for how long\n\n{NOTICE}\n"
        "Every table and every folder. Only those with a yes name a person; all others hold ids,\n"
        "so that erasing a person rewrites nothing else.\n\n"
        + table(("Where", "What", "Names a person", "Kept"), *rows)
    )


def _default(default: object) -> str:
    if default in ((), ""):
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _meaning(annotation: object) -> str:
    metas = [m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, Meta)]
    assert metas, f"a setting lacks its description: {annotation}"
    description = metas[0].description or ""
    bounds = [
        f"{word} {value}"
        for word, value in (("from", metas[0].ge), ("up to", metas[0].le))
        if value is not None
    ]
    return f"{description} ({' '.join(bounds)})" if bounds else description


def _helps(name: str, command: click.Command) -> Iterator[tuple[str, str]]:
    # Click keeps the first help option made, with the names of whoever asked first.
    command._help_option = None  # noqa: SLF001 - there is no other way to forget it
    context = command.make_context(
        name, [], resilient_parsing=True, terminal_width=96, max_content_width=96,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for child, inner in sorted(command.commands.items()):
            yield from _helps(f"{name} {child}", inner)


def guides_cache() -> str:
    """The cluster guide's cache for the benchmark, since guides are not installed."""
    guide = Path(__file__).resolve().parents[1] / "docs/guides/cluster/varnish.vcl"
    return f"# Made by `make generate` from {guide.name} of the cluster guide; edit that.\n\n" + (
        guide.read_text(encoding="utf-8")
    )


REFERENCE: Mapping[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings,
    "docs/reference/refusals.md": refusals,
    "docs/reference/commands.md": commands,
    "docs/reference/retention.md": retention,
    "src/livehouse/app/bench/varnish.vcl": guides_cache,
}
