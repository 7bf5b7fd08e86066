"""A grid with a lane: the source works on another thread, the UI thread never waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.widgets.grid import Grid
from desktop.widgets.grid.model import PAGE_SIZE, WAITING
from tests.desktop.widgets.million import COLUMNS, ROWS, Million


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def threads(qtbot: QtBot, errors: list[BaseException]) -> Iterator[Threads]:
    lanes = Threads(UiThread(), errors.append)
    yield lanes
    lanes.close()


@pytest.fixture
def source() -> Iterator[Million]:
    source = Million()
    yield source
    source.gate.set()


@pytest.fixture
def grid(qtbot: QtBot, threads: Threads, source: Million) -> Iterator[Grid]:
    grid = Grid(COLUMNS, source, name_key="sample.one", lane=threads.reader)
    qtbot.addWidget(grid)
    grid.resize(700, 500)
    with qtbot.waitExposed(grid):
        grid.show()
    qtbot.waitUntil(lambda: grid.model.rowCount() == ROWS)
    yield grid
    grid.model.stop()


def test_the_source_is_never_asked_on_the_ui_thread(grid: Grid, source: Million) -> None:
    assert threading.main_thread().name not in source.threads
    assert source.fetched == PAGE_SIZE


def test_rows_that_are_still_read_are_marked_and_then_filled(qtbot: QtBot, grid: Grid, source: Million) -> None:
    source.gate.clear()
    grid.table.go_to(700_000)
    grid.table.viewport().repaint()
    assert grid.model.row(700_000) is None
    assert grid.model.cell(700_000, COLUMNS[0]) is WAITING
    source.gate.set()
    qtbot.waitUntil(lambda: grid.model.row(700_000) == 700_000)


def test_what_was_scrolled_past_is_not_read(qtbot: QtBot, grid: Grid, source: Million) -> None:
    source.gate.clear()
    for row in range(100_000, 900_000, 10_000):
        grid.table.go_to(row)
        grid.table.viewport().repaint()
    source.gate.set()
    qtbot.waitUntil(lambda: grid.model.row(890_000) == 890_000)
    assert source.fetched <= 8 * PAGE_SIZE


def test_the_answer_to_an_older_filter_is_dropped(qtbot: QtBot, grid: Grid, source: Million) -> None:
    source.gate.clear()
    for text in ("2", "4", "5", "10"):
        grid.set_filter(text)
    source.gate.set()
    counts: list[int] = []
    grid.counted.connect(counts.append)
    qtbot.waitUntil(lambda: grid.model.rowCount() == ROWS // 10)
    assert counts == [ROWS // 10]


def test_what_is_on_screen_stays_until_the_answer_is_there(qtbot: QtBot, grid: Grid, source: Million) -> None:
    source.gate.clear()
    grid.reload()
    assert grid.model.row(0) == 0
    source.gate.set()
    with qtbot.waitSignal(grid.model.totals_changed):
        pass
    assert grid.model.row(0) == 0


def test_an_error_of_the_source_reaches_the_funnel(
    qtbot: QtBot, grid: Grid, source: Million, errors: list[BaseException]
) -> None:
    def broken(query: object) -> int:
        raise OSError("disk")

    source.count = broken  # type: ignore[method-assign]
    grid.reload()
    qtbot.waitUntil(lambda: bool(errors))
    assert grid.model.rowCount() == ROWS


def test_a_grid_that_is_closed_while_reading_says_nothing(
    qtbot: QtBot, threads: Threads, source: Million, errors: list[BaseException]
) -> None:
    source.gate.clear()
    grid = Grid(COLUMNS, source, name_key="sample.one", lane=threads.reader)
    grid.deleteLater()
    del grid
    qtbot.waitUntil(lambda: bool(source.questions))
    source.gate.set()
    done: list[int] = []
    threads.reader.task(lambda: 1).on_done(done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert errors == []
