"""Runs every check that needs no running server, names each, and fails if any fails.

Usage: python -m tools.check
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

# The longest first: two are run at a time, and neither should be left to run alone at the end.
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("types", (f"{BIN}/mypy",)),
    ("web tests", ("npm", "test", "--silent", "--prefix", "frontend")),
    ("generated files", (sys.executable, "-m", "tools.generate", "--check")),
    ("web code", ("npm", "run", "--silent", "check", "--prefix", "frontend")),
    ("templates", (f"{BIN}/djlint", "--lint", "--quiet", "src/livehouse")),
    ("import contracts", (f"{BIN}/lint-imports",)),
    ("format", (f"{BIN}/ruff", "format", "--check", "-q", ".")),
    ("lint", (f"{BIN}/ruff", "check", "-q", ".")),
    ("spelling", (f"{BIN}/typos", "--quiet")),
)
AT_A_TIME = 2


def main() -> None:
    with ThreadPoolExecutor(AT_A_TIME) as workers:
        passed = list(workers.map(lambda check: passes(*check), CHECKS))
    failed = [name for (name, _), well in zip(CHECKS, passed, strict=True) if not well]
    if failed:
        sys.exit(f"not right yet: {', '.join(failed)}")


def passes(name: str, command: tuple[str, ...]) -> bool:
    started = monotonic()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    well = done.returncode == 0
    told = f"{'ok  ' if well else 'FAIL'} {name} ({monotonic() - started:.1f} s)\n"
    # In one piece: what another check says at the same time comes before or after.
    print(told if well else f"{told}{done.stdout}\n{done.stderr}\n", end="", flush=True)
    return well


def environment() -> dict[str, str]:
    path = f"{BIN}:{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


if __name__ == "__main__":
    main()
