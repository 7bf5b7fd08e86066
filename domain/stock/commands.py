"""Commands of stock: all are facts, they say what already happened in the shop."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from domain.kernel.commands import (
    FACT,
    Amount,
    Code,
    Date,
    Id,
    Name,
    NonNegative,
    Note,
    Payload,
    Positive,
    Short,
    command,
)
from domain.parties import roles
from domain.parties.rules import own


class Part(Payload, frozen=True, kw_only=True):
    """Goods of one lot, or the one piece with this serial: so many of a line's thousandths."""

    lot: Short = ""
    serial: Short = ""
    quantity: Positive


Serials = Annotated[tuple[Short, ...], msgspec.Meta(max_length=2000)]
Parts = Annotated[tuple[Part, ...], msgspec.Meta(max_length=2000)]


class TakenLine(Payload, frozen=True, kw_only=True):
    """Goods taken in: of one lot with the last day on which they are good, with the serials of all of them or none."""

    product_id: Id
    quantity: Positive
    lot: Short = ""
    expires_on: Date | None = None
    serials: Serials = ()


class CountedLine(Payload, frozen=True, kw_only=True):
    """*counted* thousandths were found where the book said *book*: with these *serials*, of which *foreign* are not in
    the book of this lot; *missing* are there and were not found."""

    product_id: Id
    counted: NonNegative
    book: Amount
    lot: Short = ""
    serials: Serials = ()
    missing: Serials = ()
    foreign: Serials = ()


class AdjustedLine(Payload, frozen=True, kw_only=True):
    """± thousandths by which the book is put right; the serials of all of them, or none."""

    product_id: Id
    quantity: Amount
    lot: Short = ""
    serials: Serials = ()


@command(
    "stock.take_in",
    nature=FACT,
    roles=roles.STOCKING,
    entitled=own("party_id"),
    version=2,
    upcasters={1: dict},
)
class TakeIn(Payload, frozen=True, kw_only=True):
    """Goods came in, not by a shipment of the network: from a local supplier, or as opening stock."""

    document_id: Id
    number: Code
    party_id: Id
    home: NonNegative
    kind: Literal["intake", "opening"]
    supplier: Short = ""
    note: Note = ""
    lines: Annotated[tuple[TakenLine, ...], msgspec.Meta(min_length=1, max_length=2000)]


@command("stock.count", nature=FACT, roles=roles.STOCKING, entitled=own("party_id"), version=2, upcasters={1: dict})
class Count(Payload, frozen=True, kw_only=True):
    """At this moment the warehouse held what was counted; the difference to the book of that moment is posted."""

    document_id: Id
    number: Code
    party_id: Id
    home: NonNegative
    note: Note = ""
    lines: Annotated[tuple[CountedLine, ...], msgspec.Meta(min_length=1, max_length=2000)]


@command("stock.adjust", nature=FACT, roles=roles.STOCKING, entitled=own("party_id"), version=2, upcasters={1: dict})
class Adjust(Payload, frozen=True, kw_only=True):
    """The book is put right, with a reason: breakage, loss, own use, find."""

    document_id: Id
    number: Code
    party_id: Id
    home: NonNegative
    reason: Name
    note: Note = ""
    lines: Annotated[tuple[AdjustedLine, ...], msgspec.Meta(min_length=1, max_length=2000)]
