"""Rows as pictures: what a printer's font lacks, bar codes and QR codes, and the preview on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import zxingcpp
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from desktop.printing.cells import cells_of, width
from desktop.printing.rows import CELL_DOTS, LINE_DOTS, Align, CodeRow, Feed, Paper, PaperRow, TextRow

FAMILIES = ("Microsoft YaHei UI", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "SimSun")
QR_DOTS = 5
BAR_DOTS = 2
BAR_HEIGHT = 72
QUIET = 10


_START: dict[Align, Callable[[int], int]] = {
    "left": lambda _spare: 0,
    "center": lambda spare: spare // 2,
    "right": lambda spare: spare,
}


def picture(row: TextRow | CodeRow, paper: Paper) -> QImage:
    """The row in black and white, as wide as the paper."""
    return _text_picture(row, paper) if isinstance(row, TextRow) else _code_picture(row, paper)


def _blank(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    return image


def _font(row: TextRow) -> QFont:
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(2 * CELL_DOTS * row.size)
    font.setBold(row.bold)
    return font


def _text_picture(row: TextRow, paper: Paper) -> QImage:
    """Each character in the cells that the printer's own font would give it, so that columns stand in line."""
    cell = CELL_DOTS * row.size
    image = _blank(paper.dots, LINE_DOTS * row.size)
    painter = QPainter(image)
    font = _font(row)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    left = _START[row.align](paper.dots - width(row.text) * cell)
    for char in row.text:
        wide = cells_of(char) * cell
        _draw(painter, char, QRectF(left, 0, wide or cell, image.height()), metrics.horizontalAdvance(char))
        left += wide
    painter.end()
    return image


def _draw(painter: QPainter, char: str, area: QRectF, advance: float) -> None:
    """One character in its cells; what is wider than they are, as W is, is drawn narrower instead of over others."""
    painter.save()
    painter.translate(area.center())
    painter.scale(min(1.0, area.width() / max(advance, 1.0)), 1.0)
    around = QRectF(-advance / 2, -area.height() / 2, advance, area.height())
    painter.drawText(around, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), char)
    painter.restore()


def _code_picture(row: CodeRow, paper: Paper) -> QImage:
    square = row.kind == "qr"
    kind = zxingcpp.BarcodeFormat.QRCode if square else zxingcpp.BarcodeFormat.Code128
    drawn = zxingcpp.create_barcode(row.text, kind).to_image(scale=1, add_quiet_zones=False)
    high, wide = drawn.shape[0], drawn.shape[1]
    dark_and_light = memoryview(cast(bytes, drawn)).tobytes()
    modules = QImage(dark_and_light, wide, high, wide, QImage.Format.Format_Grayscale8)
    dots = QR_DOTS if square else BAR_DOTS
    while dots > 1 and wide * dots + 2 * QUIET > paper.dots:
        dots -= 1
    wide, high = wide * dots, high * dots if square else BAR_HEIGHT
    image = _blank(paper.dots, high + 2 * QUIET)
    painter = QPainter(image)
    target = QRectF((paper.dots - wide) // 2, QUIET, wide, high)
    painter.drawImage(target, modules)
    painter.end()
    return image


def preview(rows: Sequence[PaperRow], paper: Paper) -> QImage:
    """All rows one below the other, as they would stand on paper."""
    parts = [_shown(row, paper) for row in rows]
    image = _blank(paper.dots, max(1, sum(part.height() for part in parts)))
    painter = QPainter(image)
    top = 0
    for part in parts:
        painter.drawImage(0, top, part)
        top += part.height()
    painter.end()
    return image


def _shown(row: PaperRow, paper: Paper) -> QImage:
    if isinstance(row, TextRow | CodeRow):
        return picture(row, paper)
    return _blank(paper.dots, LINE_DOTS * row.lines if isinstance(row, Feed) else 0)
