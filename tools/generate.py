"""Rewrites every file that is made from code; with --check only tells which are not current.

Usage: python -m tools.generate [--check]
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.generate_fairness import FAIRNESS
from tools.generate_history import HISTORY
from tools.generate_messages import MESSAGES
from tools.generate_protocol import PROTOCOL
from tools.generate_reference import REFERENCE
from tools.generate_routes import ROUTES
from tools.generate_wire import WIRE

ROOT = Path(__file__).resolve().parents[1]

# Path from the root of the repository → what belongs there.
FILES: Mapping[str, Callable[[], str]] = {
    **FAIRNESS,
    **HISTORY,
    **MESSAGES,
    **PROTOCOL,
    **REFERENCE,
    **ROUTES,
    **WIRE,
}


def main() -> None:
    stale = outdated()
    if "--check" in sys.argv:
        if stale:
            sys.exit("not current; run `make generate` and review:\n  " + "\n  ".join(stale))
        return
    for name, content in stale.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        print(f"wrote {name}")


def outdated() -> dict[str, str]:
    """The files that differ from what belongs there, with that content."""
    wanted = {name: make() for name, make in FILES.items()}
    return {name: content for name, content in wanted.items() if current(name) != content}


def current(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    main()
