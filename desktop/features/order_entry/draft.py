"""The order in hand: its lines, and every step back."""

from __future__ import annotations

import msgspec

from desktop.platform.steps import Steps
from domain.orders.labels import Label


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line being entered: product code, thousandths, manual price in 1/10000 or None, minor units let off, why.

    ``label`` is what a scale's labels say in minor units, about so many of the thousandths.
    """

    code: str
    quantity: int
    price: int | None = None
    discount: int = 0
    reason: str = ""
    label: Label | None = None


class SaleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept in the ledger after every change; drafts of earlier versions lack what came later.

    ``last`` is the code entered last, ``discount`` what is let off the order in minor units, ``rounding`` how the bill
    is rounded, None as the dealer usually does, ``credits`` what exchanges gave back: (id of the return's command,
    minor units).
    """

    lines: tuple[DraftLine, ...] = ()
    customer_id: str | None = None
    note: str = ""
    last: str = ""
    discount: int = 0
    rounding: str | None = None
    credits: tuple[tuple[str, int], ...] = ()

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

    def line_of(self, code: str) -> DraftLine | None:
        """The line of a product."""
        return next((line for line in self.lines if line.code == code), None)


class DraftEdit(Steps[SaleDraft]):
    """The order being worked on; every change can be taken back."""

    def add(self, code: str, quantity: int) -> None:
        """More of a product: a repeated scan adds to its line."""
        known = self.draft.line_of(code) or DraftLine(code=code, quantity=0)
        self._put(msgspec.structs.replace(known, quantity=known.quantity + quantity))

    def add_label(self, code: str, quantity: int, amount: int) -> None:
        """A piece whose label says what it costs, in minor units."""
        known = self.draft.line_of(code) or DraftLine(code=code, quantity=0)
        label = Label(quantity=quantity, amount=amount)
        if known.label is not None:
            label = Label(quantity=known.label.quantity + quantity, amount=known.label.amount + amount)
        # A price put by hand gives way: what the label says holds.
        self._put(msgspec.structs.replace(known, quantity=known.quantity + quantity, price=None, label=label))

    def put_quantity(self, code: str, quantity: int) -> None:
        """The quantity of a line, entered; nothing takes it off."""
        known = self.draft.line_of(code)
        if known is None:
            return
        if quantity <= 0:
            self.remove(code)
        else:
            self._put(msgspec.structs.replace(known, quantity=quantity, label=None))

    def put_price(self, code: str, price: int | None) -> None:
        """A manual price; None goes back to the list's."""
        known = self.draft.line_of(code)
        if known is not None:
            self._put(msgspec.structs.replace(known, price=price, label=None))

    def put_discount(self, code: str, discount: int, reason: str) -> None:
        """So much off a line, and why."""
        known = self.draft.line_of(code)
        if known is not None and (known.discount, known.reason) != (discount, reason):
            self._put(msgspec.structs.replace(known, discount=discount, reason=reason))

    def put_order_discount(self, discount: int, reason: str) -> None:
        """So much off the order; why is its note."""
        if (self.draft.discount, self.draft.note) != (discount, reason):
            self.go(msgspec.structs.replace(self.draft, discount=discount, note=reason))

    def put_rounding(self, way: str) -> None:
        """How the bill is rounded."""
        self.go(msgspec.structs.replace(self.draft, rounding=way))

    def remove(self, code: str) -> None:
        """Take a line off."""
        lines = tuple(line for line in self.draft.lines if line.code != code)
        if lines != self.draft.lines:
            self.go(msgspec.structs.replace(self.draft, lines=lines))

    def choose_customer(self, customer_id: str | None) -> None:
        """Who buys; None is the walk-in."""
        if customer_id != self.draft.customer_id:
            self.go(msgspec.structs.replace(self.draft, customer_id=customer_id))

    def clear(self) -> None:
        """Throw the order away; it can be taken back. What an exchange gave back stays."""
        empty = self.draft.rest(0)
        if self.draft != empty:
            self.go(empty)

    def undo(self) -> bool:
        """Take the last step back; what an exchange gave back is none of them."""
        credits = self.draft.credits
        done = super().undo()
        self.draft = msgspec.structs.replace(self.draft, credits=credits)
        return done

    def add_credit(self, command_id: str, amount: int) -> None:
        """An exchange gave this back. No step: undoing it would not undo the return."""
        self.draft = msgspec.structs.replace(self.draft, credits=(*self.draft.credits, (command_id, amount)))

    def _put(self, entered: DraftLine) -> None:
        known = self.draft.line_of(entered.code)
        lines = tuple(entered if line.code == entered.code else line for line in self.draft.lines)
        if known is None:
            lines = (*lines, entered)
        self.go(msgspec.structs.replace(self.draft, lines=lines, last=entered.code))
