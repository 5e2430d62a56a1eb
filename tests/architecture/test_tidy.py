"""House rules that no linter knows. Each says what to do instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import MODULES, ROOT, Function, functions, name_of

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
# It has no branch: read from top to bottom it tells what is built from what.
LONG_ON_PURPOSE = {"src/livehouse/app/build.py: build"}
VAGUE_NAMES = {"base", "common", "core", "helpers", "manager", "misc", "util", "utils"}
# Without a bound these keep whatever comes.
QUEUES = {"Queue", "LifoQueue", "PriorityQueue"}


def test_a_module_can_be_read_in_one_sitting() -> None:
    too_long = [name_of(m) for m in MODULES if lines_of(m) > MODULE_LINES_MAX]
    assert not too_long, "make it a package of the same name, one part per module"


def test_a_function_fits_on_a_screen() -> None:
    too_long = {
        f"{name_of(m)}: {f.name}"
        for m in MODULES
        for f in functions(m)
        if length(f) > FUNCTION_LINES_MAX
    }
    assert not too_long - LONG_ON_PURPOSE, "keep the branches here and move the straight parts out"


def test_a_module_name_says_what_is_in_it() -> None:
    vague = [name_of(m) for m in MODULES if {m.stem, *m.parent.parts} & VAGUE_NAMES]
    assert not vague, "name it after its subject"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(m)
        for m in MODULES
        if not m.is_relative_to(ROOT / "tests")
        and not ast.get_docstring(ast.parse(m.read_text(encoding="utf-8")))
    ]
    assert not silent, "open it with one sentence"


def test_every_queue_has_a_bound() -> None:
    unbound = [f"{name_of(m)}:{line}" for m in MODULES for line in unbound_queues(m)]
    assert not unbound, "name a bound in the package's limits.py, and say what happens when full"


def test_no_test_is_skipped_for_good() -> None:
    skipped = [
        name_of(m)
        for m in MODULES
        if m.name.startswith("test_")
        and m != Path(__file__)
        and ("mark.skip" in m.read_text() or "mark.xfail" in m.read_text())
    ]
    assert not skipped, "mend it or delete it; what cannot run here says so by a fixture"


def lines_of(module: Path) -> int:
    return module.read_text(encoding="utf-8").count("\n")


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def unbound_queues(module: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or node.args or node.keywords:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if isinstance(called, ast.Subscript):
            name = getattr(called.value, "attr", "")
        if name in QUEUES:
            yield node.lineno
