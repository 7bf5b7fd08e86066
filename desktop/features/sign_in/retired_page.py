"""What became of a PC that was shut out, in plain words, and the way to begin again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.layout import LARGE, MEDIUM, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.text import Text

WIDTH = 480


class RetiredPage(Live, QWidget):
    """Shown when it happens and at each start until the PC is enrolled anew.

    Signals:
        enrol_asked: make this PC a new device.
    """

    enrol_asked = Signal()

    def __init__(self, dealer: str, fate: Callable[[], str]) -> None:
        """
        Args:
            fate: says what became of the unsent commands, in the language in force.
        """
        super().__init__()
        self._fate = fate
        self.fate = Text(wrap=True)
        self.primary = PrimaryButton("people.retired.enrol")
        self.primary.clicked.connect(self.enrol_asked.emit)
        said = Text(wrap=True)
        said.say("people.retired.sentence", dealer=dealer)
        self._card = Card("", Text("people.retired.title", typeface.HEADING), said, self.fate, gap=MEDIUM)
        self._card.body.put(Text("people.retired.wiped", colour="secondary", wrap=True), row(1, self.primary))
        self.setLayout(column(1, row(1, self._card, 1), 2, margins=(LARGE, LARGE, LARGE, LARGE)))
        self.go_live()

    def restyle(self) -> None:
        """Narrow enough to read."""
        self._card.setFixedWidth(theme().px(WIDTH))

    def retranslate(self) -> None:
        """What became of the work, in the language in force."""
        self.fate.show_value(self._fate())
