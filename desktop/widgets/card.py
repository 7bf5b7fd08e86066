"""A quiet box for things that belong together."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.layout import MEDIUM, SMALL, Item, Margins, column, row
from desktop.widgets.painting import draw_box
from desktop.widgets.text import Text


class Card(QFrame):
    """A surface with a hairline, an optional title, and what stands beside the title.

    Attributes:
        body: the layout for the content.
        title: the title's label, empty and hidden when there is none.
    """

    def __init__(
        self,
        title_key: str = "",
        *items: Item,
        beside: QWidget | None = None,
        gap: int = SMALL,
        margins: Margins = (MEDIUM, MEDIUM, MEDIUM, MEDIUM),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._emphasised = False
        self.title = Text(title_key, typeface.STRONG, optional=True)
        self.body = column(gap=gap)
        head = row(self.title, 1, beside) if title_key or beside else None
        self.setLayout(column(head, self.body, gap=SMALL, margins=margins))
        self.body.put(*items)

    def emphasise(self, emphasised: bool) -> None:
        """Draw the edge in the accent: the card that answers the screen's question."""
        self._emphasised = emphasised
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface and hairline."""
        painter = QPainter(self)
        edge = theme().colour("accent" if self._emphasised else "border")
        draw_box(painter, QRectF(self.rect()), theme().colour("surface"), edge)
        painter.end()
