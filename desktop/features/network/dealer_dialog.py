"""Adding a dealer, changing his file, moving him."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

import i18n
from desktop.features.network import operations
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from domain.kernel.channels import Row

STATUSES = ("active", "applied", "suspended", "closed")


class AddDealerDialog(EntryDialog):
    """A dealer below *parent_party*."""

    def __init__(self, parent: QWidget, workbench: Workbench, parent_party: Row) -> None:
        super().__init__(
            parent, "network.add_dealer.title", "network.add_dealer.save", workbench.messages, {"code_taken": "code"}
        )
        self._workbench = workbench
        self._parent_code = str(parent_party["code"])
        self.code, self.name, self.region, self.grade = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.sentence.say("network.add_dealer.sentence", name=parent_party["name"])
        self.sentence.show()
        self.form.add("code", "network.field.code", self.code, "network.field.code_hint")
        self.form.add("name", "network.field.name", self.name)
        self.form.add("region", "network.field.region", self.region)
        self.form.add("grade", "network.field.grade", self.grade, "network.field.grade_hint")

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        code, name = self.code.text().strip().upper(), self.name.text().strip()
        region, grade = self.region.text().strip(), self.grade.text().strip()
        if not code:
            self.form.show_error("code", "network.code_missing")
        if not name:
            self.form.show_error("name", "network.name_missing")
        if self.form.has_errors():
            return None

        def add(store: Store) -> Performed:
            return operations.add_dealer(
                store, code=code, name=name, parent_code=self._parent_code, region=region, grade=grade
            )

        return self._workbench.do(add, self)


class EditDealerDialog(EntryDialog):
    """A dealer's file; the code never changes."""

    def __init__(self, parent: QWidget, workbench: Workbench, party: Row) -> None:
        self.pause = QCheckBox()
        super().__init__(parent, "network.edit_dealer.title", "network.edit_dealer.save", workbench.messages)
        self._workbench = workbench
        self._party_id = str(party["id"])
        self.name, self.region, self.grade = (QLineEdit(party[name]) for name in ("name", "region", "grade"))
        self.status = Choice("network.field.status", [Option(each, f"network.status.{each}") for each in STATUSES])
        self.status.set_value(party["status"])
        self.pause.setChecked(bool(party["pause_at_zero"]))
        self.form.add("name", "network.field.name", self.name)
        self.form.add("region", "network.field.region", self.region)
        self.form.add("grade", "network.field.grade", self.grade, "network.field.grade_hint")
        self.form.add("status", "network.field.status", self.status)
        self.form.add("pause", "network.field.policy", self.pause)

    def retranslate(self) -> None:
        """Words of the check box."""
        super().retranslate()
        self.pause.setText(i18n.tr("network.field.pause"))

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        name, region, grade = (field.text().strip() for field in (self.name, self.region, self.grade))
        status, pause = self.status.value(), self.pause.isChecked()
        if not name:
            self.form.show_error("name", "network.name_missing")
            return None

        def edit(store: Store) -> Performed:
            return operations.edit_dealer(
                store, self._party_id, name=name, region=region, grade=grade, status=status, pause_at_zero=pause
            )

        return self._workbench.do(edit, self)


class MoveDealerDialog(EntryDialog):
    """Another upline for a dealer and everybody below it."""

    def __init__(self, parent: QWidget, workbench: Workbench, party: Row) -> None:
        errors = dict.fromkeys(("unknown_dealer", "already_there", "below_itself", "too_deep"), "upline")
        super().__init__(parent, "network.move_dealer.title", "network.move_dealer.save", workbench.messages, errors)
        self._workbench = workbench
        self._party_id = str(party["id"])
        self.upline = QLineEdit()
        self.sentence.say("network.move_dealer.sentence", name=party["name"])
        self.sentence.show()
        self.form.add("upline", "network.field.upline", self.upline, "network.field.upline_hint")

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        code = self.upline.text().strip().upper()
        if not code:
            self.form.show_error("upline", "network.code_missing")
            return None
        return self._workbench.do(lambda store: operations.move_dealer(store, self._party_id, to_code=code), self)
