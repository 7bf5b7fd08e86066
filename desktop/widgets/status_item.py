"""One part of the status bar: words that can be clicked, plain or on a tinted ground."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.painting import CENTRE_LEFT, chip_width, draw_box, draw_chip, draw_focus

Segment = tuple[str, bool]
"""A piece of text and whether it is bold."""


class StatusItem(QAbstractButton):
    """Shows segments; as a chip when it has a tone. Clicking it opens what it talks about."""

    def __init__(self, *, dot: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: list[Segment] = []
        self._tone = ""
        self._dot = dot
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_segments(self, segments: list[Segment], tone: str = "") -> None:
        """Show text; hidden when there is none."""
        self._segments = [segment for segment in segments if segment[0]]
        self._tone = tone
        text = "".join(words for words, _ in self._segments)
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @property
    def plain_text(self) -> str:
        """What it says."""
        return "".join(words for words, _ in self._segments)

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        look = theme()
        if self._tone:
            width = chip_width(self.plain_text, dot=self._dot)
        else:
            width = sum(self._metrics(bold).horizontalAdvance(words) for words, bold in self._segments) + look.px(8)
        return QSize(round(width) + 2, look.px(26))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A chip, or words on the bar."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._tone:
            draw_chip(painter, rect, self.plain_text, self._tone, dot=self._dot)
        else:
            if self.underMouse():
                draw_box(painter, rect, look.colour("hover"))
            left = rect.left() + look.px(4)
            painter.setPen(look.colour("secondary"))
            for words, bold in self._segments:
                painter.setFont(look.font(typeface.SMALL_BOLD if bold else typeface.SMALL))
                width = self._metrics(bold).horizontalAdvance(words)
                painter.drawText(QRectF(left, rect.top(), width + 2, rect.height()), CENTRE_LEFT, words)
                left += width
        if self.hasFocus():
            draw_focus(painter, rect)
        painter.end()

    @staticmethod
    def _metrics(bold: bool) -> QFontMetricsF:
        return QFontMetricsF(theme().font(typeface.SMALL_BOLD if bold else typeface.SMALL))
