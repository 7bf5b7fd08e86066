"""shops: 500 shops that come back with 200 commands each to one server process, over HTTP.

Drained when every shop has pushed all and pulled every outcome. The limit follows from the push line: what a bare
transaction per order needs (measured in the same run with the rows that one shop's orders gave), times four, for all.
The shops share this machine with the server. They honour what the server asks: 429 and its seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from desktop.sync.enrolment import enrol
from desktop.sync.http import HttpClient
from domain import registry
from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.catalogue.model import product
from domain.kernel import wire
from domain.kernel.clock import SystemClock
from domain.kernel.context import Actor, DecideContext, Decision
from domain.kernel.wire import PushBatch, PushItem
from domain.orders.commands import SoldLine
from domain.orders.model import orders
from domain.parties.handlers import decide_add_dealer, decide_add_person, decide_found_network
from server_stub.accounts.hashing import Hasher
from server_stub.bootstrap import prepare_database, server_device
from server_stub.console.answer import INITIALISED
from server_stub.kit.database import Database
from server_stub.sync import repository
from tests.bench.bench_push import GOAL as PUSH_GOAL, resulting, write_bare
from tests.bench.lines import Line
from tests.bench.network import PASSWORD, SERVER, environment_of
from tests.support.factories.envelopes import Sealer
from tests.support.factories.orders import sale, sold

SHOPS = int(os.environ.get("BENCH_SHOPS", "500"))
COMMANDS = int(os.environ.get("BENCH_SHOPS_COMMANDS", "200"))
AT_ONCE = 64
"""Shops that speak at the same moment; the others wait for their turn or for what the server asked."""
TIMES, P99_MS, MEMORY_MB = 2.0, 2000.0, 400.0


@dataclass
class Shop:
    """A shop's PC with sealed orders, without its databases: 500 of them would measure this machine."""

    token: str
    sealer: Sealer
    items: list[PushItem]
    line: requests.Session = field(default_factory=requests.Session)


