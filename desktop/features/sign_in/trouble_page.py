"""The data is here and cannot be opened now: why, that nothing was changed, and another try."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.card import Card
from desktop.widgets.layout import LARGE, MEDIUM, column, row
from desktop.widgets.live import Live
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.text import Text
from domain.kernel.errors import DomainError

WIDTH = 480


class TroublePage(Live, QWidget):
    """Shown instead of a window while the keyring is locked or missing, or a key does not fit.

    Signals:
        retry_asked: try again now.
    """

    retry_asked = Signal()

    def __init__(self, error: DomainError) -> None:
        super().__init__()
        self._error = error
        self.said = Text(wrap=True)
        self._code = Text("", typeface.SMALL, "secondary")
        self._code.show_value(error.code)
        self.primary = PrimaryButton("people.trouble.retry")
        self.primary.clicked.connect(self.retry_asked.emit)
        self._card = Card("", Text("people.trouble.title", typeface.HEADING), self.said, gap=MEDIUM)
        self._card.body.put(row(self._code, 1, self.primary))
        self.setLayout(column(1, row(1, self._card, 1), 2, margins=(LARGE, LARGE, LARGE, LARGE)))
        self.go_live()

    def restyle(self) -> None:
        """Narrow enough to read."""
        self._card.setFixedWidth(theme().px(WIDTH))

    def retranslate(self) -> None:
        """The reason in the language in force."""
        self.said.show_value(i18n.message(self._error.code, self._error.params))
