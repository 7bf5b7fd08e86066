"""The order in hand: its lines, and every step back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from desktop.platform.steps import Steps
from desktop.store import serials
from desktop.store.scanning import Found
from domain.catalogue.units import OWN, Unit, as_many, line_key, pack
from domain.kernel.errors import Invalid
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.labels import Label

ACCOUNT = "account"
"""The means by which a sale goes on the account of its customer."""


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line being entered: product code, thousandths of the product's own unit, manual price in 1/10000 of the line's
    unit or None, minor units let off, why; the line's unit (empty: the product's own) and what is in one of it.

    ``label`` is what a scale's labels say in minor units, about so many of the thousandths; ``lot`` was chosen by hand,
    ``serials`` are those of the pieces, asked for with ``by_serial``.
    """

    code: str
    quantity: int
    price: int | None = None
    discount: int = 0
    reason: str = ""
    unit: str = ""
    factor: int = QUANTITY_SCALE
    label: Label | None = None
    lot: str = ""
    by_serial: bool = False
    serials: tuple[str, ...] = ()
    note: str = ""

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


class SaleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every change; drafts of earlier versions lack what came later.

    ``last`` is the key of the line entered last, ``discount`` what is let off the order in minor units, ``rounding``
    how the bill is rounded, None as the dealer usually does, ``credits`` what exchanges gave back: (id of the return's
    command, minor units), ``note`` why something was let off the order, ``remark`` the note on it, ``parts`` what was
    paid already by several means: (means, minor units).
    """

    lines: tuple[DraftLine, ...] = ()
    customer_id: str | None = None
    note: str = ""
    last: str = ""
    discount: int = 0
    rounding: str | None = None
    credits: tuple[tuple[str, int], ...] = ()
    remark: str = ""
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def credit(self) -> int:
        """What exchanges gave back and the next sale is paid with, in minor units."""
        return sum(amount for _, amount in self.credits)

    def rest(self, used: int) -> SaleDraft:
        """The next draft, when *used* of the credit was taken."""
        left = []
        for command_id, amount in self.credits:
            taken = min(used, amount)
            used -= taken
            if amount > taken:
                left.append((command_id, amount - taken))
        return SaleDraft(credits=tuple(left))

    def text(self) -> str:
        """As the ledger keeps it."""
        return msgspec.json.encode(self).decode()

    def line_of(self, key: str) -> DraftLine | None:
        """The line of a product in a unit."""
        return next((line for line in self.lines if line.key == key), None)


class DraftEdit(Steps[SaleDraft]):
    """The order being worked on; every change can be taken back."""

    def add(self, found: Found) -> None:
        """More of a product: a repeated scan adds to its line; a case has a line of its own.

        A piece whose label says what it costs adds that: a price put by hand gives way to it.
        """
        fresh = DraftLine(
            code=found.code,
            quantity=0,
            unit=found.unit.name,
            factor=found.unit.factor,
            lot=found.lot,
            by_serial=found.by_serial,
        )
        known = self.draft.line_of(fresh.key) or fresh
        if found.serial:
            self._put(self._with_serial(known, found.serial))
            return
        more = msgspec.structs.replace(known, quantity=known.quantity + found.quantity)
        if found.amount is not None:
            label = Label(quantity=found.quantity, amount=found.amount)
            if known.label is not None:
                quantity, amount = known.label.quantity + found.quantity, known.label.amount + found.amount
                label = Label(quantity=quantity, amount=amount)
            more = msgspec.structs.replace(more, price=None, label=label)
        self._put(more)

    def add_serial(self, key: str, serial: str) -> None:
        """The serial of a piece on this line.

        Raises:
            Invalid: ``serial_twice``.
        """
        known = self.draft.line_of(key)
        if known is not None:
            self._put(self._with_serial(known, serial))

    def _with_serial(self, line: DraftLine, serial: str) -> DraftLine:
        elsewhere = [one for each in self.draft.lines if each.code == line.code for one in each.serials]
        if serial in elsewhere:
            raise Invalid("serial_twice", code=line.code)
        scanned, quantity = serials.with_serial(line.code, line.serials, line.quantity, serial)
        return msgspec.structs.replace(line, serials=scanned, quantity=quantity)

    def put_quantity(self, key: str, quantity: int, unit: Unit = OWN) -> None:
        """The quantity of a line, entered; nothing takes it off."""
        known = self.draft.line_of(key)
        if known is None:
            return
        if quantity <= 0:
            self.remove(key)
        else:
            kept = serials.only(known.serials, quantity)
            self._put(msgspec.structs.replace(known, quantity=quantity, label=None, serials=kept))

    def put_unit(self, key: str, unit: Unit) -> None:
        """As many of another unit, at its list price; what is there in that unit already is joined."""
        known = self.draft.line_of(key)
        if known is None:
            return
        quantity = as_many(known.quantity, known.factor, unit.factor)
        moved = msgspec.structs.replace(
            known, unit=unit.name, factor=unit.factor, quantity=quantity, price=None, label=None
        )
        self._move(known, moved)

    def put_lot(self, key: str, lot: str) -> None:
        """The lot a line is of, chosen by hand; empty is first expired, first out."""
        known = self.draft.line_of(key)
        if known is not None and known.lot != lot:
            self._move(known, msgspec.structs.replace(known, lot=lot))

    def put_notes(self, key: str, note: str, remark: str) -> None:
        """Notes on a line and on the order, in one step."""
        lines = tuple(
            msgspec.structs.replace(line, note=note) if line.key == key else line for line in self.draft.lines
        )
        changed = msgspec.structs.replace(self.draft, lines=lines, remark=remark)
        if changed != self.draft:
            self.go(changed)

    def _move(self, known: DraftLine, moved: DraftLine) -> None:
        """A line becomes another; what is there already is joined."""
        there = self.draft.line_of(moved.key)
        if there is not None and there is not known:
            moved = msgspec.structs.replace(
                there,
                quantity=there.quantity + moved.quantity,
                discount=there.discount + moved.discount,
                serials=(*there.serials, *moved.serials),
                note=" · ".join(dict.fromkeys(note for note in (there.note, moved.note) if note)),
            )
        lines = [moved if line is known else line for line in self.draft.lines if line is known or line is not there]
        self.go(msgspec.structs.replace(self.draft, lines=tuple(lines), last=moved.key))

    def put_price(self, key: str, price: int | None) -> None:
        """A manual price; None goes back to the list's."""
        known = self.draft.line_of(key)
        if known is not None:
            self._put(msgspec.structs.replace(known, price=price, label=None))

    def put_discount(self, key: str, discount: int, reason: str) -> None:
        """So much off a line, and why."""
        known = self.draft.line_of(key)
        if known is not None and (known.discount, known.reason) != (discount, reason):
            self._put(msgspec.structs.replace(known, discount=discount, reason=reason))

    def put_order_discount(self, discount: int, reason: str) -> None:
        """So much off the order; why is its note."""
        if (self.draft.discount, self.draft.note) != (discount, reason):
            self.go(msgspec.structs.replace(self.draft, discount=discount, note=reason))

    def put_rounding(self, way: str) -> None:
        """How the bill is rounded."""
        self.go(msgspec.structs.replace(self.draft, rounding=way))

    def remove(self, key: str) -> None:
        """Take a line off."""
        lines = tuple(line for line in self.draft.lines if line.key != key)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    def choose_customer(self, customer_id: str | None) -> None:
        """Who buys; None is the walk-in."""
        if customer_id != self.draft.customer_id:
            parts = tuple(part for part in self.draft.parts if part[0] != ACCOUNT)
            self.go(msgspec.structs.replace(self.draft, customer_id=customer_id, parts=parts))

    def clear(self) -> None:
        """Throw the order away; it can be taken back. What an exchange gave back stays."""
        empty = self.draft.rest(0)
        if self.draft != empty:
            self.go(empty)

    def undo(self) -> bool:
        """Take the last step back; what an exchange gave back and what was paid are none of them."""
        credits, parts = self.draft.credits, self.draft.parts
        done = super().undo()
        self.draft = msgspec.structs.replace(self.draft, credits=credits, parts=parts)
        return done

    def put_parts(self, parts: Sequence[tuple[str, int]]) -> None:
        """So much was paid by these means before all of it is. No step: money is taken back where it is taken."""
        self.draft = msgspec.structs.replace(self.draft, parts=tuple(parts))

    def add_credit(self, command_id: str, amount: int) -> None:
        """An exchange gave this back, once. No step: undoing it would not undo the return."""
        if command_id in dict(self.draft.credits):
            return
        self.draft = msgspec.structs.replace(self.draft, credits=(*self.draft.credits, (command_id, amount)))

    def drop_credit(self) -> None:
        """The first of what exchanges gave back was paid out."""
        self.draft = msgspec.structs.replace(self.draft, credits=self.draft.credits[1:])

    def _put(self, entered: DraftLine) -> None:
        known = self.draft.line_of(entered.key)
        lines = tuple(entered if line.key == entered.key else line for line in self.draft.lines)
        if known is None:
            lines = (*lines, entered)
        self.go(msgspec.structs.replace(self.draft, lines=lines, last=entered.key))
