"""A sheet on screen: scan, see what is expected and what is there, correct, confirm."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.stock import operations
from desktop.features.stock.operations import SheetRow
from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE, Sheet, SheetEdit
from desktop.features.stock.table_model import sheet_columns
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.choice import Choice, Option
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import quantity_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.kernel.channels import Row

REASONS = ("breakage", "loss", "own_use", "found", "other")
"""Reasons of an adjustment; only what was found adds."""
UNIT = 1000
CARD, CARDS = 150, 320


class SheetView(Live, QWidget):
    """Works on one sheet. Every change is kept in the ledger before anything else is done with it.

    Attributes:
        edit: the sheet being worked on.
        box: where one scans and types.
        quantity: the quantity of the current line.

    Signals:
        changed: the sheet, or the current line, is another.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.kind = kind
        self.edit = SheetEdit(Sheet(kind=kind))
        self.rows: list[SheetRow] = []
        self._follow = True
        self._early: list[str] | None = []
        self._reading: Task[list[SheetRow]] | None = None
        self._searching: Task[list[operations.Level]] | None = None
        self.box = ScanBox("stock.sheet.box", f"stock.sheet.hint_{kind}")
        self.quantity = QuantityField("stock.action.quantity", negative=kind == ADJUST)
        self.head = Text("", colour="secondary", wrap=True)
        self.progress, self.differing = self._figures()
        self.reason = Choice("stock.sheet.reason", [Option(one, f"stock.reason.{one}") for one in REASONS])
        self.supplier = QLineEdit()
        self._source = ListSource(key=lambda line: line.code)
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

    def scanned(self, code: str) -> None:
        """A code came from the scanner, or was typed and entered."""
        if self._early is not None:
            self._early.append(code)
            return
        # A small indexed read, made here so that lines stand in the order of the scans.
        self._found(code, operations.find_exact(self._workbench.store, code))

    def enter_quantity(self) -> None:
        """To the quantity of the current line."""
        if self.current_code():
            self.quantity.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def undo(self) -> None:
        """Take the last step back."""
        if self.edit.undo():
            self._keep()

    def remove(self) -> None:
        """Take the current line off."""
        self.edit.remove(self.current_code())
        self._keep()

    def current_code(self) -> str:
        """Code of the current line, empty for none."""
        line = self.grid.current()
        return line.code if line is not None else ""

    def clear(self) -> None:
        """The sheet became a document."""
        self.edit = SheetEdit(Sheet(kind=self.kind))
        self.supplier.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read names, books and expectations again."""
        if self._reading is not None:
            self._reading.cancel()
        sheet = self.edit.sheet
        self._reading = self._workbench.ask(lambda store: operations.sheet_rows(store, sheet), self)
        self._reading.on_done(self._present)

    def differences(self) -> list[SheetRow]:
        """The lines on which something else was found than expected, or than the books say."""
        if self.kind == RECEIVE:
            return [line for line in self.rows if line.difference]
        return [line for line in self.rows if self.kind == COUNT and line.quantity != line.book]

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(112), px(42))
        self.supplier.setMinimumHeight(theme().control_height())
        self.supplier.setFixedWidth(px(320))
        self.grid.setMinimumHeight(px(180))

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
        left.setLayout(column(row(self.box, label, self.quantity, gap=SMALL), below, gap=SMALL))
        cards.setLayout(Flow(self.progress, self.differing, gap=MEDIUM, spread=Spread.EQUAL))
        top = SideBySide(left, cards, CARDS if self.kind in (RECEIVE, COUNT) else CARD)
        lines = column(top, self.grid, gap=MEDIUM)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        # Only now: a widget without a parent would be shown as a window and take the focus.
        self.head.setVisible(self.kind == RECEIVE)
        self.supplier.setVisible(self.kind == DIRECT)
        self.reason.setVisible(self.kind == ADJUST)
        self.differing.setVisible(self.kind in (RECEIVE, COUNT))

    def _connect(self) -> None:
        self.box.searched.connect(self._search)
        self.box.picked.connect(lambda code: self._add(code, UNIT))
        self.box.submitted.connect(self._submitted)
        self.box.quantity_asked.connect(self.enter_quantity)
        self.quantity.returnPressed.connect(self._quantity_entered)
        self.supplier.textChanged.connect(self._about)
        self.supplier.returnPressed.connect(self.box.setFocus)
        self.reason.currentIndexChanged.connect(lambda _: self._about(str(self.reason.value())))
        self.grid.current_changed.connect(lambda _: self._current_changed())
        self.grid.opened.connect(lambda _: self.enter_quantity())

    # -- scanning ----------------------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if not text.strip():
            return
        self._searching = self._workbench.ask(lambda store: operations.search_levels(store, text, 20), self)
        self._searching.on_done(lambda hits: self.box.show_results([_result(hit) for hit in hits], text))

    def _submitted(self, text: str) -> None:
        self.box.clear()
        self.scanned(text)

    def _found(self, code: str, answer: tuple[Row, int] | None) -> None:
        if answer is None:
            self._workbench.messages.warning("stock.not_a_product", code=code)
            return
        product, factor = answer
        self._add(product["code"], factor)

    def _add(self, code: str, quantity: int) -> None:
        sign = -1 if self.kind == ADJUST and self.reason.value() != "found" else 1
        self.edit.add(code, sign * quantity)
        self._keep()
        self.box.setFocus()

    def _quantity_entered(self) -> None:
        value, code = self.quantity.value(), self.current_code()
        if value is not None and code:
            self.edit.put(code, value)
            self._keep()
        self.box.setFocus()

    def _about(self, text: str) -> None:
        self.edit.say(text)
        self._keep(read=False)

    def _keep(self, *, read: bool = True) -> None:
        sheet = self.edit.sheet
        self._workbench.write(lambda store: operations.save_sheet(store, sheet), self)
        if read:
            self._follow = True
            self.refresh()
        self.changed.emit()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _begun(self, sheet: Sheet) -> None:
        self.edit = SheetEdit(sheet)
        early, self._early = self._early or [], None
        for code in early:
            self.scanned(code)
        if self.kind == DIRECT:
            self.supplier.setText(sheet.about)
        if self.kind == ADJUST:
            self.reason.set_value(sheet.about or REASONS[0])
        self.refresh()

    def _tell_head(self, head: Row | None) -> None:
        if head is not None:
            way = " ".join(part for part in (head["carrier"], head["tracking"]) if part) or "—"
            self.head.say("stock.sheet.head", number=head["number"], seller=head["seller_name"], way=way)

    def _present(self, rows: list[SheetRow]) -> None:
        self._reading = None
        self.rows = rows
        self._source.replace(rows)
        self.grid.reload()
        last = self.edit.sheet.last
        if self._follow and last and self.edit.sheet.quantity_of(last):
            self.grid.select_key(last)
        elif rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._follow = False
        self._current_changed()
        self._tell_figures()
        self.changed.emit()

    def _current_changed(self) -> None:
        line = self.grid.current()
        if not self.quantity.hasFocus():
            self.quantity.set_value(line.quantity if line is not None and line.quantity else None)
        self.quantity.setEnabled(line is not None)
        self.changed.emit()

    def _tell_figures(self) -> None:
        units = quantity_text(self.edit.sheet.units)
        if self.kind == RECEIVE:
            units = f"{quantity_text(sum(line.expected or 0 for line in self.rows))} / {units}"
        self.progress.show_figure(units)
        number = len(self.differences())
        self.differing.show_figure(str(number), "warning" if number else "text")


def _result(hit: operations.Level) -> Result:
    aside: dict[str, Any] = {"aside": i18n.tr("stock.sheet.here", n=quantity_text(hit.available))}
    return Result(hit.name, f"{hit.code} · {hit.unit}", data=hit.code, **aside)
