"""One figure that people look for, with its name; a click opens what is behind it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.live import Live
from desktop.widgets.painting import CENTRE_LEFT, CENTRE_RIGHT, draw_box, draw_focus


class FigureCard(Live, QAbstractButton):
    """Caption above, figure below, an optional note ("as of 14:05") last.

    A button when ``clickable``; otherwise it takes neither focus nor clicks.

    Attributes:
        figure: the value as shown.
    """

    def __init__(
        self,
        caption_key: str,
        *,
        clickable: bool = False,
        centred: bool = False,
        emphasised: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caption_key = caption_key
        self._caption = ""
        self._note = ""
        self._tone = "text"
        self._flags = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        self._emphasised = emphasised
        self._flat = False
        self.figure = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not clickable)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.go_live()

    def show_figure(self, figure: str, tone: str = "text", note: str = "") -> None:
        """Show a value, already formatted; ``tone`` is a text colour of the theme."""
        self.figure, self._tone, self._note = figure, tone, note
        self._tell()

    def set_flat(self, flat: bool) -> None:
        """Caption and figure on one line, without the note: where there is little height."""
        if flat != self._flat:
            self._flat = flat
            self.restyle()

    def restyle(self) -> None:
        """Measure again."""
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """The caption in the language in force."""
        self._caption = i18n.tr(self._caption_key)
        self._tell()

    def sizeHint(self) -> QSize:
        """As wide as the longest line, with air around."""
        lines = self._lines()
        if self._flat:
            (caption, small, _), (figure, large, _) = lines[:2]
            width = QFontMetricsF(theme().font(small)).horizontalAdvance(caption)
            width += QFontMetricsF(theme().font(large)).horizontalAdvance(figure)
            height = QFontMetricsF(theme().font(large)).height()
            return QSize(round(width) + theme().px(40) + 1, round(height) + theme().px(8))
        width = max(QFontMetricsF(theme().font(role)).horizontalAdvance(text) for text, role, _ in lines)
        height = sum(QFontMetricsF(theme().font(role)).height() for _, role, _ in lines)
        return QSize(round(width) + theme().px(28) + 1, round(height) + theme().px(20))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box and lines."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        hover = self.underMouse() and self.focusPolicy() != Qt.FocusPolicy.NoFocus
        edge = look.colour("accent" if self._emphasised else "border")
        draw_box(painter, rect, look.colour("hover" if hover else "surface"), edge)
        if self.hasFocus():
            draw_focus(painter, rect)
        if self._flat:
            self._paint_flat(painter, rect.adjusted(look.px(14), 0, -look.px(14), 0))
            painter.end()
            return
        top = rect.top() + (rect.height() - self.sizeHint().height()) / 2 + look.px(10)
        for text, role, colour in self._lines():
            font = look.font(role)
            height = QFontMetricsF(font).height()
            painter.setFont(font)
            painter.setPen(look.colour(colour))
            line = QRectF(rect.left() + look.px(14), top, rect.width() - look.px(28), height)
            painter.drawText(line, self._flags | Qt.AlignmentFlag.AlignVCenter, text)
            top += height
        painter.end()

    def _paint_flat(self, painter: QPainter, rect: QRectF) -> None:
        for (text, role, colour), side in zip(self._lines()[:2], (CENTRE_LEFT, CENTRE_RIGHT), strict=True):
            painter.setFont(theme().font(role))
            painter.setPen(theme().colour(colour))
            painter.drawText(rect, side, text)

    def _lines(self) -> list[tuple[str, typeface.Role, str]]:
        figure_colour = "accent" if self._emphasised and self._tone == "text" else self._tone
        lines = [(self._caption, typeface.SMALL, "secondary"), (self.figure, typeface.FIGURE, figure_colour)]
        if self._note:
            lines.append((self._note, typeface.SMALL, "secondary"))
        return lines

    def _tell(self) -> None:
        spoken = " ".join(part for part in (self._caption, self.figure, self._note) if part)
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()
