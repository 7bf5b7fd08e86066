"""grid: a million rows of SQLite; to open, to turn a page, to jump; beside it a view of QSqlTableModel that opens.

What counts is what a person waits for: from the wish to the painted rows.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QApplication, QTableView

from desktop.platform.theme import Look, theme
from desktop.platform.threads import Lane, Threads
from desktop.platform.ui_thread import UiThread
from desktop.widgets.grid import Grid, KeysetSource
from tests.bench.lines import Line
from tests.desktop.measure_grid import COLUMNS, ROWS, Lines, Meter, make

SIZE = (1100, 620)
OPENINGS, PAGES, JUMPS = 7, 300, 200
OPEN_RATIO = 2.0
PAGE_MS, JUMP_MS = 16.0, 60.0
WAIT = QEventLoop.ProcessEventsFlag.WaitForMoreEvents


def measure() -> Iterator[Line]:
    """Opening beside the limit, then pages and jumps against their goals."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme().install(application, Look("light"))
    threads = Threads(UiThread(), lambda error: print(repr(error), file=sys.stderr))
    with TemporaryDirectory(prefix="bench") as folder:
        path = Path(folder) / "lines.db"
        make(path)
        database = QSqlDatabase.addDatabase("QSQLITE")
        database.setDatabaseName(str(path))
        database.open()
        ours, limit = [], []
        for number in range(OPENINGS + 1):
            grid, took = open_grid(application, source_of(path), threads.reader)
            close_grid(grid)
            bare = open_bare(application, database)
            if number:
                ours.append(took)
                limit.append(bare)
        source = source_of(path)
        grid, _ = open_grid(application, source, threads.reader)
        yield Line("a million rows opened", "ms", statistics.median(ours), statistics.median(limit), OPEN_RATIO)
        yield from scrolled(Meter(application, grid), grid, source)
        close_grid(grid)
        database.close()
    threads.close()


def source_of(path: Path) -> KeysetSource:
    """A million rows, read anew."""
    lines = Lines(path)
    return KeysetSource(lines.count, lines.fetch, lines.position, lambda row: row[0])


def open_grid(application: QApplication, source: KeysetSource, lane: Lane) -> tuple[Grid, float]:
    """The grid with its first rows painted, and the milliseconds until then."""
    began = time.perf_counter()
    grid = Grid(COLUMNS, source, name_key="platform.app.name", lane=lane, two_lines=True)
    grid.resize(*SIZE)
    grid.show()
    wait(application, lambda: grid.model.rowCount() == ROWS and grid.model.row(0) is not None)
    grid.table.viewport().repaint()
    return grid, (time.perf_counter() - began) * 1000


def close_grid(grid: Grid) -> None:
    """Let it go."""
    grid.model.stop()
    grid.close()
    grid.deleteLater()


def open_bare(application: QApplication, database: QSqlDatabase) -> float:
    """Milliseconds for a table view on QSqlTableModel, which counts nothing and reads 256 rows."""
    began = time.perf_counter()
    model = QSqlTableModel(None, database)
    model.setTable("line")
    model.select()
    view = QTableView()
    view.setModel(model)
    view.resize(*SIZE)
    view.show()
    wait(application, lambda: view.windowHandle().isExposed())
    view.viewport().repaint()
    took = (time.perf_counter() - began) * 1000
    view.close()
    view.deleteLater()
    model.deleteLater()
    return took


def scrolled(meter: Meter, grid: Grid, source: KeysetSource) -> Iterator[Line]:
    """Turning pages and jumping anywhere."""
    bar = grid.table.verticalScrollBar()
    pages = [meter.until_painted(lambda: bar.setValue(bar.value() + bar.pageStep()), meter.shown) for _ in range(PAGES)]
    while not source.warm(grid.model.query):
        pass
    draw = Random(2)
    jumps = [meter.until_painted(lambda: grid.table.go_to(draw.randrange(ROWS)), meter.shown) for _ in range(JUMPS)]
    yield Line("page turned, p95", "ms", p95(pages), goal=PAGE_MS)
    yield Line("page turned, p50", "ms", statistics.median(pages), goal=PAGE_MS)
    yield Line("jump anywhere, p95", "ms", p95(jumps), goal=JUMP_MS)


def wait(application: QApplication, until: Callable[[], bool]) -> None:
    """Run the event loop."""
    while not until():
        application.processEvents(WAIT)


def p95(values: list[float]) -> float:
    """The value that one in twenty exceeds."""
    return statistics.quantiles(values, n=20)[18]
