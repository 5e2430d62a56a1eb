"""What the documents name exists: decisions' evidence, links, commands, dependencies."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import DECISIONS, DOCUMENTS, ROOT, name_of

SECTIONS = ("Context", "Decision", "Consequences", "Alternatives", "Held by")
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_five_parts(decision: Path) -> None:
    text = decision.read_text()
    assert re.match(rf"# {decision.name[:4]}\. ", text), "the heading begins with the number"
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == SECTIONS
    assert re.search(r"^(Accepted|Superseded by \d{4}), \d{4}-\d\d-\d\d\.", text, re.MULTILINE)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_what_holds_a_decision_exists(decision: Path) -> None:
    held_by = decision.read_text().split("## Held by", 1)[1]
    named = re.findall(r"`([^`]+)`", held_by)
    assert named, "a decision that nothing holds is a wish"
    assert not [path for path in named if not exists(path)]


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert not [link for link in local if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_make_command_that_a_document_names_is_there(document: Path) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= TARGETS


def test_every_target_of_the_makefile_calls_what_exists() -> None:
    modules = re.findall(r"python -m (tools\.\w+)", MAKEFILE)
    missing = [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()]
    assert not missing


def test_every_dependency_has_a_reason() -> None:
    table = (ROOT / "docs/decisions/0002-dependencies.md").read_text()
    explained = set(re.findall(r"^\| `([^`]+)` \| \S", table, re.MULTILINE))
    assert explained == python_packages() | web_packages()


def test_the_versions_are_one() -> None:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    web = json.loads((ROOT / "frontend/package.json").read_text())["version"]
    assert python == web


def python_packages() -> set[str]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = found["dependency-groups"].values()
    named = [*found["project"]["dependencies"], *(one for group in groups for one in group)]
    return {re.split(r"[<>=\[ ]", name)[0] for name in named}


def web_packages() -> set[str]:
    found = json.loads((ROOT / "frontend/package.json").read_text())
    return set(found["dependencies"]) | set(found["devDependencies"])


def exists(name: str) -> bool:
    """A file or pattern from the root, the package or the front end, a command, or a contract."""
    if name.startswith("contract "):
        return f'name = "{name.removeprefix("contract ")}"' in (ROOT / "pyproject.toml").read_text()
    if name.startswith("make "):
        return name.removeprefix("make ") in TARGETS
    if name.startswith("npm "):
        scripts = json.loads((ROOT / "frontend/package.json").read_text())["scripts"]
        return name.rsplit(maxsplit=1)[-1] in scripts
    tops = (ROOT, ROOT / "src/livehouse", ROOT / "frontend/src")
    pattern = name if "/" in name else f"**/{name}"
    return (ROOT / name).exists() or any(next(top.glob(pattern), None) for top in tops[1:])
