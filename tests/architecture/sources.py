"""What the tests of this folder read: our modules, templates and documents."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path
    for top in ("src", "tests", "tools")
    for path in (ROOT / top).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
TEMPLATES = sorted((ROOT / "src").rglob("templates/**/*.html"))
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def functions(module: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
