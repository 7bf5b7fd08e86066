"""A row that wraps: buttons and cards stay whole in a narrow window or at 200 %."""

from __future__ import annotations

from enum import Enum
from math import ceil

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from desktop.platform.theme import theme
from desktop.widgets.layout import SMALL


class Spread(Enum):
    """What happens with the room that is left on a line."""

    LEFT = "left"
    """Nothing: items stand at the left (buttons)."""
    EQUAL = "equal"
    """All items are equally wide, in columns (figure cards)."""
    ENDS = "ends"
    """The last item of a line stands at the right (a title and its actions)."""
    LAST = "last"
    """The last of all stands at the right of the last line (key buttons and the primary action)."""


class Flow(QLayout):
    """Places items side by side and begins a new line when one does not fit.

    Attributes:
        spread: what happens with the room that is left.
    """

    def __init__(self, *widgets: QWidget, gap: int = SMALL, spread: Spread = Spread.LEFT) -> None:
        super().__init__()
        self.spread = spread
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        for widget in widgets:
            self.addWidget(widget)
        theme().changed.connect(self.rescale)

    def rescale(self) -> None:
        """Gaps grow with the scale."""
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Qt hands in what ``addWidget`` was given."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One item. Qt asks beyond the end, and once more when Python has already taken the object apart."""
        items: list[QLayoutItem] = getattr(self, "_items", [])
        return items[index] if 0 <= index < len(items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """One item, taken out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the width that it gets."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Fewer items on a line need more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Pixels of all lines."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """All on one line."""
        gap = theme().px(self._gap)
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + gap * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest item on a line of its own."""
        sizes = [item.minimumSize() for item in self._shown()]
        widest = max((size.width() for size in sizes), default=0)
        return QSize(widest, max((size.height() for size in sizes), default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        gap = theme().px(self._gap)
        top = rect.top()
        for line in self._lines(rect.width(), gap):
            height = max(item.sizeHint().height() for item in line)
            if place:
                self._place(line, QRect(rect.left(), top, rect.width(), height), gap)
            top += height + gap
        return max(0, top - gap - rect.top())

    def _lines(self, width: int, gap: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        shown = self._shown()
        if self.spread is Spread.EQUAL and shown:
            columns = self._columns(width, gap)
            return [shown[first : first + columns] for first in range(0, len(shown), columns)]
        for item in shown:
            wanted = item.sizeHint().width()
            if lines and used + gap + wanted <= width:
                lines[-1].append(item)
                used += gap + wanted
            else:
                lines.append([item])
                used = wanted
        return lines

    def _place(self, line: list[QLayoutItem], rect: QRect, gap: int) -> None:
        left = rect.left()
        for number, item in enumerate(line):
            size = item.sizeHint()
            width = min(size.width(), rect.width())
            if self.spread is Spread.EQUAL:
                columns = self._columns(rect.width(), gap)
                left = rect.left() + number * (rect.width() + gap) // columns
                width = rect.left() + (number + 1) * (rect.width() + gap) // columns - gap - left
            elif self._at_the_right(item, line):
                left = rect.left() + rect.width() - width
            top = rect.top() + (rect.height() - size.height()) // 2
            item.setGeometry(QRect(QPoint(left, top), QSize(width, size.height())))
            left += width + gap

    def _at_the_right(self, item: QLayoutItem, line: list[QLayoutItem]) -> bool:
        if self.spread is Spread.LAST:
            return item is self._items[-1]
        return self.spread is Spread.ENDS and item is line[-1] and len(line) > 1

    def _columns(self, width: int, gap: int) -> int:
        shown = self._shown()
        widest = max(item.sizeHint().width() for item in shown)
        most = max(1, min(len(shown), (width + gap) // (widest + gap)))
        # As many lines as it takes, and none of them with a single one left over: five are three and two.
        return ceil(len(shown) / ceil(len(shown) / most))
