"""A short state in words on a tinted ground: draft, sent, confirmed with exception."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

import i18n
from desktop.widgets.live import Live
from desktop.widgets.painting import chip_height, chip_width, draw_chip

TONES = ("neutral", "success", "warning", "danger", "offline", "training")


class Chip(Live, QWidget):
    """The words say the state, the tone only helps to find it.

    Attributes:
        text: the words shown.
        tone: one of :data:`TONES`.
    """

    def __init__(
        self, key: str = "", tone: str = "neutral", *, dot: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._params: dict[str, object] = {}
        self._dot = dot
        self.text = ""
        self.tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.go_live()

    def say(self, key: str, tone: str | None = None, **params: object) -> None:
        """Show the words of ``key``; they follow the language."""
        self._key = key
        self._params = params
        self.tone = tone or self.tone
        self.retranslate()

    def show_value(self, text: str, tone: str | None = None) -> None:
        """Show a value that is no text of the catalogues."""
        self._key = ""
        self.tone = tone or self.tone
        self._put(text)

    def restyle(self) -> None:
        """Measure again."""
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """The words in the language in force."""
        if self._key:
            self._put(i18n.tr(self._key, **self._params))

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        return QSize(round(chip_width(self.text, dot=self._dot)) + 1, chip_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and words."""
        painter = QPainter(self)
        draw_chip(painter, QRectF(self.rect()), self.text, self.tone, dot=self._dot)
        painter.end()

    def _put(self, text: str) -> None:
        self.text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()
