"""The books of sales and stock: goods by lot, serials that are out, and what is wrong with a sale.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import derive_id
from tests.simulation import (
    books_bookings as bookings,
    books_counter as counter,
    books_office as office,
    books_pieces as pieces,
    books_told as told,
)
from tests.simulation.expected import DONE, FLAGGED
from tests.simulation.parts import parts_of, serials_of

if TYPE_CHECKING:
    from tests.simulation.books import Books, Change

Fields = dict[str, Any]


def _sold(fields: Fields) -> list[Change]:
    return [
        (fields["seller_id"], line["product_id"], part["lot"], -part["quantity"])
        for line in fields["lines"]
        if line.get("stocked", True)
        for part in parts_of(line)
    ]


def _counted(fields: Fields) -> list[Change]:
    return [
        (fields["party_id"], line["product_id"], line["lot"], line["counted"] - line["book"])
        for line in fields["lines"]
    ]


def _adjusted(fields: Fields) -> list[Change]:
    return [(fields["party_id"], line["product_id"], line["lot"], line["quantity"]) for line in fields["lines"]]


def _book_changes(books: Books, changes: list[Change]) -> None:
    for party, product, lot, quantity in changes:
        books.move(party, "warehouse", product, quantity, lot)


# -- sales -------------------------------------------------------------------------------------------------------------


def _check_sale(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    seller = fields["seller_id"]
    wrong = [
        _wrong_buyer(books, fields),
        _unknown(books, fields) > 0,
        any(not office.may_sell(books, seller, line["product_id"]) for line in fields["lines"]),
        _wrong_lot(books, body, fields),
        _out_already(books, fields),
        books.pieces.is_odd(body.claimed_at, pieces.sold(fields, books.followed)),
        bookings.wrong_fetch(books, fields),
    ]
    return FLAGGED if any(wrong) else books.below_zero(_sold(fields))


def _wrong_buyer(books: Books, fields: Fields) -> bool:
    buyer = fields["customer_id"]
    return bool(buyer) and (books.fields_of("customer", buyer) or {}).get("party") != fields["seller_id"]


def _unknown(books: Books, fields: Fields) -> int:
    return sum(books.fields_of("product", line["product_id"]) is None for line in fields["lines"])


def _wrong_lot(books: Books, body: Body, fields: Fields) -> bool:
    """A lot that nobody told of, or one that was no longer good and nobody agreed."""
    agreed = any(one["what"] == "expired" for one in fields.get("approvals", ()))
    for line in fields["lines"]:
        until = good_until(books, fields["seller_id"], line["product_id"])
        for part in line.get("parts", ()):
            lot = part["lot"]
            last = until.get(lot)
            if lot and (lot not in until or (last is not None and last < body.business_date and not agreed)):
                return True
    return False


def good_until(books: Books, party: str, product: str) -> dict[str, str | None]:
    """The last good day of each lot that a party was told of, as it was said last."""
    found: dict[str, str | None] = {}
    for _at, _id, lot, until in sorted(books.lots.get((party, product), []), key=lambda said: said[:2]):
        found[lot] = until or found.get(lot)
    return found


def _out_already(books: Books, fields: Fields) -> bool:
    after = dict(books.out)
    for product, serial in serials_of(fields["lines"]):
        after[product, serial] = after.get((product, serial), 0) + 1
    return any(after[key] > 1 for key in serials_of(fields["lines"]))


def _sell(books: Books, body: Body, fields: Fields) -> None:
    short = books.below_zero(_sold(fields)) == FLAGGED
    before = bookings.is_gone(books, fields) + short + _wrong_buyer(books, fields) + _unknown(books, fields)
    told.tell(books, body, fields, before)
    _book_changes(books, _sold(fields))
    books.out.update(serials_of(fields["lines"]))
    books.pieces.book(body.claimed_at, pieces.sold(fields, books.followed))
    books.orders[fields["order_id"]] = books.new_order("retail", fields["seller_id"], "completed", fields["total"])
    for paid in fields.get("payments", ()):
        books.money[fields["seller_id"], paid["method"]] += paid["amount"]
    counter.enter_sale(books, body, fields)
    bookings.fetch(books, fields)


# -- stock -------------------------------------------------------------------------------------------------------------


def tell_lots(books: Books, body: Body, party: str, said: list[tuple[str, str, str | None]]) -> None:
    """What a document says of (product, lot, last good day)."""
    for index, (product, lot, until) in enumerate(one for one in said if one[1]):
        row = (body.claimed_at, derive_id(body.id, "lot", index), lot, until)
        books.lots.setdefault((party, product), []).append(row)


def _check_take_in(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    return FLAGGED if books.pieces.is_odd(body.claimed_at, pieces.taken_in(fields, books.followed)) else DONE


def _take_in(books: Books, body: Body, fields: Fields) -> None:
    party, lines = fields["party_id"], fields["lines"]
    books.documents[fields["document_id"]] = party
    books.pieces.book(body.claimed_at, pieces.taken_in(fields, books.followed))
    tell_lots(books, body, party, [(line["product_id"], line["lot"], line["expires_on"]) for line in lines])
    _book_changes(books, [(party, line["product_id"], line["lot"], line["quantity"]) for line in lines])


def _count(books: Books, body: Body, fields: Fields) -> None:
    books.documents[fields["document_id"]] = fields["party_id"]
    books.pieces.book(body.claimed_at, pieces.counted(fields, books.followed))
    _book_changes(books, _counted(fields))


def _adjust(books: Books, body: Body, fields: Fields) -> None:
    books.documents[fields["document_id"]] = fields["party_id"]
    books.pieces.book(body.claimed_at, pieces.adjusted(fields, books.followed))
    _book_changes(books, _adjusted(fields))


def _check_count(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    return books.below_zero(_counted(fields))


def _check_adjust(books: Books, _body: Body, fields: Fields) -> frozenset[str]:
    return books.below_zero(_adjusted(fields))


CHECKS = {
    "orders.complete_sale": _check_sale,
    "stock.take_in": _check_take_in,
    "stock.count": _check_count,
    "stock.adjust": _check_adjust,
}
EFFECTS = {
    "orders.complete_sale": _sell,
    "stock.take_in": _take_in,
    "stock.count": _count,
    "stock.adjust": _adjust,
}
