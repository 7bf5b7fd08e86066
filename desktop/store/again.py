"""A sale that was taken back to be entered anew: everything that was said of it, for the entry screen to take up.

It is a draft from the commit in which the sale was taken back, whoever takes it up and whenever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from desktop.store.ledger import Draft, DraftsAfter, Ledger
from desktop.store.ledger_tables import HELD
from desktop.store.scanning import Found
from domain.catalogue.units import pack
from domain.kernel.channels import Row
from domain.orders.commands import CompleteSale, SoldLine
from domain.orders.labels import Label, label_in

KIND = f"again{HELD}"


@dataclass(frozen=True, slots=True)
class AgainLine:
    """A line as it was entered: *found* with its lot, the serials of its pieces, the price put by hand in 1/10000 or
    None, minor units let off and why, what a scale's labels said, and its note."""

    found: Found
    serials: tuple[str, ...] = ()
    price: int | None = None
    discount: int = 0
    reason: str = ""
    label: Label | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """The sale: minor units let off the whole of it, and its note."""

    lines: Sequence[AgainLine]
    customer_id: str | None = None
    discount: int = 0
    note: str = ""


def again(sale: CompleteSale) -> Again:
    """What was entered for this sale.

    A lot is named again where the whole line was of one. Several lots were picked by their last good days, and what was
    taken back lies there again: the same ones are found.
    """
    return Again([_line(line) for line in sale.lines], sale.customer_id, sale.discount, sale.note)


def kept_with(sale: Again) -> DraftsAfter:
    """For the command that takes the sale back."""
    body = msgspec.json.encode(sale).decode()

    def begins(row: Row) -> Draft:
        return f"again:{row['id']}", KIND, body

    return DraftsAfter(begins=begins)


def kept(ledger: Ledger) -> list[tuple[str, Again]]:
    """The sales that were taken back and nobody has taken up yet, oldest first, each with the id of its draft."""
    return [(row["id"], msgspec.json.decode(row["body"], type=Again)) for row in reversed(ledger.drafts(KIND))]


def _line(line: SoldLine) -> AgainLine:
    lots = {part.lot for part in line.parts}
    serials = tuple(part.serial for part in line.parts if part.serial)
    trace = msgspec.json.decode(line.trace) if line.trace else {}
    manual = trace.get("manual") if isinstance(trace, dict) else None
    found = Found(
        line.code,
        line.quantity,
        unit=pack(line.unit, line.factor),
        lot=lots.pop() if len(lots) == 1 else "",
        by_lot=bool(line.parts) and not serials,
        by_serial=bool(serials),
    )
    price = manual if isinstance(manual, int) else None
    return AgainLine(found, serials, price, line.discount, line.reason, label_in(line.trace), line.note)
