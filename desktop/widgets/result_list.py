"""A list of hits that drops over the content: title, small print, a figure, and something at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.platform.typeface import Role
from desktop.widgets.live import Live
from desktop.widgets.painting import CENTRE_LEFT, CENTRE_RIGHT, draw_box, draw_keycap, keycap_width

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MOST_ROWS = 8
"""Rows shown at once; the rest scrolls."""


@dataclass(frozen=True, slots=True)
class Result:
    """One hit, already formatted.

    Attributes:
        title: what it is called.
        secondary: the small line below (code, unit).
        figure: a number in the middle (price).
        aside: at the right (stock), with ``aside_secondary`` below it (its age).
        key: a key drawn as a cap at the right, instead of ``aside``.
        tone: colour of ``aside``.
        data: what :attr:`ResultList.picked` carries.
    """

    title: str
    secondary: str = ""
    figure: str = ""
    aside: str = ""
    aside_secondary: str = ""
    key: str = ""
    tone: str = "text"
    data: Any = None

    @property
    def spoken(self) -> str:
        """For screen readers."""
        parts = (self.title, self.secondary, self.figure, self.aside, self.aside_secondary, self.key)
        return " ".join(part for part in parts if part)


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.results: list[Result] = []

    def replace(self, results: Sequence[Result]) -> None:
        self.beginResetModel()
        self.results = list(results)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.results)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        speaks = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return self.results[index.row()].spoken if index.isValid() and speaks else None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        two_lines = isinstance(model, _Model) and any(each.secondary for each in model.results)
        return QSize(theme().px(100), theme().px(44 if two_lines else 34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Model):
            return
        look = theme()
        result = model.results[index.row()]
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("selection"))
            painter.fillRect(QRectF(rect.left(), rect.top(), look.px(3), rect.height()), look.colour("selection_bar"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), look.colour("border"))
        inside = rect.adjusted(look.px(10), 0, -look.px(10), 0)
        right = self._paint_aside(painter, inside, result)
        figure_width = inside.width() * 0.2 if result.figure else 0.0
        figure_right = inside.left() + inside.width() * 0.72
        figure = QRectF(figure_right - figure_width, inside.top(), figure_width, inside.height())
        self._write(painter, figure, result.figure, typeface.LINE, "text", right=True)
        end = figure.left() if result.figure else right
        left = QRectF(inside.left(), inside.top(), max(0.0, end - inside.left() - look.px(8)), inside.height())
        self._pair(painter, left, (result.title, result.secondary), "text", right=False)

    def _paint_aside(self, painter: QPainter, rect: QRectF, result: Result) -> float:
        """What stands at the right; returns where it begins."""
        look = theme()
        if result.key:
            width = keycap_width(result.key)
            left = rect.right() - width
            draw_keycap(painter, left, rect.center().y(), result.key, look.colour("secondary"), look.colour("border"))
            return left
        if not result.aside:
            return rect.right()
        left = rect.left() + rect.width() * 0.74
        area = QRectF(left, rect.top(), rect.right() - left, rect.height())
        self._pair(painter, area, (result.aside, result.aside_secondary), result.tone, right=True)
        return left

    def _pair(self, painter: QPainter, rect: QRectF, lines: tuple[str, str], tone: str, *, right: bool) -> None:
        """One line in the middle, or two around it."""
        if not lines[1]:
            self._write(painter, rect, lines[0], typeface.LINE, tone, right=right)
            return
        first = QFontMetricsF(theme().font(typeface.LINE)).height()
        second = QFontMetricsF(theme().font(typeface.SMALL)).height()
        top = rect.top() + (rect.height() - first - second) / 2
        self._write(painter, QRectF(rect.left(), top, rect.width(), first), lines[0], typeface.LINE, tone, right=right)
        below = QRectF(rect.left(), top + first - 1, rect.width(), second)
        self._write(painter, below, lines[1], typeface.SMALL, "secondary", right=right)

    @staticmethod
    def _write(painter: QPainter, rect: QRectF, text: str, role: Role, tone: str, *, right: bool) -> None:
        font = theme().font(role)
        painter.setFont(font)
        painter.setPen(theme().colour(tone))
        elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, CENTRE_RIGHT if right else CENTRE_LEFT, elided)


class ResultList(Live, QListView):
    """Shows hits over the content of a window. It never takes the focus: whoever owns it passes the keys on.

    Signals:
        picked(object): ``data`` of the hit that was chosen.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget, *, edged: bool = True) -> None:
        super().__init__(parent)
        self._edged = edged
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.pick(index.row()))
        self.entered.connect(self.setCurrentIndex)
        self.go_live()
        self.hide()

    def show_results(self, results: Sequence[Result]) -> None:
        """Replace the hits; the first is current."""
        self._model.replace(results)
        if results:
            self.setCurrentIndex(self._model.index(0))

    def is_empty(self) -> bool:
        """Whether there is nothing to pick."""
        return not self._model.results

    def height_for_rows(self) -> int:
        """Pixels that the hits need, up to :data:`MOST_ROWS` of them."""
        rows = min(len(self._model.results), MOST_ROWS)
        return rows * max(1, self.sizeHintForRow(0)) + 1

    def move_current(self, step: int) -> None:
        """Go up or down, stopping at the ends."""
        row = max(0, min(self.currentIndex().row() + step, len(self._model.results) - 1))
        self.setCurrentIndex(self._model.index(row))

    def pick(self, row: int | None = None) -> bool:
        """Choose a hit, the current one by default; False when there is none."""
        number = self.currentIndex().row() if row is None else row
        if not 0 <= number < len(self._model.results):
            return False
        self.picked.emit(self._model.results[number].data)
        return True

    def restyle(self) -> None:
        """Measures of the look in force."""
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: Any) -> None:
        """The hits, with an edge around them: there are no shadows."""
        super().paintEvent(event)
        if self._edged:
            painter = QPainter(self.viewport())
            draw_box(painter, QRectF(self.viewport().rect()), None, theme().colour("input_border"))
            painter.end()
