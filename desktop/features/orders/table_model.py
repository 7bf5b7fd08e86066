"""The document list and the lines of one document: where rows come from, and how their cells look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import i18n
from desktop.features.orders import operations
from desktop.features.orders.units import name_of
from desktop.store.store import Store
from desktop.widgets.figures import amount_text, moment, price_text, quantity_text, unit_text
from desktop.widgets.grid import Align, Cell, Column, KeysetSource, Query
from domain.kernel.channels import Row
from domain.orders.queries_pages import OrderFilter
from domain.orders.states import BOOKED

SEPARATOR = "\x1f"
READY = "ready"
STATE_TONES = {
    "submitted": "warning", "booked": "offline", "ready": "success", "approved": "neutral", "allocated": "neutral",
    "shipped": "offline",
    "received": "success", "completed": "success", "closed": "success", "refused": "danger", "cancelled": "neutral",
    "part_returned": "warning", "returned": "neutral", "voided": "neutral",
}  # fmt: skip
SYNC_TONES = {
    "saved": "offline", "sent": "neutral", "confirmed": "success", "exception": "warning", "refused": "danger",
    "parked": "warning", "quarantined": "danger",
}  # fmt: skip
TO_APPROVE, TO_SHIP = "to_approve", "to_ship"
GROUPS = {
    TO_APPROVE: ("submitted",),
    TO_SHIP: ("approved", "allocated"),
    "to_fetch": ("booked",),
    "on_the_way": ("shipped",),
    "done": ("completed", "part_returned", "received", "closed"),
    "ended": ("refused", "cancelled", "returned", "voided"),
}
"""The states as people sort them: what waits for whom."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the filters above the list say; travels in the text of the grid's query."""

    kind: str = ""
    group: str = ""
    search: str = ""

    def text(self) -> str:
        """As the query's text."""
        return SEPARATOR.join((self.kind, self.group, self.search))

    @classmethod
    def of(cls, text: str) -> Wish:
        """From the query's text."""
        return cls(*text.split(SEPARATOR)) if text else cls()


def document_source(store: Store, **fixed: Any) -> KeysetSource:
    """All documents of this side, page by page; *fixed* narrows them for good (``seller_id``, ``kinds``)."""

    def wanted(query: Query) -> OrderFilter:
        wish = Wish.of(query.text)
        fields = {"kinds": (wish.kind,) if wish.kind else (), **fixed}
        return operations.filter_for(store, states=GROUPS.get(wish.group, ()), search=wish.search, **fields)

    def fetch(query: Query, after: Any, skip: int, n: int) -> Sequence[Any]:
        newest_first = query.descending or not query.sort
        return operations.page(store, wanted(query), after, skip, n, query.sort or "time", descending=newest_first)

    def position(query: Query, row: Row) -> Any:
        return (row["number"] if query.sort == "number" else row["ordered_at"], row["id"])

    def sums(query: Query) -> Mapping[str, str]:
        found = operations.totals(store, wanted(query))
        return {"amount": " + ".join(amount_text(found[one], one) for one in sorted(found))} if found else {}

    return KeysetSource(
        lambda query: operations.count(store, wanted(query)), fetch, position, lambda row: row["id"], sums
    )


def partner(row: Row, me: str) -> str:
    """Who is on the other side: the customer, the shop below, or the upline."""
    if row["kind"] != "replenishment":
        return row["customer_name"] or i18n.tr("orders.walk_in")
    return (row["seller_name"] if row["buyer_id"] == me else row["buyer_name"]) or ""


def _time(row: Row) -> Cell:
    at = moment(row["ordered_at"])
    return Cell(at.strftime("%m-%d"), at.strftime("%H:%M"))


def _buyer(row: Row) -> Cell:
    return Cell(row["buyer_name"] or "", row["number"])


