"""Order entry: scan or find, quantities and prices, who buys, and cash. The heart of the counter."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

import i18n
from desktop.features.order_entry import operations
from desktop.features.order_entry.actions import ACTIONS
from desktop.features.order_entry.checkout import Checkout
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.hits import result_of
from desktop.features.order_entry.operations import ShownLine
from desktop.features.order_entry.particulars import Particulars
from desktop.features.order_entry.pay_dialog import EXCHANGE, Due, PayDialog
from desktop.features.order_entry.side_view import SideCards
from desktop.features.order_entry.table_model import line_columns
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import customers
from desktop.store.bookings import Fetching
from desktop.store.scanning import Found
from desktop.store.store import Performed
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import amount_text
from desktop.widgets.grid import Grid
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, column, row
from desktop.widgets.page import Page
from desktop.widgets.price_field import PriceField
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.scan_desk import DeskWork
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.orders.booking import DEPOSIT
from domain.orders.booking_commands import TakeBooking
from domain.orders.commands import CompleteSale

SIDE = 300
LEAST_LINES = 120
"""Pixels at 100 % that the lines keep in a low window."""
TABLES = ("product", "barcode", "price", "price_list", "stock_balance", "stock_move", "party", "till_policy")
BILL_KEYS = ("order_discount", "rounding")
KEYS = ("quantity", "unit", "lot", "price", "line_discount", "note", "book", "hold", "recall", "undo", "cancel")


class OrderEntryPage(Particulars, Page):
    """Selling at the counter.

    Attributes:
        edit: the order in hand.
        kept: the draft that the ledger has.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("")
        self._last_sale = ""
        self._paying = True
        self._handed: dict[str, Any] = {}
        self.set_up(workbench, self._desk_work(), DraftEdit(SaleDraft()))
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self.box = ScanBox("order_entry.box", "order_entry.hint")
        self.box.follow(self._actions["order_entry.find"])
        self.quantity, self.price = QuantityField("order_entry.action.quantity"), PriceField("order_entry.action.price")
        empty = EmptyState("order_entry.empty", icon="cart")
        self.grid = Grid(line_columns(), self._source, name_key="order_entry.lines", two_lines=True, empty=empty)
        self.side = SideCards(
            *(KeyButton.of(self._actions[f"order_entry.{name}"]) for name in ("customer", "pay_out", *BILL_KEYS))
        )
        self._said = Text("", typeface.SMALL, "secondary")
        self.primary = PrimaryButton.of(self._actions["order_entry.pay"])
        self._checkout = self._new_checkout(workbench)
        self.set_up_holding(workbench, self._currency)
        self._compose()
        self.connect_desk()
        self.price.returnPressed.connect(self._price_entered)
        self.price.editingFinished.connect(self.field_left)
        self._paying = False
        self.go_live()
        workbench.write(operations.load_draft, self).on_done(self._begun)

    def can(self, what: str) -> bool:
        """Whether this can be done now."""
        if self._paying:
            return False
        if what == "line":
            return self.current_key() != ""
        if what == "book":
            return self.may_book()
        whole = len(self.rows) == len(self.edit.draft.lines) and not self.is_reading
        if what == "pay":
            wrong = self.totals.too_much or any(line.problem for line in self.rows)
            return bool(self.rows) and whole and not wrong
        if what == "take_money":
            return bool(self.edit.draft.lines) and (not whole or self.can("pay"))
        asked = {
            "undo": self.edit.can_undo,
            "cancel": bool(self.edit.draft.lines or self.edit.draft.parts),
            "recall": bool(self.held),
            "edit": self.is_ready,
            "credit": self.has_credit,
        }
        return asked.get(what, bool(self.edit.draft.lines))

    def first_focus(self) -> QWidget:
        """Where one scans."""
        return self.box

    def scanned(self, code: str) -> bool:
        """A code came from the scanner, or was typed and entered."""
        if QApplication.activeModalWidget() is not None:
            self._workbench.messages.info("order_entry.answer_first", code=code)
            return True
        return super().scanned(code)

    def shown_with(
        self,
        again: bool = False,
        credit: int = 0,
        credit_from: str = "",
        fetching: Fetching | None = None,
        **_: Any,
    ) -> None:
        """There is a sale that was taken back to be entered anew, or another screen hands over what an exchange gave
        back (minor units, and the return's command), or a customer's order that is fetched.
        """
        if not self.is_ready:
            self._handed = {"again": again, "credit": credit, "credit_from": credit_from, "fetching": fetching}
            return
        if again:
            self.take_again()
        if credit_from:
            self.take_credit(credit_from, credit)
        if fetching is not None:
            self.fetch(fetching)
        if again or credit_from or fetching is not None:
            self.keep()
            self.box.setFocus()

    def opened(self) -> None:
        """Prices and stock may have changed meanwhile."""
        self.read_usual()
        self.read_lines()
        self.read_held()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Prices or stock changed."""
        if touches(change_set, *TABLES):
            self.read_usual()
            self.read_lines()

    def printable(self) -> str:
        """The sale made last on this PC, also before the start: what Ctrl+P prints again."""
        return self._last_sale

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(92), px(42))
        self.price.setFixedSize(px(104), px(42))
        self.grid.setMinimumHeight(px(LEAST_LINES))

    def retranslate(self) -> None:
        """Hints and figures in the language in force; the order in hand stays."""
        self.quantity.setPlaceholderText(i18n.tr("order_entry.quantity_hint"))
        self.price.setPlaceholderText(i18n.tr("order_entry.price_hint"))
        self._tell()

    # -- actions -----------------------------------------------------------------------------------------------------

    def enter_price(self) -> None:
        """To the price of the current line."""
        if self.current_key():
            self.price.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def pay(self) -> None:
        """Take money for the order in hand, as it is now; what was just scanned is priced first."""
        if not self.wait_for_lines(self.pay) and self.can("pay"):
            totals = self.totals
            draft = msgspec.structs.replace(self.edit.draft, rounding=totals.way)
            if draft.deposit > totals.due:
                self._workbench.messages.warning("deposit_exceeds")
                return
            used = min(draft.credit, totals.due - draft.deposit)
            ahead = ((DEPOSIT, draft.deposit), (EXCHANGE, used))
            first = tuple(part for part in ahead if part[1])
            account = draft.customer_id is not None
            due = Due(totals.due, self._currency, account=account, first=first, parts=draft.parts)
            self._checkout.begin(draft, due)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        left = QWidget()
        fields: list[QWidget] = [self.box]
        for name, field in (("quantity", self.quantity), ("price", self.price)):
            fields += [Text(f"order_entry.column.{name}", typeface.SMALL, "secondary"), field]
        lines = column(row(*fields, gap=SMALL), self.strip, self.grid, gap=SMALL + 2)
        lines.setStretch(2, 1)
        left.setLayout(lines)
        self.content.put(SideBySide(left, self.side, SIDE))
        self.put_foot(
            [*(KeyButton.of(self._actions[f"order_entry.{name}"]) for name in KEYS), self._said], self.primary
        )

    def _new_checkout(self, workbench: Workbench) -> Checkout:
        checkout = Checkout(self, workbench)
        checkout.began.connect(self._begin_paying)
        checkout.sold.connect(self._sold)
        checkout.ended.connect(self._end_paying)
        checkout.parted.connect(self._parted)
        return checkout

    @property
    def _now(self) -> int:
        return self._workbench.clock.now_ms()

    def _desk_work(self) -> DeskWork[SaleDraft, ShownLine]:
        return DeskWork(
            search=operations.search,
            result=lambda hit: result_of(hit, self._now),
            save=operations.save_draft,
            read=operations.price_draft,
            unknown_key="order_entry.not_a_product",
            makes=True,
        )

    def enter(self, found: Found) -> None:
        """More of a product."""
        asking = QApplication.activeModalWidget()
        if isinstance(asking, PayDialog):
            asking.reject()  # one product more, scanned just before: what is due is asked for again
        if self.is_ready:
            self.side.show_last("", "")
        super().enter(found)

    def _price_entered(self) -> None:
        line, key, value = self.grid.current(), self.current_key(), self.price.value()
        unchanged = line is not None and line.key == key and line.unit_price == value
        if key and not unchanged:
            self.edit.put_price(key, value)
            self.keep()
        self.box.setFocus()

    def keeping(self) -> None:
        """Price and customer follow at once."""
        self.price.setEnabled(self.quantity.isEnabled())
        self._actions.refresh()
        self._read_customer()

    def was_kept(self, draft: SaleDraft) -> None:
        """Say so."""
        self.kept = draft
        self._tell()

    def _begun(self, draft: SaleDraft) -> None:
        self.edit, self.kept = DraftEdit(draft), draft
        self._workbench.ask(operations.last_sale, self).on_done(self._sold_before)
        self.take_early()
        self._take_handed()
        self.opened()
        self._actions.refresh()
        self._read_customer()

    def _sold_before(self, order_id: str) -> None:
        self._last_sale = self._last_sale or order_id

    def _take_handed(self) -> None:
        handed, self._handed = self._handed, {}
        self.shown_with(**handed)

    def another_in_hand(self) -> None:
        """Its lines and its customer."""
        self.opened()
        self._read_customer()
        self.box.setFocus()

    def _read_customer(self) -> None:
        customer_id = self.edit.draft.customer_id
        task = self._workbench.ask(lambda store: customers.customer_name(store, customer_id), self)
        task.on_done(self.side.show_customer)

    def held_changed(self) -> None:
        """Show them."""
        self.side.show_held(self.held, self._currency)
        self._actions.refresh()

    def lines_shown(self) -> None:
        """Totals of the lines."""
        self._tell()
        self.go_on_booking()
        self.go_on()

    def totals_changed(self) -> None:
        """Totals and what is due."""
        self._tell()

    def current_shown(self, line: ShownLine | None) -> None:
        """Price of the line, and where it comes from."""
        if not self.price.hasFocus():
            self.price.set_value(line.unit_price if line is not None else None)
        self.price.setEnabled(line is not None)
        self.side.show_why(line, self._now)
        self._actions.refresh()

    def _tell(self) -> None:
        totals = self.totals
        self.side.show_totals(totals, self._currency)
        self.side.show_credit(self.edit.draft.credit, self._currency)
        draft = self.edit.draft
        self.side.show_deposit(draft.deposit, self._currency)
        self.side.show_paid(sum(amount for _, amount in draft.parts), self._currency)
        if not draft.lines:
            self._said.show_value("")
        else:
            self._said.say("order_entry.kept" if draft == self.kept else "order_entry.keeping")
        self._actions.refresh()
        total = amount_text(totals.due, self._currency)
        key = "order_entry.pay_total" if self.rows else "order_entry.action.pay"
        self._actions["order_entry.pay"].setText(i18n.tr(key, total=total))

    def _begin_paying(self) -> None:
        """The draft is becoming a document: what is scanned now waits."""
        self._paying = True
        self.wait_for_draft()
        self._actions.refresh()

    def _parted(self, parts: list[tuple[str, int]]) -> None:
        self.edit.put_parts(parts)
        self.save()

    def _sold(self, done: Performed, change: int) -> None:
        used = (
            sum(one.amount for one in done.payload.payments if one.method == EXCHANGE)
            if isinstance(done.payload, CompleteSale)
            else 0
        )
        rest = self.edit.draft.rest(used)
        self.edit, self.kept = DraftEdit(rest), rest
        self._last_sale = done.document_id
        back = amount_text(change, self._currency)
        said = "order_entry.booked" if isinstance(done.payload, TakeBooking) else "order_entry.sold"
        self._workbench.messages.success(said, number=done.number, change=back)
        self.opened()
        self._read_customer()
        self.side.show_last(done.number, back)

    def _end_paying(self) -> None:
        """Whatever was scanned meanwhile belongs to the order that is now in hand."""
        self._paying = False
        self.take_early()
        self._take_handed()
        self._actions.refresh()
        self.box.setFocus()
        self.pay_out()