@dataclass
class Seen:
    """What the shops saw.

    Attributes:
        milliseconds: of each answered request.
        later: answers that asked to come back.
    """

    milliseconds: list[float] = field(default_factory=list)
    faults: int = 0
    later: int = 0

    def p99(self) -> float:
        """The 99th percentile."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99)]


def fill(database: str) -> None:
    """Headquarters, the shops, one person each, ten products."""
    clock, db = SystemClock(), Database(database)
    prepare_database(db, clock)
    device = server_device(db, clock)
    device.issue(lambda ctx: decide_found_network(ctx, name="总部"))
    goods = [NewProduct(code=f"P{at}", name=f"商品 {at}", price=10_000) for at in range(10)]
    device.issue(lambda ctx: decide_add_products(ctx, goods))
    digest = Hasher(8, 1).hash(PASSWORD)
    for number in range(SHOPS + 1):
        device.issue(partial(_dealer, code=f"S{number}"))
        device.issue(partial(_person, code=f"S{number}", digest=digest))
    db.run(lambda connection: repository.set_meta(connection, INITIALISED, "1"))
    db.dispose()


def _dealer(ctx: DecideContext, code: str) -> Decision:
    return decide_add_dealer(ctx, code=code, name=code, parent_code="HQ")


def _person(ctx: DecideContext, code: str, digest: str) -> Decision:
    return decide_add_person(ctx, party_code=code, name=f"user-{code}", role="owner", password_hash=digest)


@contextmanager
def served() -> Iterator[tuple[Path, str, str, int]]:
    """(folder, database, url, pid) of a server process that lets all shops of one address sign in."""
    registry.commands()
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'server.db'}"
        fill(database)
        limits = dict.fromkeys(("SIGN_INS_PER_PEER", "SIGN_INS_PER_NAME"), "1000000")
        environment = {**environment_of(folder), **{f"DEALERDESK_SERVER_{key}": text for key, text in limits.items()}}
        command = [*SERVER, "serve", "--port", "0", "--database", database, "--json"]
        with (folder / "server.log").open("w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
            try:
                assert process.stdout is not None
                yield folder, database, json.loads(process.stdout.readline())["url"], process.pid
            finally:
                process.terminate()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()


def open_shop(url: str, goods: list[str], number: int) -> Shop:
    """A new device of shop *number* with its orders sealed."""
    client, key = HttpClient(url), Ed25519PrivateKey.generate()
    identity, told = enrol(client, key, user=f"user-S{number}", password=PASSWORD, device_name="PC")
    client.close()
    sealer = Sealer(Actor(identity.person_id, "", identity.role, identity.party_id, identity.device_id), key)
    lines = [sold(goods[(number + at) % len(goods)]) for at in range(5)]
    items = [_sealed(sealer, lines) for _ in range(COMMANDS)]
    return Shop(told["access_token"], sealer, items)


def _sealed(sealer: Sealer, lines: list[SoldLine]) -> PushItem:
    order = sale(sealer.actor.party_id, *lines)
    return sealer.seal(order, document=order.order_id)


def ask(shop: Shop, seen: Seen, method: str, url: str, data: bytes | None = None) -> bytes:
    """One answered request; comes back as often and as late as the server asks."""
    while True:
        start = time.perf_counter()
        answer = shop.line.request(
            method, url, data=data, headers={"Authorization": f"Bearer {shop.token}"}, timeout=120
        )
        seen.milliseconds.append((time.perf_counter() - start) * 1000)
        if answer.status_code == 429:
            seen.later += 1
            threading.Event().wait(answer.json()["params"]["seconds"])
            continue
        if answer.status_code >= 500:
            seen.faults += 1
        answer.raise_for_status()
        return answer.content


def come_back(shop: Shop, seen: Seen, url: str) -> None:
    """Push everything, then pull until every outcome is here."""
    done = 0
    while done < len(shop.items):
        batch = wire.pack(PushBatch(1, shop.items[done : done + 200]))
        done += len(wire.PUSH_ANSWER.decode(wire.unpack(ask(shop, seen, "POST", f"{url}/v1/sync/push", batch))).acks)
    start = wire.SNAPSHOT_START.decode(wire.unpack(ask(shop, seen, "GET", f"{url}/v1/sync/snapshot")))
    ask(shop, seen, "GET", f"{url}/v1/sync/feed?cursor={start.cursor}")
    shop.line.close()


def memory_mb(pid: int) -> float:
    """The most memory that the process ever held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def drain(url: str, shops: list[Shop], seen: Seen) -> float:
    """Seconds until every shop is through."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        start = time.perf_counter()
        for done in [pool.submit(come_back, shop, seen, url) for shop in shops]:
            done.result()
        return time.perf_counter() - start


def bare_seconds(folder: Path, database: str, pilot: Shop) -> float:
    """What the pilot's orders cost bare, one transaction each."""
    db = Database(database)
    with db.read() as connection:
        transactions = resulting(connection, pilot.sealer.actor.device_id)
    db.dispose()
    return write_bare(folder, transactions)


def goods_of(database: str) -> list[str]:
    """Ids of the products."""
    db = Database(database)
    with db.read() as connection:
        found = list(connection.execute(select(product.c.id)).scalars())
    db.dispose()
    return found


def check_each_once(database: str) -> None:
    """Every order is there once."""
    db = Database(database)
    with db.read() as connection:
        number = connection.execute(select(func.count()).select_from(orders)).scalar_one()
    db.dispose()
    if number != (SHOPS + 1) * COMMANDS:
        raise RuntimeError(f"{number} orders")


def measure() -> Iterator[Line]:
    """A pilot shop first, for the limit; then all at once."""
    seen: Any = Seen()
    with served() as (folder, database, url, pid):
        goods = goods_of(database)
        with ThreadPoolExecutor(8) as pool:
            pilot, *shops = pool.map(partial(open_shop, url, goods), range(SHOPS + 1))
        come_back(pilot, Seen(), url)
        bare = bare_seconds(folder, database, pilot)
        seconds = drain(url, shops, seen)
        memory = memory_mb(pid)
        check_each_once(database)
    if seen.faults:
        raise RuntimeError(f"{seen.faults} answers of 5xx")
    allowed = bare * SHOPS * PUSH_GOAL
    yield Line(f"{SHOPS} shops with {COMMANDS} orders drained", "s", seconds, allowed, ratio_goal=TIMES)
    yield Line("p99 of a request", "ms", seen.p99(), goal=P99_MS)
    yield Line("server's memory at most", "MB", memory, goal=MEMORY_MB)
    yield Line("asked to come back", "times", seen.later)