def state_of(order: Row) -> str:
    """How the state is called: a customer's order whose goods have come has a word of its own."""
    return READY if order["state"] == BOOKED and order["ready"] else str(order["state"])


def state_cell(row: Row) -> Cell:
    """The state as a chip."""
    state = state_of(row)
    return Cell(i18n.tr(f"orders.state.{state}"), chip=STATE_TONES.get(state, "neutral"))


def sync_cell(row: Row) -> Cell:
    """What became of it on its way to the server, as a chip."""
    return Cell(i18n.tr(f"orders.sync.{row['sync']}"), chip=SYNC_TONES.get(row["sync"], "neutral"))


def _settled(row: Row) -> Cell:
    payment = i18n.tr(f"orders.payment.{row['payment_state']}")
    tone = "text" if row["payment_state"] == "paid" else "secondary"
    return Cell(payment, i18n.tr(f"orders.delivery.{row['delivery_state']}"), tone)


def _amount(row: Row) -> Cell:
    tone = "danger" if row["total"] < 0 else "text"
    return Cell(amount_text(row["total"], row["currency"]), tone=tone)


def document_columns(me: str) -> tuple[Column, ...]:
    """The columns of the list for the party *me*."""
    return (
        Column("time", "orders.column.time", _time, 76, sortable=True),
        Column(
            "number",
            "orders.column.number",
            lambda row: Cell(row["number"], i18n.tr(f"orders.kind.{row['kind']}")),
            150,
            sortable=True,
            needed=True,
        ),
        Column("partner", "orders.column.partner", lambda row: partner(row, me), stretch=True),
        Column("amount", "orders.column.amount", _amount, 106, Align.RIGHT),
        Column("state", "orders.column.state", state_cell, 106),
        Column("settled", "orders.column.settled", _settled, 92, spare=2),
        Column("sync", "orders.column.sync", sync_cell, 100, spare=1),
    )


def waiting_columns() -> tuple[Column, ...]:
    """The columns of the orders that wait for approval or shipping."""
    return (
        Column("time", "orders.column.time", _time, 76, sortable=True),
        Column(
            "partner", "orders.column.buyer", lambda row: Cell(row["buyer_name"] or "", row["number"]), stretch=True
        ),
        Column("units", "orders.column.units", lambda row: quantity_text(row["units"]), 76, Align.RIGHT, spare=1),
        Column("amount", "orders.column.amount", _amount, 106, Align.RIGHT),
        Column("state", "orders.column.state", state_cell, 106),
    )


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with what is here to serve it: thousandths, None when this side does not ship."""

    line: Row
    currency: str
    stock: int | None


def line_columns() -> tuple[Column, ...]:
    """The columns of an order's lines."""
    return (
        Column("product", "orders.column.product", _product, stretch=True, needed=True),
        Column("quantity", "orders.column.quantity", _quantity, 104, Align.RIGHT),
        Column("amount", "orders.column.sum", _line_amount, 100, Align.RIGHT),
    )


def _product(row: LineRow) -> Cell:
    price = price_text(row.line["unit_price"], row.currency)
    return Cell(name_of(row.line), f"{row.line['product_code']} · {price}")


def _line_amount(row: LineRow) -> str:
    return amount_text(row.line["amount"], row.currency)


def _quantity(row: LineRow) -> Cell:
    """Ordered, and below it what matters next: what is here, or what has gone out."""
    line = row.line
    factor = line["factor"]
    text = unit_text(line["quantity"], factor, line["unit"])
    if row.stock is not None and line["shipped"] < line["quantity"]:
        short = row.stock < line["quantity"] - line["shipped"]
        said = i18n.tr("orders.pane.too_few" if short else "orders.pane.here", stock=unit_text(row.stock, factor, ""))
        return Cell(text, said, tone="danger" if short else "text")
    if line["shipped"]:
        return Cell(text, i18n.tr("orders.pane.gone", shipped=unit_text(line["shipped"], factor, "")))
    return Cell(text)
