"""Taking goods back at the counter: scan the receipt, or the goods when there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

import i18n
from desktop.features.orders import free_returns
from desktop.features.orders.actions import FREE_RETURN
from desktop.features.orders.free_returns import BackRow
from desktop.features.orders.known_sale_dialog import SALE, KnownSaleDialog
from desktop.features.orders.refund_dialog import RefundDialog
from desktop.features.orders.return_draft import CUSTOMER, DRAFT, REFUND, Refund, ReturnDraft, ReturnEdit
from desktop.features.orders.return_flow import ReturnFlow
from desktop.features.orders.return_table import back_columns, back_result
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import customers
from desktop.store.ledger import Draft, DraftsAfter
from desktop.store.scanning import Found
from desktop.widgets.card import Card
from desktop.widgets.customer_dialog import CustomerDialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import amount_text, moment_text, quantity_text
from desktop.widgets.grid import Grid
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import MEDIUM, NONE, SMALL, TIGHT, column, row
from desktop.widgets.page import Page
from desktop.widgets.piece_desk import PieceDesk
from desktop.widgets.price_field import PriceField
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.scan_desk import DeskWork
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from desktop.widgets.typed import Typed
from domain.catalogue.weighed import pieces_of
from domain.kernel.channels import Row

SIDE = 300
LEAST_LINES = 120
"""Pixels at 100 % that the lines keep in a low window."""
TABLES = ("product", "barcode", "price", "price_list", "party")
KEYS = ("quantity", "unit", "lot", "price", "place", "remove", "undo", "clear")


class FreeReturnPage(PieceDesk[ReturnDraft, BackRow], Page):
    """Goods that come back.

    Attributes:
        edit: the return in hand.
    """

    edit: ReturnEdit

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("")
        self._giving = True
        self.set_up(workbench, self._desk_work(), ReturnEdit(ReturnDraft()))
        self._actions = self.use_actions(Actions(FREE_RETURN, self, workbench.shortcuts))
        self.box = ScanBox("orders.free.box", "orders.free.hint")
        self.box.follow(self._actions["orders.free.find"])
        self.quantity, self.price = QuantityField("orders.return.quantity"), PriceField("orders.free.price")
        empty = EmptyState("orders.free.empty", icon="undo")
        self.grid = Grid(back_columns(), self._source, name_key="orders.free.lines", two_lines=True, empty=empty)
        self._pieces, self._total = Text("", right=True), Text("", typeface.TOTAL, right=True)
        self._kept = Text("", typeface.SMALL, "secondary")
        self.who = Text("", typeface.STRONG, wrap=True)
        self.primary = PrimaryButton.of(self._actions["orders.free.refund"])
        self._flow = ReturnFlow(self, workbench)
        self._flow.done.connect(self._done)
        self._flow.ended.connect(self._ended)
        self._compose()
        self.connect_desk()
        self.price.returnPressed.connect(self._price_entered)
        self.price.editingFinished.connect(self.field_left)
        self._giving = False
        self.go_live()
        workbench.write(free_returns.load_draft, self).on_done(self._begun)

    @property
    def total(self) -> int:
        """What is given back for the lines shown, in minor units."""
        return sum(line.amount or 0 for line in self.rows)

    def can(self, what: str) -> bool:
        """Whether this can be done now."""
        if self._giving:
            return False
        if what == "edit":
            return self.is_ready
        if what == "line":
            return self.current_key() != ""
        if what == "undo":
            return self.edit.can_undo
        if what == "refund":
            whole = len(self.rows) == len(self.edit.draft.lines) and not self.is_reading
            return bool(self.rows) and whole and not any(line.problem for line in self.rows)
        return bool(self.edit.draft.lines)

    def first_focus(self) -> QWidget:
        """Where one scans."""
        return self.box

    def scanned(self, code: str) -> bool:
        """A receipt, or goods."""
        if QApplication.activeModalWidget() is not None:
            self._workbench.messages.info("orders.returning_first", code=code)
            return True
        sale = free_returns.sale_of(self._workbench.store, code)
        if sale is None:
            return super().scanned(code)
        self._flow.begin(sale)
        return True

    def opened(self) -> None:
        """Prices may have changed meanwhile."""
        self.read_lines()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Prices changed."""
        if touches(change_set, *TABLES):
            self.read_lines()

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(92), px(42))
        self.price.setFixedSize(px(104), px(42))
        self.grid.setMinimumHeight(px(LEAST_LINES))

    def retranslate(self) -> None:
        """Figures in the language in force."""
        self._tell()
        self._read_customer()

    def enter(self, found: Found) -> None:
        """More of a product; a piece whose sale is known leads to it."""
        if not found.serial or not self.is_ready or not self._known_sale(found):
            super().enter(found)

    def take_unknown(self, code: str) -> bool:
        """The serial of the piece scanned before, whose sale may be known too."""
        line = self.edit.line_of(self.current_key())
        if line is None or not line.lacks_serial:
            return False
        asked = self._known_sale(Found(line.code, serial=code, by_serial=True, unit=line.pack, lot=line.lot))
        return asked or super().take_unknown(code)

    # -- actions -----------------------------------------------------------------------------------------------------

    def choose_customer(self) -> None:
        """Ask who brings it; nobody need be known. A new customer is the return's in the commit that makes him."""

        def brought(row: Row) -> Draft:
            return DRAFT, DRAFT, self.edit.draft.without(CUSTOMER).brought_by(str(row["document_id"])).text()

        drafts = DraftsAfter(begins=brought)
        CustomerDialog(self, self._workbench, self._customer_chosen, Typed(self, CUSTOMER), drafts).begin()

    def enter_price(self) -> None:
        """To what is given back for one of the current line."""
        if self.current_key():
            self.price.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def move_line(self) -> None:
        """The current line is sold again, or scrapped."""
        self.edit.turn(self.current_key())
        self.keep()

    def clear(self) -> None:
        """Throw it away; undo brings it back."""
        self.edit.clear()
        self.keep()

    def refund(self) -> None:
        """Ask why, and how the money goes back."""
        if self.can("refund"):
            known = self.edit.draft.customer_id is not None
            RefundDialog(self, self.total, "CNY", self._give, Typed(self, REFUND), account=known).begin()

    # -- parts -------------------------------------------------------------------------------------------------------

    def _desk_work(self) -> DeskWork[ReturnDraft, BackRow]:
        return DeskWork(
            search=free_returns.search,
            result=back_result,
            save=free_returns.save_draft,
            read=free_returns.rows,
            unknown_key="orders.not_goods",
            unsold=True,
        )

    def _compose(self) -> None:
        left, side = QWidget(), QWidget()
        fields: list[QWidget] = [self.box]
        for name, field in (("quantity", self.quantity), ("price", self.price)):
            fields += [Text(f"orders.free.column.{name}", typeface.SMALL, "secondary"), field]
        lines = column(row(*fields, gap=SMALL), self.grid, gap=SMALL + 2)
        lines.setStretch(1, 1)
        left.setLayout(lines)
        totals = Card(
            "",
            row(Text("orders.free.pieces", colour="secondary"), 1, self._pieces),
            row(Text("orders.return.refund", colour="secondary"), 1, self._total),
            gap=TIGHT,
        )
        who = Card("orders.free.who", row(self.who, 1, KeyButton.of(self._actions["orders.free.customer"])))
        about = Card("orders.free.about", Text("orders.free.how", typeface.SMALL, "secondary", wrap=True))
        side.setLayout(column(totals, who, about, 1, gap=MEDIUM, margins=(NONE, NONE, NONE, NONE)))
        self.content.put(SideBySide(left, side, SIDE))
        buttons = [KeyButton.of(self._actions[f"orders.free.{name}"]) for name in KEYS]
        self.put_foot([*buttons, self._kept], self.primary)

    def _begun(self, draft: ReturnDraft) -> None:
        self.edit = ReturnEdit(draft)
        self.take_early()
        self.read_lines()
        self._read_customer()

    def _known_sale(self, found: Found) -> bool:
        """Whether somebody was asked: this piece went out with one of our sales. A small indexed read."""
        if any(found.serial in line.serials for line in self.edit.draft.lines if line.code == found.code):
            return False  # it stands here already, and is refused as such
        sale = free_returns.sold_with(self._workbench.store, found.code, found.serial)
        if sale is None:
            return False
        order_id = str(sale["id"])

        def go(way: str) -> None:
            if way == SALE:
                self._flow.begin(order_id, found.serial)
            else:
                super(FreeReturnPage, self).enter(found)

        said = {"serial": found.serial, "number": sale["number"], "day": moment_text(sale["ordered_at"])}
        KnownSaleDialog(self, go).ask("orders.free.known.sentence", **said)
        return True

    def _customer_chosen(self, customer_id: str | None) -> None:
        self.edit.put_typed(CUSTOMER, {})
        self.edit.choose_customer(customer_id)
        self.keep()
        self.box.setFocus()

    def _read_customer(self) -> None:
        customer_id = self.edit.draft.customer_id
        task = self._workbench.ask(lambda store: customers.customer_name(store, customer_id), self)
        task.on_done(lambda name: self.who.show_value(name or i18n.tr("order_entry.walk_in")))

    def _price_entered(self) -> None:
        line, key, value = self.grid.current(), self.current_key(), self.price.value()
        if key and not (line is not None and line.key == key and line.price == value):
            self.edit.put_price(key, value)
            self.keep()
        self.box.setFocus()

    def _give(self, refund: Refund) -> None:
        self._giving = True
        self.wait_for_draft()
        self._actions.refresh()
        self._flow.take_free(self.edit.draft, refund)

    def _done(self) -> None:
        if self._giving:  # without a receipt: the draft became the document
            self.edit = ReturnEdit(ReturnDraft())
            self.read_lines()
            self._read_customer()

    def _ended(self) -> None:
        if self._giving:
            self._giving = False
            self.take_early()
        self._actions.refresh()
        self.box.setFocus()

    # -- showing -----------------------------------------------------------------------------------------------------

    def keeping(self) -> None:
        """The buttons follow at once."""
        self._kept.say("orders.free.keeping")
        self._actions.refresh()
        self._read_customer()

    def was_kept(self, draft: ReturnDraft) -> None:
        """Say so."""
        if draft == self.edit.draft and draft.lines:
            self._kept.say("orders.free.kept")

    def lines_shown(self) -> None:
        """Totals of the lines."""
        self._tell()

    def current_shown(self, line: BackRow | None) -> None:
        """The price of the line."""
        if not self.price.hasFocus():
            self.price.set_value(line.price if line is not None else None)
        self.price.setEnabled(line is not None)
        self._actions.refresh()

    def _tell(self) -> None:
        self._pieces.show_value(quantity_text(sum(pieces_of(line.quantity, line.unit) for line in self.rows)))
        self._total.show_value(amount_text(self.total))
        if not self.edit.draft.lines:
            self._kept.show_value("")
        self._actions.refresh()
