"""The sheet in hand while goods are taken in, counted or put right: what was scanned so far, and the way back."""

from __future__ import annotations

import msgspec

from desktop.platform.steps import Steps

RECEIVE, DIRECT, COUNT, ADJUST = "receive", "direct", "count", "adjust"
KINDS = (RECEIVE, DIRECT, COUNT, ADJUST)


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code and the thousandths scanned, counted or ± put right."""

    code: str
    quantity: int


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
        return next((line.quantity for line in self.lines if line.code == code), 0)


class SheetEdit(Steps[Sheet]):
    """A sheet being worked on, with every step back."""

    def add(self, code: str, quantity: int) -> None:
        """One more scan of a product."""
        self.put_quantity(code, self.draft.quantity_of(code) + quantity)

    def put_quantity(self, code: str, quantity: int) -> None:
        """The quantity of a product, entered."""
        known = any(line.code == code for line in self.draft.lines)
        entered = SheetLine(code=code, quantity=quantity)
        lines = tuple(entered if line.code == code else line for line in self.draft.lines)
        self.go(msgspec.structs.replace(self.draft, lines=lines if known else (*lines, entered), last=code))

    def remove(self, code: str) -> None:
        """Take a product off the sheet."""
        lines = tuple(line for line in self.draft.lines if line.code != code)
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
