"""The work at the left, cards about it at the right; in a narrow window the cards go below."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from desktop.platform.theme import theme
from desktop.widgets.layout import MEDIUM, UNLIMITED, row
from desktop.widgets.live import Live
from desktop.widgets.scroll_pane import ScrollPane

LEAST_MAIN = 420
"""Pixels at 100 % that the work needs before the cards make room."""


class SideBySide(Live, QWidget):
    """Two widgets whose arrangement follows the width.

    Stacked in a pane that scrolls, the work fills what is seen and the cards follow by scrolling.

    Attributes:
        stacked: whether the cards stand below now.
        halves: the work and the cards.
    """

    def __init__(
        self,
        main: QWidget,
        side: QWidget,
        side_width: int = 290,
        parent: QWidget | None = None,
        *,
        least: int = LEAST_MAIN,
        fill: bool = True,
    ) -> None:
        super().__init__(parent)
        self.stacked = False
        self._main, self._side = main, side
        self.halves = (main, side)
        self._side_width, self._least, self._fill = side_width, least, fill
        self._pane: ScrollPane | None = None
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

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is known what it stands in."""
        super().showEvent(event)
        pane = self.parentWidget()
        while pane is not None and not isinstance(pane, ScrollPane):
            pane = pane.parentWidget()
        if pane is not self._pane and isinstance(pane, ScrollPane):
            self._pane = pane
            pane.resized.connect(self._fill_what_is_seen)
        self._arrange(self.width())

    def _arrange(self, width: int) -> None:
        px = theme().px
        self.stacked = width < px(self._least + MEDIUM + self._side_width)
        direction = QBoxLayout.Direction.TopToBottom if self.stacked else QBoxLayout.Direction.LeftToRight
        self._line.setDirection(direction)
        self._side.setMinimumWidth(0 if self.stacked else px(self._side_width))
        self._side.setMaximumWidth(UNLIMITED if self.stacked else px(self._side_width))
        self._fill_what_is_seen()

    def _fill_what_is_seen(self) -> None:
        """The work as high as the pane below what stands above it, never lower than it needs to be."""
        if not self._fill or self._pane is None:
            return
        seen = 0
        if self.stacked:
            seen = self._pane.viewport().height() - self.mapTo(self._pane.content, QPoint(0, 0)).y()
        needed = self._main.minimumSizeHint().height()
        self._main.setMinimumHeight(max(seen, needed) if seen > 0 else 0)
