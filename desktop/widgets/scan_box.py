"""The one box that understands scans, codes, names and pinyin, with its hits dropping over the content."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QFontMetricsF, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.action import key_label
from desktop.platform.theme import theme
from desktop.widgets.layout import SMALL
from desktop.widgets.live import Live
from desktop.widgets.painting import CENTRE_RIGHT, draw_box
from desktop.widgets.result_list import Result, ResultList

WIDEST = 640
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
_STARS = ("*", "\uff0a", "\u00d7")
"""As an input method commits the key that asks for the quantity."""
_LEFT_TO_SCREEN = (Qt.Key.Key_Delete, Qt.Key.Key_Z, Qt.Key.Key_Y)


def with_key(hint_key: str, cap: str) -> str:
    """A hint with the key that comes here, as on a keycap."""
    return f"{i18n.tr(hint_key)}  {cap}".rstrip()


class ScanBox(Live, QLineEdit):
    """A line to type or scan into. The screen searches and hands the hits back.

    While it is empty it leaves Del and Ctrl+Z to the screen (delete a line, undo), and ``*`` asks for the quantity.
    Scans arrive at the main window (:class:`desktop.widgets.scanner.Scanner`), not here.

    Signals:
        searched(str): the text changed; answer with :meth:`show_results`.
        picked(object): ``data`` of the hit that was chosen; the box is empty again.
        submitted(str): Enter while there are no hits.
        quantity_asked: ``*`` in the empty box.
        stepped(int): so many rows down, by an arrow in the empty box.
    """

    searched = Signal(str)
    picked = Signal(object)
    submitted = Signal(str)
    quantity_asked = Signal()
    stepped = Signal(int)

    def __init__(self, name_key: str, hint_key: str, key: str = "F2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_key = name_key
        self._hint_key = hint_key
        self._key = key
        self._hint = ""
        self._list: ResultList | None = None
        self.setObjectName("scanBox")
        self.setFrame(False)
        self.textChanged.connect(self._changed)
        self.go_live()

    def follow(self, action: QAction) -> None:
        """Show the key of the declared action that comes here, also when it is another one day."""
        action.changed.connect(lambda: self._take_key(action))
        self._take_key(action)

    def show_results(self, results: Sequence[Result], for_text: str | None = None) -> None:
        """Drop the hits below; none hides the list. Hits ``for_text`` that is no longer in the box are ignored."""
        if for_text is not None and for_text != self.text():
            return
        listed = self._results()
        listed.show_results(results if self.text() else ())
        self._place()
        listed.setVisible(not listed.is_empty())
        listed.raise_()

    def hide_results(self) -> None:
        """Take the list away."""
        if self._list is not None:
            self._list.hide()

    def results_shown(self) -> bool:
        """Whether the list is over the content."""
        return self._list is not None and self._list.isVisible()

    def restyle(self) -> None:
        """Height and font of the look in force; room for the hint at the right."""
        look = theme()
        self.setFont(look.font(typeface.LINE))
        self.setFixedHeight(look.px(42))
        self._make_room()

    def retranslate(self) -> None:
        """Name and hint in the language in force."""
        self.setAccessibleName(i18n.tr(self._name_key))
        self._hint = i18n.tr(self._hint_key)
        self.setAccessibleDescription(f"{self._hint} {key_label(self._key)}")
        self._make_room()

    def event(self, event: QEvent) -> bool:
        """An empty box has nothing to delete and nothing to undo: the screen has."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride and not self.text()
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _LEFT_TO_SCREEN:
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose among the hits, Enter takes one, Esc steps back."""
        step = next((by for key, by in _STEPS.items() if key == event.key()), 0)
        if step and self.results_shown():
            self._results().move_current(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.text() == "*" and not self.text():
            self.quantity_asked.emit()
        elif step and not self.text():
            self.stepped.emit(step)
        elif event.key() in _LEFT_TO_SCREEN[:1] and not self.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, ring, text; hint and key at the right as long as there is room."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        focused = self.hasFocus()
        edge = look.colour("focus" if focused else "input_border")
        draw_box(painter, rect, look.colour("surface"), edge, width=2 if focused else 1)
        inside = rect.adjusted(look.px(12), 0, -look.px(12), 0)
        used = QFontMetricsF(self.font()).horizontalAdvance(self.text() or " ")
        painter.setFont(look.font(typeface.BODY))
        painter.setPen(look.colour("hint"))
        if used + self._aside_width() <= inside.width():
            painter.drawText(inside, CENTRE_RIGHT, self._aside())
        painter.end()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list stays as wide as suits the box."""
        super().resizeEvent(event)
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another screen is shown: the list goes too."""
        super().hideEvent(event)
        self.hide_results()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window grew or shrank: the list follows."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _results(self) -> ResultList:
        window = self.window()
        if self._list is None or self._list.parent() is not window:
            if self._list is not None:
                self._list.deleteLater()
            self._list = ResultList(window)
            self._list.setAccessibleName(i18n.tr("widgets.scan_box.results"))
            self._list.picked.connect(self._take)
            window.installEventFilter(self)
        return self._list

    def _place(self) -> None:
        if self._list is not None:
            px = theme().px
            below = self.mapTo(self.window(), QPoint(0, self.height() + px(4)))
            room = self.window().height() - below.y() - px(SMALL)
            self._list.setGeometry(
                below.x(), below.y(), min(self.width(), px(WIDEST)), min(self._list.height_for_rows(), room)
            )

    def _changed(self, text: str) -> None:
        if text in _STARS:
            self.clear()
            self.quantity_asked.emit()
            return
        if not text:
            self.hide_results()
        self.update()
        self.searched.emit(text)

    def enter(self) -> None:
        """As Enter does: take the chosen hit, or tell what was typed."""
        if self.results_shown():
            self._results().pick()
        elif self.text().strip():
            self.submitted.emit(self.text().strip())

    def _take_key(self, action: QAction) -> None:
        self._key = str(action.property("key") or "")
        self.retranslate()

    def _take(self, data: object) -> None:
        self.clear()
        self.picked.emit(data)

    def _aside(self) -> str:
        return f"{self._hint}    {key_label(self._key)}"

    def _aside_width(self) -> float:
        return QFontMetricsF(theme().font(typeface.BODY)).horizontalAdvance(self._aside()) + theme().px(24)

    def _make_room(self) -> None:
        px = theme().px
        self.setTextMargins(px(12), 0, px(12), 0)
        self.update()
