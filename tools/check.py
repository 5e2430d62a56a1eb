"""Runs every check that needs no running server, names each, and fails if any fails.

Usage: python -m tools.check
"""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", (f"{BIN}/ruff", "format", "--check", "-q", ".")),
    ("lint", (f"{BIN}/ruff", "check", "-q", ".")),
    ("types", (f"{BIN}/mypy",)),
    ("import contracts", (f"{BIN}/lint-imports",)),
    ("spelling", (f"{BIN}/typos", "--quiet")),
    ("templates", (f"{BIN}/djlint", "--lint", "--quiet", "src/livehouse")),
    ("generated files", (sys.executable, "-m", "tools.generate", "--check")),
    ("web code", ("npm", "run", "--silent", "check", "--prefix", "frontend")),
    ("web tests", ("npm", "test", "--silent", "--prefix", "frontend")),
)


def main() -> None:
    failed = [name for name, command in CHECKS if not passes(name, command)]
    if failed:
        sys.exit(f"not right yet: {', '.join(failed)}")


def passes(name: str, command: tuple[str, ...]) -> bool:
    started = monotonic()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({monotonic() - started:.1f} s)")
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", flush=True)
    return done.returncode == 0


def environment() -> dict[str, str]:
    path = f"{BIN}:{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


if __name__ == "__main__":
    main()
