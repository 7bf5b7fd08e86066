"""Goods that come back without their receipt, while they are entered: every step is kept and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from desktop.platform.steps import Steps
from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit, as_many, line_key, pack
from domain.kernel.money import QUANTITY_SCALE

DRAFT = "return"
"""Id and kind of the draft in hand."""
WAREHOUSE, SCRAP = "warehouse", "scrap"


@dataclass(frozen=True, slots=True)
class Refund:
    """By which means the money goes back, and why the goods come."""

    method: str
    reason: str


class BackLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product code, thousandths of the product's own unit, what is given back for one of the line's unit in 1/10000
    (None: the list's price), where it goes, and the line's unit (empty: the product's own).
    """

    code: str
    quantity: int
    price: int | None = None
    to: str = WAREHOUSE
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


class ReturnDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every scan; ``last`` is the code entered last."""

    lines: tuple[BackLine, ...] = ()
    last: str = ""

    def text(self) -> str:
        """As the ledger keeps it."""
        return msgspec.json.encode(self).decode()

    def line_of(self, key: str) -> BackLine | None:
        """The line of a product in a unit."""
        return next((line for line in self.lines if line.key == key), None)


class ReturnEdit(Steps[ReturnDraft]):
    """The return being worked on."""

    def add(self, found: Found) -> None:
        """More of a product."""
        fresh = BackLine(code=found.code, quantity=0, unit=found.unit.name, factor=found.unit.factor)
        known = self.draft.line_of(fresh.key) or fresh
        self._put(msgspec.structs.replace(known, quantity=known.quantity + found.quantity))

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a line, entered; nothing takes it off."""
        known = self.draft.line_of(key)
        if known is not None and quantity <= 0:
            self.remove(key)
        elif known is not None:
            self._put(msgspec.structs.replace(known, quantity=quantity))

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit, at that unit's price; a line that is there already takes it in."""
        known = self.draft.line_of(key)
        if known is None:
            return
        quantity = as_many(known.quantity, known.factor, unit.factor)
        moved = msgspec.structs.replace(known, unit=unit.name, factor=unit.factor, quantity=quantity, price=None)
        there = self.draft.line_of(moved.key)
        if there is not None and there is not known:
            moved = msgspec.structs.replace(there, quantity=there.quantity + quantity)
        lines = [moved if line is known else line for line in self.draft.lines if line is known or line is not there]
        self.go(msgspec.structs.replace(self.draft, lines=tuple(lines), last=moved.key))

    def put_price(self, key: str, price: int | None) -> None:
        """What is given back for one; None is the list's price."""
        known = self.draft.line_of(key)
        if known is not None:
            self._put(msgspec.structs.replace(known, price=price))

    def move(self, key: str) -> None:
        """On sale again, or scrapped: the other of both."""
        known = self.draft.line_of(key)
        if known is not None:
            self._put(msgspec.structs.replace(known, to=WAREHOUSE if known.to == SCRAP else SCRAP))

    def remove(self, key: str) -> None:
        """Take a line off."""
        lines = tuple(line for line in self.draft.lines if line.key != key)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    def clear(self) -> None:
        """Throw it away; it can be taken back."""
        if self.draft != ReturnDraft():
            self.go(ReturnDraft())

    def _put(self, entered: BackLine) -> None:
        known = self.draft.line_of(entered.key)
        lines = tuple(entered if line.key == entered.key else line for line in self.draft.lines)
        if known is None:
            lines = (*lines, entered)
        self.go(msgspec.structs.replace(self.draft, lines=lines, last=entered.key))
