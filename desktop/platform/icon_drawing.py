"""Draws the program's own icons: strokes on a grid, in any colour and at any size."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from desktop.platform.icon_paths import ICONS

GRID = 24.0
STROKE = 1.7


def check_icon(name: str) -> None:
    """Raises KeyError when there is no such icon."""
    _path(name)


def draw_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw the icon ``name`` as large as fits into ``rect``, for widgets that draw themselves."""
    strokes, dots = _path(name)
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center() - QPointF(side / 2, side / 2))
    painter.scale(side / GRID, side / GRID)
    pen = QPen(colour, STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(strokes, pen)
    painter.fillPath(dots, colour)
    painter.restore()


@cache
def _path(name: str) -> tuple[QPainterPath, QPainterPath]:
    """The strokes and the filled dots of an icon."""
    strokes, dots = QPainterPath(), QPainterPath()
    words = ICONS[name].split()
    position = 0
    while position < len(words):
        command = words[position]
        count = _ARGUMENTS[command]
        values = [float(word) for word in words[position + 1 : position + 1 + count]]
        _draw(dots if command == "D" else strokes, command, values)
        position += 1 + count
    return strokes, dots


_ARGUMENTS = {"M": 2, "L": 2, "C": 6, "Z": 0, "O": 3, "R": 5, "D": 3}


def _draw(path: QPainterPath, command: str, v: list[float]) -> None:
    if command == "M":
        path.moveTo(v[0], v[1])
    elif command == "L":
        path.lineTo(v[0], v[1])
    elif command == "C":
        path.cubicTo(v[0], v[1], v[2], v[3], v[4], v[5])
    elif command == "Z":
        path.closeSubpath()
    elif command == "R":
        path.addRoundedRect(QRectF(v[0], v[1], v[2], v[3]), v[4], v[4])
    else:
        path.addEllipse(QPointF(v[0], v[1]), v[2], v[2])
