"""Asks in place why an order is refused or withdrawn."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text


class ReasonEntry(Live, QWidget):
    """A sentence, a line, a verb. Enter confirms, Esc goes back.

    Signals:
        given(str, str): step and reason.
        went_back: nothing shall happen.
    """

    given = Signal(str, str)
    went_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = "refuse"
        self._sentence = Text("", typeface.BODY)
        self._problem = Text("orders.reason.missing", typeface.SMALL, "danger")
        self.line = QLineEdit()
        self._verb = KeyButton("orders.action.refuse", weight=Weight.DANGER)
        back = KeyButton("orders.reason.back", weight=Weight.QUIET)
        back.clicked.connect(self.went_back)
        self._verb.clicked.connect(self._give)
        self.line.textChanged.connect(lambda _: self._problem.hide())
        buttons = row(1, back, self._verb)
        self.setLayout(column(self._sentence, self.line, self._problem, buttons, gap=SMALL))
        self.go_live()

    def begin(self, step: str) -> None:
        """Ask for the reason of *step* (``refuse`` or ``cancel``)."""
        self._step = step
        self._sentence.say(f"orders.reason.{step}")
        self._verb.say(f"orders.action.{step}")
        self.line.setAccessibleName(i18n.tr(f"orders.reason.{step}"))
        self.line.clear()
        self._problem.hide()
        self.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        self.line.setMinimumHeight(theme().control_height())

    def retranslate(self) -> None:
        """The name of the line in the language in force."""
        self.line.setAccessibleName(i18n.tr(f"orders.reason.{self._step}"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._give()
        elif event.key() == Qt.Key.Key_Escape:
            self.went_back.emit()
        else:
            super().keyPressEvent(event)

    def _give(self) -> None:
        reason = self.line.text().strip()
        self._problem.setVisible(not reason)
        if reason:
            self.given.emit(self._step, reason)
