"""Icons drawn by the program itself, in the text's colour and sharp at every scale; nothing is loaded at start."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from desktop.platform.icon_drawing import check_icon, draw_icon
from desktop.platform.theme import theme

__all__ = ["ThemedIcon", "draw_icon", "icon"]


class ThemedIcon(QIconEngine):
    """Draws one icon in the theme's colour of the moment, so a change of theme needs no new icons."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def clone(self) -> QIconEngine:
        """Qt copies engines."""
        return ThemedIcon(self._name, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into ``rect``."""
        colour = "disabled" if mode == QIcon.Mode.Disabled else self._colour
        draw_icon(painter, QRectF(rect), self._name, theme().colour(colour))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of ``size`` pixels."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon ``name`` for a button, an action or a menu.

    Raises:
        KeyError: there is no such icon.
    """
    check_icon(name)
    return QIcon(ThemedIcon(name, colour))
