"""feed: 32 writers on PostgreSQL, orders with authority, with feed and receipts.

The limit runs the same command handlers by as many writers into such a database without envelope, feed, receipt and
outcome: what is left out is what synchronisation costs. Both without fsync, so that the disk hides nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Table

from domain.catalogue.model import product
from domain.kernel.channels import Row
from domain.kernel.commands import command_named
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.envelope import open_body
from domain.kernel.handling import execute
from domain.kernel.rowwriter import RowWriter
from domain.kernel.wire import PushBatch, PushItem
from domain.orders.commands import SoldLine
from domain.orders.model import orders
from server_stub.sync.models import feed_commit
from tests.bench.lines import Line
from tests.support.factories.envelopes import Sealer
from tests.support.factories.orders import sale, sold
from tests.support.network import Network, network_at, prepare
from tests.support.postgres import Cluster, find_binaries

WRITERS = int(os.environ.get("BENCH_FEED_WRITERS", "32"))
ORDERS = int(os.environ.get("BENCH_FEED_ORDERS", "60"))
"""Orders of each writer, five lines each."""
PUSH = 20
GOAL = 2.0
SHOPS = ("m1-clerk", "m2-clerk", "n1-clerk", "e1-clerk", "c1-clerk", "e11-clerk")


@dataclass
class Writer:
    """A device with its sealed orders."""

    sealer: Sealer
    items: list[PushItem]


@dataclass
class NoJournal:
    """A journal that keeps nothing."""

    rows: int = field(default=0)

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        self.rows += len(rows)

    def updated(self, table: Table, before: Row, after: Row) -> None:
        self.rows += 1

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        self.rows += len(rows)

    def deleted(self, table: Table, before: Row) -> None:
        self.rows += 1

    def read(self, table: Table, row_id: str) -> None:
        """Nothing is watched."""


def fill_shops(network: Network, goods: Sequence[Row]) -> None:
    """Goods enough on every shelf: an exception for each sale is not what is measured, and the limit writes none."""
    for user in SHOPS:
        shop = network.counter(user)
        shop.take_in(*((row["code"], 1_000_000_000) for row in goods))
        shop.sync()


def writers(network: Network) -> list[Writer]:
    """Devices spread over the shops, with their orders sealed beforehand."""
    rows = [row for row in network.rows(product).values() if row["status"] == "listed" and row["stocked"]]
    fill_shops(network, rows)
    goods = sorted(row["id"] for row in rows)
    made = []
    for number in range(WRITERS):
        actor, key, _ = network.enrol(SHOPS[number % len(SHOPS)])
        sealer = Sealer(actor, key)
        lines = [sold(goods[at % len(goods)]) for at in range(5)]
        items = [_sealed(sealer, lines) for _ in range(ORDERS)]
        made.append(Writer(sealer, items))
    return made


def _sealed(sealer: Sealer, lines: list[SoldLine]) -> PushItem:
    order = sale(sealer.actor.party_id, *lines)
    return sealer.seal(order, document=order.order_id)


def timed(work: Callable[[Writer], None], of: list[Writer]) -> float:
    """Seconds until every writer is done."""
    with ThreadPoolExecutor(len(of)) as pool:
        start = time.perf_counter()
        for done in [pool.submit(work, each) for each in of]:
            done.result()
        return time.perf_counter() - start


def push(network: Network, writer: Writer) -> None:
    """As the route does it: envelope, chain, receipt, outcome, feed, number."""
    transport = network.transport(writer.sealer.actor, writer.sealer.key)
    start = 0
    while start < len(writer.items):
        answer = transport.push(PushBatch(1, writer.items[start : start + PUSH]))
        if {ack.status for ack in answer.acks} != {"confirmed"}:
            raise RuntimeError(f"not taken: {answer}")
        start += len(answer.acks)


def write_bare(network: Network, writer: Writer) -> None:
    """The same handlers, one transaction each, and nothing else."""
    for item in writer.items:
        network.db.run(partial(_execute, item=item, actor=writer.sealer.actor, now_ms=network.clock.ms))


def _execute(connection: Connection, item: PushItem, actor: Actor, now_ms: int) -> None:
    body = open_body(item.sealed)
    kind = command_named(body.kind)
    rows = RowWriter(connection, NoJournal(), authority=True)
    ctx = ApplyContext(body.id, actor, body.business_date, body.claimed_at, rows, received_at=now_ms)
    execute(kind, ctx, kind.decode(body.schema, bytes(body.payload)))


def measure_one(cluster: Cluster, template: str, work: Callable[[Network, Writer], None]) -> tuple[float, int]:
    """(seconds, commits in the feed) of one way to write all orders."""
    name = cluster.create(template)
    with TemporaryDirectory(prefix="bench") as folder, network_at(cluster.url(name), Path(folder)) as network:
        of = writers(network)
        before = network.count(feed_commit)
        seconds = timed(lambda writer: work(network, writer), of)
        if network.count(orders) != WRITERS * ORDERS:
            raise RuntimeError("orders are missing or doubled")
        commits = network.count(feed_commit) - before
    cluster.drop(name)
    return seconds, commits


def measure() -> Iterator[Line]:
    """Both ways in turns, the better of two each: the machine is not alone."""
    cluster = Cluster(find_binaries())
    try:
        template = cluster.template(prepare)
        ours, bare = [], []
        for _ in range(2):
            seconds, commits = measure_one(cluster, template, push)
            if commits < WRITERS * ORDERS:
                raise RuntimeError(f"{commits} commits in the feed")
            ours.append(seconds)
            bare.append(measure_one(cluster, template, write_bare)[0])
    finally:
        cluster.stop()
    number = WRITERS * ORDERS
    yield Line(f"{number:,} orders by {WRITERS} writers, PostgreSQL", "s", min(ours), min(bare), ratio_goal=GOAL)
    yield Line("one order", "ms", min(ours) / number * 1000, min(bare) / number * 1000)
