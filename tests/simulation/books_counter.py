"""The books of what happens to a sale afterwards, of the till, and of dealers that move: rules written down once more.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import derive_id
from tests.simulation import books_pieces as pieces, books_told as told
from tests.simulation.expected import DONE, FLAGGED, NOT_ALLOWED, REFUSED
from tests.simulation.parts import parts_of, serials_of

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]
DEEPEST = 3
"""Headquarters are tier 0; nobody stands below tier 3."""


@dataclass(slots=True)
class Sale:
    """A sale: of each line what was sold and what came back (thousandths); minor units given back in all."""

    lines: dict[str, list[int]] = field(default_factory=dict)
    returned: int = 0


@dataclass(slots=True)
class Shift:
    """One person's time at a till."""

    party: str
    float_amount: int
    state: str = "open"
    variance: int = 0


@dataclass(slots=True)
class Till:
    """All tills.

    Attributes:
        entries: (how many, minor units) by (shift, kind, means).
    """

    shifts: dict[str, Shift] = field(default_factory=dict)
    entries: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=lambda: defaultdict(lambda: (0, 0)))

    def enter(self, shift: str | None, party: str, kind: str, moved: list[tuple[str, int]]) -> None:
        """What a document moves through the shift in which it was made, when that is known and the party's own."""
        known = self.shifts.get(shift or "")
        if shift and known is not None and known.party == party:
            for method, amount in moved:
                self.add(shift, kind, method, amount)

    def add(self, shift: str, kind: str, method: str, amount: int) -> None:
        """One entry."""
        number, total = self.entries[shift, kind, method]
        self.entries[shift, kind, method] = (number + 1, total + amount)

    def of(self, shift: str) -> dict[tuple[str, str], tuple[int, int]]:
        """What went through a shift."""
        return {(kind, method): told for (one, kind, method), told in self.entries.items() if one == shift}


def enter_sale(books: Books, body: Body, fields: Fields) -> None:
    """What a sale leaves for later: its lines, and its money in the shift."""
    sale = books.sales[fields["order_id"]] = Sale()
    for index, line in enumerate(fields["lines"], 1):
        sale.lines[derive_id(body.id, "line", index)] = [line["quantity"], 0]
    moved = [(paid["method"], paid["amount"]) for paid in fields.get("payments", ())]
    books.till.enter(fields.get("shift_id"), fields["seller_id"], "sale", moved)


# -- returns and voids -------------------------------------------------------------------------------------------------


def _is_sale_of(books: Books, order_id: str | None, party: str) -> bool:
    order = books.orders.get(order_id or "")
    return order is not None and order.kind == "retail" and order.seller == party


def _check_return(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    original = fields["original_id"]
    if original and not _is_sale_of(books, original, fields["seller_id"]):
        return FLAGGED
    if original and books.sales[original].returned + fields["total"] > books.orders[original].total:
        return FLAGGED
    return FLAGGED if books.pieces.is_odd(body.claimed_at, pieces.returned(fields, books.followed)) else DONE


def _return(books: Books, body: Body, fields: Fields) -> None:
    seller, original = fields["seller_id"], fields["original_id"]
    books.orders[fields["order_id"]] = books.new_order("return", seller, "completed", -fields["total"])
    for line in fields["lines"]:
        if line.get("stocked", True) and line.get("to", "warehouse") == "warehouse":
            for part in parts_of(line):
                books.move(seller, "warehouse", line["product_id"], part["quantity"], part["lot"])
    books.out.subtract(serials_of(fields["lines"]))
    books.pieces.book(body.claimed_at, pieces.returned(fields, books.followed))
    moved = [(one["method"], -one["amount"]) for one in fields["refunds"]]
    for method, amount in moved:
        books.money[seller, method] += amount
    books.till.enter(fields.get("shift_id"), seller, "return", moved)
    if not original or not _is_sale_of(books, original, seller):
        return
    sale = books.sales[original]
    for line in fields["lines"]:
        if line.get("original_line_id") in sale.lines:
            sale.lines[line["original_line_id"]][1] += line["quantity"]
    sale.returned += fields["total"]
    whole = all(back >= sold for sold, back in sale.lines.values())
    books.orders[original].state = "returned" if whole else "part_returned"


def _check_void(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    if not _is_sale_of(books, fields["order_id"], body.party):
        return NOT_ALLOWED
    return DONE if books.orders[fields["order_id"]].state == "completed" else FLAGGED


def _void(books: Books, body: Body, fields: Fields) -> None:
    order = books.orders[fields["order_id"]]
    if order.state != "completed":
        return
    order.state = "voided"
    told.resolve(books, fields["order_id"])
    books.sales[fields["order_id"]].returned = order.total
    books.pieces.book(body.claimed_at, pieces.voided(order.seller, fields, books.followed))
    for line in fields["lines"]:
        books.move(order.seller, "warehouse", line["product_id"], line["quantity"], line["lot"])
        if line["serial"]:
            books.out[line["product_id"], line["serial"]] -= 1
    moved = [(one["method"], -one["amount"]) for one in fields.get("refunds", ())]
    for method, amount in moved:
        books.money[order.seller, method] += amount
    books.till.enter(fields.get("shift_id"), order.seller, "void", moved)


# -- the till ----------------------------------------------------------------------------------------------------------


def _open_shift(books: Books, _body: Body, fields: Fields) -> None:
    books.till.shifts[fields["shift_id"]] = Shift(fields["party_id"], fields["float_amount"])


def _move_cash(books: Books, _body: Body, fields: Fields) -> None:
    sign = -1 if fields["kind"] == "out" else 1
    books.till.add(fields["shift_id"], fields["kind"], "cash", sign * fields["amount"])


def _check_close(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    known, found = books.till.shifts.get(fields["shift_id"]), books.till.of(fields["shift_id"])
    told = {(one["kind"], one["method"]): (one["number"], one["amount"]) for one in fields["totals"]}
    if known is None or found != told:
        return FLAGGED
    cash = sum(amount for (_, method), (_, amount) in found.items() if method == "cash")
    return DONE if known.float_amount + cash == fields["expected"] else FLAGGED


def _close_shift(books: Books, _body: Body, fields: Fields) -> None:
    known = books.till.shifts.get(fields["shift_id"])
    if known is not None and known.state == "open":
        known.state, known.variance = "closed", fields["counted"] - fields["expected"]


# -- dealers that move -------------------------------------------------------------------------------------------------


def _check_move(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    moved, to = fields["party_id"], fields["to_id"]
    if books.parents[moved] != fields["from_id"] or books.parents[moved] == to:
        return REFUSED
    if to == moved or moved in books.ancestors(to):
        return REFUSED
    tier = len(books.ancestors(moved))
    deepest = max([tier, *(len(books.ancestors(one)) for one in books.parents if moved in books.ancestors(one))])
    return REFUSED if len(books.ancestors(to)) + 1 + deepest - tier > DEEPEST else DONE


def _move(books: Books, _body: Body, fields: Fields) -> None:
    books.parents[fields["party_id"]] = fields["to_id"]


CHECKS = {
    "orders.complete_return": _check_return,
    "orders.void_sale": _check_void,
    "tills.close_shift": _check_close,
    "parties.move_dealer": _check_move,
}
EFFECTS = {
    "orders.complete_return": _return,
    "orders.void_sale": _void,
    "tills.open_shift": _open_shift,
    "tills.move_cash": _move_cash,
    "tills.close_shift": _close_shift,
    "parties.move_dealer": _move,
}
