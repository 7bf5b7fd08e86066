"""A grid over a million rows reads what it shows, and does what people expect of a table."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform import typeface
from desktop.platform.theme import Look, theme
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Column, Grid, ListSource, RowVerbs
from desktop.widgets.grid.model import PAGE_SIZE, PAGES_HELD
from desktop.widgets.key_button import KeyButton
from tests.desktop.widgets.million import COLUMNS, ROWS, Million


def show(qtbot: QtBot, grid: Grid) -> Grid:
    qtbot.addWidget(grid)
    grid.resize(700, 500)
    with qtbot.waitActive(grid):
        grid.show()
    grid.table.setFocus()
    grid.table.viewport().repaint()
    return grid


@pytest.fixture
def source() -> Million:
    return Million()


@pytest.fixture
def grid(qtbot: QtBot, source: Million) -> Grid:
    return show(qtbot, Grid(COLUMNS, source, name_key="sample.one", two_lines=True))


def press(grid: Grid, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(grid.table, key, modifiers)


def test_opening_reads_one_page_and_knows_all_rows(grid: Grid, source: Million) -> None:
    assert grid.model.rowCount() == ROWS
    assert source.fetched == PAGE_SIZE


def test_scrolling_a_screen_reads_at_most_one_page_more(grid: Grid, source: Million) -> None:
    bar = grid.table.verticalScrollBar()
    for _ in range(20):
        before = source.fetched
        bar.setValue(bar.value() + bar.pageStep())
        grid.table.viewport().repaint()
        assert source.fetched - before <= PAGE_SIZE


def test_a_jump_to_the_last_row_reads_only_what_stands_there(grid: Grid, source: Million) -> None:
    before = source.fetched
    press(grid, Qt.Key.Key_End)
    grid.table.viewport().repaint()
    assert grid.current() == ROWS - 1
    assert source.fetched - before <= 2 * PAGE_SIZE


def test_a_hundred_jumps_never_hold_more_than_the_pages_allowed(grid: Grid, source: Million) -> None:
    for number in range(100):
        grid.table.go_to(number * 9_973)
        grid.table.viewport().repaint()
    assert len(grid.model._pages) <= PAGES_HELD
    assert source.fetched <= 100 * 3 * PAGE_SIZE


def test_going_back_to_what_was_just_seen_reads_nothing(grid: Grid, source: Million) -> None:
    grid.table.go_to(5_000)
    grid.table.viewport().repaint()
    before = source.fetched
    grid.table.go_to(0)
    grid.table.go_to(5_000)
    grid.table.viewport().repaint()
    assert source.fetched == before


def test_keys_move_through_rows(grid: Grid) -> None:
    grid.table.go_to(0)
    press(grid, Qt.Key.Key_Down)
    assert grid.current() == 1
    press(grid, Qt.Key.Key_PageDown)
    further = grid.current()
    assert isinstance(further, int) and further > 5
    press(grid, Qt.Key.Key_Home)
    assert grid.current() == 0


def test_enter_opens_the_current_row(qtbot: QtBot, grid: Grid) -> None:
    grid.table.go_to(7)
    with qtbot.waitSignal(grid.opened) as opened:
        press(grid, Qt.Key.Key_Return)
    assert opened.args == [7]


def test_the_current_row_is_told(qtbot: QtBot, grid: Grid) -> None:
    with qtbot.waitSignal(grid.current_changed) as told:
        grid.table.go_to(3)
    assert told.args == [3]


def test_characters_are_left_to_the_screen(grid: Grid) -> None:
    typed: list[str] = []
    grid.keyPressEvent = lambda event: typed.append(event.text())  # type: ignore[method-assign]
    grid.table.go_to(3)
    QTest.keyClick(grid.table, Qt.Key.Key_J)
    assert typed == ["j"]
    assert grid.current() == 3


def test_a_click_on_a_heading_sorts_up_then_down(grid: Grid) -> None:
    grid.header.sectionClicked.emit(1)
    assert (grid.model.query.sort, grid.model.query.descending) == ("size", False)
    grid.header.sectionClicked.emit(1)
    assert grid.model.query.descending
    assert grid.model.row(0) == ROWS - 1
    assert grid.model.headerData(1, Qt.Orientation.Horizontal) == "大米 ↓"


def test_a_column_without_an_index_does_not_sort(grid: Grid) -> None:
    grid.header.sectionClicked.emit(0)
    assert grid.model.query.sort == ""


def test_a_filter_counts_again_and_begins_at_the_top(qtbot: QtBot, grid: Grid, source: Million) -> None:
    grid.table.go_to(500_000)
    with qtbot.waitSignal(grid.counted) as counted:
        grid.set_filter("10")
    assert counted.args == [ROWS // 10]
    assert grid.model.row(1) == 10
    assert grid.table.verticalScrollBar().value() == 0
    grid.set_filter("")
    assert grid.model.rowCount() == ROWS


def test_a_reload_keeps_the_current_row_and_the_place(grid: Grid, source: Million) -> None:
    grid.table.go_to(500_000)
    place = grid.table.verticalScrollBar().value()
    source.size += 5
    before = source.fetched
    grid.reload_if_touched({"other": None}, "lines")
    assert source.fetched == before
    grid.reload_if_touched({"lines": {"a"}}, "lines")
    assert grid.model.rowCount() == ROWS + 5
    assert grid.current() == 500_000
    assert grid.table.verticalScrollBar().value() == place
    assert source.fetched - before <= 2 * PAGE_SIZE


def test_rows_that_went_take_the_selection_with_them(grid: Grid, source: Million) -> None:
    grid.table.go_to(ROWS - 1)
    source.size = 10
    grid.reload()
    assert grid.model.rowCount() == 10
    assert grid.table.current_row() <= 9


def test_copying_takes_selected_rows_and_visible_columns(grid: Grid) -> None:
    grid.table.go_to(2)
    press(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    grid.header.show_column("state", shown=False)
    press(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines == ["龙井茶\t大米", "row 2 code 0000002\t2", "row 3 code 0000003\t3"]
    assert grid.selected() == [2, 3]


def test_columns_can_be_hidden_but_not_the_one_that_is_needed(qtbot: QtBot, grid: Grid) -> None:
    menu = grid.header.open_menu()
    assert [action.isEnabled() for action in menu.actions()] == [False, True, True]
    with qtbot.waitSignal(grid.arranged):
        menu.actions()[1].trigger()
    menu.close()
    grid.header.show_column("name", shown=False)
    assert [column.id for column in grid.header.shown_columns()] == ["name", "state"]


def test_a_saved_view_comes_back(qtbot: QtBot, grid: Grid) -> None:
    grid.header.show_column("state", shown=False)
    grid.header.moveSection(1, 0)
    grid.header.resizeSection(1, 77)
    grid.sort_by("size", descending=True)
    other = show(qtbot, Grid(COLUMNS, Million(), name_key="sample.one"))
    other.restore(grid.state() | {"order": ["gone", *grid.state()["order"]]})
    assert other.state() == grid.state()
    assert other.header.sectionSize(1) == 77


def test_the_stretching_column_takes_the_rest_and_keeps_its_own(grid: Grid) -> None:
    assert grid.header.length() == grid.table.viewport().width()
    grid.resize(260, 300)
    assert grid.header.sectionSize(0) == 200
    assert grid.table.horizontalScrollBar().maximum() > 0


def test_columns_that_stretch_share_what_is_left(qtbot: QtBot) -> None:
    columns = (
        Column("one", "sample.one", str, 60),
        *(Column(name, "sample.two", str, 80, stretch=True) for name in "ab"),
    )
    grid = show(qtbot, Grid(columns, Million(), name_key="sample.one"))
    first, left, right = (grid.header.sectionSize(section) for section in range(3))
    assert first < left
    assert abs(left - right) <= 1
    assert first + left + right == grid.table.viewport().width()


def test_columns_that_can_be_spared_go_and_come_back(qtbot: QtBot) -> None:
    columns = [replace(column, spare=number) for number, column in enumerate(COLUMNS)]
    grid = show(qtbot, Grid(columns, Million(), name_key="sample.one"))
    shown = [column.id for column in grid.header.shown_columns()]
    widths = {column.id: column.width for column in columns}
    state = grid.state()
    grid.resize(widths["name"] + widths["size"] + 30, 300)
    qtbot.waitUntil(lambda: [each.id for each in grid.header.shown_columns()] == ["name", "size"])
    assert grid.table.horizontalScrollBar().maximum() == 0
    assert grid.state() == state, "what the person chose is not touched"
    grid.header.show_column("size", shown=False)
    grid.resize(900, 300)
    qtbot.waitUntil(lambda: [each.id for each in grid.header.shown_columns()] == ["name", "state"])
    grid.header.show_column("size", shown=True)
    assert [column.id for column in grid.header.shown_columns()] == shown
    assert grid.header.sectionSize(grid.header.section("size")) == widths["size"]


def test_a_heading_is_read_whole_unless_somebody_made_its_column_narrow(qtbot: QtBot) -> None:
    columns = [replace(COLUMNS[0], stretch=True), replace(COLUMNS[1], title_key="widgets.grid.total", width=40)]
    grid = show(qtbot, Grid(columns, Million(), name_key="sample.one"))
    room = 2 * theme().px(10)
    for language in ("zh_CN", "en"):
        i18n.set_language(language)
        words = QFontMetricsF(theme().font(typeface.STRONG)).horizontalAdvance(i18n.tr("widgets.grid.total"))
        assert grid.header.sectionSize(1) == max(40, ceil(words) + room)
    assert grid.header.sectionSize(1) > 40, "the English word is wider"
    grid.header.resizeSection(1, 38)
    grid.resize(500, 300)
    qtbot.waitUntil(lambda: grid.header.length() <= 500)
    assert grid.header.sectionSize(1) == 38


def test_totals_stand_below_and_are_spoken(grid: Grid) -> None:
    assert grid._totals.isVisible()
    assert grid._totals.accessibleName() == "合计 大米 all"


def test_language_changes_headings_at_once(grid: Grid) -> None:
    i18n.set_language("en")
    assert grid.model.headerData(0, Qt.Orientation.Horizontal) == "Tea"
    assert grid.table.accessibleName() == "Tea"


@pytest.mark.parametrize(("density", "height"), [("mouse", 44), ("counter", 48)])
def test_rows_grow_with_density_and_scale(grid: Grid, density: str, height: int) -> None:
    for scale in (100, 200):
        theme().apply(Look("light", scale, density))
        assert grid.table.rowHeight(0) == height * scale // 100


def test_one_line_rows_have_the_heights_of_the_design(qtbot: QtBot) -> None:
    grid = show(qtbot, Grid(COLUMNS, Million(10), name_key="sample.one"))
    assert grid.table.rowHeight(0) == 28
    theme().apply(Look("light", 100, "counter"))
    assert grid.table.rowHeight(0) == 36


def test_an_empty_list_says_one_sentence_and_offers_one_verb(qtbot: QtBot) -> None:
    rows: list[str] = []
    source = ListSource(rows)
    empty = EmptyState("sample.hint", "sample.pay", key="F2")
    grid = show(qtbot, Grid(COLUMNS, source, name_key="sample.one", empty=empty))
    assert empty.isVisible()
    assert empty.verb is not None
    with qtbot.waitSignal(empty.asked):
        QTest.mouseClick(empty.verb, Qt.MouseButton.LeftButton)
    source.replace([1, 2])
    grid.reload()
    assert not empty.isVisible()


def test_a_row_is_found_by_its_key(qtbot: QtBot) -> None:
    source = ListSource(range(500), key=lambda row: row)
    grid = show(qtbot, Grid(COLUMNS, source, name_key="sample.one"))
    assert grid.select_key(444)
    assert grid.current() == 444
    assert not grid.select_key("nobody")
    source.replace([0, *range(200, 500)])
    grid.reload()
    assert grid.current() == 444


def test_a_short_list_sorts_filters_and_sums_with_the_functions_given(qtbot: QtBot) -> None:
    source = ListSource(
        [3, 1, 2],
        sort_value=lambda row, column: row,
        matches=lambda row, text: text in str(row),
        totals=lambda rows: {"size": str(sum(rows))},
    )
    grid = show(qtbot, Grid(COLUMNS, source, name_key="sample.one"))
    grid.sort_by("size", descending=True)
    assert [grid.model.row(number) for number in range(3)] == [3, 2, 1]
    assert grid.model.totals == {"size": "6"}
    grid.set_filter("2")
    assert (grid.model.rowCount(), grid.model.totals) == (1, {"size": "2"})


def test_verbs_stand_in_the_current_row_and_go_with_it(qtbot: QtBot, grid: Grid) -> None:
    done: list[int] = []

    def verbs(row: int) -> list[QWidget]:
        if row % 2:
            return []
        button = KeyButton("sample.pay")
        button.clicked.connect(lambda: done.append(row))
        return [button]

    RowVerbs(grid, "state", verbs)
    grid.table.go_to(4)
    (button,) = grid.table.findChildren(KeyButton)
    grid.table.viewport().repaint()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == [4]
    assert grid.table.hasFocus()
    grid.table.go_to(5)
    assert not [each for each in grid.table.findChildren(KeyButton) if each.isVisible()]
    grid.table.go_to(6)
    assert [each for each in grid.table.findChildren(KeyButton) if each.isVisible()]
    grid.set_filter("7")
    assert not [each for each in grid.table.findChildren(KeyButton) if each.isVisible()]


def test_columns_keep_their_widths_while_the_scale_changes(qtbot: QtBot) -> None:
    columns = (*COLUMNS[:1], Column("narrow", "sample.one", str, 70), Column("wide", "sample.two", str, stretch=True))
    grid = show(qtbot, Grid(columns, ListSource(), name_key="sample.one"))
    narrow = grid.header.section("narrow")
    for scale in (200, 100, 200):
        theme().apply(Look("light", scale))
        assert grid.header.sectionSize(narrow) == 70 * scale // 100
