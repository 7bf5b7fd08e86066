"""Whether what stands on a window can be read: the contrast of painted text, measured on the picture itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from desktop.platform.palette import contrast
from desktop.platform.theme import theme
from tests.support.looking import covered, named, visible

LEAST, LARGE, HIGH = 4.5, 3.0, 7.0
"""Contrasts of WCAG 2.2, 1.4.3 and 1.4.6: of text, of large text, and of any text in high contrast."""
LARGE_POINTS, LARGE_BOLD_POINTS = 18.0, 14.0
EDGE = 4
"""Pixels at the rim of a control that are its frame."""
TRACES = 2
"""Pixels of a colour that are no stroke yet."""


def unreadable(root: QWidget) -> Iterator[str]:
    """Texts below *root* that stand out too little from their ground; what is switched off may."""
    picture = root.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    for each in visible(root):
        if not _has_text(each) or not each.isEnabled() or covered(each):
            continue
        if each.visibleRegion().boundingRect() != each.rect():
            continue  # scrolled away in part: what is left of it may be a rim
        place = each.rect().translated(each.mapTo(root, QPoint(0, 0)))
        if not isinstance(each, QLabel):
            place.adjust(EDGE, EDGE, -EDGE, -EDGE)
        found = strongest(picture, place.intersected(picture.rect()))
        if found is not None and found < least_of(each):
            yield f"{named(each)}: contrast {found:.2f}, needs {least_of(each)}"


def strongest(picture: QImage, place: QRect) -> float | None:
    """The contrast of the strongest colour against the commonest one; None where nothing is painted."""
    if place.isEmpty():
        return None
    part = picture.copy(place)
    pixels = memoryview(part.constBits()).cast("I")
    counted = Counter(pixels.tolist())
    ground, _ = counted.most_common(1)[0]
    if len(counted) == 1:
        return None
    inks = [colour for colour, often in counted.items() if often > TRACES and colour != ground]
    return max((contrast(_name(colour), _name(ground)) for colour in inks), default=None)


def least_of(widget: QWidget) -> float:
    """The contrast that its text needs."""
    look, font = theme(), widget.font()
    if look.tokens.outlines:
        return HIGH
    points = font.pointSizeF() * 100 / look.look.scale
    return LARGE if points >= (LARGE_BOLD_POINTS if font.bold() else LARGE_POINTS) else LEAST


def _has_text(widget: QWidget) -> bool:
    if isinstance(widget, QComboBox):
        return bool(widget.currentText())
    if isinstance(widget, QLineEdit):
        return bool(widget.text() or widget.placeholderText())
    return isinstance(widget, QLabel | QAbstractButton) and bool(widget.text())


def _name(pixel: int) -> str:
    return f"#{pixel & 0xFFFFFF:06X}"
