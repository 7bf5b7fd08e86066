"""The last line of a grid: sums over all rows, under their columns."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.grid.column import Align, Column
from desktop.widgets.grid.delegate import PADDING
from desktop.widgets.grid.header import GridHeader
from desktop.widgets.painting import CENTRE_LEFT, CENTRE_RIGHT


class TotalsRow(QWidget):
    """Follows the header's columns; hidden while there are no totals."""

    def __init__(self, header: GridHeader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = header
        self._totals: Mapping[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header.sectionResized.connect(lambda *_: self.update())
        header.sectionMoved.connect(lambda *_: self.update())
        self.hide()

    def show_totals(self, totals: Mapping[str, str]) -> None:
        """Column id → sum, formatted."""
        self._totals = totals
        said = " ".join(f"{i18n.tr(each.title_key)} {totals[each.id]}" for each in self._shown() if each.id in totals)
        self.setAccessibleName(f"{i18n.tr('widgets.grid.total')} {said}")
        self.setVisible(bool(totals))
        self.update()

    def redraw(self) -> None:
        """Draw again: the columns moved."""
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a short row."""
        return QSize(theme().px(100), theme().px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line above, the word for total left, sums below their columns."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        painter.fillRect(0, 0, self.width(), 1, look.colour("border"))
        painter.setFont(look.font(typeface.STRONG))
        painter.setPen(look.colour("text"))
        padding = look.px(PADDING)
        first = True
        for place in range(self._header.count()):
            section = self._header.logicalIndex(place)
            if self._header.isSectionHidden(section):
                continue
            column = self._header.column(section)
            left = self._header.sectionViewportPosition(section)
            rect = QRectF(left, 0, self._header.sectionSize(section), self.height()).adjusted(padding, 0, -padding, 0)
            text = self._totals.get(column.id, i18n.tr("widgets.grid.total") if first else "")
            painter.drawText(rect, CENTRE_RIGHT if column.align is Align.RIGHT else CENTRE_LEFT, text)
            first = False
        painter.end()

    def _shown(self) -> list[Column]:
        return self._header.shown_columns()
