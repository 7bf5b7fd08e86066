"""Makes a development environment on a bare machine: system packages, a pinned uv, and ``.venv`` from the lock.

Standard library only, Python 3.11 or newer. Run it as ``make setup`` or ``python3 packaging/bootstrap.py``; when
nothing has changed since the last run it returns in a fraction of a second.

The lock (``requirements.lock``) holds versions and hashes but no addresses, so that any index may serve it: whatever
index pip is configured for (``pip config``, ``PIP_*``) or uv is (``UV_*``) is used, and the hashes decide.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".bootstrap-stamp"
UV_VERSION = "0.13.9"
OLDEST_PYTHON = (3, 11)

# Each entry is the package to install; after a slash, a newer name under which it may already be present (Ubuntu 24.04
# renamed libraries for 64-bit time and lets apt find them by the old name, but dpkg lists only the new one).
QT_PACKAGES = ("libgl1", "libegl1", "libglib2.0-0/libglib2.0-0t64", "libxkbcommon0", "libdbus-1-3", "libfontconfig1")
DISPLAY_PACKAGES = (
    "xvfb",
    "xauth",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "fonts-noto-cjk",
)
# The tests print through a real queue.
TEST_PACKAGES = ("cups-daemon", "cups-client")
WINDOWS = os.name == "nt"


class BootstrapError(Exception):
    """Something only a person can put right; the message says what to do."""


def say(text: str) -> None:
    """Prints one line of progress."""
    print(f"setup: {text}", flush=True)


def run(command: Sequence[str | Path], env: dict[str, str] | None = None, *, quiet: bool = False) -> None:
    """Runs a command in the project folder; its failure becomes a message that names it, and says what it said."""
    output = subprocess.PIPE if quiet else None
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=env,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
        )
    except OSError as error:
        raise BootstrapError(f"{command[0]} does not run: {error}") from error
    if done.returncode:
        raise BootstrapError(f"{command[0]} failed with code {done.returncode}\n{done.stdout or ''}".rstrip())


# --- system packages -------------------------------------------------------------------------------------------------


def installed_packages(names: Sequence[str]) -> set[str]:
    """Those of the named Debian packages that are installed."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *names]
    listing = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return {line.split()[1] for line in listing.splitlines() if line.startswith("installed ")}


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """The packages of the list that are not installed under any of their names."""
    present = installed_packages([name for entry in wanted for name in entry.split("/")])
    return [entry.split("/")[0] for entry in wanted if present.isdisjoint(entry.split("/"))]


def wanted_packages() -> list[str]:
    """What this machine needs; PostgreSQL and venv only where no other copy of them can be found."""
    wanted = [*QT_PACKAGES, *DISPLAY_PACKAGES, *TEST_PACKAGES]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        wanted.append("postgresql")
    if importlib.util.find_spec("ensurepip") is None and shutil.which("uv") is None:
        wanted.append("python3-venv")
    return wanted


