"""Shapes that several widgets draw alike: boxes, focus rings, keycaps and chips."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from desktop.platform import typeface
from desktop.platform.theme import theme

RADIUS = 4
CHIP_RADIUS = 3
CENTRE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def draw_box(
    painter: QPainter,
    rect: QRectF,
    fill: QColor | None,
    edge: QColor | None = None,
    *,
    width: float = 1.0,
    radius: float = RADIUS,
) -> None:
    """A filled box with round corners; its edge lies wholly inside ``rect`` and is sharp."""
    half = width / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, width) if edge is not None else Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    round_by = theme().px(radius)
    inside = rect.adjusted(half, half, -half, -half) if edge is not None else rect
    painter.drawRoundedRect(inside, round_by, round_by)


def draw_focus(painter: QPainter, rect: QRectF) -> None:
    """The 2 px ring of whatever has the focus."""
    draw_box(painter, rect, None, theme().colour("focus"), width=2)


def keycap_width(text: str) -> float:
    """Pixels that :func:`draw_keycap` takes."""
    return QFontMetricsF(theme().font(typeface.KEYCAP)).horizontalAdvance(text) + theme().px(10)


def keycap_height() -> int:
    """Pixels from top to bottom of a keycap."""
    return theme().px(18)


def draw_keycap(painter: QPainter, left: float, middle: float, text: str, ink: QColor, edge: QColor) -> None:
    """A key as a small cap, left edge and vertical middle given."""
    rect = QRectF(left, middle - keycap_height() / 2, keycap_width(text), keycap_height())
    draw_box(painter, rect, None, edge, radius=CHIP_RADIUS)
    painter.setFont(theme().font(typeface.KEYCAP))
    painter.setPen(ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def chip_width(text: str, *, dot: bool = False) -> float:
    """Pixels that :func:`draw_chip` takes."""
    role, extra = (typeface.SMALL_BOLD, theme().px(14)) if dot else (typeface.SMALL, 0)
    return QFontMetricsF(theme().font(role)).horizontalAdvance(text) + theme().px(14) + extra


def chip_height() -> int:
    """Pixels from top to bottom of a chip."""
    return theme().px(22)


def draw_chip(painter: QPainter, rect: QRectF, text: str, tone: str, *, dot: bool = False) -> None:
    """A short state on a tinted ground; in high contrast on an outline."""
    look = theme()
    ink = look.colour(tone)
    edge = ink if look.tokens.outlines else None
    draw_box(painter, rect, look.colour(f"{tone}_bg"), edge, radius=CHIP_RADIUS)
    inside = rect.adjusted(look.px(7), 0, -look.px(7), 0)
    if dot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        radius = look.px(9) / 2
        painter.drawEllipse(QPointF(inside.left() + radius, inside.center().y()), radius, radius)
        inside.setLeft(inside.left() + look.px(14))
    painter.setFont(look.font(typeface.SMALL_BOLD if dot else typeface.SMALL))
    painter.setPen(ink)
    painter.drawText(inside, CENTRE_LEFT, text)
