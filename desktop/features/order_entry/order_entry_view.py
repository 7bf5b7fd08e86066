"""Order entry: scan or find, quantities and prices, who buys, and cash. The heart of the counter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

import i18n
from desktop.features.order_entry import operations
from desktop.features.order_entry.actions import ACTIONS
from desktop.features.order_entry.customer_dialog import CustomerDialog
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.hits import results_of
from desktop.features.order_entry.operations import UNIT, Held, ShownLine
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.recall_dialog import RecallDialog
from desktop.features.order_entry.side_view import SideCards
from desktop.features.order_entry.table_model import line_columns
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import amount_text
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, column, row
from desktop.widgets.page import Page
from desktop.widgets.price_field import PriceField
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.scan_box import ScanBox
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.text import Text
from domain.kernel.channels import Row

SIDE = 300
TABLES = ("product", "barcode", "price", "price_list", "stock_balance", "stock_move", "party")
KEYS = ("quantity", "price", "hold", "recall", "undo", "cancel")


class OrderEntryPage(Page):
    """Every change is in the ledger before anything else is done with it.

    Attributes:
        edit: the order in hand.
        rows: its lines with prices and stock.
        kept: the draft that the ledger has.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("")
        self._workbench = workbench
        self.edit, self.rows = DraftEdit(SaleDraft()), list[ShownLine]()
        self.kept: SaleDraft | None = None
        self._early: list[str] | None = []
        self._follow, self._paying, self._held = True, False, list[Held]()
        self._pricing: Task[list[ShownLine]] | None = None
        self._searching: Task[list[ShownLine]] | None = None
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self.box = ScanBox("order_entry.box", "order_entry.hint")
        self.quantity, self.price = QuantityField("order_entry.action.quantity"), PriceField("order_entry.action.price")
        self._source = ListSource(key=lambda line: line.code)
        empty = EmptyState("order_entry.empty", icon="cart")
        self.grid = Grid(line_columns(), self._source, name_key="order_entry.lines", two_lines=True, empty=empty)
        self.side = SideCards(KeyButton.of(self._actions["order_entry.customer"]))
        self._said = Text("", typeface.SMALL, "secondary")
        self.primary = PrimaryButton.of(self._actions["order_entry.pay"])
        self._compose()
        self._connect()
        self.go_live()
        workbench.write(operations.load_draft, self).on_done(self._begun)

    def can(self, what: str) -> bool:
        """Whether this can be done now."""
        if getattr(self, "_paying", True) or not hasattr(self, "grid"):
            return False
        if what == "line":
            return self.current_code() != ""
        if what == "pay":
            whole = len(self.rows) == len(self.edit.draft.lines) and self._pricing is None
            return bool(self.rows) and whole and not any(line.problem for line in self.rows)
        asked = {"undo": self.edit.can_undo, "recall": bool(self._held), "edit": self._early is None}
        return asked.get(what, bool(self.edit.draft.lines))

    def first_focus(self) -> QWidget:
        """Where one scans."""
        return self.box

    def scanned(self, code: str) -> bool:
        """A code came from the scanner, or was typed and entered."""
        if QApplication.activeModalWidget() is not None:
            self._workbench.messages.info("order_entry.answer_first", code=code)
            return True
        if self._early is not None:
            self._early.append(code)
            return True
        # A small indexed read, made here so that lines stand in the order of the scans.
        self._found(code, operations.find_exact(self._workbench.store, code))
        return True

    def opened(self) -> None:
        """Prices and stock may have changed meanwhile."""
        self._price()
        self._read_held()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Prices or stock changed."""
        if touches(change_set, *TABLES):
            self._price()

    def current_code(self) -> str:
        """Code of the current line, empty for none; what was scanned last is current before it is drawn."""
        if self._follow and self.edit.draft.line_of(self.edit.draft.last):
            return self.edit.draft.last
        line = self.grid.current()
        return str(line.code) if line is not None else ""

    def restyle(self) -> None:
        """Measures of the look in force."""
        px = theme().px
        self.quantity.setFixedSize(px(92), px(42))
        self.price.setFixedSize(px(104), px(42))
        self.grid.setMinimumHeight(px(200))

    def retranslate(self) -> None:
        """Hints and figures in the language in force; the order in hand stays."""
        self.quantity.setPlaceholderText(i18n.tr("order_entry.quantity_hint"))
        self.price.setPlaceholderText(i18n.tr("order_entry.price_hint"))
        self._tell()

    # -- actions -----------------------------------------------------------------------------------------------------

    def go_find(self) -> None:
        """To where one searches or scans."""
        self.box.setFocus()

    def choose_customer(self) -> None:
        """Ask who buys."""
        CustomerDialog(self, self._workbench, self._customer_chosen).begin()

    def enter_quantity(self) -> None:
        """To the quantity of the current line."""
        if self.current_code():
            self.quantity.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enter_price(self) -> None:
        """To the price of the current line."""
        if self.current_code():
            self.price.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remove_line(self) -> None:
        """Take the current line off."""
        self.edit.remove(self.current_code())
        self._keep()

    def undo(self) -> None:
        """Take the last step back."""
        if self.edit.undo():
            self._keep()

    def cancel_sale(self) -> None:
        """Throw the order away; undo brings it back."""
        self.edit.clear()
        self._keep()

    def hold(self) -> None:
        """Put the order aside."""
        draft = self.edit.draft
        self.edit = DraftEdit(SaleDraft())
        self._workbench.write(lambda store: operations.hold(store, draft), self).on_done(lambda _: self._moved())

    def recall(self) -> None:
        """Take an order up again; the one in hand is put aside first."""
        RecallDialog(self, self._held, self._recall).begin()

    def pay(self) -> None:
        """Take cash for the order in hand, as it is now."""
        if self.can("pay"):
            draft, due = self.edit.draft, sum(line.amount or 0 for line in self.rows)
            PayDialog(self, due, self._currency, lambda given: self._take(draft, due, given)).begin()

    # -- parts -------------------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        left = QWidget()
        fields: list[QWidget] = [self.box]
        for name, field in (("quantity", self.quantity), ("price", self.price)):
            fields += [Text(f"order_entry.column.{name}", typeface.SMALL, "secondary"), field]
        lines = column(row(*fields, gap=SMALL), self.grid, gap=SMALL + 2)
        lines.setStretch(1, 1)
        left.setLayout(lines)
        self.content.put(SideBySide(left, self.side, SIDE))
        self.put_foot(
            [*(KeyButton.of(self._actions[f"order_entry.{name}"]) for name in KEYS), self._said], self.primary
        )

    def _connect(self) -> None:
        self.box.searched.connect(self._search)
        self.box.picked.connect(lambda code: self._add(str(code), UNIT))
        self.box.submitted.connect(self._typed)
        self.box.quantity_asked.connect(self.enter_quantity)
        self.quantity.returnPressed.connect(self._quantity_entered)
        self.price.returnPressed.connect(self._price_entered)
        self.grid.current_changed.connect(lambda _: self._current_changed())
        self.grid.opened.connect(lambda _: self.enter_quantity())

    @property
    def _now(self) -> int:
        return self._workbench.clock.now_ms()

    @property
    def _currency(self) -> str:
        return "CNY"

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text.strip():
            self._searching = self._workbench.ask(lambda store: operations.search(store, text), self)
            self._searching.on_done(lambda hits: self.box.show_results(results_of(hits, self._now), text))

    def _typed(self, text: str) -> None:
        self.box.clear()
        self.scanned(text)

    def _found(self, code: str, answer: tuple[Row, int] | None) -> None:
        if self._early is not None:
            self._early.append(code)
        elif answer is None:
            self._workbench.messages.warning("order_entry.not_a_product", code=code)
        else:
            self._add(str(answer[0]["code"]), answer[1])

    def _add(self, code: str, quantity: int) -> None:
        if self._early is not None:
            self._early.append(code)
            return
        asking = QApplication.activeModalWidget()
        if isinstance(asking, PayDialog):
            asking.reject()  # one product more, scanned just before: what is due is asked for again
        self.edit.add(code, quantity)
        self.side.show_last("", "")
        self._keep()
        self.box.setFocus()

    def _quantity_entered(self) -> None:
        value, code = self.quantity.value(), self.current_code()
        if value is not None and code:
            self.edit.put_quantity(code, value)
            self._keep()
        self.box.setFocus()

    def _price_entered(self) -> None:
        line, code, value = self.grid.current(), self.current_code(), self.price.value()
        unchanged = line is not None and line.code == code and line.unit_price == value
        if code and not unchanged:
            self.edit.put_price(code, value)
            self._keep()
        self.box.setFocus()

    def _customer_chosen(self, customer_id: str | None) -> None:
        self.edit.choose_customer(customer_id)
        self._keep()
        self.box.setFocus()

    def _keep(self) -> None:
        draft = self.edit.draft
        self._workbench.write(lambda store: operations.save_draft(store, draft), self).on_done(
            lambda _: self._was_kept(draft)
        )
        self._follow = True
        for field in (self.quantity, self.price):
            field.setEnabled(bool(draft.lines))
        self._actions.refresh()
        self._price()
        self._read_customer()

    def _was_kept(self, draft: SaleDraft) -> None:
        self.kept = draft
        self._tell()

    def _begun(self, draft: SaleDraft) -> None:
        self.edit, self.kept = DraftEdit(draft), draft
        self._take_early()
        self.opened()
        self._read_customer()

    def _moved(self) -> None:
        self.kept = self.edit.draft
        self.opened()
        self._read_customer()
        self.box.setFocus()

    def _recall(self, held: Held) -> None:
        aside = self.edit.draft
        self.edit = DraftEdit(held.draft)

        def work(store: Store) -> None:
            if aside.lines:
                operations.hold(store, aside)
            operations.recall(store, held)

        self._workbench.write(work, self).on_done(lambda _: self._moved())

    def _read_customer(self) -> None:
        customer_id = self.edit.draft.customer_id
        task = self._workbench.ask(lambda store: operations.customer_name(store, customer_id), self)
        task.on_done(self.side.show_customer)

    def _read_held(self) -> None:
        self._workbench.ask(operations.held_orders, self).on_done(self._show_held)

    def _show_held(self, orders: list[Held]) -> None:
        self._held = orders
        self.side.show_held(orders, self._currency)
        self._actions.refresh()

    def _price(self) -> None:
        if self._pricing is not None:
            self._pricing.cancel()
        draft = self.edit.draft
        self._pricing = self._workbench.ask(lambda store: operations.price_draft(store, draft), self)
        self._pricing.on_done(self._present)

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
        if not self.price.hasFocus():
            self.price.set_value(line.unit_price if line is not None else None)
        self.quantity.setEnabled(line is not None)
        self.price.setEnabled(line is not None)
        self.side.show_why(line, self._now)
        self._actions.refresh()

    def _tell(self) -> None:
        due = self.side.show_totals(self.rows, self._currency)
        draft = self.edit.draft
        if not draft.lines:
            self._said.show_value("")
        else:
            self._said.say("order_entry.kept" if draft == self.kept else "order_entry.keeping")
        self._actions.refresh()
        total = amount_text(due, self._currency)
        key = "order_entry.pay_total" if self.rows else "order_entry.action.pay"
        self._actions["order_entry.pay"].setText(i18n.tr(key, total=total))

    def _take(self, draft: SaleDraft, due: int, tendered: int) -> None:
        self._paying, self._early = True, []
        self._actions.refresh()
        change = amount_text(tendered - due, self._currency)
        task = self._workbench.do(lambda store: operations.complete_draft(store, draft, tendered), self)
        task.on_done(lambda done: self._sold(done, change)).on_error(self._refused)

    def _sold(self, done: Performed, change: str) -> None:
        self.edit, self.kept = DraftEdit(SaleDraft()), SaleDraft()
        self._workbench.messages.success("order_entry.sold", number=done.number, change=change)
        self.opened()
        self._read_customer()
        self.side.show_last(done.number, change)
        self._end_paying()

    def _refused(self, error: BaseException) -> None:
        self._workbench.messages.report(error)
        self._end_paying()

    def _end_paying(self) -> None:
        """Whatever was scanned meanwhile belongs to the order that is now in hand."""
        self._paying = False
        self._take_early()
        self._actions.refresh()
        self.box.setFocus()

    def _take_early(self) -> None:
        early, self._early = self._early or [], None
        for code in early:
            self.scanned(code)
