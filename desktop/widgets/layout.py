"""Rows and columns whose gaps come from the spacing tokens and grow with the scale. Source: UX "Look"."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from desktop.platform.theme import theme

NONE, TIGHT, SMALL, MEDIUM, LARGE, WIDE = 0, 4, 8, 12, 16, 24
UNLIMITED = 16_777_215
"""Qt's largest size of a widget (``QWIDGETSIZE_MAX``, which Python does not see): takes a limit back."""

Margins: TypeAlias = tuple[int, int, int, int]
Item: TypeAlias = QWidget | QLayout | int | None
"""A widget, a layout, a number (stretch of empty space) or None (an optional part that is not there)."""


class Box(QBoxLayout):
    """A box layout with gaps in pixels at 100 %; the theme scales them, also later."""

    def __init__(self, direction: QBoxLayout.Direction, gap: int, margins: Margins) -> None:
        super().__init__(direction)
        self._gap = gap
        self._margins = margins
        theme().changed.connect(self.rescale)
        self.rescale()

    def rescale(self) -> None:
        """Take the scale from the theme."""
        px = theme().px
        self.setSpacing(px(self._gap))
        left, top, right, bottom = self._margins
        self.setContentsMargins(px(left), px(top), px(right), px(bottom))

    def put(self, *items: Item) -> Box:
        """Add items one after another."""
        for item in items:
            if isinstance(item, QWidget):
                self.addWidget(item)
            elif isinstance(item, QLayout):
                self.addLayout(item)
            elif isinstance(item, int):
                self.addStretch(item)
        return self


def row(*items: Item, gap: int = SMALL, margins: Margins = (0, 0, 0, 0)) -> Box:
    """Items side by side."""
    return Box(QBoxLayout.Direction.LeftToRight, gap, margins).put(*items)


def column(*items: Item, gap: int = SMALL, margins: Margins = (0, 0, 0, 0)) -> Box:
    """Items below each other."""
    return Box(QBoxLayout.Direction.TopToBottom, gap, margins).put(*items)
