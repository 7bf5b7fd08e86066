"""Fields that survive a kill: what is typed into a form is in the ledger at every change, and there again after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit

from desktop.platform.workbench import Workbench
from desktop.store import forms
from desktop.store.forms import Values
from desktop.widgets.choice import Choice

Field: TypeAlias = QLineEdit | QCheckBox | Choice
TICKED = "1"


class Keeper(Protocol):
    """Where what is typed is kept."""

    def read(self, owner: QObject, then: Callable[[Values], None]) -> None:
        """Tell *then* what was there, unless *owner* is gone by then."""
        ...

    def keep(self, values: Values) -> None:
        """Keep this in its place; nothing drops it."""
        ...


class InLedger:
    """A form of its own in the ledger."""

    def __init__(self, workbench: Workbench, name: str) -> None:
        self._workbench, self._name = workbench, name

    def read(self, owner: QObject, then: Callable[[Values], None]) -> None:
        # By the lane of the writes: behind what was typed before the form was closed and opened again.
        self._workbench.write(lambda store: forms.kept(store, self._name), owner).on_done(then)

    def keep(self, values: Values) -> None:
        self._workbench.write(lambda store: forms.keep(store, self._name, values))


def keep_form(dialog: QDialog, workbench: Workbench, name: str, fields: Mapping[str, Field]) -> None:
    """Keep what is in *fields* under *name* while the dialog is open, and put back what was there when the program
    ended. Going back throws it away; what became a document goes in the commit of the document:
    :func:`desktop.store.forms.ended`.

    For forms that one works at for more than a moment, or in which money is meant. Never for secrets.
    """
    KeptForm(dialog, InLedger(workbench, name), fields)


class KeptForm(QObject):
    """Lives as long as its dialog. A choice is kept by its place, fields in the order in which they are put back."""

    def __init__(self, dialog: QDialog, keeper: Keeper, fields: Mapping[str, Field]) -> None:
        """Once the fields have what is in them at first."""
        super().__init__(dialog)
        self._keeper, self._fields = keeper, dict(fields)
        self._first = {of: _text(field) for of, field in fields.items()}
        self._kept: Values = {}
        self._filling = False
        for field in fields.values():
            _changes(field).connect(lambda _: self._changed())
        dialog.rejected.connect(self._thrown_away)
        keeper.read(self, self._put_back)

    def used(self) -> None:
        """What is in the fields becomes something else now, which ends what is kept: no later change counts."""
        self._filling = True

    def _put_back(self, kept: Values) -> None:
        self._filling = True
        for of, text in kept.items():
            field = self._fields.get(of)
            if field is None or _text(field) != self._first[of]:
                continue  # a field that is no longer asked, or somebody was faster
            if isinstance(field, Choice):
                field.setCurrentIndex(int(text))
            elif isinstance(field, QCheckBox):
                field.setChecked(text == TICKED)
            else:
                field.setText(text)
        self._filling = False
        self._changed()

    def _changed(self) -> None:
        texts = {of: _text(field) for of, field in self._fields.items()}
        values = {of: text for of, text in texts.items() if text != self._first[of]}
        if values != self._kept and not self._filling:
            self._keep(values)

    def _thrown_away(self) -> None:
        self._keep({})

    def _keep(self, values: Values) -> None:
        self._kept = values
        self._keeper.keep(values)


def _changes(field: Field) -> SignalInstance:
    if isinstance(field, Choice):
        return field.currentIndexChanged
    return field.toggled if isinstance(field, QCheckBox) else field.textChanged


def _text(field: Field) -> str:
    if isinstance(field, QCheckBox):
        return TICKED if field.isChecked() else ""
    return str(field.currentIndex()) if isinstance(field, Choice) else field.text()
