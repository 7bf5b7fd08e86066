"""Draws the cells of a grid: two lines, right-aligned figures, chips, a selection that is more than a colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.platform.typeface import Role
from desktop.widgets.grid.column import Align, Cell, Column
from desktop.widgets.grid.model import GridModel, Index
from desktop.widgets.painting import chip_height, chip_width, draw_chip

PADDING = 10
BAR = 3

_BOLD = {typeface.BODY: typeface.STRONG, typeface.LINE: typeface.LINE_STRONG}


class CellDelegate(QStyledItemDelegate):
    """Takes cells straight from the model: no conversions on the way, a page of cells in a few milliseconds."""

    def __init__(self, *, two_lines: bool) -> None:
        super().__init__()
        self._two_lines = two_lines
        self._metrics: dict[Role, QFontMetricsF] = {}
        self.restyle()

    def restyle(self) -> None:
        """Fonts and measures of the look in force."""
        self._metrics.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows have one height."""
        return QSize(theme().px(100), theme().row_height(two_lines=self._two_lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, line below, then the cell."""
        model = index.model()
        if not isinstance(model, GridModel):
            return
        look = theme()
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, look.colour("selection"))
            if rect.left() <= 0:
                bar = QRectF(rect.left(), rect.top(), look.px(BAR), rect.height())
                painter.fillRect(bar, look.colour("selection_bar"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.colour("border"))
        column = model.columns[index.column()]
        cell = model.cell(index.row(), column)
        inside = rect.adjusted(look.px(PADDING), 0, -look.px(PADDING), -1)
        if cell.chip:
            self._paint_chip(painter, inside, cell, column)
        else:
            self._paint_lines(painter, inside, cell, column)

    def _paint_chip(self, painter: QPainter, rect: QRectF, cell: Cell, column: Column) -> None:
        height = chip_height()
        width = min(chip_width(cell.text), rect.width())
        left = rect.left() if column.align is Align.LEFT else rect.right() - width
        if column.align is Align.CENTRE:
            left = rect.center().x() - width / 2
        second = self._of(typeface.SMALL).height() if cell.secondary else 0.0
        top = rect.top() + (rect.height() - height - second) / 2
        draw_chip(painter, QRectF(left, top, width, height), cell.text, cell.chip)
        if cell.secondary:
            below = QRectF(rect.left(), top + height, rect.width(), second)
            self._write(painter, below, cell.secondary, typeface.SMALL, "secondary", column.align)

    def _paint_lines(self, painter: QPainter, rect: QRectF, cell: Cell, column: Column) -> None:
        role = theme().line_role
        if cell.bold:
            role = _BOLD[role]
        if not cell.secondary:
            self._paint_first(painter, rect, cell, column, role)
            return
        first, second = self._of(role).height(), self._of(typeface.SMALL).height()
        squeeze = min(0.0, rect.height() - first - second)
        top = rect.top() + max(0.0, (rect.height() - first - second) / 2)
        self._paint_first(painter, QRectF(rect.left(), top, rect.width(), first), cell, column, role)
        below = QRectF(rect.left(), top + first + squeeze, rect.width(), second)
        self._write(painter, below, cell.secondary, typeface.SMALL, "secondary", column.align)

    def _paint_first(self, painter: QPainter, rect: QRectF, cell: Cell, column: Column, role: Role) -> None:
        if cell.tail and column.align is Align.LEFT:
            used = self._of(role).horizontalAdvance(cell.text + " ")
            behind = rect.adjusted(min(used, rect.width()), 0, 0, 0)
            self._write(painter, behind, cell.tail, role, cell.tail_tone, column.align)
        self._write(painter, rect, cell.text, role, cell.tone, column.align)

    def _write(self, painter: QPainter, rect: QRectF, text: str, role: Role, tone: str, align: Align) -> None:
        metrics = self._of(role)
        if metrics.horizontalAdvance(text) > rect.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(theme().font(role))
        painter.setPen(theme().colour(tone))
        painter.drawText(rect, _FLAGS[align], text)

    def _of(self, role: Role) -> QFontMetricsF:
        metrics = self._metrics.get(role)
        if metrics is None:
            font: QFont = theme().font(role)
            metrics = self._metrics[role] = QFontMetricsF(font)
        return metrics


_FLAGS = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
    Align.CENTRE: Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine,
}
