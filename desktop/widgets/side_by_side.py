"""The work at the left, cards about it at the right; in a narrow window the cards go below."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from desktop.platform.theme import theme
from desktop.widgets.layout import MEDIUM, row
from desktop.widgets.live import Live

LEAST_MAIN = 420
"""Pixels at 100 % that the work needs before the cards make room."""


class SideBySide(Live, QWidget):
    """Two widgets whose arrangement follows the width.

    Attributes:
        stacked: whether the cards stand below now.
    """

    def __init__(self, main: QWidget, side: QWidget, side_width: int = 290, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stacked = False
        self._side = side
        self._side_width = side_width
        self._line = row(main, side, gap=MEDIUM)
        self._line.setStretch(0, 1)
        self.setLayout(self._line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.go_live()

    def restyle(self) -> None:
        """Measure again."""
        self._arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Enough room for both?"""
        super().resizeEvent(event)
        self._arrange(event.size().width())

    def _arrange(self, width: int) -> None:
        px = theme().px
        self.stacked = width < px(LEAST_MAIN + MEDIUM + self._side_width)
        direction = QBoxLayout.Direction.TopToBottom if self.stacked else QBoxLayout.Direction.LeftToRight
        self._line.setDirection(direction)
        self._side.setMinimumWidth(0 if self.stacked else px(self._side_width))
        self._side.setMaximumWidth(16_777_215 if self.stacked else px(self._side_width))
