"""The base of every screen: a title line with actions, and the content below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QWidget

from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet
from desktop.platform.theme import theme
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.foot import Foot
from desktop.widgets.layout import LARGE, MEDIUM, NONE, SMALL, Item, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text

LOW = 460
"""Pixels at 100 % of a screen without height to spare: a title without actions goes, key buttons stand on one line."""


class Page(Live, QWidget):
    """A screen of the main window.

    Attributes:
        title: the title's label; hidden when the screen has none (order entry needs the room).
        note: the small text beside the title.
        head: the layout of the title line; actions stand at its right.
        content: the layout below; when the window is too low for it, it scrolls.
        foot: the layout at the lower edge that never scrolls away: key buttons left, the primary action right.
        actions_of_page: the declared actions, once :meth:`use_actions` was called.
    """

    def __init__(self, title_key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_of_page: Actions | None = None
        self.title = Text(title_key, typeface.HEADING)
        self.note = Text("", typeface.SMALL, "secondary", optional=True)
        self.head = row(self.title, self.note, gap=LARGE)
        self.content = column(gap=MEDIUM)
        self._feet: list[Foot] = []
        self.foot = row(gap=LARGE, margins=(LARGE, NONE, LARGE, NONE))
        self._head_line = Flow(_holding(self.head), gap=LARGE, spread=Spread.ENDS)
        self._title_line = _holding(self._head_line)
        if not title_key:  # shown while it has no parent it would flash as a window and take the focus
            self._title_line.hide()
        self._has_title = bool(title_key)
        inside = column(gap=MEDIUM, margins=(LARGE, NONE, LARGE, NONE))
        # Also without a title: a widget without parent is a window, and would end on whichever thread collects it.
        inside.put(self._title_line, self.content)
        inside.setStretchFactor(self.content, 1)
        area = ScrollPane(_holding(inside))
        self.setLayout(column(area, self.foot, gap=MEDIUM, margins=(NONE, MEDIUM, NONE, MEDIUM)))

    def put_actions(self, *buttons: Item) -> None:
        """Put buttons at the right of the title line, or below it in a narrow window."""
        self._head_line.addWidget(_holding(row(*buttons, gap=SMALL)))

    def put_foot(self, buttons: Sequence[QWidget], primary: PrimaryButton | None = None) -> None:
        """Put key buttons at the lower left and the primary action at the lower right.

        They never scroll away: what is above takes the room that is left.
        """
        self._feet.append(Foot(buttons, primary))
        self.foot.addWidget(self._feet[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Is there height to spare?"""
        super().resizeEvent(event)
        low = event.size().height() < theme().px(LOW)
        self._title_line.setVisible(self._has_title and (self._head_line.count() > 1 or not low))
        for foot in self._feet:
            foot.set_low(low)

    def use_actions(self, actions: Actions) -> Actions:
        """Take the screen's declared actions: plain-character keys that its inputs leave go to them."""
        self.actions_of_page = actions
        actions.keys_changed.connect(self.retranslate)
        return actions

    def first_focus(self) -> QWidget:
        """Where the focus goes when the screen is opened."""
        return self

    def scanned(self, code: str) -> bool:
        """A code was scanned while this screen is open; True when the screen takes it."""
        return False

    def take_changes(self, change_set: ChangeSet) -> None:
        """Rows changed: read again what is shown, if it is touched. Called for the screen that is visible."""

    def opened(self) -> None:
        """The screen came to the front: read what may have changed meanwhile."""

    def may_leave(self) -> bool:
        """Whether another screen may take its place now."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Characters that no input took may be the key of an action; Esc goes back to where one begins."""
        if event.key() == Qt.Key.Key_Escape and not self.first_focus().hasFocus():
            self.first_focus().setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.actions_of_page is None or not self.actions_of_page.press(event):
            super().keyPressEvent(event)


def _holding(layout: QLayout) -> QWidget:
    widget = QWidget()
    widget.setLayout(layout)
    return widget
