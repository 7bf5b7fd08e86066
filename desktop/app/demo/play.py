"""``dealerdesk demo``: a whole network on this machine, in a window or, without a display, played step by step."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess  # nosec: the demo starts the product's own window
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import i18n
from desktop.app.demo import data as invented, stage
from desktop.app.demo.data import DemoData
from desktop.app.demo.network import SHOP, Builder, Homes
from desktop.app.demo.server import Server
from desktop.platform.paths import HOME_VARIABLE
from desktop.store.cache import schema_digest
from domain.kernel.errors import DomainError

READY = "ready"
"""This file stands in the folder of a network that was built to its end; it names the tables it was built with."""


def start(given: argparse.Namespace) -> int:
    """Build the network, then show or play it; ends the server that it started."""
    folder = Path(given.folder).resolve()
    network = folder / "network"
    shown = has_display(os.environ)
    if not (shown and is_ready(network)):
        shutil.rmtree(network, ignore_errors=True)
    network.mkdir(parents=True, exist_ok=True)
    environment = surroundings(folder)
    server, data = Server(network), invented.load()
    try:
        prepare(network, server, data, environment)
        if shown:
            return show(network, server, data, environment)
        return stage.play(folder, server, data, environment, say)
    except DomainError as error:
        sys.stderr.write(i18n.message(error.code, error.params) + "\n")
        return 1
    finally:
        server.stop()


def is_ready(network: Path) -> bool:
    """Whether a network stands there that was built to its end, by a program that keeps the same tables."""
    ready = network / READY
    return ready.exists() and ready.read_text(encoding="utf-8") == schema_digest()


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a person can see a window here."""
    if environment.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if platform.system() in ("Windows", "Darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def surroundings(folder: Path) -> dict[str, str]:
    """What the demo's PCs find in their environment: secrets in a file, its key beside the folder and not in it."""
    return {"DEALERDESK_KEYRING": "file", "DEALERDESK_KEYFILE": str(folder.with_name(f"{folder.name}.key"))}


def prepare(network: Path, server: Server, data: DemoData, environment: Mapping[str, str]) -> None:
    """Found the network, serve it and fill it; one that is complete is only served."""
    begun = time.monotonic()
    whole = is_ready(network)
    if not whole:
        server.run("init", "--admin-password-stdin", "--name", data.headquarters, entered=f"{data.password}\n")
    say("demo.step.server", url=server.start())
    if not whole:
        Builder(network, server, data, environment, say).build()
        (network / READY).write_text(schema_digest(), encoding="utf-8")
    say("demo.step.built", seconds=round(time.monotonic() - begun), folder=network)


def show(network: Path, server: Server, data: DemoData, environment: Mapping[str, str]) -> int:
    """Open the window, signed in as the shop's owner, and wait until it is closed."""
    home = Homes(network).of(SHOP)
    stage.sign_in(home, server.url, data, environment)
    say("demo.step.window", user=data.window, password=data.password)
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop.app.cli"]
    shown = subprocess.run([*own, "app"], env={**os.environ, **environment, HOME_VARIABLE: str(home)}, check=False)
    return shown.returncode


def say(key: str, **params: object) -> None:
    """Tell a step on standard output."""
    sys.stdout.write(f"· {i18n.tr(key, **params)}\n")
    sys.stdout.flush()
