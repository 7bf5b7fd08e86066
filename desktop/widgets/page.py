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
from desktop.widgets.layout import LARGE, MEDIUM, NONE, SMALL, Item, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text

LOW = 460
"""Pixels at 100 % of a screen that has no room for a line of key buttons."""


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
        self.foot = row(gap=LARGE, margins=(LARGE, NONE, LARGE, NONE))
        self._head_line = Flow(_holding(self.head), gap=LARGE, spread=Spread.ENDS)
        self._buttons: QWidget | None = None
        self._inside = column(gap=MEDIUM, margins=(LARGE, NONE, LARGE, NONE))
        if title_key:
            self._inside.put(self._head_line)
        self._inside.put(self.content)
        self._inside.setStretchFactor(self.content, 1)
        area = ScrollPane(_holding(self._inside))
        self.setLayout(column(area, self.foot, gap=MEDIUM, margins=(NONE, MEDIUM, NONE, MEDIUM)))

    def put_actions(self, *buttons: Item) -> None:
        """Put buttons at the right of the title line, or below it in a narrow window."""
        self._head_line.addWidget(_holding(row(*buttons, gap=SMALL)))

    def put_foot(self, buttons: Sequence[QWidget], primary: PrimaryButton | None = None) -> None:
        """Put key buttons at the lower left, wrapping when they must, and the primary action at the lower right.

        In a low window the key buttons move to the end of the content and leave the foot to the primary action.
        """
        self._buttons = _holding(Flow(*buttons))
        self.foot.addWidget(self._buttons, 1, Qt.AlignmentFlag.AlignVCenter)
        if primary is not None:
            self.foot.addWidget(primary, 0, Qt.AlignmentFlag.AlignRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Is there room for the key buttons?"""
        super().resizeEvent(event)
        self._place_buttons(low=event.size().height() < theme().px(LOW))

    def use_actions(self, actions: Actions) -> Actions:
        """Take the screen's declared actions: plain-character keys that its inputs leave go to them."""
        self.actions_of_page = actions
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
        """Characters that no input took may be the key of an action."""
        if self.actions_of_page is None or not self.actions_of_page.press(event):
            super().keyPressEvent(event)

    def _place_buttons(self, *, low: bool) -> None:
        if self._buttons is None or (self._inside.indexOf(self._buttons) >= 0) == low:
            return
        if low:
            self.foot.removeWidget(self._buttons)
            self._inside.addWidget(self._buttons)
        else:
            self._inside.removeWidget(self._buttons)
            self.foot.insertWidget(0, self._buttons, 1, Qt.AlignmentFlag.AlignVCenter)


def _holding(layout: QLayout) -> QWidget:
    widget = QWidget()
    widget.setLayout(layout)
    return widget
