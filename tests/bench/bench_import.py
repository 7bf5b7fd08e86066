"""import: the customer's 541,909 lines into SQLite and PostgreSQL.

The limit parses the file with the csv module and inserts the very rows that resulted (documents, lines, moves,
balances, identities, envelopes, feed and all) table by table with the bare driver into an empty database of the same
kind, with the same indexes, the same durability and as many commits. Where the real file is absent a made one of its
shape and size takes its place.
"""

from __future__ import annotations

import csv
import gzip
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.kernel.clock import SystemClock
from server_stub.bootstrap import prepare_database
from server_stub.kit.database import Database
from tests.bench.importing import import_apart
from tests.bench.lines import Line
from tests.server.importing.retail import write_made
from tests.support.data import find_data
from tests.support.postgres import Cluster, find_binaries

LINES = int(os.environ.get("BENCH_IMPORT_LINES", "541909"))
ROWS_PER_COMMIT = 15_000
"""About what one batch of an import writes."""
GOAL, GOAL_MB = 6.0, 600.0
TABLES = (
    "product customer orders order_transition order_line stock_document stock_move stock_balance import_line envelope"
    " receipt outcome feed_body feed_commit feed_position channel_generation"
).split()


def retail(folder: Path) -> Path:
    """The real file when all of it is wanted and there, else a made one."""
    real = find_data("online_retail/online_retail.csv.gz")
    return real if real and LINES == 541_909 else write_made(folder / "made.csv.gz", LINES)


def parse(file: Path) -> float:
    """Seconds for the csv module alone."""
    start = time.perf_counter()
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for _ in csv.reader(text):
            pass
    return time.perf_counter() - start


def chunks(source: Database, table: str) -> Iterator[list[tuple[Any, ...]]]:
    """A table's rows as plain tuples, in the order in which they were written where the database keeps it."""
    with source.read(stable=True) as connection:
        rows = connection.execution_options(stream_results=True).exec_driver_sql(f"SELECT * FROM {table}")
        for part in rows.partitions(ROWS_PER_COMMIT):
            yield [tuple(row) for row in part]


def insert_bare(source: Database, target: Database, *, copy: bool = False) -> float:
    """Seconds for the same rows by the bare driver; with *copy* by PostgreSQL's COPY."""
    seconds = 0.0
    prepare_database(target, SystemClock())
    connection = target.engine.raw_connection()
    cursor = connection.cursor()
    for table in TABLES:
        for rows in chunks(source, table):
            start = time.perf_counter()
            if copy:
                with cursor.copy(f"COPY {table} FROM STDIN") as out:
                    for row in rows:
                        out.write_row(row)
            else:
                if target.dialect == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                mark = "?" if target.dialect == "sqlite" else "%s"
                cursor.executemany(f"INSERT INTO {table} VALUES ({','.join([mark] * len(rows[0]))})", rows)
            connection.commit()
            seconds += time.perf_counter() - start
    connection.close()
    return seconds


@contextmanager
def opened(*urls: str) -> Iterator[list[Database]]:
    """Databases at these addresses, closed at the end."""
    databases = [Database(url) for url in urls]
    try:
        yield databases
    finally:
        for each in databases:
            each.dispose()


def measure() -> Iterator[Line]:
    """Both databases, ours first, then the limit."""
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        file = retail(folder)
        urls = [f"sqlite:///{folder / each}.db" for each in ("ours", "bare")]
        yield from measure_at("SQLite", file, folder, urls)
        (folder / "ours.db").unlink()
        (folder / "bare.db").unlink()
        cluster = Cluster(find_binaries())
        try:
            urls = [cluster.url(cluster.create()) for _ in range(3)]
            yield from measure_at("PostgreSQL", file, folder, urls)
        finally:
            cluster.stop()


def measure_at(kind: str, file: Path, folder: Path, urls: list[str]) -> Iterator[Line]:
    """One database."""
    ours = import_apart(urls[0], file, folder)
    with opened(*urls) as (source, bare, *copied):
        limit = parse(file) + insert_bare(source, bare)
        yield Line(f"{ours.rows:,} lines into {kind}", "s", ours.seconds, limit, ratio_goal=GOAL)
        yield Line(f"peak memory of it, {kind}", "MB", ours.peak_mb, goal=GOAL_MB)
        for target in copied:
            limit = parse(file) + insert_bare(source, target, copy=True)
            yield Line(f"against COPY of the same rows, {kind}", "s", ours.seconds, limit)
