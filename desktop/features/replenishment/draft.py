"""The order to the upline in hand: its lines, and every step back."""

from __future__ import annotations

import msgspec

from desktop.platform.steps import Steps
from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit, as_many, line_key, pack
from domain.kernel.money import QUANTITY_SCALE


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code and thousandths of its own unit; the unit it is ordered in (empty: the own) and what is in one."""

    code: str
    quantity: int
    unit: str = ""
    factor: int = QUANTITY_SCALE

    @property
    def key(self) -> str:
        """What the line is known by."""
        return line_key(self.code, self.pack)

    @property
    def pack(self) -> Unit:
        """The line's unit."""
        return pack(self.unit, self.factor)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every change.

    Attributes:
        last: the key of the line entered last.
        answers: id of the refused command that this order is to replace, empty for none.
    """

    lines: tuple[DraftLine, ...] = ()
    note: str = ""
    last: str = ""
    answers: str = ""

    def line_of(self, key: str) -> DraftLine | None:
        """The line, None when it is not in the order."""
        return next((line for line in self.lines if line.key == key), None)

    @property
    def units(self) -> int:
        """All quantities together."""
        return sum(line.quantity for line in self.lines)


class DraftEdit(Steps[Draft]):
    """The order being worked on; every change of its lines can be taken back."""

    def add(self, found: Found) -> None:
        """More of a product; a case has a line of its own."""
        fresh = DraftLine(code=found.code, quantity=0, unit=found.unit.name, factor=found.unit.factor)
        self._put(fresh, found.quantity)

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a line, entered; nothing takes it off."""
        known = self.draft.line_of(key)
        if quantity <= 0:
            self.remove(key)
        elif known is not None:
            self._put(known, quantity - known.quantity)

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit; what is there in that unit already is joined."""
        known = self.draft.line_of(key)
        if known is None:
            return
        moved = DraftLine(
            code=known.code,
            quantity=as_many(known.quantity, known.factor, unit.factor),
            unit=unit.name,
            factor=unit.factor,
        )
        there = self.draft.line_of(moved.key)
        if there is not None and there is not known:
            moved = msgspec.structs.replace(moved, quantity=moved.quantity + there.quantity)
        lines = [moved if line is known else line for line in self.draft.lines if line is known or line is not there]
        self.go(msgspec.structs.replace(self.draft, lines=tuple(lines), last=moved.key))

    def _put(self, line: DraftLine, more: int) -> None:
        known = self.draft.line_of(line.key)
        entered = msgspec.structs.replace(known or line, quantity=(known.quantity if known else 0) + more)
        lines = tuple(entered if each is known else each for each in self.draft.lines)
        self.go(msgspec.structs.replace(self.draft, lines=lines if known else (*lines, entered), last=entered.key))

    def remove(self, key: str) -> None:
        """Take a line off."""
        lines = tuple(line for line in self.draft.lines if line.key != key)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    def answer(self, command_id: str) -> None:
        """This order replaces a refused one; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, answers=command_id)

    def say(self, note: str) -> None:
        """The note to the upline; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, note=note)

    def undo(self) -> bool:
        """Take the last step back; the note stays as it is. False when there is none."""
        note = self.draft.note
        done = super().undo()
        self.say(note)
        return done
