"""The F1 page: which key does what, here and everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from desktop.platform import typeface
from desktop.platform.actions import HelpRow
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import SMALL, column
from desktop.widgets.painting import draw_keycap, keycap_height, keycap_width
from desktop.widgets.text import Text


class Keycap(QWidget):
    """One key drawn as a cap."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as its label."""
        return QSize(round(keycap_width(self._label)) + 1, keycap_height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cap."""
        look = theme()
        painter = QPainter(self)
        middle = QRectF(self.rect()).center().y()
        draw_keycap(painter, 0, middle, self._label, look.colour("text"), look.colour("input_border"))
        painter.end()


class KeyHelp(Dialog):
    """Lists help rows in their groups, three pairs to a line."""

    ACROSS = 3

    def __init__(self, parent: QWidget | None, rows: Sequence[HelpRow]) -> None:
        super().__init__(parent, "widgets.key_help.title")
        groups = column(gap=SMALL)
        for name, members in groupby(rows, lambda each: each.group):
            heading = Text("", typeface.STRONG, "secondary")
            heading.show_value(name)
            groups.put(heading, self._table(list(members)))
        inner = QWidget()
        inner.setLayout(groups.put(1))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setMinimumSize(theme().px(640), min(theme().px(380), inner.sizeHint().height() + 2))
        self.body.put(area)

    def _table(self, rows: Sequence[HelpRow]) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(theme().px(SMALL))
        table.setVerticalSpacing(theme().px(SMALL))
        for number, each in enumerate(rows):
            line, place = divmod(number, self.ACROSS)
            words = Text()
            words.show_value(each.text)
            table.addWidget(Keycap(each.key), line, 2 * place)
            table.addWidget(words, line, 2 * place + 1)
            table.setColumnStretch(2 * place + 1, 1)
        return table
