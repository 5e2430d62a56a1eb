"""Makes a fresh checkout runnable: the environment, the locked packages, the web build.

Usage: python3 tools/bootstrap.py [--tests]   (standard library of Python 3.11 only)

It needs no pip and no venv package: the wheel of uv that uv.lock names is fetched, checked
against the lock's hash and unpacked. `--tests` also installs the browser that tests drive.
Whatever is there already is left alone, so a second call takes a moment.
"""

import hashlib
import io
import os
import platform
import shutil
import ssl
import stat
import subprocess
import sys
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"
BUILD = ROOT / "src/livehouse/web/static/build"
NODE_MAJOR_MIN = 20
PYTHON_MIN = (3, 11)
# What the browser tests need (the fonts so that Chinese pages are read as people see them, the
# library for the program that drives the browser), and others' cache, balancer, encoder and
# video server, against which ours are tried.
DEBIAN_PACKAGES = (
    "chromium",
    "fonts-noto-cjk",
    "fonts-dejavu-core",
    "libatomic1",
    "varnish",
    "haproxy",
    "ffmpeg",
    "nginx-light",
    "libnginx-mod-rtmp",
)
# What tests call by name: where these are, others' packages will do too.
PROGRAMS = ("chromium", "varnishd", "haproxy", "ffmpeg", "ffprobe", "nginx")


def main() -> None:
    if sys.version_info < PYTHON_MIN:
        sys.exit(f"Livehouse needs Python 3.11 or newer; this is {platform.python_version()}.")
    os.chdir(ROOT)
    make_environment()
    if "--tests" in sys.argv:
        ensure_programs()
    build_frontend()


def make_environment() -> None:
    if not (VENV / "bin/python").exists():
        say("making .venv")
        venv.EnvBuilder(with_pip=False, symlinks=True).create(VENV)
    uv = VENV / "bin/uv"
    if not uv.exists():
        fetch_uv(uv)
    sync()


def sync(*groups: str) -> None:
    """Bring .venv to what uv.lock says."""
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    lock.update((ROOT / "pyproject.toml").read_bytes() + " ".join(groups).encode())
    stamp = VENV / ".livehouse-packages"
    if stamp.exists() and stamp.read_text().startswith(lock.hexdigest()):
        return
    say("installing the locked packages")
    extra = [argument for group in groups for argument in ("--group", group)]
    run(str(VENV / "bin/uv"), "sync", "--system-certs", "--frozen", "--inexact", "--quiet", *extra)
    stamp.write_text(lock.hexdigest())


def fetch_uv(target: Path) -> None:
    """Unpack the wheel that the lock names for this machine, if its hash is the lock's."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    (uv,) = (package for package in lock["package"] if package["name"] == "uv")
    machine = platform.machine()
    libc = "musllinux" if platform.libc_ver()[0] == "" else "manylinux"
    wheel = next(
        (w for w in uv["wheels"] if libc in w["url"] and w["url"].endswith(f"{machine}.whl")), None
    )
    if wheel is None:
        sys.exit(f"There is no uv for {machine}. Install uv {uv['version']} as {target}.")
    say(f"fetching uv {uv['version']}")
    try:
        with urllib.request.urlopen(wheel["url"], timeout=120) as answer:
            content = answer.read()
    except OSError as error:
        sys.exit(f"Cannot fetch uv: {error}. Is ca-certificates installed, and is there a network?")
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != wheel["hash"]:
        sys.exit("What came for uv is not what uv.lock names.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
        target.write_bytes(archive.read(name))
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def build_frontend() -> None:
    """Install the locked npm packages and build the web components, where sources changed."""
    environment = node_environment()
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm is missing although Node is there: install the package npm.")
    lock = digest([FRONTEND / "package-lock.json"])
    installed = FRONTEND / "node_modules/.livehouse-packages"
    if not installed.exists() or installed.read_text() != lock:
        say("installing the web packages")
        run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error",
            cwd=FRONTEND, env=environment)  # fmt: skip
        installed.write_text(lock)
    sources = [
        path
        for path in sorted(FRONTEND.rglob("*"))
        if path.is_file() and not {"node_modules", "dist"} & set(path.relative_to(FRONTEND).parts)
    ]
    built = BUILD / ".livehouse-sources"
    wanted = digest(sources)
    if not built.exists() or built.read_text() != wanted:
        say("building the web components")
        run(npm, "run", "build", "--silent", cwd=FRONTEND, env=environment)
        built.write_text(wanted)


def node_environment() -> dict[str, str]:
    """Where `node` is found: the machine's if it is new enough, else the wheel's."""
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
    # Whom the machine trusts, Node trusts too: a network may have a certificate of its own.
    if certificates := ssl.get_default_verify_paths().cafile:
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    if node_major(environment) < NODE_MAJOR_MIN:
        say("installing Node from its wheel")
        sync("node")
    if node_major(environment) < NODE_MAJOR_MIN:
        sys.exit(f"Node {NODE_MAJOR_MIN} or newer is needed and could not be installed.")
    return environment


def node_major(environment: dict[str, str]) -> int:
    node = shutil.which("node", path=environment["PATH"])
    if node is None:
        return 0
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return int(version.stdout.strip().removeprefix("v").split(".")[0] or 0)


def ensure_programs() -> None:
    """Install Debian's browser, FFmpeg and servers that stand around ours, else say how."""
    missing = [name for name in DEBIAN_PACKAGES if not is_installed(name)]
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        everywhere = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
        if all(shutil.which(name, path=everywhere) for name in PROGRAMS):
            return
        sys.exit(f"The tests need a browser, FFmpeg and other servers. Run once:  sudo {command}")
    say(f"installing {', '.join(missing)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=quiet)
    run(*command.split(), "-q", env=quiet)


def is_installed(package: str) -> bool:
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return False
    asked = subprocess.run(
        [dpkg, "-W", "-f=${Status}", package], capture_output=True, text=True, check=False
    )
    return asked.stdout == "install ok installed"


def digest(paths: list[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, check=False)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}")


def say(what: str) -> None:
    print(f"livehouse: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
