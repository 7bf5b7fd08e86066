"""The heading line of a grid: a click sorts, the menu chooses columns, dragging orders and widens them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

import i18n
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.grid.column import Column
from desktop.widgets.grid.delegate import PADDING


class GridHeader(QHeaderView):
    """Knows its columns by their ids.

    Signals:
        sort_asked(str): a click on a column that can be sorted by.
        arranged: somebody hid, showed, moved or widened a column.
    """

    sort_asked = Signal(str)
    arranged = Signal()

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = tuple(columns)
        self._widths = {column.id: column.width for column in self._columns}
        self._unwanted = {column.id for column in self._columns if not column.shown}
        self._quiet = False
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self.open_menu)
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._resized)
        self.sectionMoved.connect(lambda *_: self._tell())

    def prepare(self) -> None:
        """Hide and measure the columns; called once the table has its model."""
        self.restyle()

    def restyle(self) -> None:
        """Widths and height of the look in force."""
        px = theme().px
        # Qt widens what is below the new least width: that is no wish of the person's.
        self._quiet, before = True, self._quiet
        self.setMinimumSectionSize(px(36))
        self._quiet = before
        self.setFixedHeight(px(32))
        self.fit()

    def redraw(self) -> None:
        """Draw the headings again: the order changed."""
        self.viewport().update(self.viewport().rect())

    def fit(self) -> None:
        """Give every column its width, and what is left to those that stretch; they never get less than their own.

        Columns that can be spared go while not all fit, and come back when there is room.
        """
        shown = self._fitting(self.viewport().width())
        self._quiet, before = True, self._quiet
        for number in range(len(self._columns)):
            if self.isSectionHidden(number) != (number not in shown):
                self.setSectionHidden(number, number not in shown)
        self._quiet = before
        if not shown:
            return
        stretching = [number for number in shown if self._columns[number].stretch] or shown[-1:]
        wanted = {number: self._wanted(number) for number in shown}
        left = max(0, self.viewport().width() - sum(wanted.values()))
        for place, number in enumerate(stretching):
            wanted[number] += (left + place) // len(stretching)
        self._quiet, before = True, self._quiet
        for number, width in wanted.items():
            self.resizeSection(number, width)
        self._quiet = before

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The table grew or shrank."""
        super().resizeEvent(event)
        self.fit()

    def open_menu(self, at: QPoint | None = None) -> QMenu:
        """Offer the columns, ticked when shown."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._columns:
            action = menu.addAction(i18n.tr(column.title_key))
            action.setCheckable(True)
            action.setChecked(column.id not in self._unwanted)
            action.setEnabled(not column.needed)
            action.toggled.connect(lambda shown, column=column: self.show_column(column.id, shown=shown))
        menu.popup(self.mapToGlobal(at or QPoint(0, self.height())))
        return menu

    def show_column(self, column_id: str, *, shown: bool) -> None:
        """Show or hide a column; one that is needed stays."""
        if shown:
            self._unwanted.discard(column_id)
        elif not self._columns[self.section(column_id)].needed:
            self._unwanted.add(column_id)
        self.fit()
        self._tell()

    def shown_columns(self) -> list[Column]:
        """The visible columns from left to right."""
        sections = (self.logicalIndex(place) for place in range(self.count()))
        return [self._columns[section] for section in sections if not self.isSectionHidden(section)]

    def section(self, column_id: str) -> int:
        """The section of a column."""
        return next(number for number, column in enumerate(self._columns) if column.id == column_id)

    def column(self, section: int) -> Column:
        """The column of a section."""
        return self._columns[section]

    def arrangement(self) -> dict[str, Any]:
        """Order, visibility and widths, for the settings."""
        return {
            "order": [self._columns[self.logicalIndex(place)].id for place in range(self.count())],
            "hidden": [each.id for each in self._columns if each.id in self._unwanted],
            "widths": dict(self._widths),
        }

    def rearrange(self, state: dict[str, Any]) -> None:
        """Take an :meth:`arrangement` back; columns that it does not know keep their place."""
        known = {column.id for column in self._columns}
        self._quiet = True
        for place, column_id in enumerate(each for each in state.get("order", ()) if each in known):
            self.moveSection(self.visualIndex(self.section(column_id)), place)
        hidden = state.get("hidden", ())
        self._unwanted = {column.id for column in self._columns if column.id in hidden and not column.needed}
        self._widths.update({each: width for each, width in state.get("widths", {}).items() if each in known})
        self._quiet = False
        self.restyle()

    def _wanted(self, section: int) -> int:
        """Pixels of a column: as somebody made it, else its own width and at least its heading."""
        column, px = self._columns[section], theme().px
        width = self._widths[column.id]
        if width != column.width:
            return px(width)
        heading = QFontMetricsF(theme().font(typeface.STRONG)).horizontalAdvance(i18n.tr(column.title_key))
        return max(px(width), ceil(heading) + px(2 * PADDING))

    def _fitting(self, width: int) -> list[int]:
        """Sections to show in ``width`` pixels."""
        shown = [number for number, column in enumerate(self._columns) if column.id not in self._unwanted]
        spare = sorted((n for n in shown if self._columns[n].spare), key=lambda n: self._columns[n].spare)
        # Before the table has its size nothing is known.
        while spare and width > 0 and sum(map(self._wanted, shown)) > width:
            shown.remove(spare.pop())
        return shown

    def _clicked(self, section: int) -> None:
        if self._columns[section].sortable:
            self.sort_asked.emit(self._columns[section].id)

    def _resized(self, section: int, _old: int, new: int) -> None:
        column = self._columns[section]
        if not self._quiet and not column.stretch and new:
            self._widths[column.id] = round(new * 100 / theme().look.scale)
            self._tell()

    def _tell(self) -> None:
        if not self._quiet:
            self.arranged.emit()
