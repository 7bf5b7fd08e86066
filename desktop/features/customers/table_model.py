"""The customer list, and what one customer bought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import i18n
from desktop.features.customers import operations
from desktop.store.store import Store
from desktop.widgets.figures import amount_text, masked_phone, moment
from desktop.widgets.grid import Align, Cell, Column, KeysetSource, Query
from domain.kernel.channels import Row


def customer_source(store: Store) -> KeysetSource:
    """Own customers page by page; headquarters sees the network's, masked."""

    def fetch(query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        return operations.page(store, query.text, after, skip, n, descending=query.descending)

    return KeysetSource(
        lambda query: operations.count(store, query.text),
        fetch,
        lambda _query, row: (row["name"], row["id"]),
        lambda row: row["id"],
    )


def bought_source(store: Store, customer_id: str) -> KeysetSource:
    """What a customer bought, newest first."""

    def fetch(query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        return operations.page_orders(store, customer_id, after, skip, n)

    return KeysetSource(
        lambda _query: operations.count_orders(store, customer_id),
        fetch,
        lambda _query, row: (row["ordered_at"], row["id"]),
        lambda row: row["id"],
    )


def customer_columns() -> tuple[Column, ...]:
    """The list."""
    return (
        Column("name", "customers.column.name", _name, stretch=True, sortable=True, needed=True),
        Column("phone", "customers.column.phone", lambda row: masked_phone(row["phone"]) or "—", 130),
        Column("grade", "customers.column.grade", _grade, 90, spare=1),
    )


def bought_columns() -> tuple[Column, ...]:
    """Purchases."""
    return (
        Column("number", "customers.column.number", _number, stretch=True, needed=True),
        Column("amount", "customers.column.amount", _amount, 116, Align.RIGHT),
    )


def _name(row: Row) -> Cell:
    return Cell(row["name"] or i18n.tr("customers.erased"), bold=True)


def _grade(row: Row) -> Cell:
    return Cell(row["grade"], chip="neutral" if row["grade"] else "")


def _number(row: Row) -> Cell:
    kind = i18n.tr(f"customers.kind.{row['kind']}")
    return Cell(row["number"], f"{moment(row['ordered_at']).strftime('%Y-%m-%d %H:%M')} · {kind}")


def _amount(row: Row) -> Cell:
    return Cell(amount_text(row["total"], row["currency"]), tone="danger" if row["total"] < 0 else "text")
