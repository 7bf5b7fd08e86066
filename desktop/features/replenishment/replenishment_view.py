"""Ordering from the upline: find, say how many, submit; and what became of earlier orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.replenishment import operations
from desktop.features.replenishment.actions import ACTIONS
from desktop.features.replenishment.draft import Draft, DraftEdit
from desktop.features.replenishment.operations import ShownLine
from desktop.features.replenishment.table_model import line_columns, recent_columns
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import amount_text, price_text, quantity_text
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, SMALL, TIGHT, column, row
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.kernel.channels import Row

UNIT = 1000
SIDE = 310
TABLES = ("product", "price", "price_list", "stock_balance", "stock_move")


class ReplenishmentPage(Page):
    """The order in hand is in the ledger after every change, before anything else is done with it.

    Attributes:
        edit: the order in hand.
        rows: its lines with prices and stock.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("replenishment.title")
        self._workbench = workbench
        self.edit = DraftEdit(Draft())
        self.rows: list[ShownLine] = []
        self._early: list[str] | None = []
        self._handed: tuple[tuple[str, int], ...] = ()
        self._follow, self._submitting = True, False
        self._pricing: Task[list[ShownLine]] | None = None
        self._searching: Task[list[ShownLine]] | None = None
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self.box = ScanBox("replenishment.box", "replenishment.hint")
        self.quantity = QuantityField("replenishment.action.quantity")
        self.note_line = QLineEdit()
        self._source = ListSource(key=lambda line: line.code)
        self._own = ListSource(key=lambda order: order["id"])
        empty = EmptyState("replenishment.empty.lines", icon="truck")
        self.grid = Grid(line_columns(), self._source, name_key="replenishment.lines", two_lines=True, empty=empty)
        nothing = EmptyState("replenishment.empty.recent", icon="document")
        self.recent = Grid(recent_columns(), self._own, name_key="replenishment.recent", two_lines=True, empty=nothing)
        self._upline, self._total = Text(colour="secondary", wrap=True), Text("", typeface.TOTAL, right=True)
        self._pieces, self._why = Text("", right=True), Text("", typeface.SMALL, "secondary", wrap=True)
        self._kept = Text("replenishment.kept", typeface.SMALL, "secondary")
        self.primary = PrimaryButton.of(self._actions["replenishment.submit"])
        self.primary.weight = Weight.PRIMARY
        self._compose()
        self._connect()
        self.go_live()
        workbench.write(operations.load_draft, self).on_done(self._begun)

    def can(self, what: str) -> bool:
        """Whether this can be done now."""
        if getattr(self, "_submitting", True) or not hasattr(self, "grid"):
            return False
        if what == "quantity":
            return self.current_code() != ""
        return self.edit.can_undo if what == "undo" else bool(self.edit.draft.lines)

    def first_focus(self) -> QWidget:
        """Where one scans."""
        return self.box

    def scanned(self, code: str) -> bool:
        """A code came from the scanner, or was typed and entered."""
        if self._early is not None:
            self._early.append(code)
            return True
        # A small indexed read, made here so that lines stand in the order of the scans.
        self._found(code, operations.find_exact(self._workbench.store, code))
        return True

    def shown_with(self, lines: Sequence[tuple[str, int]] = (), **_: Any) -> None:
        """Another screen hands over lines: those of a refused order, to be changed and sent again."""
        if self._early is not None:
            self._handed = tuple(lines)
            return
        for code, quantity in lines:
            self.edit.add(code, quantity)
        if lines:
            self._keep()
            self.box.setFocus()

    def opened(self) -> None:
        """Prices, stock and states may have changed meanwhile."""
        self._price()
        self._read_recent()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Prices, stock or orders changed."""
        if touches(change_set, *TABLES):
            self._price()
        if touches(change_set, "orders"):
            self._read_recent()

    def current_code(self) -> str:
        """Code of the current line, empty for none."""
        line = self.grid.current()
        return str(line.code) if line is not None else ""

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(112), px(42))
        self.note_line.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(px(180))
        self.recent.setMinimumHeight(px(140))

    def retranslate(self) -> None:
        """Hints and figures in the language in force."""
        self.quantity.setPlaceholderText(i18n.tr("replenishment.quantity_hint"))
        self.note_line.setAccessibleName(i18n.tr("replenishment.action.note"))
        self.note_line.setPlaceholderText(i18n.tr("replenishment.note_hint"))
        self._tell()

    # -- actions -----------------------------------------------------------------------------------------------------

    def go_find(self) -> None:
        """To where one searches or scans."""
        self.box.setFocus()

    def enter_quantity(self) -> None:
        """To the quantity of the current line."""
        if self.current_code():
            self.quantity.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enter_note(self) -> None:
        """To the note."""
        self.note_line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remove_line(self) -> None:
        """Take the current line off."""
        self.edit.remove(self.current_code())
        self._keep()

    def undo(self) -> None:
        """Take the last step back."""
        if self.edit.undo():
            self._keep()

    def submit(self) -> None:
        """Send the order to the upline."""
        self._submitting = True
        self._actions.refresh()
        draft = self.edit.draft
        task = self._workbench.do(lambda store: operations.submit_draft(store, draft), self)
        task.on_done(self._submitted).on_error(self._refused)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        left, right = QWidget(), QWidget()
        label = Text("replenishment.action.quantity", colour="secondary")
        lines = column(row(self.box, label, self.quantity, gap=SMALL), self.grid, self.note_line, gap=SMALL + 2)
        lines.setStretch(1, 1)
        left.setLayout(lines)
        due = row(Text("replenishment.total", colour="secondary"), 1, self._total)
        pieces = row(Text("replenishment.pieces", colour="secondary"), 1, self._pieces)
        totals = Card("", self._upline, pieces, due, gap=TIGHT)
        why = Card("replenishment.why", self._why)
        sides = column(totals, why, Text("replenishment.recent", typeface.STRONG), self.recent, gap=MEDIUM)
        sides.setStretch(3, 1)
        right.setLayout(sides)
        self.content.put(SideBySide(left, right, SIDE))
        keys = [KeyButton.of(self._actions[f"replenishment.{name}"]) for name in ("quantity", "note", "remove", "undo")]
        self.put_foot([*keys, self._kept], self.primary)

    def _connect(self) -> None:
        self.box.searched.connect(self._search)
        self.box.picked.connect(lambda code: self._add(code, UNIT))
        self.box.submitted.connect(self._typed)
        self.box.quantity_asked.connect(self.enter_quantity)
        self.quantity.returnPressed.connect(self._quantity_entered)
        self.note_line.textEdited.connect(self._note_edited)
        self.note_line.returnPressed.connect(self.box.setFocus)
        self.grid.current_changed.connect(lambda _: self._current_changed())
        self.grid.opened.connect(lambda _: self.enter_quantity())
        self.recent.opened.connect(self._open_order)

    def _open_order(self, order: Any) -> None:
        if order is not None:
            self._workbench.open("orders", order_id=order["id"])

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text.strip():
            self._searching = self._workbench.ask(lambda store: operations.search(store, text), self)
            self._searching.on_done(lambda hits: self.box.show_results([_result(hit) for hit in hits], text))

    def _typed(self, text: str) -> None:
        self.box.clear()
        self.scanned(text)

    def _found(self, code: str, answer: tuple[Row, int] | None) -> None:
        if answer is None:
            self._workbench.messages.warning("replenishment.not_a_product", code=code)
        else:
            self._add(answer[0]["code"], answer[1])

    def _add(self, code: str, quantity: int) -> None:
        self.edit.add(code, quantity)
        self._keep()
        self.box.setFocus()

    def _quantity_entered(self) -> None:
        value, code = self.quantity.value(), self.current_code()
        if value is not None and code:
            self.edit.put(code, value)
            self._keep()
        self.box.setFocus()

    def _note_edited(self, text: str) -> None:
        self.edit.say(text)
        self._save()

    def _keep(self) -> None:
        self._save()
        self._follow = True
        self._price()

    def _save(self) -> None:
        draft = self.edit.draft
        self._workbench.write(lambda store: operations.save_draft(store, draft), self)

    def _begun(self, draft: Draft) -> None:
        self.edit = DraftEdit(draft)
        self.note_line.setText(draft.note)
        early, self._early = self._early or [], None
        for code in early:
            self.scanned(code)
        self.shown_with(self._handed)
        self.opened()
        self._workbench.ask(operations.upline_name, self).on_done(self._tell_upline)

    def _tell_upline(self, name: str) -> None:
        self._upline.say("replenishment.to", name=name)

    def _price(self) -> None:
        if self._pricing is not None:
            self._pricing.cancel()
        draft = self.edit.draft
        self._pricing = self._workbench.ask(lambda store: operations.price_draft(store, draft), self)
        self._pricing.on_done(self._present)

    def _read_recent(self) -> None:
        self._workbench.ask(operations.recent, self).on_done(self._present_recent)

    def _present_recent(self, rows: list[Row]) -> None:
        self._own.replace(rows)
        self.recent.reload()

    def _present(self, rows: list[ShownLine]) -> None:
        self._pricing = None
        self.rows = rows
        self._source.replace(rows)
        self.grid.reload()
        if self._follow and self.edit.draft.last:
            self.grid.select_key(self.edit.draft.last)
        if rows and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        self._follow = False
        self._current_changed()
        self._tell()

    def _current_changed(self) -> None:
        line = self.grid.current()
        if not self.quantity.hasFocus():
            self.quantity.set_value(line.quantity if line is not None else None)
        self.quantity.setEnabled(line is not None)
        self._actions.refresh()
        if line is None or line.price is None:
            self._why.say("replenishment.why_none")
        else:
            price = price_text(line.price)
            said = {"product": line.name, "list": line.list_name, "price": price, "day": line.valid_from}
            self._why.say("replenishment.why_line", **said)

    def _tell(self) -> None:
        total = amount_text(sum(line.amount for line in self.rows))
        self._total.show_value(total)
        number, units = len(self.rows), quantity_text(self.edit.draft.units)
        self._pieces.say("replenishment.pieces_of", lines=number, units=units)
        self._kept.setVisible(bool(self.edit.draft.lines))
        self._actions.refresh()
        key = "replenishment.submit_total" if self.rows else "replenishment.action.submit"
        self._actions["replenishment.submit"].setText(i18n.tr(key, total=total))

    def _submitted(self, performed: Performed) -> None:
        self._submitting = False
        self.edit = DraftEdit(Draft())
        self.note_line.clear()
        self._workbench.messages.success("replenishment.submitted", number=performed.number)
        self.opened()
        self.box.setFocus()

    def _refused(self, error: BaseException) -> None:
        self._submitting = False
        self._actions.refresh()
        self._workbench.messages.report(error)
        self.box.setFocus()


def _result(hit: ShownLine) -> Result:
    price = "—" if hit.price is None else price_text(hit.price)
    here = i18n.tr("replenishment.here", n=quantity_text(hit.here))
    return Result(
        hit.name, f"{hit.code} · {hit.unit}", price, here, tone="warning" if hit.low else "text", data=hit.code
    )
