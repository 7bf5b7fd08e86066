"""The sheet in hand while goods are taken in, counted or put right: what was scanned so far, and the way back."""

from __future__ import annotations

import msgspec

from desktop.platform.steps import Steps
from desktop.store import serials
from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit, as_many, pack
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE

RECEIVE, DIRECT, COUNT, ADJUST = "receive", "direct", "count", "adjust"
KINDS = (RECEIVE, DIRECT, COUNT, ADJUST)


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code and the thousandths of its own unit scanned, counted or ± put right; the unit they are entered in
    (empty: the own) and what is in one of it; where the product asks for it the lot, its last good day, and serials."""

    code: str
    quantity: int
    unit: str = ""
    factor: int = QUANTITY_SCALE
    lot: str = ""
    expires_on: str | None = None
    by_serial: bool = False
    serials: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the line is known by: one for each product and lot, whatever it is packed in."""
        return f"{self.code}\t#{self.lot}" if self.lot else self.code

    @property
    def lacks_serial(self) -> bool:
        """Whether a piece has no serial yet."""
        return self.by_serial and serials.lacking(self.serials, self.quantity)

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every scan.

    Attributes:
        shipment_id: what is being received, empty for the other kinds.
        about: the supplier, or the key of the reason.
        last: code scanned last.
    """

    kind: str
    shipment_id: str = ""
    about: str = ""
    lines: tuple[SheetLine, ...] = ()
    last: str = ""

    @property
    def draft_id(self) -> str:
        """One sheet of each kind at a time, one for each shipment."""
        return f"stock:{self.kind}:{self.shipment_id}"

    @property
    def units(self) -> int:
        """All quantities together."""
        return sum(line.quantity for line in self.lines)

    def quantity_of(self, code: str) -> int:
        """The quantity of a product, 0 when it is not on the sheet."""
        return sum(line.quantity for line in self.lines if line.code == code)

    def line_of(self, key: str) -> SheetLine | None:
        """The line, None when it is not on the sheet."""
        return next((line for line in self.lines if line.key == key), None)


def _in(line: SheetLine, quantity: int, unit: Unit) -> SheetLine:
    kept = serials.only(line.serials, quantity)
    return msgspec.structs.replace(line, quantity=quantity, unit=unit.name, factor=unit.factor, serials=kept)


class SheetEdit(Steps[Sheet]):
    """A sheet being worked on, with every step back."""

    def add(self, found: Found) -> None:
        """One more scan of a product, in the unit of the first as long as that comes out even."""
        received = self.draft.kind == RECEIVE
        fresh = SheetLine(
            code=found.code,
            quantity=0,
            unit=found.unit.name,
            factor=found.unit.factor,
            lot="" if received else found.lot,
            expires_on=None if received else found.expires_on,
            by_serial=found.by_serial and self.draft.kind == DIRECT,
        )
        known = self.draft.line_of(fresh.key) or fresh
        if found.serial and known.by_serial:
            self._put(self._with_serial(known, found.serial))
            return
        quantity = known.quantity + found.quantity
        self._put(_in(known, quantity, OWN if quantity % known.factor else known.pack))

    def add_serial(self, key: str, serial: str) -> None:
        """The serial of a piece on this line.

        Raises:
            Invalid: ``serial_twice``.
        """
        known = self.draft.line_of(key)
        if known is not None:
            self._put(self._with_serial(known, serial))

    def _with_serial(self, line: SheetLine, serial: str) -> SheetLine:
        if any(serial in each.serials for each in self.draft.lines if each.code == line.code):
            raise Invalid("serial_twice", code=line.code)
        scanned, quantity = serials.with_serial(line.code, line.serials, line.quantity, serial)
        return msgspec.structs.replace(line, serials=scanned, quantity=quantity)

    def put_lot(self, key: str, lot: str, expires_on: str | None) -> None:
        """The lot of a line and its last good day; what is there of that lot already is joined."""
        known = self.draft.line_of(key) or SheetLine(code=key, quantity=0)
        moved = msgspec.structs.replace(known, lot=lot, expires_on=expires_on)
        there = self.draft.line_of(moved.key)
        if there is not None and there is not known:
            joined = (*there.serials, *moved.serials)
            moved = msgspec.structs.replace(moved, quantity=there.quantity + moved.quantity, serials=joined)
        lines = [moved if each is known else each for each in self.draft.lines if each is known or each is not there]
        if known not in self.draft.lines:
            lines.append(moved)
        if tuple(lines) != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=tuple(lines), last=moved.key))

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a product, entered; *unit* of one that was not on the sheet."""
        known = self.draft.line_of(key)
        self._put(_in(known or SheetLine(code=key, quantity=0), quantity, known.pack if known else unit))

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit."""
        known = self.draft.line_of(key) or SheetLine(code=key, quantity=0)
        self._put(_in(known, as_many(known.quantity, known.factor, unit.factor), unit))

    def _put(self, entered: SheetLine) -> None:
        known = self.draft.line_of(entered.key)
        lines = tuple(entered if line is known else line for line in self.draft.lines)
        self.go(msgspec.structs.replace(self.draft, lines=lines if known else (*lines, entered), last=entered.key))

    def remove(self, key: str) -> None:
        """Take a line off the sheet."""
        lines = tuple(line for line in self.draft.lines if line.key != key)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    def say(self, about: str) -> None:
        """The supplier or the reason; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, about=about)

    def undo(self) -> bool:
        """Take the last step back; supplier or reason stay. False when there is none."""
        about = self.draft.about
        done = super().undo()
        self.say(about)
        return done
