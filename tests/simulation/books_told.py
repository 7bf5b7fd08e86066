"""The books of what those above are told: sales of goods that the shop was not authorised for, and who has looked.

As in :mod:`tests.simulation.books`, nothing here calls a handler or reads a table of effects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.kernel.envelope import Body
from domain.kernel.ids import HQ_PARTY_ID, derive_id
from tests.simulation import books_office as office
from tests.simulation.expected import DONE, NOT_ALLOWED, REFUSED

if TYPE_CHECKING:
    from tests.simulation.books import Books

Fields = dict[str, Any]


@dataclass(slots=True)
class Told:
    """One product of a sale: whose, who stood above then, and whether it is open and was looked at."""

    sale: str
    party: str
    upline: str | None
    state: str = "open"
    seen: bool = False


def codes_not_allowed(books: Books, fields: Fields) -> list[str]:
    """The goods of a sale that its seller may not sell now, in their order, each once."""
    lines = [line for line in fields["lines"] if not office.may_sell(books, fields["seller_id"], line["product_id"])]
    return list(dict.fromkeys(line["code"] for line in lines))


def tell(books: Books, body: Body, fields: Fields, before: int) -> None:
    """One exception for each; so many others stand before them, and an exception's id counts them."""
    for index, _code in enumerate(codes_not_allowed(books, fields), before):
        upline = books.parents.get(fields["seller_id"])
        books.told[derive_id(body.id, "exception", index)] = Told(fields["order_id"], fields["seller_id"], upline)


def resolve(books: Books, sale: str) -> None:
    """The shop has voided it."""
    for one in books.told.values():
        if one.sale == sale:
            one.state = "resolved"


def _check_see(books: Books, body: Body, fields: Fields) -> frozenset[str]:
    known = books.told.get(fields["exception_id"])
    if body.party != HQ_PARTY_ID and (known is None or known.upline != body.party):
        return NOT_ALLOWED
    return DONE if known is not None and known.state == "open" and not known.seen else REFUSED


def _see(books: Books, _body: Body, fields: Fields) -> None:
    books.told[fields["exception_id"]].seen = True


CHECKS = {"held.see": _check_see}
EFFECTS = {"held.see": _see}
