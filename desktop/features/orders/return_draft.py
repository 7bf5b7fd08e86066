"""Goods that come back without their receipt, while they are entered: every step is kept and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from desktop.store.scanning import Found
from desktop.widgets.line_steps import EnteredDraft, EnteredLine, LineSteps

DRAFT = "return"
"""Id and kind of the draft in hand."""
CUSTOMER, REFUND = "customer", "refund"
"""The dialogs of who brings it and of why, where what stands in them is kept."""
WAREHOUSE, SCRAP = "warehouse", "scrap"


@dataclass(frozen=True, slots=True)
class Refund:
    """By which means the money goes back, and why the goods come."""

    method: str
    reason: str


class BackLine(EnteredLine, frozen=True, kw_only=True):
    """What is given back for one of the line's unit in 1/10000 (None: the list's price), and where it goes."""

    price: int | None = None
    to: str = WAREHOUSE


class ReturnDraft(EnteredDraft[BackLine], frozen=True, kw_only=True):
    """What is kept in the ledger after every scan, with the customer if somebody said who it is."""

    customer_id: str | None = None

    def brought_by(self, customer_id: str | None) -> ReturnDraft:
        """By this customer."""
        return msgspec.structs.replace(self, customer_id=customer_id)


class ReturnEdit(LineSteps[ReturnDraft, BackLine]):
    """The return being worked on."""

    def add(self, found: Found) -> None:
        """More of a product, or one piece by its serial."""
        fresh = BackLine.begun(found)
        known = self.line_of(fresh.key) or fresh
        if found.serial:
            self.put(self.with_serial(known, found.serial))
        else:
            self.put(msgspec.structs.replace(known, quantity=known.quantity + found.quantity))

    def repacked(self, line: BackLine) -> BackLine:
        """At the price of its unit."""
        return msgspec.structs.replace(line, price=None)

    def put_price(self, key: str, price: int | None) -> None:
        """What is given back for one; None is the list's price."""
        known = self.line_of(key)
        if known is not None:
            self.put(msgspec.structs.replace(known, price=price))

    def turn(self, key: str) -> None:
        """On sale again, or scrapped: the other of both."""
        known = self.line_of(key)
        if known is not None:
            self.put(msgspec.structs.replace(known, to=WAREHOUSE if known.to == SCRAP else SCRAP))

    def choose_customer(self, customer_id: str | None) -> None:
        """Who brings it; None is nobody known."""
        if customer_id != self.draft.customer_id:
            self.go(self.draft.brought_by(customer_id))

    def clear(self) -> None:
        """Throw it away; it can be taken back."""
        if self.draft != ReturnDraft():
            self.go(ReturnDraft())
