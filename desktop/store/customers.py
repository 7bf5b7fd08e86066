"""The shop's customers, as they are found and made at the counter."""

from __future__ import annotations

from desktop.store.ledger import DraftsAfter
from desktop.store.store import Performed, Store
from domain.customers import queries
from domain.customers.handlers import decide_add_customer
from domain.kernel.channels import Row


def customer_by_id(store: Store, customer_id: str) -> Row | None:
    """A customer's file."""
    with store.read() as connection:
        return queries.customer_by_id(connection, customer_id)


def customer_name(store: Store, customer_id: str | None) -> str:
    """A customer's name, empty for nobody known."""
    row = customer_by_id(store, customer_id) if customer_id else None
    return str(row["name"] or row["code"]) if row else ""


def find_customers(store: Store, text: str, limit: int = 20) -> list[Row]:
    """Own customers by phone digits, name or initials."""
    with store.read() as connection:
        return queries.find_customers(connection, store.known.party_id, text, limit)


def add_customer(
    store: Store, *, name: str, phone: str, consent: str = "", drafts: DraftsAfter | None = None
) -> Performed:
    """A new customer, made at the counter, with what he agreed to; *drafts* are kept in the same commit."""
    return store.perform(lambda ctx: decide_add_customer(ctx, name=name, phone=phone, consent=consent), drafts=drafts)
