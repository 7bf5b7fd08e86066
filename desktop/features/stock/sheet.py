"""The sheet in hand while goods are taken in, counted or put right: what was scanned so far, and the way back."""

from __future__ import annotations

import msgspec

RECEIVE, DIRECT, COUNT, ADJUST = "receive", "direct", "count", "adjust"
KINDS = (RECEIVE, DIRECT, COUNT, ADJUST)
MOST_STEPS = 200


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


class SheetEdit:
    """A sheet being worked on, with every step back.

    Attributes:
        sheet: the sheet as it is.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._before: list[Sheet] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    def add(self, code: str, quantity: int) -> None:
        """One more scan of a product."""
        self.put(code, self.sheet.quantity_of(code) + quantity)

    def put(self, code: str, quantity: int) -> None:
        """The quantity of a product, entered."""
        known = any(line.code == code for line in self.sheet.lines)
        entered = SheetLine(code=code, quantity=quantity)
        lines = tuple(entered if line.code == code else line for line in self.sheet.lines)
        self._go(msgspec.structs.replace(self.sheet, lines=lines if known else (*lines, entered), last=code))

    def remove(self, code: str) -> None:
        """Take a product off the sheet."""
        lines = tuple(line for line in self.sheet.lines if line.code != code)
        if lines != self.sheet.lines:
            self._go(msgspec.structs.replace(self.sheet, lines=lines))

    def say(self, about: str) -> None:
        """The supplier or the reason; no step of its own."""
        self.sheet = msgspec.structs.replace(self.sheet, about=about)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._before:
            return False
        self.sheet = msgspec.structs.replace(self._before.pop(), about=self.sheet.about)
        return True

    def _go(self, sheet: Sheet) -> None:
        self._before.append(self.sheet)
        del self._before[:-MOST_STEPS]
        self.sheet = sheet
