"""first-sync: 100,000 order lines with their orders into an empty encrypted cache over real HTTP.

The limit writes the same rows with the same indexes into a plain file by sqlite3's executemany. The client runs in a
process of its own, so that its memory is its own.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.store.cache import index_ddl, insert_sql, table_ddl
from desktop.store.encrypted import open_engine
from domain.kernel.tables import blank, synced_tables
from tests.bench.lines import Line
from tests.bench.network import Served, run_server, served, sync

LINES = int(os.environ.get("BENCH_FIRST_SYNC_LINES", "100000"))
PER_ORDER = 5
GOAL, GOAL_MB = 6.0, 250.0
MAPPING = Path(__file__).resolve().parents[2] / "resources" / "mappings" / "online_retail.toml"
COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]

CLIENT = """
import json, sys, time
from pathlib import Path
from tests.bench.network import Served, sync
from domain import registry
registry.commands()
shop = Served(Path(sys.argv[1]), sys.argv[2], "").profile("shop", "shop")
shop.store
start = time.perf_counter()
result = sync(shop)
seconds = time.perf_counter() - start
peak = 0
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        peak = int(line.split()[1])
print(json.dumps({"seconds": seconds, "pulled": result.pulled, "peak_kib": peak}))
shop.close()
"""


def write_history(path: Path) -> None:
    """A year of sales of a shop."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for line in range(LINES):
            order = line // PER_ORDER
            day = f"2026-{order * 11 // (LINES // PER_ORDER) + 1:02d}-{order % 28 + 1:02d}"
            at = f"{day} {order % 24:02d}:{order % 60:02d}:00"
            product = (order * 7 + line * 13) % 2000
            writer.writerow(
                [
                    f"{500000 + order}",
                    f"{20000 + product}",
                    f"商品 {product:04d} 号",
                    line % 5 + 1,
                    at,
                    f"{product % 90 + 1}.50",
                    f"{10000 + order % 700}.0",
                    "China",
                ]
            )


def bare(folder: Path, cache: Path, key: bytes) -> tuple[float, int]:
    """(seconds, rows) of the same rows by sqlite3's executemany into a plain file, indexes built as ours are."""
    engine = open_engine(cache, key, read_only=True)
    rows = {}
    with engine.begin() as connection:
        for table in synced_tables():
            names = ", ".join(blank(table))
            rows[table.name] = [tuple(row) for row in connection.exec_driver_sql(f"SELECT {names} FROM {table.name}")]
    engine.dispose()
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode=wal")
    plain.execute("PRAGMA cache_size=-65536")
    start = time.perf_counter()
    plain.execute("BEGIN")
    for table in synced_tables():
        plain.execute(table_ddl(table))
        plain.executemany(insert_sql(table), rows[table.name])
    for table in synced_tables():
        for statement in index_ddl(table):
            plain.execute(statement)
    plain.execute("COMMIT")
    seconds = time.perf_counter() - start
    plain.close()
    return seconds, sum(len(of) for of in rows.values())


def first_sync(network: Served) -> dict[str, float]:
    """The client's own figures."""
    command = [sys.executable, "-c", CLIENT, str(network.folder), network.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=MAPPING.parents[2])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure() -> Iterator[Line]:
    """Seconds and peak memory of the client, against the same rows written bare."""
    with served(10) as network:
        history = network.folder / "history.csv"
        write_history(history)
        run_server(
            network.folder,
            network.database,
            "import",
            "sales",
            str(history),
            "--mapping",
            str(MAPPING),
            "--dealer",
            "S1",
        )
        ours = first_sync(network)
        shop = network.profile("shop", "shop")
        sync(shop)
        key = shop.database_key
        path = shop.store.cache.path
        shop.close()
        seconds, rows = bare(network.folder, path, key)
    if ours["pulled"] < rows * 0.99 or rows < LINES * 2:
        raise RuntimeError(f"pulled {ours['pulled']} of {rows} rows")
    yield Line(f"{LINES:,} order lines, {rows:,} rows in all", "s", ours["seconds"], seconds, ratio_goal=GOAL)
    yield Line("memory of the client", "MB", ours["peak_kib"] / 1024, goal=GOAL_MB)
