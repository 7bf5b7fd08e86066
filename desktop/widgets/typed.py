"""What stands in a dialog that was not answered yet: part of the draft in hand, gone when it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject

from desktop.store.forms import Values
from desktop.widgets.line_steps import LineSteps


class Desk(Protocol):
    """The page."""

    @property
    def edit(self) -> LineSteps[Any, Any]:
        """What is in hand."""
        ...

    def save(self) -> None:
        """Keep it."""
        ...


class Typed:
    """Keeps one dialog: :class:`desktop.widgets.kept_form.Keeper`."""

    def __init__(self, desk: Desk, dialog: str) -> None:
        self._desk, self._dialog = desk, dialog

    def read(self, _owner: QObject, then: Callable[[Values], None]) -> None:
        """At once: the draft is in hand."""
        then(self._desk.edit.draft.typed.get(self._dialog, {}))

    def keep(self, values: Values) -> None:
        """With the draft."""
        self._desk.edit.put_typed(self._dialog, values)
        self._desk.save()
