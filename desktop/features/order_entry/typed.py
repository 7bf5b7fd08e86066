"""What stands in a dialog that was not answered yet: part of the order in hand, gone when it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.features.order_entry.draft import DraftEdit
from desktop.store.forms import Values

CUSTOMER, BOOKING = "customer", "booking"


def discount_of(key: str) -> str:
    """The dialog of what is let off a line, or the order without a *key*."""
    return f"discount:{key}"


def note_of(key: str) -> str:
    """The dialog of the notes, asked for on a line."""
    return f"note:{key}"


class Desk(Protocol):
    """The page."""

    edit: DraftEdit

    def save(self) -> None:
        """Keep the order in hand."""


class Typed:
    """Keeps one dialog: :class:`desktop.widgets.kept_form.Keeper`."""

    def __init__(self, desk: Desk, dialog: str) -> None:
        self._desk, self._dialog = desk, dialog

    def read(self, _owner: QObject, then: Callable[[Values], None]) -> None:
        """At once: the order is in hand."""
        then(self._desk.edit.draft.typed.get(self._dialog, {}))

    def keep(self, values: Values) -> None:
        """With the order."""
        self._desk.edit.put_typed(self._dialog, values)
        self._desk.save()
