"""A served network for measurements: a real server process on SQLite, one shop with products, real HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from desktop.platform.read_ahead import reading_ahead
from desktop.sync.round import RoundResult, SyncRound
from domain import registry
from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.clock import SystemClock
from domain.kernel.context import DecideContext, Decision
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale

SERVER = [sys.executable, "-m", "server_stub.cli"]
PASSWORD = "measure me"


@dataclass
class Served:
    """A running server and the folders around it."""

    folder: Path
    url: str
    database: str

    def profile(self, name: str, user: str) -> Profile:
        """A signed-in client."""
        environment = {
            "DEALERDESK_KEYRING": "file",
            "DEALERDESK_KEYFILE": str(self.folder / f"{name}.key"),
        }
        profile = Profile(Paths(self.folder / name), SystemClock(), environment)
        if not profile.enrolled:
            profile.enrol(self.url, user, PASSWORD)
        return profile


def environment_of(folder: Path) -> dict[str, str]:
    """A server's environment with its state below *folder*."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEALERDESK_")}
    return {**kept, "DEALERDESK_HOME": str(folder)}


def run_server(folder: Path, database: str, *words: str, stdin: str = "") -> Any:
    """One command of the server's command line; its JSON."""
    done = subprocess.run(
        [*SERVER, *words, "--database", database, "--json"],
        input=stdin,
        text=True,
        capture_output=True,
        env=environment_of(folder),
        check=True,
    )
    return json.loads(done.stdout)


@contextmanager
def served(products: int = 200) -> Iterator[Served]:
    """A network HQ → T1 → S1 with the owner ``shop`` and *products* products P0001…; served until the end."""
    registry.commands()
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'server.db'}"
        run_server(folder, database, "init", "--admin-password-stdin", stdin=PASSWORD + "\n")
        run_server(folder, database, "dealer", "add", "--code", "T1", "--name", "一级", "--parent", "HQ")
        run_server(folder, database, "dealer", "add", "--code", "S1", "--name", "城东店", "--parent", "T1")
        user = ["user", "add", "--dealer", "S1", "--role", "owner", "--name", "shop", "--password-stdin"]
        run_server(folder, database, *user, stdin=PASSWORD + "\n")
        command = [*SERVER, "serve", "--port", "0", "--database", database, "--json"]
        log = (folder / "server.log").open("w")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment_of(folder))
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            network = Served(folder, url, database)
            add_products(network, products)
            yield network
        finally:
            process.terminate()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
            log.close()


def add_products(network: Served, number: int) -> None:
    """Products from headquarters' desk, through the product's own way."""
    desk = network.profile("hq", "admin")
    new = [
        NewProduct(code=f"P{index:04d}", name=f"商品 {index:04d} 号", price=10_000 + index) for index in range(number)
    ]
    for start in range(0, number, 1000):
        part = new[start : start + 1000]
        desk.store.perform(partial(_add, new=part))
    sync(desk)
    desk.close()


def _add(ctx: DecideContext, new: list[NewProduct]) -> Decision:
    return decide_add_products(ctx, new)


def _sell(ctx: DecideContext, wanted: list[Wanted]) -> Decision:
    return decide_sale(ctx, wanted, payments=[("cash", 10**9)])


def sync(profile: Profile) -> RoundResult:
    """One round, which must go through."""
    with reading_ahead(profile.transport) as transport:
        result = SyncRound(profile.store, transport).once()
    if result.problem:
        raise RuntimeError(f"sync failed: {result.problem}")
    return result


def sell(profile: Profile, number: int, lines: int, products: int) -> None:
    """So many sales of so many lines each, offline."""
    for index in range(number):
        wanted = [Wanted(f"P{(index * 7 + at * 13) % products:04d}", 1000 + at) for at in range(lines)]
        profile.store.perform(partial(_sell, wanted=wanted))
