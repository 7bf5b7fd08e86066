"""The command palette: everything that can be done now, found by a few letters or pinyin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.actions import PaletteEntry
from desktop.platform.theme import theme
from desktop.widgets.focus_return import FocusReturn
from desktop.widgets.layout import SMALL, column
from desktop.widgets.live import Live
from desktop.widgets.painting import draw_box
from desktop.widgets.result_list import Result, ResultList
from desktop.widgets.text import Text

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


def matching(entries: Sequence[PaletteEntry], typed: str) -> list[PaletteEntry]:
    """The entries that ``typed`` finds, best first: beginning of the words, then inside them, then search words."""
    wanted = typed.casefold().split()
    if not wanted:
        return list(entries)
    ranked = [(_rank(entry, wanted), number, entry) for number, entry in enumerate(entries)]
    return [entry for rank, _, entry in sorted(each for each in ranked if each[0] < _NONE)]


_NONE = 9


def _rank(entry: PaletteEntry, wanted: Sequence[str]) -> int:
    words = entry.text.casefold()
    search = entry.search.casefold()
    if all(words.startswith(part) for part in wanted):
        return 0
    if all(part in words for part in wanted):
        return 1
    if all(any(word.startswith(part) for word in search.split()) or part in words for part in wanted):
        return 2
    return 3 if all(part in search or part in words for part in wanted) else _NONE


class CommandPalette(Live, QFrame):
    """Opened over a window with :meth:`open_with`; Enter runs, Esc leaves, the focus returns to where it was.

    Signals:
        ran(str): id of the action that was run.
    """

    ran = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._entries: list[PaletteEntry] = []
        self._focus = FocusReturn()
        self.field = QLineEdit()
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self._list = ResultList(self, edged=False)
        self._list.picked.connect(self._run)
        self._nothing = Text("widgets.palette.nothing", typeface.BODY, "secondary")
        self.setLayout(column(self.field, self._nothing, self._list, 1, gap=SMALL, margins=(SMALL,) * 4))
        host.installEventFilter(self)
        self.hide()
        self.go_live()

    def open_with(self, entries: Sequence[PaletteEntry]) -> None:
        """Offer ``entries``, everything at first."""
        self._focus = FocusReturn()
        self._entries = list(entries)
        self.field.clear()
        self._find("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def leave(self) -> None:
        """Close with nothing done."""
        if self.isVisible():
            self.hide()
            self._focus.give_back()

    def shown_texts(self) -> list[str]:
        """What is offered, best first."""
        return [entry.text for entry in matching(self._entries, self.field.text())]

    def restyle(self) -> None:
        """Place it again with the look's measures."""
        self.field.setFont(theme().font(typeface.LINE))
        self._place()

    def retranslate(self) -> None:
        """Name and hint in the language in force."""
        self.field.setPlaceholderText(i18n.tr("widgets.palette.hint"))
        self.field.setAccessibleName(i18n.tr("widgets.palette.name"))
        self._list.setAccessibleName(i18n.tr("widgets.palette.name"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the input that belong to the list; a click elsewhere leaves."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is not self.field:
            return False
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface with an edge that stands out from the screen below."""
        painter = QPainter(self)
        draw_box(painter, QRectF(self.rect()), theme().colour("surface"), theme().colour("input_border"))
        painter.end()

    def _key(self, event: QKeyEvent) -> bool:
        step = next((by for key, by in _STEPS.items() if key == event.key()), 0)
        if step:
            self._list.move_current(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._list.pick()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _find(self, typed: str) -> None:
        found = matching(self._entries, typed)
        self._list.show_results([Result(each.text, key=each.key, data=each) for each in found])
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._list.setFixedHeight(self._list.height_for_rows())
        self._place()

    def _run(self, entry: PaletteEntry) -> None:
        self.leave()
        entry.action.trigger()
        self.ran.emit(entry.id)

    def _place(self) -> None:
        px = theme().px
        width = min(px(560), self._host.width() - 2 * px(SMALL))
        height = min(self.sizeHint().height(), self._host.height() - 2 * px(SMALL))
        self.setGeometry((self._host.width() - width) // 2, min(px(72), self._host.height() - height), width, height)
