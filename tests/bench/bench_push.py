"""push: 10,000 offline orders of five lines from a counter to the server, handled with authority.

The limit writes the very rows that resulted (envelope, receipt, outcome, feed and all) with one bare Core transaction
per order into an empty database of the same kind, with the same indexes and the same durability.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.dialects import sqlite

from domain.catalogue.model import product
from domain.kernel.ids import derive_id
from domain.kernel.outcome import document_exception, outcome
from domain.kernel.tables import metadata
from domain.orders.model import order_line, order_transition, orders, payment
from domain.stock.model import stock_balance, stock_move
from server_stub.kit import migrate
from server_stub.kit.database import Database
from server_stub.sync.models import chain, envelope, feed_body, feed_commit, feed_position, receipt
from tests.bench.lines import Line
from tests.bench.network import Served, sell, served, sync

ORDERS = int(os.environ.get("BENCH_PUSH_ORDERS", "10000"))
PRODUCTS = 200
GOAL = 4.0

Transaction = list[tuple[Table, list[dict[str, Any]]]]


def resulting(connection: Connection, device_id: str) -> list[Transaction]:
    """Per pushed command, the rows that the server wrote for it."""
    by_order: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))

    def gather(table: Table, key: str) -> None:
        for row in connection.execute(select(table)).mappings():
            by_order[row[key]][table.name].append(dict(row))

    gather(order_line, "order_id")
    gather(order_transition, "order_id")
    gather(payment, "order_id")
    gather(stock_move, "source_id")
    gather(orders, "id")
    gather(document_exception, "document_id")
    envelopes = {row["hash"]: dict(row) for row in connection.execute(select(envelope)).mappings()}
    bodies = {row["commit_id"]: dict(row) for row in connection.execute(select(feed_body)).mappings()}
    commits = {row["commit_id"]: dict(row) for row in connection.execute(select(feed_commit)).mappings()}
    outcomes = {row["id"]: dict(row) for row in connection.execute(select(outcome)).mappings()}
    positions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(feed_position)).mappings():
        positions[row["sequence"]].append(dict(row))
    found: list[Transaction] = []
    taken = select(receipt).where(receipt.c.device_id == device_id).order_by(receipt.c.sequence)
    for got in connection.execute(taken).mappings().all():
        rows = by_order[got["document_id"]]
        commit = commits[derive_id(got["command_id"], "commit", got["handled_at"])]
        transaction: Transaction = [(envelope, [envelopes[got["hash"]]])]
        transaction += [(metadata.tables[name], of) for name, of in rows.items()]
        transaction.append((stock_balance, balances(rows["stock_move"])))
        transaction.append((outcome, [outcomes[got["command_id"]]]))
        transaction.append((feed_body, [bodies[commit["commit_id"]]]))
        transaction.append((feed_commit, [commit]))
        transaction.append((feed_position, positions[commit["sequence"]]))
        transaction.append((receipt, [dict(got)]))
        found.append(transaction)
    return found


def balances(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One balance change per move."""
    return [
        {
            "id": move["product_id"],
            "version": 1,
            "party_id": move["party_id"],
            "place_id": move["from_place"],
            "product_id": move["product_id"],
            "lot": "",
            "quantity": -move["quantity"],
            "reserved": 0,
            "as_of": move["at"],
        }
        for move in moves
    ]


def write_bare(folder: Path, transactions: list[Transaction]) -> float:
    """Seconds for one bare Core transaction per order."""
    db = Database(f"sqlite:///{folder / 'bare.db'}")
    migrate.upgrade(db)
    upsert = sqlite.insert(stock_balance)
    upsert = upsert.on_conflict_do_update(
        index_elements=["id"], set_={"quantity": stock_balance.c.quantity + upsert.excluded.quantity}
    )
    inserts = {name: insert(table) for name, table in metadata.tables.items()}
    start = time.perf_counter()
    for transaction in transactions:
        with db.write() as connection:
            for table, rows in transaction:
                connection.execute(upsert if table is stock_balance else inserts[table.name], rows)
    seconds = time.perf_counter() - start
    db.dispose()
    return seconds


def measure_push(network: Served) -> tuple[float, float]:
    """(seconds ours, seconds bare)."""
    shop = network.profile("shop", "shop")
    sync(shop)
    sell(shop, ORDERS, 5, PRODUCTS)
    start = time.perf_counter()
    result = sync(shop)
    ours = time.perf_counter() - start
    if result.pushed != ORDERS or result.accepted + result.excepted != ORDERS:
        raise RuntimeError(f"not all orders came through: {result}")
    db = Database(network.database)
    with db.read() as connection:
        transactions = resulting(connection, shop.store.known.device_id)
        known = connection.execute(select(product.c.id)).all()
        chained = connection.execute(select(chain)).all()
    db.dispose()
    shop.close()
    if len(transactions) != ORDERS or len(known) != PRODUCTS or not chained:
        raise RuntimeError("the server does not have what was pushed")
    return ours, write_bare(network.folder, transactions)


def measure() -> Iterator[Line]:
    """Push and pull until every outcome is visible at the counter."""
    with served(PRODUCTS) as network:
        ours, bare = measure_push(network)
    yield Line(f"{ORDERS:,} orders of 5 lines, SQLite", "s", ours, bare, ratio_goal=GOAL)
    yield Line("one order, handled and its outcome pulled", "ms", ours / ORDERS * 1000, bare / ORDERS * 1000)
