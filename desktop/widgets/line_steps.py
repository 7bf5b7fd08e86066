"""What every screen on which goods are entered keeps of them, and the steps that all of these screens take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, cast

import msgspec

from desktop.platform.steps import Steps
from desktop.store import serials
from desktop.store.doubts import Doubt
from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit, as_many, line_key, pack
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE

L = TypeVar("L", bound="EnteredLine")
D = TypeVar("D", bound="EnteredDraft[Any]")


class EnteredLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code, thousandths of the product's own unit; the line's unit (empty: the own) and what is in one of it;
    the lot, and the serials of the pieces, asked for with ``by_serial``."""

    code: str
    quantity: int
    unit: str = ""
    factor: int = QUANTITY_SCALE
    lot: str = ""
    by_serial: bool = False
    serials: tuple[str, ...] = ()

    @classmethod
    def begun(cls, found: Found) -> Self:
        """A line of what was found, with nothing on it yet."""
        return cls(
            code=found.code,
            quantity=0,
            unit=found.unit.name,
            factor=found.unit.factor,
            lot=found.lot,
            by_serial=found.by_serial,
        )

    @property
    def key(self) -> str:
        """What the line is known by."""
        key = line_key(self.code, self.pack)
        return f"{key}\t#{self.lot}" if self.lot else key

    @property
    def lacks_serial(self) -> bool:
        """Whether a piece has no serial yet."""
        return self.by_serial and serials.lacking(self.serials, self.quantity)

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)


class EnteredDraft(msgspec.Struct, Generic[L], frozen=True, kw_only=True):
    """Lines; ``last`` is the key of the one entered last, ``typed`` what stands in dialogs that were not answered yet,
    by dialog and field."""

    lines: tuple[L, ...] = ()
    last: str = ""
    typed: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)

    @property
    def units(self) -> int:
        """All quantities together."""
        return sum(line.quantity for line in self.lines)

    def text(self) -> str:
        """As the ledger keeps it."""
        return msgspec.json.encode(self).decode()

    def without(self, dialog: str) -> Self:
        """Once the dialog was answered."""
        typed = {of: values for of, values in self.typed.items() if of != dialog}
        return msgspec.structs.replace(self, typed=typed)

    def line_of(self, key: str) -> L | None:
        """The line, None when it is not there."""
        return next((line for line in self.lines if line.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGoods:
    """A line, or a hit of a search, as a screen shows it: ``quantity`` in thousandths of the product's own unit, of
    which ``factor`` are in one ``unit`` of the line, ``amount`` in minor units, ``problem`` a code or empty, ``doubts``
    what the records say against its pieces."""

    key: str
    code: str
    name: str
    spec: str
    unit: str
    factor: int
    quantity: int
    amount: int | None
    problem: str
    lot: str = ""
    serials: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)


class LineSteps(Steps[D], Generic[D, L]):
    """Lines being worked on; every change is a step that can be taken back."""

    def undo(self) -> bool:
        """Take the last step back; what stands in dialogs is none."""
        typed = self.draft.typed
        done = super().undo()
        self.draft = msgspec.structs.replace(self.draft, typed=typed)
        return done

    def put_typed(self, dialog: str, values: Mapping[str, str]) -> None:
        """This stands in a dialog that is not answered yet; nothing once it is. No step."""
        draft = self.draft.without(dialog)
        typed = {**draft.typed, dialog: dict(values)} if values else draft.typed
        self.draft = msgspec.structs.replace(draft, typed=typed)

    def line_of(self, key: str) -> L | None:
        """The line, None when it is not there."""
        return cast("L | None", self.draft.line_of(key))

    def add_serial(self, key: str, serial: str) -> None:
        """The serial of a piece on this line.

        Raises:
            Invalid: ``serial_twice``.
        """
        known = self.line_of(key)
        if known is not None:
            self.put(self.with_serial(known, serial))

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a line, entered; nothing takes it off."""
        known = self.line_of(key)
        if known is not None and quantity <= 0:
            self.remove(key)
        elif known is not None:
            kept = serials.only(known.serials, quantity)
            self.put(self.entered_anew(msgspec.structs.replace(known, quantity=quantity, serials=kept)))

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit, at that unit's price; what is there in that unit already is joined."""
        known = self.line_of(key)
        if known is not None:
            quantity = as_many(known.quantity, known.factor, unit.factor)
            moved = msgspec.structs.replace(known, unit=unit.name, factor=unit.factor, quantity=quantity)
            self.move(known, self.repacked(moved))

    def put_lot(self, key: str, lot: str, _expires_on: str | None = None) -> None:
        """The lot a line is of, chosen by hand; empty: nobody says."""
        known = self.line_of(key)
        if known is not None and known.lot != lot:
            self.move(known, msgspec.structs.replace(known, lot=lot))

    def remove(self, key: str) -> None:
        """Take a line off."""
        lines = tuple(line for line in self.draft.lines if line.key != key)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    # -- for each kind of line to say --------------------------------------------------------------------------------

    def entered_anew(self, line: L) -> L:
        """The line after its quantity was entered by hand."""
        return line

    def repacked(self, line: L) -> L:
        """The line after it got another unit."""
        return line

    def joined(self, there: L, moved: L) -> L:
        """Two lines that have become one."""
        quantity, both = there.quantity + moved.quantity, (*there.serials, *moved.serials)
        return msgspec.structs.replace(there, quantity=quantity, serials=both)

    # -- steps -------------------------------------------------------------------------------------------------------

    def with_serial(self, line: L, serial: str, piece: int = QUANTITY_SCALE) -> L:
        """The line with one serial more; *piece* is that of a line without any, negative for goods that go.

        Raises:
            Invalid: ``serial_twice``, also of another line of the product.
        """
        if any(serial in each.serials for each in self.draft.lines if each.code == line.code):
            raise Invalid("serial_twice", code=line.code)
        scanned, quantity = serials.with_serial(line.code, line.serials, line.quantity, serial, piece)
        return msgspec.structs.replace(line, serials=scanned, quantity=quantity)

    def put(self, entered: L) -> None:
        """A line as it is from now on."""
        known = self.line_of(entered.key)
        lines = tuple(entered if line.key == entered.key else line for line in self.draft.lines)
        if known is None:
            lines = (*lines, entered)
        self.go(msgspec.structs.replace(self.draft, lines=lines, last=entered.key))

    def move(self, known: L, moved: L) -> None:
        """A line becomes another; what is there already is joined."""
        there = self.line_of(moved.key)
        if there is not None and there is not known:
            moved = self.joined(there, moved)
        lines = [moved if line is known else line for line in self.draft.lines if line is known or line is not there]
        if known not in self.draft.lines:
            lines.append(moved)
        if tuple(lines) != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=tuple(lines), last=moved.key))
