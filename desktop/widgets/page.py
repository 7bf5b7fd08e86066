"""The base of every screen: a title line with actions, and the content below."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet
from desktop.widgets.layout import LARGE, MEDIUM, SMALL, Item, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text


class Page(Live, QWidget):
    """A screen of the main window.

    Attributes:
        title: the title's label; hidden when the screen has none (order entry needs the room).
        note: the small text beside the title.
        head: the layout of the title line; actions stand at its right.
        content: the layout below.
        actions_of_page: the declared actions, once :meth:`use_actions` was called.
    """

    def __init__(self, title_key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_of_page: Actions | None = None
        self.title = Text(title_key, typeface.HEADING)
        self.note = Text("", typeface.SMALL, "secondary")
        self.head = row(self.title, self.note, 1, gap=LARGE)
        self.content = column(gap=MEDIUM)
        parts = column(gap=MEDIUM, margins=(LARGE, MEDIUM, LARGE, MEDIUM))
        if title_key:
            parts.put(self.head)
        self.setLayout(parts.put(self.content))

    def put_actions(self, *buttons: Item) -> None:
        """Put buttons at the right of the title line."""
        self.head.put(row(*buttons, gap=SMALL))

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
