"""A strip across the window for a state that must never be forgotten: training, an ended licence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.layout import LARGE, TIGHT, row
from desktop.widgets.text import Text


class Strip(QWidget):
    """One sentence on a ground of its own colour; yellow for training."""

    def __init__(self, sentence_key: str, tone: str = "training", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.sentence = Text(sentence_key, typeface.STRONG, tone, wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLayout(row(self.sentence, margins=(LARGE, TIGHT, LARGE, TIGHT)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and a line below where grounds are all black."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour(f"{self._tone}_bg"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour(self._tone))
        painter.end()
