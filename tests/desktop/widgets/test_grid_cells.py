"""How cells are drawn: colours by tone, chips, two lines, tails, where they stand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.platform.theme import Look, theme
from desktop.widgets.grid import Align, Cell, Column, Grid, ListSource
from tests.support.reading import HIGH, LEAST, strongest

LONG = "a name that is much too long for its column and goes on and on"
CELLS = {
    "plain": Cell("plain"),
    "two": Cell("first", "second"),
    "danger": Cell("-8.00", tone="danger"),
    "tail": Cell("250915", tail="2026-03", tail_tone="warning"),
    "bold": Cell("sum", bold=True),
    "chip": Cell("sent", chip="success"),
    "chip above a line": Cell("stuck", "1 alarm", chip="danger"),
    "long": Cell(LONG, LONG),
}


def drawn(qtbot: QtBot, cell: Cell, align: Align = Align.LEFT, *, select: bool = False) -> QImage:
    column = Column("only", "sample.one", lambda row: cell, 160, align)
    grid = Grid([column], ListSource([1]), name_key="sample.one", two_lines=True)
    qtbot.addWidget(grid)
    grid.resize(200, 120)
    with qtbot.waitExposed(grid):
        grid.show()
    if select:
        grid.table.go_to(0)
    return grid.table.viewport().grab().toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(44)}


def inked_columns(image: QImage) -> list[int]:
    ground = theme().tokens.surface
    return [
        x for x in range(image.width()) if any(image.pixelColor(x, y).name().upper() != ground for y in range(2, 42))
    ]


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("name", CELLS)
def test_every_kind_of_cell_stays_inside_its_column(qtbot: QtBot, name: str, scheme: str) -> None:
    theme().apply(Look(scheme))
    inked = inked_columns(drawn(qtbot, CELLS[name]))
    assert inked
    assert min(inked) >= 9 and max(inked) <= 190


@pytest.mark.parametrize(("name", "colour"), [("danger", "danger"), ("chip", "success_bg")])
def test_tones_are_the_themes_colours(qtbot: QtBot, name: str, colour: str) -> None:
    assert getattr(theme().tokens, colour) in colours(drawn(qtbot, CELLS[name]))


def test_the_line_below_a_chip_is_read_too(qtbot: QtBot) -> None:
    alone, both = drawn(qtbot, Cell("stuck", chip="danger")), drawn(qtbot, CELLS["chip above a line"])
    assert theme().tokens.danger_bg in colours(both)
    below = [both.pixelColor(x, y).name().upper() for x in range(both.width()) for y in range(28, 42)]
    assert theme().tokens.secondary.upper() in below
    assert theme().tokens.secondary.upper() not in colours(alone)


@pytest.mark.parametrize("name", ["plain", "chip", "two"])
def test_text_stands_where_its_column_says(qtbot: QtBot, name: str) -> None:
    by_align = {align: inked_columns(drawn(qtbot, CELLS[name], align)) for align in Align}
    assert min(by_align[Align.LEFT]) <= 14
    assert max(by_align[Align.RIGHT]) >= 180
    middle = (min(by_align[Align.CENTRE]) + max(by_align[Align.CENTRE])) / 2
    assert middle == pytest.approx(98, abs=6)


def test_a_selected_row_has_a_bar_besides_its_colour(qtbot: QtBot) -> None:
    image = drawn(qtbot, CELLS["plain"], select=True)
    assert image.pixelColor(1, 20).name().upper() == theme().tokens.selection_bar
    assert image.pixelColor(100, 4).name().upper() == theme().tokens.selection


TONES = ("text", "secondary", "danger", "warning", "success", "offline", "accent")
CHIPS = ("success", "warning", "danger", "neutral", "offline")


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("select", [False, True], ids=["plain", "selected"])
def test_every_cell_can_be_read(qtbot: QtBot, scheme: str, select: bool) -> None:
    """WCAG 1.4.3, measured on the picture: every tone, small second lines, tails and chips, also on the chosen row."""
    theme().apply(Look(scheme))
    least = HIGH if theme().tokens.outlines else LEAST
    cells = [(tone, Cell("8888", tone=tone)) for tone in TONES]
    cells += [(f"tail {tone}", Cell("", tail="8888", tail_tone=tone)) for tone in TONES]
    cells += [(f"chip {chip}", Cell("8888", chip=chip)) for chip in CHIPS]
    cells.append(("second line", Cell("", "8888")))
    faint = {}
    for name, cell in cells:
        picture = drawn(qtbot, cell, select=select).convertToFormat(QImage.Format.Format_RGB32)
        found = strongest(picture, inked_place(picture) if cell.chip else QRect(8, 2, 150, 40))
        if found is None or found < least:
            faint[name] = found
    assert not faint


def inked_place(picture: QImage) -> QRect:
    """The inside of a chip."""
    ground = picture.pixelColor(6, 22)
    columns = [x for x in range(6, picture.width() - 4) if picture.pixelColor(x, 22) != ground]
    return QRect(columns[0] + 4, 16, columns[-1] - columns[0] - 8, 12)
