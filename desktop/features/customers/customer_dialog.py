"""A customer's file to fill in: a new one, with what he agreed to, or a known one."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.customers import operations
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import forms
from desktop.widgets.consent import Consent
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.kept_form import keep_form
from domain.kernel.channels import Row

FIELDS = {"no_name": "name", "name": "name", "phone": "phone", "note": "note", "grade": "grade"}


class CustomerDialog(EntryDialog):
    """Name, phone, grade and note; consent only when the file is opened: it says what was agreed and when."""

    def __init__(self, parent: QWidget, workbench: Workbench, known: Row | None = None) -> None:
        title = "customers.dialog.edit" if known else "customers.dialog.add"
        super().__init__(parent, title, "customers.action.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self._known = known
        self.name, self.phone, self.grade, self.note = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.consent = Consent()
        self.form.add("name", "customers.field.name", self.name)
        self.form.add("phone", "customers.field.phone", self.phone)
        if known:
            for field, column in ((self.name, "name"), (self.phone, "phone"), (self.note, "note")):
                field.setText(known[column])
            self.grade.setText(known["grade"])
            self.form.add("grade", "customers.field.grade", self.grade)
        self.form.add("note", "customers.field.note", self.note)
        if known is None:
            self.form.add("consent", "customers.field.consent", self.consent, "customers.dialog.consent_hint")
        self.restyle()
        self.retranslate()
        self._form = operations.form_of("edit", str(known["id"])) if known else operations.NEW_FORM
        names = ("name", "phone", "grade", "note", "consent")
        keep_form(self, workbench, self._form, {name: getattr(self, name) for name in names})

    def save(self) -> Task[Any] | None:
        """Write the file; a missing name is said at once."""
        name, phone, note = self.name.text().strip(), self.phone.text().strip(), self.note.text().strip()
        if not name:
            self.form.show_error("name", "no_name")
            return None
        drafts = forms.ended(self._form)
        if self._known is not None:
            customer_id, grade = str(self._known["id"]), self.grade.text().strip()
            return self._workbench.do(
                lambda store: operations.edit(
                    store, customer_id, name=name, phone=phone, note=note, grade=grade, drafts=drafts
                )
            )
        consent = self.consent.said(self._workbench.clock.today())
        return self._workbench.do(
            lambda store: operations.add(store, name=name, phone=phone, note=note, consent=consent, drafts=drafts)
        )

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        for field in self.findChildren(QLineEdit):
            field.setMinimumHeight(theme().control_height())
