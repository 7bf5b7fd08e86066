"""A customer orders goods at the counter and pays some of it ahead, or fetches what he ordered."""

from __future__ import annotations

from functools import partial

from desktop.features.order_entry import operations
from desktop.features.order_entry.booking_dialog import BookingDialog
from desktop.features.order_entry.checkout import Checkout
from desktop.features.order_entry.credits import CURRENT
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.holding import Holding
from desktop.features.order_entry.pay_dialog import Due
from desktop.features.order_entry.typed import BOOKING, CUSTOMER
from desktop.store.bookings import Fetching
from desktop.store.ledger import Draft, DraftsAfter
from desktop.widgets.customer_dialog import Chosen, CustomerDialog
from desktop.widgets.typed import Typed
from domain.kernel.channels import Row
from domain.orders.booking import usual_deposit

FETCHES_ANYWAY = frozenset({"", "serial_missing"})
"""What may be wrong with a line that is only ordered: its pieces are chosen when it is fetched."""


class Bookings(Holding):
    """Mixin of the page, first among its bases."""

    _checkout: Checkout
    _books_next = False

    def may_book(self) -> bool:
        """Whether the order in hand can be a customer's, to be fetched later."""
        draft = self.edit.draft
        whole = bool(self.rows) and len(self.rows) == len(draft.lines) and not self.is_reading
        wrong = self.totals.too_much or any(line.problem not in FETCHES_ANYWAY for line in self.rows)
        return whole and not wrong and draft.booking is None and not draft.credits

    def book(self) -> None:
        """Ask for whom, where nobody is chosen yet, and how much is paid ahead."""
        if self.edit.draft.customer_id is None:
            self._ask_customer(self._book_for)
        elif self.may_book():
            due = Due(self.totals.due, self._currency)
            usual = usual_deposit(due.total, self.deposit_bp)
            BookingDialog(self._page, due, usual, self._pay_ahead, Typed(self, BOOKING)).begin()

    def choose_customer(self) -> None:
        """Ask who buys."""
        self._ask_customer(self._customer_chosen)

    def fetch(self, fetching: Fetching) -> None:
        """A customer fetches what he ordered; the order in hand is put aside, in the same commit."""
        aside = self.edit.draft if self.edit.draft.lines else None
        edit = self.edit if aside is None else DraftEdit(SaleDraft())
        edit.take_booking(fetching)
        self._go_on_with(edit, partial(operations.take_in_hand, draft=edit.draft, aside=aside))

    def _book_for(self, customer_id: str | None) -> None:
        self._customer_chosen(customer_id)
        if customer_id is None:
            self._workbench.messages.warning("booking_without_customer")
        else:
            self._books_next = True  # his prices are read first
            self.go_on_booking()

    def go_on_booking(self) -> None:
        """The lines are shown: go on with what was asked for before the customer was known."""
        draft = self.edit.draft
        self._books_next = self._books_next and bool(draft.lines) and draft.customer_id is not None
        if self._books_next and self.may_book():
            self._books_next = False
            self.book()

    def _ask_customer(self, chosen: Chosen) -> None:
        """A new customer is the order's in the commit that makes him."""

        def bought(row: Row) -> Draft:
            return CURRENT, CURRENT, self.edit.draft.without(CUSTOMER).bought_by(str(row["document_id"])).text()

        keeper, drafts = Typed(self, CUSTOMER), DraftsAfter(begins=bought)
        CustomerDialog(self._page, self._workbench, chosen, keeper, drafts).begin()

    def _pay_ahead(self, deposit: int, wanted_on: str) -> None:
        draft = self.edit.draft
        due = Due(deposit, self._currency, parts=draft.parts)
        seal = partial(operations.book_draft, deposit=deposit, wanted_on=wanted_on)
        if deposit:
            self._checkout.begin(draft, due, seal)
        else:
            self._checkout.take(draft, due, (), seal)

    def _customer_chosen(self, customer_id: str | None) -> None:
        self.edit.put_typed(CUSTOMER, {})
        self.edit.choose_customer(customer_id)
        self.keep()
        self.box.setFocus()

    @property
    def _currency(self) -> str:
        return "CNY"
