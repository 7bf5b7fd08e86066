"""The sheet in hand while goods are taken in, counted or put right: what was scanned so far, and the way back."""

from __future__ import annotations

import msgspec

from desktop.store import serials
from desktop.store.scanning import Found
from desktop.widgets.line_steps import EnteredDraft, EnteredLine, LineSteps
from domain.catalogue.units import OWN, Unit, as_many

RECEIVE, DIRECT, COUNT, ADJUST = "receive", "direct", "count", "adjust"
KINDS = (RECEIVE, DIRECT, COUNT, ADJUST)


class SheetLine(EnteredLine, frozen=True, kw_only=True):
    """Goods scanned, counted or ± put right, and the last good day of their lot."""

    expires_on: str | None = None

    @property
    def key(self) -> str:
        """What the line is known by: one for each product and lot, whatever it is packed in."""
        return f"{self.code}\t#{self.lot}" if self.lot else self.code


class Sheet(EnteredDraft[SheetLine], frozen=True, kw_only=True):
    """What is kept in the ledger after every scan.

    Attributes:
        shipment_id: what is being received, empty for the other kinds.
        about: the supplier, or the key of the reason.
    """

    kind: str
    shipment_id: str = ""
    about: str = ""

    @property
    def draft_id(self) -> str:
        """One sheet of each kind at a time, one for each shipment."""
        return f"stock:{self.kind}:{self.shipment_id}"

    def serials_of(self, code: str) -> tuple[str, ...]:
        """The serials of a product, of all its lines."""
        return tuple(serial for line in self.lines if line.code == code for serial in line.serials)

    def quantity_of(self, code: str) -> int:
        """The quantity of a product, 0 when it is not on the sheet."""
        return sum(line.quantity for line in self.lines if line.code == code)


def _in(line: SheetLine, quantity: int, unit: Unit) -> SheetLine:
    kept = serials.only(line.serials, quantity)
    return msgspec.structs.replace(line, quantity=quantity, unit=unit.name, factor=unit.factor, serials=kept)


class SheetEdit(LineSteps[Sheet, SheetLine]):
    """A sheet being worked on, with every step back."""

    def add(self, found: Found) -> None:
        """One more scan of a product, in the unit of the first as long as that comes out even."""
        received = self.draft.kind == RECEIVE
        fresh = SheetLine.begun(found)
        if received:
            fresh = msgspec.structs.replace(fresh, lot="")
        else:
            fresh = msgspec.structs.replace(fresh, expires_on=found.expires_on)
        known = self.line_of(fresh.key) or fresh
        if found.serial and known.by_serial:
            self.put(self.with_serial(known, found.serial, found.quantity))
            return
        quantity = known.quantity + found.quantity
        self.put(_in(known, quantity, OWN if quantity % known.factor else known.pack))

    def put_lot(self, key: str, lot: str, expires_on: str | None = None) -> None:
        """The lot of a line and its last good day; what is there of that lot already is joined."""
        known = self.line_of(key) or SheetLine(code=key, quantity=0)
        self.move(known, msgspec.structs.replace(known, lot=lot, expires_on=expires_on))

    def joined(self, there: SheetLine, moved: SheetLine) -> SheetLine:
        """The day that was said last holds."""
        return msgspec.structs.replace(super().joined(there, moved), expires_on=moved.expires_on)

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a product, entered; *unit* of one that was not on the sheet."""
        known = self.line_of(key)
        self.put(_in(known or SheetLine(code=key, quantity=0), quantity, known.pack if known else unit))

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit."""
        known = self.line_of(key) or SheetLine(code=key, quantity=0)
        self.put(_in(known, as_many(known.quantity, known.factor, unit.factor), unit))

    def say(self, about: str) -> None:
        """The supplier or the reason; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, about=about)

    def undo(self) -> bool:
        """Take the last step back; supplier or reason stay. False when there is none."""
        about = self.draft.about
        done = super().undo()
        self.say(about)
        return done
