"""The order in hand: its lines, and every step back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from desktop.store.again import Again, AgainLine
from desktop.store.bookings import Fetching
from desktop.store.scanning import Found
from desktop.widgets.line_steps import EnteredDraft, EnteredLine, LineSteps
from domain.orders.labels import Label

ACCOUNT = "account"
"""The means by which a sale goes on the account of its customer."""


class DraftLine(EnteredLine, frozen=True, kw_only=True):
    """A line being entered: manual price in 1/10000 of the line's unit or None, minor units let off, why.

    ``label`` is what a scale's labels say in minor units, about so many of the thousandths; ``lot`` was chosen by hand.
    """

    price: int | None = None
    discount: int = 0
    reason: str = ""
    label: Label | None = None
    note: str = ""


class SaleDraft(EnteredDraft[DraftLine], frozen=True, kw_only=True):
    """What is kept in the ledger after every change; drafts of earlier versions lack what came later.

    ``discount`` is what is let off the order in minor units, ``rounding``
    how the bill is rounded, None as the dealer usually does, ``credits`` what exchanges gave back: (id of the return's
    command, minor units), ``note`` why something was let off the order, ``remark`` the note on it, ``parts`` what was
    paid already by several means: (means, minor units), ``booking`` the customer's order that is fetched: its id and
    what was paid ahead in minor units.
    """

    customer_id: str | None = None
    note: str = ""
    discount: int = 0
    rounding: str | None = None
    credits: tuple[tuple[str, int], ...] = ()
    remark: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    booking: tuple[str, int] | None = None

    @property
    def deposit(self) -> int:
        """What was paid ahead for these goods, in minor units."""
        return self.booking[1] if self.booking else 0

    @property
    def credit(self) -> int:
        """What exchanges gave back and the next sale is paid with, in minor units."""
        return sum(amount for _, amount in self.credits)

    def bought_by(self, customer_id: str | None) -> SaleDraft:
        """Of another customer; what was put on the account of the one before is not paid."""
        parts = tuple(part for part in self.parts if part[0] != ACCOUNT)
        return msgspec.structs.replace(self, customer_id=customer_id, parts=parts)

    def rest(self, used: int) -> SaleDraft:
        """The next draft, when *used* of the credit was taken."""
        left = []
        for command_id, amount in self.credits:
            taken = min(used, amount)
            used -= taken
            if amount > taken:
                left.append((command_id, amount - taken))
        return SaleDraft(credits=tuple(left))


class DraftEdit(LineSteps[SaleDraft, DraftLine]):
    """The order being worked on; every change can be taken back."""

    def add(self, found: Found) -> None:
        """More of a product: a repeated scan adds to its line; a case has a line of its own.

        A piece whose label says what it costs adds that: a price put by hand gives way to it.
        """
        fresh = DraftLine.begun(found)
        known = self.line_of(fresh.key) or fresh
        if found.serial:
            self.put(self.with_serial(known, found.serial))
            return
        more = msgspec.structs.replace(known, quantity=known.quantity + found.quantity)
        if found.amount is not None:
            label = Label(quantity=found.quantity, amount=found.amount)
            if known.label is not None:
                quantity, amount = known.label.quantity + found.quantity, known.label.amount + found.amount
                label = Label(quantity=quantity, amount=amount)
            more = msgspec.structs.replace(more, price=None, label=label)
        self.put(more)

    def entered_anew(self, line: DraftLine) -> DraftLine:
        """What a scale's label says gives way."""
        return msgspec.structs.replace(line, label=None)

    def repacked(self, line: DraftLine) -> DraftLine:
        """At the list price of its unit."""
        return msgspec.structs.replace(line, price=None, label=None)

    def joined(self, there: DraftLine, moved: DraftLine) -> DraftLine:
        """What is let off and the notes of both."""
        discount = there.discount + moved.discount
        note = " · ".join(dict.fromkeys(note for note in (there.note, moved.note) if note))
        return msgspec.structs.replace(super().joined(there, moved), discount=discount, note=note)

    def take_again(self, sale: Again) -> None:
        """A sale that was taken back, with everything that was entered for it, in one step."""
        lines: dict[str, DraftLine] = {}
        for line in map(_line_again, sale.lines):
            lines[line.key] = self.joined(lines[line.key], line) if line.key in lines else line
        said = {"note": sale.note} if sale.discount else {"remark": sale.note}
        self.go(
            msgspec.structs.replace(
                self.draft,
                lines=tuple(lines.values()),
                customer_id=sale.customer_id,
                discount=sale.discount,
                last=list(lines)[-1],
                **said,
            )
        )

    def take_booking(self, fetching: Fetching) -> None:
        """A customer fetches what he ordered: goods, prices and deposit of that day, in one step."""
        self.take_again(fetching.again)
        booking = (fetching.order_id, fetching.deposit)
        self.draft = msgspec.structs.replace(self.draft, booking=booking, rounding=fetching.rounding, parts=())

    def put_notes(self, key: str, note: str, remark: str) -> None:
        """Notes on a line and on the order, in one step."""
        lines = tuple(
            msgspec.structs.replace(line, note=note) if line.key == key else line for line in self.draft.lines
        )
        changed = msgspec.structs.replace(self.draft, lines=lines, remark=remark)
        if changed != self.draft:
            self.go(changed)

    def put_price(self, key: str, price: int | None) -> None:
        """A manual price; None goes back to the list's."""
        known = self.line_of(key)
        if known is not None:
            self.put(msgspec.structs.replace(known, price=price, label=None))

    def put_discount(self, key: str, discount: int, reason: str) -> None:
        """So much off a line, and why."""
        known = self.line_of(key)
        if known is not None and (known.discount, known.reason) != (discount, reason):
            self.put(msgspec.structs.replace(known, discount=discount, reason=reason))

    def put_order_discount(self, discount: int, reason: str) -> None:
        """So much off the order; why is its note."""
        if (self.draft.discount, self.draft.note) != (discount, reason):
            self.go(msgspec.structs.replace(self.draft, discount=discount, note=reason))

    def put_rounding(self, way: str) -> None:
        """How the bill is rounded."""
        self.go(msgspec.structs.replace(self.draft, rounding=way))

    def choose_customer(self, customer_id: str | None) -> None:
        """Who buys; None is the walk-in."""
        if customer_id != self.draft.customer_id:
            self.go(self.draft.bought_by(customer_id))

    def clear(self) -> None:
        """Throw the order away; it can be taken back. What an exchange gave back stays."""
        empty = self.draft.rest(0)
        if self.draft != empty:
            self.go(empty)

    def undo(self) -> bool:
        """Take the last step back; what an exchange gave back and what was paid are none."""
        now = self.draft
        done = super().undo()
        self.draft = msgspec.structs.replace(self.draft, credits=now.credits, parts=now.parts)
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


def _line_again(line: AgainLine) -> DraftLine:
    found = line.found
    return DraftLine(
        code=found.code,
        quantity=found.quantity,
        unit=found.unit.name,
        factor=found.unit.factor,
        lot=found.lot,
        by_serial=found.by_serial,
        serials=line.serials,
        price=line.price,
        discount=line.discount,
        reason=line.reason,
        label=line.label,
        note=line.note,
    )
