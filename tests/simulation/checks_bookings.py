"""Customers' orders at rest: the server's tables against the books, its sums without the books, and what PCs show."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from desktop.store.bookings import fetching
from domain.orders.model import order_line, orders, payment
from domain.orders.states import OPEN
from tests.simulation.books import Books
from tests.simulation.books_bookings import BOOKED, Booking
from tests.simulation.promises import expect

if TYPE_CHECKING:
    from tests.simulation.world import World

PAID = {"booked": ("part", "paid", "unpaid"), "closed": ("paid",), "cancelled": ("unpaid", "paid", "refunded", "kept")}
"""What an order may be said to be paid, by its state. One that is rounded to nothing is paid from the first."""


def check_bookings(books: Books, connection: Connection) -> None:
    """Every fen of every deposit is where the books have it; what nobody waits for any more is promised to nobody.

    Raises:
        Broken: something differs.
    """
    _check_reservations(books, connection)
    heads = {row["id"]: dict(row) for row in connection.execute(select(orders)).mappings()}
    moved: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(select(payment).join(orders, orders.c.id == payment.c.order_id).where(IS_BOOKING)):
        moved[row.order_id].append(row)
    sums: Counter[str] = Counter()
    for order_id, booking in books.bookings.items():
        head, rows = heads[order_id], moved.pop(order_id, [])
        taken, gone = _by_means(rows, 1), _by_means(rows, -1)
        expect(taken == +booking.taken, "deposits at the server are those of the books", (head["number"], taken))
        expect(gone == +(booking.back + booking.again), "what of them went back too", (head["number"], gone))
        expect(head["deposit"] == booking.taken.total(), "the order says what was paid ahead", head["number"])
        expect(bool(head["ready"]) == booking.ready, "and whether all of it lies here", (head["number"], booking))
        expect(head["payment_state"] in PAID[head["state"]], "and what became of it", (head["number"], head))
        used = heads[booking.sale]["deposit"] if booking.sale else 0
        expect(used == booking.used.total(), "the sale says what of it was paid ahead", (head["number"], used))
        _add(sums, head, taken.total(), gone.total() - booking.again.total(), used)
    expect(not moved, "nothing was paid for orders that nobody made", sorted(moved))
    sums["used"] += sum(
        row["deposit"] for row in heads.values() if row["kind"] == "retail" and not _fetches(books, row["id"])
    )
    parts = ("used", "back", "kept", "waiting")
    expect(sums["taken"] == sum(sums[one] for one in parts), "taken = used + given back + kept + waiting", dict(sums))


IS_BOOKING = orders.c.kind == "booking"


def _by_means(rows: list[Any], sign: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        if row.amount * sign > 0:
            found[row.method] += row.amount * sign
    return found


def _fetches(books: Books, sale_id: str) -> bool:
    return any(one.sale == sale_id for one in books.bookings.values())


def _add(sums: Counter[str], head: Any, taken: int, back: int, used: int) -> None:
    """Where a deposit is, as the server's own rows say."""
    sums["taken"] += taken
    sums["back"] += back
    sums["used"] += used
    if head["state"] == BOOKED:
        sums["waiting"] += head["deposit"]
    if head["payment_state"] == "kept":
        sums["kept"] += head["deposit"]


def _check_reservations(books: Books, connection: Connection) -> None:
    statement = (
        select(orders.c.id, orders.c.state, func.sum(order_line.c.allocated).label("held"))
        .join(order_line, order_line.c.order_id == orders.c.id)
        .group_by(orders.c.id, orders.c.state)
    )
    held = {row.id: (row.state, int(row.held)) for row in connection.execute(statement) if row.held}
    over = [(one, state, quantity) for one, (state, quantity) in held.items() if state not in OPEN]
    expect(not over, "nothing is promised to an order that is over", over)
    for order_id, booking in books.bookings.items():
        wanted = sum(line.allocated for line in booking.lines.values())
        expect(held.get(order_id, ("", 0))[1] == wanted, "a customer's order holds what the books say", order_id)


def check_shown(world: World, books: Books) -> None:
    """Every PC of the shop shows each order that waits with its goods and what was paid ahead.

    Raises:
        Broken: something else is shown.
    """
    for pc in world.pcs:
        for order_id, booking in books.bookings.items():
            if booking.seller == pc.store.known.party_id and booking.state == BOOKED:
                shown = fetching(pc.store, order_id)
                told = (shown.deposit, sorted(line.found.quantity for line in shown.again.lines))
                expect(told == _told(booking), f"{pc}: shows what waits to be fetched", (order_id, told))


def _told(booking: Booking) -> tuple[int, list[int]]:
    return booking.waiting, sorted(line.quantity for line in booking.lines.values())
