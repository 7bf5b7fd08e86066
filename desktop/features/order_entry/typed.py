"""What the dialogs of order entry are called where it is kept what stands in them."""

from __future__ import annotations

CUSTOMER, BOOKING = "customer", "booking"


def discount_of(key: str) -> str:
    """The dialog of what is let off a line, or the order without a *key*."""
    return f"discount:{key}"


def note_of(key: str) -> str:
    """The dialog of the notes, asked for on a line."""
    return f"note:{key}"
