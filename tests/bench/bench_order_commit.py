"""order-commit: one sale of five lines from the decision to its durable commit, on an encrypted store."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.lines import Line
from tests.bench.network import sell, served, sync

SALES = 400
GOAL_MS = 12.0


def bare_commits(folder: Path, number: int) -> list[float]:
    """Milliseconds of bare durable SQLite commits of one row."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)")
    found = []
    for index in range(number):
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t VALUES (?, ?)", (index, os.urandom(1500)))
        connection.execute("COMMIT")
        found.append((time.perf_counter() - start) * 1000)
    connection.close()
    return found


def measure() -> Iterator[Line]:
    """p95 of a sale against p95 of a bare commit."""
    with served() as network:
        shop = network.profile("shop", "shop")
        sync(shop)
        sell(shop, 20, 5, 200)
        found = []
        for _ in range(SALES):
            start = time.perf_counter()
            sell(shop, 1, 5, 200)
            found.append((time.perf_counter() - start) * 1000)
        bare = bare_commits(network.folder, SALES)
        shop.close()
    ours, limit = statistics.quantiles(found, n=20)[18], statistics.quantiles(bare, n=20)[18]
    yield Line("sale of 5 lines, p95", "ms", ours, limit, goal=GOAL_MS)
    yield Line("sale of 5 lines, p50", "ms", statistics.median(found), statistics.median(bare), goal=GOAL_MS)