def root_prefix() -> list[str] | None:
    """How to run a command as root here without a password: [], ["sudo", "-n"], or None when it cannot be done."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def ensure_system_packages() -> None:
    """Installs missing Debian packages, or says exactly which command installs them."""
    if WINDOWS or shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        if sys.platform.startswith("linux"):
            say(f"not a Debian system: make sure it has the equivalents of {' '.join(wanted_packages())}")
        return
    missing = missing_packages(wanted_packages())
    if not missing:
        return
    prefix = root_prefix()
    if prefix is None:
        raise BootstrapError(
            "these system packages are missing and this account may not install them; run\n"
            f"    sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(missing)}\n"
            "and then again, or pass --without-system-packages to go on without them"
        )
    say(f"installing {' '.join(missing)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "-y", "--no-install-recommends", *missing]
    if any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        try:
            run(install, quiet=True)
        except BootstrapError:
            say("the package lists look stale; refreshing them")
        else:
            return
    run([*apt, "update"], quiet=True)
    run(install, quiet=True)


# --- Python ----------------------------------------------------------------------------------------------------------


def script(environment: Path, name: str) -> Path:
    """The path of a program inside a virtual environment on this system."""
    return environment / ("Scripts" if WINDOWS else "bin") / (f"{name}.exe" if WINDOWS else name)


def reports_version(program: Path, expected: str) -> bool:
    """Whether the program runs and says the expected version."""
    try:
        result = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return expected in result.stdout.split()


def ensure_uv() -> Path:
    """The pinned uv in a tools environment of its own; where Python has no ensurepip, a uv already on the PATH."""
    uv = script(TOOLS, "uv")
    if reports_version(uv, UV_VERSION):
        return uv
    if importlib.util.find_spec("ensurepip") is None:
        return ensure_uv_without_ensurepip(uv)
    say(f"installing uv {UV_VERSION}")
    shutil.rmtree(TOOLS, ignore_errors=True)
    run([sys.executable, "-m", "venv", TOOLS])
    run([script(TOOLS, "python"), "-m", "pip", "install", f"uv=={UV_VERSION}"], quiet=True)
    return uv


def ensure_uv_without_ensurepip(uv: Path) -> Path:
    """Debian splits ensurepip into python3-venv; without it, another pip or uv on the machine does as well."""
    if importlib.util.find_spec("pip") is not None:
        say(f"installing uv {UV_VERSION} with this Python's pip")
        shutil.rmtree(TOOLS, ignore_errors=True)
        run([sys.executable, "-m", "venv", "--without-pip", TOOLS])
        run(
            [sys.executable, "-m", "pip", "--python", script(TOOLS, "python"), "install", f"uv=={UV_VERSION}"],
            quiet=True,
        )
        return uv
    found = shutil.which("uv")
    if found is None:
        raise BootstrapError("Python cannot make virtual environments; run\n    sudo apt-get install python3-venv")
    say(f"using {found}, because this Python has neither ensurepip nor pip")
    return Path(found)


def pip_settings() -> dict[str, str]:
    """What pip is configured to use, from its files and ``PIP_*`` together, by option name."""
    # A Python without pip (of a tools environment that was made without ensurepip) answers nothing.
    pythons = [python for python in (script(TOOLS, "python"), Path(sys.executable)) if python.exists()]
    listings = (
        subprocess.run([str(python), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
        for python in pythons
    )
    lines = next((listing.stdout.splitlines() for listing in listings if listing.returncode == 0), [])
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in lines:
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in sections and value:
            sections[section][name.lstrip(".")] = str(ast.literal_eval(value))
    return {**sections["global"], **sections["install"], **sections[":env:"]}


def uv_environment() -> dict[str, str]:
    """The environment for uv: pip's index settings are handed over, because uv does not read them itself."""
    env = dict(os.environ)
    settings = pip_settings()
    handed_over = {
        "UV_DEFAULT_INDEX": settings.get("index-url", ""),
        "UV_INDEX": " ".join(settings.get("extra-index-url", "").split()),
        "UV_FIND_LINKS": ",".join(settings.get("find-links", "").split()),
        "SSL_CERT_FILE": settings.get("cert", ""),
    }
    for name, value in handed_over.items():
        if value:
            env.setdefault(name, value)
    # With several indexes uv would trust only the first that knows a name; here the hashes in the lock decide.
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    env.setdefault("UV_LINK_MODE", "copy" if WINDOWS else "hardlink")
    env.pop("VIRTUAL_ENV", None)
    return env


def fingerprint() -> str:
    """What the environment was made from; a different value means it has to be made again."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {UV_VERSION} {ROOT}".encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ensure_environment() -> bool:
    """Makes ``.venv`` equal to the lock and installs this project into it in place; False when it already was."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and script(VENV, "python").exists():
        return False
    uv = ensure_uv()
    env = uv_environment()
    python = script(VENV, "python")
    STAMP.unlink(missing_ok=True)
    if not python.exists():
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV], env)
    say("installing the locked packages into .venv")
    run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, LOCK], env)
    # In "compat" mode the project folder itself goes on the path: new packages appear without another set-up, and
    # type checkers see them.
    editable: list[str | Path] = [
        "--no-deps",
        "--no-build-isolation",
        "--config-settings",
        "editable_mode=compat",
        "--editable",
        ROOT,
    ]
    run([uv, "pip", "install", "--quiet", "--python", python, *editable], env)
    STAMP.write_text(wanted, encoding="utf-8")
    return True


def lock(upgrade: bool) -> None:
    """Writes ``requirements.lock`` from ``pyproject.toml``: every extra, every system, hashes, no addresses.

    Additional indexes are left out: what a machine keeps beside PyPI (often for one system only) must not decide.
    """
    options = ["--universal", "--generate-hashes", "--all-extras", "--python-version", "3.11", "--quiet"]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    options += ["--upgrade"] if upgrade else []
    uv = ensure_uv()
    env = {name: value for name, value in uv_environment().items() if name not in {"UV_INDEX", "UV_FIND_LINKS"}}
    run([uv, "pip", "compile", *options, "-o", LOCK, ROOT / "pyproject.toml"], env)


def main() -> int:
    """Entry point: 0 when the environment is ready, 1 with a message when a person has to do something."""
    parser = argparse.ArgumentParser(description="Make the development environment.")
    parser.add_argument("--without-system-packages", action="store_true", help="leave the operating system alone")
    parser.add_argument("--lock", action="store_true", help="write requirements.lock from pyproject.toml first")
    parser.add_argument("--upgrade", action="store_true", help="with --lock: take the newest versions")
    options = parser.parse_args()
    if sys.version_info < OLDEST_PYTHON:
        say("Python 3.11 or newer is needed")
        return 1
    try:
        if not options.without_system_packages:
            ensure_system_packages()
        if options.lock:
            lock(options.upgrade)
        say("done" if ensure_environment() else "nothing to do")
    except BootstrapError as error:
        sys.stderr.write(f"setup: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
