"""The order to the upline in hand: its lines, and every step back."""

from __future__ import annotations

import msgspec

from desktop.platform.steps import Steps


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code and thousandths."""

    code: str
    quantity: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every change.

    Attributes:
        last: the code entered last.
        answers: id of the refused command that this order is to replace, empty for none.
    """

    lines: tuple[DraftLine, ...] = ()
    note: str = ""
    last: str = ""
    answers: str = ""

    def quantity_of(self, code: str) -> int:
        """The quantity of a product, 0 when it is not in the order."""
        return next((line.quantity for line in self.lines if line.code == code), 0)

    @property
    def units(self) -> int:
        """All quantities together."""
        return sum(line.quantity for line in self.lines)


class DraftEdit(Steps[Draft]):
    """The order being worked on; every change of its lines can be taken back."""

    def add(self, code: str, quantity: int) -> None:
        """More of a product."""
        self.put_quantity(code, self.draft.quantity_of(code) + quantity)

    def put_quantity(self, code: str, quantity: int) -> None:
        """The quantity of a product, entered; nothing takes it off."""
        if quantity <= 0:
            self.remove(code)
            return
        entered = DraftLine(code=code, quantity=quantity)
        known = self.draft.quantity_of(code)
        lines = tuple(entered if line.code == code else line for line in self.draft.lines)
        self.go(msgspec.structs.replace(self.draft, lines=lines if known else (*lines, entered), last=code))

    def remove(self, code: str) -> None:
        """Take a product off."""
        lines = tuple(line for line in self.draft.lines if line.code != code)
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
