"""Measures a grid over a million rows of SQLite beside QSqlTableModel's way: run it by hand, ``python -m`` this module.

Prints milliseconds to open, to turn a page, to jump, to sort and to filter, and how far the UI thread stood still.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from desktop.platform.theme import Look, theme
from desktop.platform.threads import Lane, Threads
from desktop.platform.ui_thread import UiThread
from desktop.widgets.grid import Align, Cell, Column, Grid, KeysetSource, Query

ROWS = 1_000_000
COLUMNS = [
    Column("number", "platform.app.name", lambda row: row[1], 140, sortable=True),
    Column("product", "platform.app.name", lambda row: Cell(row[2], f"690{row[0]:010d}"), stretch=True),
    Column("amount", "platform.app.name", lambda row: f"{row[3] / 100:,.2f}", 110, Align.RIGHT, sortable=True),
    Column("state", "platform.app.name", lambda row: Cell(row[4], chip="success"), 90),
    Column("quantity", "platform.app.name", lambda row: str(row[5]), 80, Align.RIGHT),
]


def make(path: Path) -> None:
    """A table of order lines with the indexes that the grid sorts by."""
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE line (id INTEGER PRIMARY KEY, number TEXT, product TEXT, amount INT, state TEXT, n INT)"
    )
    chance = random.Random(1)
    database.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)",
        ((i, f"CD-{i:07d}", f"product {i % 9973}", chance.randrange(10**6), "sent", i % 40) for i in range(ROWS)),
    )
    database.execute("CREATE INDEX by_amount ON line (amount, id)")
    database.execute("CREATE INDEX by_product ON line (product, id)")
    database.commit()
    database.close()


class Lines:
    """What a ``queries.py`` would hold."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False)

    def count(self, query: Query) -> int:
        """Rows of a query."""
        where, values = self._where(query)
        return int(self._database.execute(f"SELECT count(*) FROM line {where}", values).fetchone()[0])

    def fetch(self, query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        """A page by key."""
        order = "DESC" if query.descending else "ASC"
        compare = "<" if query.descending else ">"
        where, values = self._where(query)
        names = ["amount", "id"] if query.sort == "amount" else ["id"]
        if after is not None:
            where += " AND " if where else "WHERE "
            where += f"({', '.join(names)}) {compare} ({', '.join('?' * len(names))})"
            values += list(after)
        ordered = ", ".join(f"{name} {order}" for name in names)
        sql = f"SELECT * FROM line {where} ORDER BY {ordered} LIMIT ? OFFSET ?"
        return self._database.execute(sql, [*values, n, skip]).fetchall()

    @staticmethod
    def position(query: Query, row: Any) -> Any:
        """The key that a row is sorted by."""
        return (row[3], row[0]) if query.sort == "amount" else (row[0],)

    @staticmethod
    def _where(query: Query) -> tuple[str, list[Any]]:
        return ("WHERE product = ?", [query.text]) if query.text else ("", [])


class Meter:
    """Times what a person waits for: from the wish to the painted rows."""

    def __init__(self, application: QApplication, grid: Grid) -> None:
        self._application = application
        self._grid = grid

    def until_painted(self, wish: Callable[[], None], ready: Callable[[], bool]) -> float:
        """Milliseconds until the rows are there and painted."""
        begun = time.perf_counter()
        wish()
        while not ready():
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self._grid.table.viewport().repaint()
        return (time.perf_counter() - begun) * 1000

    def shown(self) -> bool:
        """Whether the rows on screen are read."""
        top = max(0, self._grid.table.rowAt(2))
        return self._grid.model.row(top) is not None


def say(text: str) -> None:
    """One line to the terminal."""
    sys.stdout.write(text + "\n")


def measure(application: QApplication, path: Path, lane: Lane | None, name: str) -> None:
    """All figures for one way of reading."""
    lines = Lines(path)
    source = KeysetSource(lines.count, lines.fetch, lines.position, lambda row: row[0])
    begun = time.perf_counter()
    grid = Grid(COLUMNS, source, name_key="platform.app.name", lane=lane, two_lines=True)
    grid.resize(1100, 620)
    grid.show()
    while grid.model.rowCount() != ROWS or not grid.windowHandle().isExposed():
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    grid.table.viewport().repaint()
    opened = (time.perf_counter() - begun) * 1000
    meter = Meter(application, grid)
    bar = grid.table.verticalScrollBar()
    cold = meter.until_painted(lambda: bar.setValue(bar.maximum()), meter.shown)
    bar.setValue(0)
    pages = [meter.until_painted(lambda: bar.setValue(bar.value() + bar.pageStep()), meter.shown) for _ in range(200)]
    begun = time.perf_counter()
    while not source.warm(grid.model.query):
        pass
    warmed = (time.perf_counter() - begun) * 1000
    chance = random.Random(2)
    jumps = [meter.until_painted(lambda: grid.table.go_to(chance.randrange(ROWS)), meter.shown) for _ in range(100)]
    repaint = [meter.until_painted(lambda: None, meter.shown) for _ in range(50)]
    sort = meter.until_painted(lambda: grid.sort_by("amount"), lambda: grid.model.row(0) is not None and meter.shown())
    counted: list[int] = []
    grid.counted.connect(counted.append)
    text = meter.until_painted(lambda: grid.set_filter("product 77"), lambda: bool(counted))
    say(
        f"{name:6} open {opened:6.1f}  cold jump to the end {cold:6.1f}  page p50 {statistics.median(pages):5.2f}"
        f" p95 {statistics.quantiles(pages, n=20)[18]:5.2f}  jump p50 {statistics.median(jumps):5.2f}"
        f" max {max(jumps):5.2f}  repaint {statistics.median(repaint):5.2f}  sort {sort:6.1f}  filter {text:6.1f}"
        f"  anchors {warmed:6.1f}"
    )
    grid.model.stop()
    grid.close()
    grid.deleteLater()


def main() -> None:
    """Both ways, on a table in a temporary folder."""
    application = QApplication([])
    theme().install(application, Look("light"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.db"
        make(path)
        measure(application, path, None, "sync")
        ui = UiThread()
        threads = Threads(ui, lambda error: say(repr(error)))
        measure(application, path, threads.reader, "lane")
        measure(application, path, threads.reader, "lane")
        threads.close()


if __name__ == "__main__":
    main()
