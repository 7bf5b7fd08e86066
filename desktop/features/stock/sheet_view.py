"""A sheet on screen: scan, see what is expected and what is there, correct, confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.stock import operations
from desktop.features.stock.operations import SheetRow
from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE, Sheet, SheetEdit
from desktop.features.stock.table_model import is_other, sheet_columns
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.scanning import Found
from desktop.widgets.choice import Choice, Option
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import quantity_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.grid import Grid
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.piece_desk import PieceDesk, Said
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.scan_desk import DeskWork
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.kernel.channels import Row

REASONS = ("breakage", "loss", "own_use", "found", "other")
"""Reasons of an adjustment; only what was found adds."""
CARD, CARDS = 150, 320
NARROW = 700
"""Pixels at 100 % below which the figures stand on one line."""
LEAST_LINES = 120
"""Pixels at 100 % that the lines keep in a low window."""
MOST_HITS = 20


class SheetView(PieceDesk[Sheet, SheetRow], QWidget):
    """Works on one sheet.

    Attributes:
        edit: the sheet being worked on.

    Signals:
        changed: the sheet, or the current line, is another.
    """

    changed = Signal()
    edit: SheetEdit

    def __init__(self, workbench: Workbench, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.asks_day = kind, kind == DIRECT
        self.set_up(workbench, self._desk_work(), SheetEdit(Sheet(kind=kind)))
        self.box = ScanBox("stock.sheet.box", f"stock.sheet.hint_{kind}")
        self.quantity = QuantityField("stock.action.quantity", negative=kind == ADJUST)
        self.head = Text("", colour="secondary", wrap=True)
        self.progress, self.differing = self._figures()
        self.reason = Choice("stock.sheet.reason", [Option(one, f"stock.reason.{one}") for one in REASONS])
        self.supplier = QLineEdit()
        empty = EmptyState(f"stock.empty.{kind}", icon="box")
        columns = sheet_columns(kind)
        self.grid = Grid(columns, self._source, name_key="stock.sheet.lines", two_lines=True, empty=empty)
        self._compose()
        self._connect()
        self.go_live()

    def start(self, shipment_id: str = "") -> None:
        """Go on with the sheet that was in hand."""
        kind = self.kind
        self._workbench.write(lambda store: operations.load_sheet(store, kind, shipment_id), self).on_done(self._begun)
        if kind == RECEIVE:
            asked = self._workbench.ask(lambda store: operations.shipment_head(store, shipment_id), self)
            asked.on_done(self._tell_head)

    def clear(self) -> None:
        """The sheet became a document."""
        self.edit = SheetEdit(Sheet(kind=self.kind))
        self.supplier.clear()
        self.read_lines()

    def differences(self) -> list[SheetRow]:
        """The lines on which something else was found than expected, or than the books say."""
        if self.kind == RECEIVE:
            return [line for line in self.rows if line.difference or (line.quantity and is_other(line))]
        return [line for line in self.rows if self.kind == COUNT and (line.quantity != line.book or is_other(line))]

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(112), px(42))
        self.supplier.setMinimumHeight(theme().control_height())
        self.supplier.setMinimumWidth(px(160))
        self.supplier.setMaximumWidth(px(320))
        self.grid.setMinimumHeight(px(LEAST_LINES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Room for high figures?"""
        super().resizeEvent(event)
        for card in (self.progress, self.differing):
            card.set_flat(event.size().width() < theme().px(NARROW))

    def retranslate(self) -> None:
        """Names, hints and figures in the language in force."""
        self.quantity.setPlaceholderText(i18n.tr("stock.sheet.quantity_hint"))
        self.supplier.setAccessibleName(i18n.tr("stock.sheet.supplier"))
        self.supplier.setPlaceholderText(i18n.tr("stock.sheet.supplier"))
        self._tell_figures()

    # -- parts -------------------------------------------------------------------------------------------------------

    def _figures(self) -> tuple[FigureCard, FigureCard]:
        return FigureCard(f"stock.figure.{self.kind}", centred=True), FigureCard("stock.figure.differing", centred=True)

    def _compose(self) -> None:
        below = row(self.head, self.supplier, self.reason)
        if self.kind == RECEIVE:
            below.setStretch(0, 1)
        else:
            below.addStretch(1)
        left, cards = QWidget(), QWidget()
        label = Text("stock.action.quantity", colour="secondary")
        left.setLayout(column(row(self.box, label, self.quantity, gap=SMALL), self.strip, below, gap=SMALL))
        cards.setLayout(Flow(self.progress, self.differing, gap=MEDIUM, spread=Spread.EQUAL))
        top = SideBySide(left, cards, CARDS if self.kind in (RECEIVE, COUNT) else CARD, least=300, fill=False)
        lines = column(top, self.grid, gap=MEDIUM)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        # Only now: a widget without a parent would be shown as a window and take the focus.
        self.head.setVisible(self.kind == RECEIVE)
        self.supplier.setVisible(self.kind == DIRECT)
        self.reason.setVisible(self.kind == ADJUST)
        self.differing.setVisible(self.kind in (RECEIVE, COUNT))

    def _connect(self) -> None:
        self.connect_desk()
        self.supplier.textChanged.connect(self._about)
        self.supplier.returnPressed.connect(self.box.setFocus)
        self.reason.currentIndexChanged.connect(lambda _: self._about(str(self.reason.value())))

    # -- scanning ----------------------------------------------------------------------------------------------------

    def _desk_work(self) -> DeskWork[Sheet, SheetRow]:
        return DeskWork(
            search=lambda store, text: operations.search_levels(store, text, MOST_HITS),
            result=_result,
            save=operations.save_sheet,
            read=operations.sheet_rows,
            unknown_key="stock.not_a_product",
            makes=True,
            unsold=True,
        )

    def enter(self, found: Found) -> None:
        """More of a product; less of it when it is put right for a reason that takes away."""
        sign = -1 if self.kind == ADJUST and self.reason.value() != "found" else 1
        super().enter(replace(found, quantity=sign * found.quantity))

    def take_unknown(self, code: str) -> bool:
        """A serial: of a piece that was sent, or of the piece scanned before."""
        sent = None
        if self.kind == RECEIVE:
            sent = operations.piece_on_way(self._workbench.store, self.edit.draft.shipment_id, code)
        if sent is None:
            return super().take_unknown(code)
        self.enter(sent)
        return True

    def said_of(self, key: str) -> Said | None:
        """Of a line that is shown, also when nothing of it was scanned yet."""
        row = next((line for line in self.rows if line.key == key), None)
        return (row.name, row.lot, row.expires_on) if row is not None else None

    def _about(self, text: str) -> None:
        self.edit.say(text)
        self.save()
        self.changed.emit()

    def keeping(self) -> None:
        """The buttons follow at once."""
        self.changed.emit()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _begun(self, sheet: Sheet) -> None:
        self.edit = SheetEdit(sheet)
        if self.kind == DIRECT:
            self.supplier.setText(sheet.about)
        if self.kind == ADJUST:
            self.reason.set_value(sheet.about or REASONS[0])
        self.take_early()
        self.read_lines()

    def _tell_head(self, head: Row | None) -> None:
        if head is not None:
            way = " ".join(part for part in (head["carrier"], head["tracking"]) if part) or "—"
            self.head.say("stock.sheet.head", number=head["number"], seller=head["seller_name"], way=way)

    def lines_shown(self) -> None:
        """Figures of the lines."""
        self._tell_figures()
        self.changed.emit()

    def current_shown(self, line: SheetRow | None) -> None:
        """The buttons follow."""
        self.changed.emit()

    def _tell_figures(self) -> None:
        units = quantity_text(self.edit.draft.units)
        if self.kind == RECEIVE:
            units = f"{quantity_text(sum(line.expected or 0 for line in self.rows))} / {units}"
        self.progress.show_figure(units)
        number = len(self.differences())
        self.differing.show_figure(str(number), "warning" if number else "text")


def _result(hit: operations.Level) -> Result:
    aside: dict[str, Any] = {"aside": i18n.tr("stock.sheet.here", n=quantity_text(hit.available))}
    mark = "" if hit.authorised else i18n.tr("stock.unauthorised")
    return Result(hit.name, " · ".join(part for part in (hit.code, hit.unit, mark) if part), data=hit.code, **aside)
