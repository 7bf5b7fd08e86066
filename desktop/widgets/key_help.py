"""The F1 page: which key does what, here and everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop.platform import typeface
from desktop.platform.actions import HelpRow
from desktop.platform.theme import theme
from desktop.platform.typeface import Role
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import LARGE, SMALL
from desktop.widgets.painting import draw_keycap, keycap_height, keycap_width
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text

WIDTH, HEIGHT = 640, 480
AROUND = 60
"""Pixels at 100 % that the dialog's edges take."""


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
    """Lists help rows in their groups, three to a line."""

    ACROSS = 3

    def __init__(self, parent: QWidget | None, rows: Sequence[HelpRow]) -> None:
        super().__init__(parent, "widgets.key_help.title")
        inner = QWidget()
        inner.setLayout(self._table(rows))
        area = ScrollPane(inner)
        room = parent.window().size() if parent is not None else QSize(WIDTH, HEIGHT)
        wanted = inner.sizeHint()
        width = max(theme().px(WIDTH), wanted.width() + theme().px(LARGE))
        area.setMinimumWidth(min(width, room.width() - theme().px(AROUND)))
        area.setMinimumHeight(min(wanted.height() + 2, max(theme().px(120), room.height() - theme().px(3 * AROUND))))
        self.body.put(area)

    def _table(self, rows: Sequence[HelpRow]) -> QGridLayout:
        """One table for all groups, so that their columns stand below each other."""
        table = QGridLayout()
        table.setContentsMargins(0, 0, 0, 0)
        table.setHorizontalSpacing(theme().px(SMALL))
        table.setVerticalSpacing(theme().px(SMALL))
        line = 0
        for name, members in groupby(rows, lambda each: each.group):
            table.addWidget(_label(name, typeface.STRONG, "secondary"), line, 0, 1, 2 * self.ACROSS)
            for number, each in enumerate(members):
                place = number % self.ACROSS
                if not place:
                    line += 1
                table.addWidget(Keycap(each.key), line, 2 * place, Qt.AlignmentFlag.AlignLeft)
                table.addWidget(_label(each.text), line, 2 * place + 1)
            line += 1
        for place in range(self.ACROSS):
            table.setColumnStretch(2 * place + 1, 1)
        table.setRowStretch(line, 1)
        return table


def _label(words: str, role: Role = typeface.BODY, colour: str = "text") -> Text:
    label = Text("", role, colour)
    label.show_value(words)
    return label
