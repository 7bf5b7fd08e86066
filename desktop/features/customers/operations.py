"""Customers: adding, changing, finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.store.ledger import DraftsAfter
from desktop.store.store import Performed, Store
from domain.customers import queries, queries_pages
from domain.customers.account import decide_pay_account
from domain.customers.handlers import decide_add_customer, decide_edit_customer, decide_set_credit
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID
from domain.orders import queries_pages as order_pages
from domain.orders.booking import BOOKING
from domain.orders.queries_pages import OrderFilter

NEW_FORM = "customers.new"
"""Name of the form of a new customer."""


def form_of(what: str, customer_id: str) -> str:
    """Name of the form in which this is entered of a customer."""
    return f"customers.{what}.{customer_id}"


def add(
    store: Store,
    *,
    name: str,
    phone: str = "",
    note: str = "",
    consent: str = "",
    drafts: DraftsAfter | None = None,
) -> Performed:
    """A new customer of this dealer; *drafts* says what becomes of the form, as below."""
    return store.perform(
        lambda ctx: decide_add_customer(ctx, name=name, phone=phone, note=note, consent=consent), drafts=drafts
    )


def edit(
    store: Store,
    customer_id: str,
    *,
    name: str,
    phone: str,
    note: str,
    grade: str = "",
    drafts: DraftsAfter | None = None,
) -> Performed:
    """Change a customer's file."""
    return store.perform(
        lambda ctx: decide_edit_customer(ctx, customer_id=customer_id, name=name, phone=phone, note=note, grade=grade),
        drafts=drafts,
    )


def collect(
    store: Store, customer_id: str, amount: int, method: str, *, drafts: DraftsAfter | None = None
) -> Performed:
    """Money for what a customer owes, or ahead; the errors are those of
    :func:`domain.customers.account.decide_pay_account`.
    """
    return store.perform(
        lambda ctx: decide_pay_account(ctx, customer_id=customer_id, amount=amount, method=method), drafts=drafts
    )


def set_credit(store: Store, customer_id: str, limit: int, *, drafts: DraftsAfter | None = None) -> Performed:
    """How much a customer may owe, in minor units."""
    return store.perform(lambda ctx: decide_set_credit(ctx, customer_id=customer_id, credit_limit=limit), drafts=drafts)


def find(store: Store, search: str = "", limit: int = 200) -> list[Row]:
    """Own customers by part of name, phone digits or initials; headquarters sees the network's, masked."""
    with store.read() as connection:
        return queries.find_customers(connection, _scope(store), search, limit)


def count(store: Store, search: str = "") -> int:
    """How many customers fit."""
    with store.read() as connection:
        return queries_pages.count_customers(connection, _scope(store), search)


def page(
    store: Store, search: str, after: tuple[str, str] | None, skip: int, n: int, *, descending: bool = False
) -> list[Row]:
    """A page of customers, by name."""
    with store.read() as connection:
        return queries_pages.page_customers(connection, _scope(store), search, after, skip, n, descending=descending)


@dataclass(frozen=True, slots=True)
class Shown:
    """A customer with what the pane says of him.

    Attributes:
        orders: how many documents he has.
        spent: minor units by currency, returns taken off.
        last: when he last bought, in ms, 0 for never.
        balance: what he owes in minor units; below zero he has paid ahead.
        own: whether he is this party's customer, and not one that headquarters only sees.
    """

    customer: Row
    orders: int
    spent: dict[str, int]
    last: int
    balance: int
    own: bool


def show(store: Store, customer_id: str) -> Shown:
    """Everything the pane of one customer shows.

    Raises:
        NotFound: ``unknown_customer``.
    """
    wanted = OrderFilter(customer_id=customer_id)
    with store.read() as connection:
        row = queries.customer_by_id(connection, customer_id)
        if row is None:
            raise NotFound("unknown_customer", id=customer_id)
        number = order_pages.count_page_orders(connection, wanted)
        ordered = order_pages.sum_orders(connection, OrderFilter(customer_id=customer_id, kinds=(BOOKING,)))
        # What he ordered and has not fetched is not bought; what he fetched is counted as the sale that it became.
        spent = {
            each: amount - ordered.get(each, 0) for each, amount in order_pages.sum_orders(connection, wanted).items()
        }
        balance = queries.account_balance(connection, customer_id)
        newest = order_pages.page_orders(connection, wanted, after=None, skip=0, limit=1)
    last = int(newest[0]["ordered_at"]) if newest else 0
    return Shown(row, number, spent, last, balance, row["party_id"] == store.known.party_id)


def count_orders(store: Store, customer_id: str) -> int:
    """How many documents a customer has."""
    with store.read() as connection:
        return order_pages.count_page_orders(connection, OrderFilter(customer_id=customer_id))


def page_orders(store: Store, customer_id: str, after: Any, skip: int, n: int) -> list[Row]:
    """A page of a customer's documents, newest first."""
    with store.read() as connection:
        return order_pages.page_orders(
            connection, OrderFilter(customer_id=customer_id), after=after, skip=skip, limit=n
        )


def _scope(store: Store) -> str | None:
    return None if store.known.party_id == HQ_PARTY_ID else store.known.party_id
