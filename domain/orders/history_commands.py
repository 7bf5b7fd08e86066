"""The past of a dealer, taken over from another system: documents that happened before this one knew of them.

Thousands of lines share one command, so documents and lines travel as arrays and name their goods by position.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from domain.kernel.commands import (
    FACT,
    Amount,
    Code,
    Currency,
    Date,
    Id,
    Instant,
    Name,
    NonNegative,
    Payload,
    Short,
    command,
)
from domain.parties import roles
from domain.parties.rules import at_headquarters

MOST_LINES = 20_000

Kind = Literal["retail", "return", "charge", "adjustment", "issue"]
LineKind = Literal["sale", "return", "charge", "free", "write_off"]
Position = Annotated[int, msgspec.Meta(ge=0, lt=MOST_LINES)]


class Goods(msgspec.Struct, frozen=True, array_like=True):
    """A product as lines name it: one code may stand under several names."""

    product_id: Id
    code: Code
    name: Short
    stocked: bool


class PastProduct(msgspec.Struct, frozen=True, array_like=True):
    """A product that only the past knows; ``stocked`` is False for services."""

    product_id: Id
    code: Code
    name: Name
    stocked: bool


class PastCustomer(msgspec.Struct, frozen=True, array_like=True):
    """A customer of whom only the number at the source is known."""

    customer_id: Id
    code: Code


class DocumentLine(msgspec.Struct, frozen=True, array_like=True):
    """One line: position of its goods, thousandths, 1/10000 of the currency unit, minor units; signs as written."""

    goods: Position
    kind: LineKind
    quantity: Amount
    unit_price: Amount
    amount: Amount


class PastDocument(msgspec.Struct, frozen=True, array_like=True):
    """A document, or more lines of one.

    Attributes:
        document_id: the same for the same document of the same source, whenever it is imported.
        kind: retail, return and charge are orders; adjustment and issue are stock documents.
        customer_id: None for the walk-in.
        at: the time as written, in milliseconds as if it were UTC.
        reason: why stock was written off, in the source's words.
        lines_before: lines that are here already; 0 for a new document.
    """

    document_id: Id
    kind: Kind
    number: Code
    customer_id: Id | None
    country: Short
    business_date: Date
    at: Instant
    reason: Short
    lines_before: NonNegative
    lines: Annotated[tuple[DocumentLine, ...], msgspec.Meta(min_length=1, max_length=MOST_LINES)]


@command("orders.import_history", nature=FACT, roles=roles.OFFICE, entitled=at_headquarters)
class ImportHistory(Payload, frozen=True, kw_only=True):
    """A batch of documents of one seller. It is history: paid, delivered, and never an exception of stock.

    Attributes:
        source: the system it comes from.
        seller_id, home: whose past it is.
    """

    source: Code
    seller_id: Id
    home: NonNegative
    currency: Currency
    goods: Annotated[tuple[Goods, ...], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
    new_products: Annotated[tuple[PastProduct, ...], msgspec.Meta(max_length=MOST_LINES)] = ()
    new_customers: Annotated[tuple[PastCustomer, ...], msgspec.Meta(max_length=MOST_LINES)] = ()
    documents: Annotated[tuple[PastDocument, ...], msgspec.Meta(min_length=1, max_length=MOST_LINES)]
