"""Customers: adding, changing, finding."""

from __future__ import annotations

from desktop.store.store import Performed, Store
from domain.customers import queries
from domain.customers.handlers import decide_add_customer, decide_edit_customer
from domain.kernel.channels import Row
from domain.kernel.ids import HQ_PARTY_ID


def add(store: Store, *, name: str, phone: str = "", note: str = "", consent: str = "") -> Performed:
    """A new customer of this dealer."""
    return store.perform(lambda ctx: decide_add_customer(ctx, name=name, phone=phone, note=note, consent=consent))


def edit(store: Store, customer_id: str, *, name: str, phone: str, note: str, grade: str = "") -> Performed:
    """Change a customer's file."""
    return store.perform(
        lambda ctx: decide_edit_customer(ctx, customer_id=customer_id, name=name, phone=phone, note=note, grade=grade)
    )


def find(store: Store, search: str = "", limit: int = 200) -> list[Row]:
    """Own customers by part of name, phone digits or initials; headquarters sees the network's, masked."""
    scope = None if store.known.party_id == HQ_PARTY_ID else store.known.party_id
    with store.read() as connection:
        return queries.find_customers(connection, scope, search, limit)
