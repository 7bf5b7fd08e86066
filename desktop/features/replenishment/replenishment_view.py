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
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.scanning import Found
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
from desktop.widgets.scan_desk import DeskWork, ScanDesk
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.catalogue.weighed import pieces_of
from domain.kernel.channels import Row

SIDE = 310
KEYS = ("quantity", "unit", "note", "remove", "undo")
LEAST_LINES = 120
"""Pixels at 100 % that the lines keep in a low window."""
TABLES = ("product", "price", "price_list", "stock_balance", "stock_move")


class ReplenishmentPage(ScanDesk[Draft, ShownLine], Page):
    """Ordering from the upline.

    Attributes:
        edit: the order in hand.
        recent: earlier orders.
    """

    edit: DraftEdit

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("replenishment.title")
        self._handed: dict[str, Any] = {}
        self._submitting = True
        self.set_up(workbench, self._desk_work(), DraftEdit(Draft()))
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self.box = ScanBox("replenishment.box", "replenishment.hint")
        self.box.follow(self._actions["replenishment.find"])
        self.quantity = QuantityField("replenishment.action.quantity")
        self.note_line = QLineEdit()
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
        self._submitting = False
        self.go_live()
        workbench.write(operations.load_draft, self).on_done(self._begun)

    def can(self, what: str) -> bool:
        """Whether this can be done now."""
        if self._submitting:
            return False
        if what == "quantity":
            return self.current_key() != ""
        return self.edit.can_undo if what == "undo" else bool(self.edit.draft.lines)

    def first_focus(self) -> QWidget:
        """Where one scans."""
        return self.box

    def shown_with(self, lines: Sequence[Found] = (), note: str = "", answers: str = "", **_: Any) -> None:
        """Another screen hands over lines: those of a refused order, to be changed and sent again in its place."""
        if not self.is_ready:
            self._handed = {"lines": tuple(lines), "note": note, "answers": answers}
            return
        for line in lines:
            self.edit.add(line)
        if note and not self.edit.draft.note:
            self.edit.say(note)
            self.note_line.setText(note)
        if lines:
            self.edit.answer(answers)
            self.keep()
            self.box.setFocus()

    def opened(self) -> None:
        """Prices, stock and states may have changed meanwhile."""
        self.read_lines()
        self._read_recent()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Prices, stock or orders changed."""
        if touches(change_set, *TABLES):
            self.read_lines()
        if touches(change_set, "orders"):
            self._read_recent()

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(112), px(42))
        self.note_line.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(px(LEAST_LINES))
        self.recent.setMinimumHeight(px(140))

    def retranslate(self) -> None:
        """Hints and figures in the language in force."""
        self.note_line.setAccessibleName(i18n.tr("replenishment.action.note"))
        self.note_line.setPlaceholderText(i18n.tr("replenishment.note_hint"))
        self._tell()

    # -- actions -----------------------------------------------------------------------------------------------------

    def enter_note(self) -> None:
        """To the note."""
        self.note_line.setFocus(Qt.FocusReason.ShortcutFocusReason)

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
        keys = [KeyButton.of(self._actions[f"replenishment.{name}"]) for name in KEYS]
        self.put_foot([*keys, self._kept], self.primary)

    def _connect(self) -> None:
        self.connect_desk()
        self.note_line.textEdited.connect(self._note_edited)
        self.note_line.returnPressed.connect(self.box.setFocus)
        self.recent.opened.connect(self._open_order)

    def _open_order(self, order: Any) -> None:
        if order is not None:
            self._workbench.open("orders", order_id=order["id"])

    def _desk_work(self) -> DeskWork[Draft, ShownLine]:
        return DeskWork(
            search=operations.search,
            result=_result,
            save=operations.save_draft,
            read=operations.price_draft,
            unknown_key="replenishment.not_a_product",
        )

    def _note_edited(self, text: str) -> None:
        self.edit.say(text)
        self.save()

    def _begun(self, draft: Draft) -> None:
        self.edit = DraftEdit(draft)
        self.note_line.setText(draft.note)
        self.take_early()
        self.shown_with(**self._handed)
        self.opened()
        self._workbench.ask(operations.upline_name, self).on_done(self._tell_upline)

    def _tell_upline(self, name: str) -> None:
        self._upline.say("replenishment.to", name=name)

    def _read_recent(self) -> None:
        self._workbench.ask(operations.recent, self).on_done(self._present_recent)

    def _present_recent(self, rows: list[Row]) -> None:
        self._own.replace(rows)
        self.recent.reload()

    def lines_shown(self) -> None:
        """Totals of the lines."""
        self._tell()

    def current_shown(self, line: ShownLine | None) -> None:
        """Where the price of the line comes from."""
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
        number, units = len(self.rows), quantity_text(sum(pieces_of(line.quantity, line.unit) for line in self.rows))
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
