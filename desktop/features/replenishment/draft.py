"""The order to the upline in hand: its lines, and every step back."""

from __future__ import annotations

import msgspec

MOST_STEPS = 200


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code and thousandths."""

    code: str
    quantity: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every change; ``last`` is the code entered last."""

    lines: tuple[DraftLine, ...] = ()
    note: str = ""
    last: str = ""

    def quantity_of(self, code: str) -> int:
        """The quantity of a product, 0 when it is not in the order."""
        return next((line.quantity for line in self.lines if line.code == code), 0)

    @property
    def units(self) -> int:
        """All quantities together."""
        return sum(line.quantity for line in self.lines)


class DraftEdit:
    """A draft being worked on.

    Attributes:
        draft: as it is.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._before: list[Draft] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def add(self, code: str, quantity: int) -> None:
        """More of a product."""
        self.put(code, self.draft.quantity_of(code) + quantity)

    def put(self, code: str, quantity: int) -> None:
        """The quantity of a product, entered; nothing takes it off."""
        if quantity <= 0:
            self.remove(code)
            return
        entered = DraftLine(code=code, quantity=quantity)
        known = self.draft.quantity_of(code)
        lines = tuple(entered if line.code == code else line for line in self.draft.lines)
        self._go(msgspec.structs.replace(self.draft, lines=lines if known else (*lines, entered), last=code))

    def remove(self, code: str) -> None:
        """Take a product off."""
        lines = tuple(line for line in self.draft.lines if line.code != code)
        if lines != self.draft.lines:
            self._go(msgspec.structs.replace(self.draft, lines=lines))

    def say(self, note: str) -> None:
        """The note to the upline; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, note=note)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._before:
            return False
        self.draft = msgspec.structs.replace(self._before.pop(), note=self.draft.note)
        return True

    def _go(self, draft: Draft) -> None:
        self._before.append(self.draft)
        del self._before[:-MOST_STEPS]
        self.draft = draft
