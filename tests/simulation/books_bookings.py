"""The books of customers' orders with a deposit: every fen of it used, given back, kept or waiting, and once only.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import derive_id
from tests.simulation.books_orders import Line
from tests.simulation.expected import DONE, FLAGGED, NOT_ALLOWED

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]
Money = Counter[str]
"""Minor units by means."""
BOOKED, FETCHED, CALLED_OFF = "booked", "closed", "cancelled"


@dataclass(slots=True)
class Booking:
    """A customer's order.

    Attributes:
        taken: what was paid ahead.
        used: what of it paid for the sale that fetched it.
        back: what went back when it was called off.
        kept: minor units that stay with the shop.
        again: what left the drawer though the order was over: an exception, and counted all the same.
        sale: the sale that fetched it, empty for none.
        ready: all of it that is kept in stock has lain here, promised to it.
    """

    seller: str
    at: int
    lines: dict[str, Line]
    taken: Money
    state: str = BOOKED
    used: Money = field(default_factory=Counter)
    back: Money = field(default_factory=Counter)
    kept: int = 0
    again: Money = field(default_factory=Counter)
    sale: str = ""
    ready: bool = False

    @property
    def waiting(self) -> int:
        """Minor units of which nothing has come yet."""
        return self.taken.total() - self.used.total() - self.back.total() - self.kept


def _check_take(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if fields["seller_id"] != body.party:
        return NOT_ALLOWED
    buyer = books.fields_of("customer", fields["customer_id"])
    return DONE if buyer is not None and buyer["party"] == body.party else FLAGGED


def _take(books: Books, body: Body, fields: Fields) -> None:
    seller, order_id = fields["seller_id"], fields["order_id"]
    lines = {
        derive_id(body.id, "line", index): Line(told["product_id"], told["quantity"])
        for index, told in enumerate(fields["lines"], 1)
    }
    moved = [(one["method"], one["amount"]) for one in fields.get("payments", ())]
    books.bookings[order_id] = Booking(seller, body.claimed_at, lines, _sum(moved))
    books.orders[order_id] = books.new_order("booking", seller, BOOKED, fields["total"])
    _promise(books, books.bookings[order_id])
    _enter(books, seller, fields, moved)


def _promise(books: Books, booking: Booking) -> None:
    """What is there and not yet promised, line by line."""
    missing = False
    for line in booking.lines.values():
        key = booking.seller, line.product
        part = max(0, min(line.quantity - line.allocated, books.on_hand(*key) - books.promised[key]))
        line.allocated += part
        books.promised[key] += part
        known = books.fields_of("product", line.product)
        missing |= line.allocated < line.quantity and bool(known is None or known["stocked"])
    booking.ready = booking.ready or not missing


def arrive(books: Books, came: set[tuple[str, str]]) -> None:
    """Goods (party, product) came to a warehouse, or are free again: who ordered first gets them first."""
    waiting = sorted((one.at, order_id) for order_id, one in books.bookings.items() if one.state == BOOKED)
    for _at, order_id in waiting:
        booking = books.bookings[order_id]
        lacks = {(booking.seller, line.product) for line in booking.lines.values() if line.allocated < line.quantity}
        if lacks & came:
            _promise(books, booking)


def _sum(moved: list[tuple[str, int]]) -> Money:
    found: Money = Counter()
    for method, amount in moved:
        found[method] += amount
    return found


def _enter(books: Books, seller: str, fields: Fields, moved: list[tuple[str, int]]) -> None:
    """Money of a deposit that came or went, into the drawer and the shift."""
    for method, amount in moved:
        books.money[seller, method] += amount
    books.till.enter(fields.get("shift_id"), seller, "deposit", moved)


def _end(books: Books, order_id: str, state: str) -> None:
    booking = books.bookings[order_id]
    booking.state = books.orders[order_id].state = state
    for line in booking.lines.values():
        books.promised[booking.seller, line.product] -= line.allocated
        line.allocated = 0


# -- fetching ----------------------------------------------------------------------------------------------------------


def wrong_fetch(books: Books, fields: Fields) -> bool:
    """Whether a sale fetches what is not there to be fetched, or names another deposit than was paid."""
    if fields.get("booking_id") is None:
        return False
    booking = _waiting(books, fields)
    return booking is None or +booking.taken != +_sum(_deposits(fields))


def is_gone(books: Books, fields: Fields) -> bool:
    """Whether a sale fetches what does not wait any more."""
    return fields.get("booking_id") is not None and _waiting(books, fields) is None


def fetch(books: Books, fields: Fields) -> None:
    """The booking of a sale is over, if it still waited; what was paid ahead pays for the sale."""
    booking = _waiting(books, fields)
    if booking is None:
        return
    _end(books, fields["booking_id"], FETCHED)
    deposits = _deposits(fields)
    booking.used, booking.sale = _sum(deposits), fields["order_id"]
    # The sale's payments keep the real means; the shift counts them as deposit, which is in the drawer already.
    for method, amount in deposits:
        books.money[booking.seller, method] += amount
    books.till.enter(
        fields.get("shift_id"), booking.seller, "sale", [("deposit", amount) for _method, amount in deposits]
    )


def _waiting(books: Books, fields: Fields) -> Booking | None:
    found = books.bookings.get(fields.get("booking_id") or "")
    return found if found is not None and found.seller == fields["seller_id"] and found.state == BOOKED else None


def _deposits(fields: Fields) -> list[tuple[str, int]]:
    return [(one["method"], one["amount"]) for one in fields.get("deposits", ())]


# -- calling off -------------------------------------------------------------------------------------------------------


def _check_call_off(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    booking = books.bookings.get(fields["order_id"])
    if booking is None or booking.seller != body.party:
        return NOT_ALLOWED
    told = sum(one["amount"] for one in fields.get("refunds", ())) + fields.get("kept", 0)
    return DONE if booking.state == BOOKED and told == booking.taken.total() else FLAGGED


def _call_off(books: Books, _body: Body, fields: Fields) -> None:
    booking, kept = books.bookings[fields["order_id"]], fields.get("kept", 0)
    first = booking.state == BOOKED
    moved = [(one["method"], -one["amount"]) for one in fields.get("refunds", ())]
    _enter(books, booking.seller, fields, moved)
    if not first:
        booking.again.subtract(_sum(moved))
        return
    _end(books, fields["order_id"], CALLED_OFF)
    arrive(books, {(booking.seller, line.product) for line in booking.lines.values()})
    booking.back.subtract(_sum(moved))
    booking.kept = kept
    if kept:
        books.till.enter(fields.get("shift_id"), booking.seller, "kept", [("deposit", kept)])


CHECKS = {"orders.take_booking": _check_take, "orders.call_off": _check_call_off}
EFFECTS = {"orders.take_booking": _take, "orders.call_off": _call_off}
