"""What the generators and the tests of architecture look at: modules, refusals, messages."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TypeVar

import livehouse

T = TypeVar("T")

# Scripts that act when they are imported.
_NOT_IMPORTED = ("livehouse.storage.migrations", "livehouse.__main__")


def import_everything() -> None:
    """Import every module, so that classes know all their subclasses."""
    for module in pkgutil.walk_packages(livehouse.__path__, "livehouse."):
        if not module.name.startswith(_NOT_IMPORTED):
            importlib.import_module(module.name)


def descendants(parent: type[T]) -> Iterator[type[T]]:
    """Subclasses at every depth that our own code defines."""
    for child in parent.__subclasses__():
        if child.__module__.startswith("livehouse."):
            yield child
        yield from descendants(child)


def first_sentences(text: str | None) -> str:
    """A docstring's first paragraph on one line; empty where msgspec or nobody wrote it."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def table(*rows: tuple[str, ...]) -> str:
    """Rows as a Markdown table; the first is its head."""
    head, *rest = (tuple(cell.replace("|", "\\|") for cell in row) for row in rows)
    lines = [head, tuple("---" for _ in head), *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
