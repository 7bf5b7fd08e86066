"""Adding a person, changing a role, suspending, setting a password."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.network import operations
from desktop.platform.passwords import hash_password
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.choice import Choice, Option
from desktop.widgets.dialog import Dialog
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb
from domain.kernel.channels import Row

STATUSES = ("active", "suspended")
FIELDS = {"name_taken": "name", "password_too_short": "password", "role_does_not_fit": "role"}  # nosec B105


def secret_line() -> QLineEdit:
    """A line that shows dots."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def role_options(roles: list[str]) -> list[Option]:
    """Roles with their words."""
    return [Option(role, f"network.role.{role}") for role in roles]


class AddPersonDialog(EntryDialog):
    """Somebody who may sign in for *party*."""

    def __init__(self, parent: QWidget, workbench: Workbench, party: Row) -> None:
        super().__init__(parent, "network.add_person.title", "network.add_person.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self._party_code = str(party["code"])
        self.name = QLineEdit()
        roles = operations.roles_to_give(workbench.actor, party["id"])
        self.role = Choice("network.field.role", role_options(roles))
        self.password, self.again = secret_line(), secret_line()
        self.sentence.say("network.add_person.sentence", name=party["name"])
        self.sentence.show()
        self.form.add("name", "network.field.person", self.name, "network.field.person_hint")
        self.form.add("role", "network.field.role", self.role)
        self.form.add("password", "network.field.password", self.password, "network.field.password_hint")
        self.form.add("again", "network.field.again", self.again)

    def save(self) -> Task[Any] | None:
        """Check, then hash and seal on the writer: the hash takes a moment."""
        name, role, password = self.name.text().strip(), self.role.value(), self.password.text()
        if not name:
            self.form.show_error("name", "network.name_missing")
        if password != self.again.text():
            self.form.show_error("again", "passwords_differ")
        if self.form.has_errors():
            return None

        def add(store: Store) -> Performed:
            secret = hash_password(password)
            done = operations.add_person(store, party_code=self._party_code, name=name, role=role, password_hash=secret)
            # With it he gets into this PC at once, also without a network.
            self._workbench.people.password_given(done.document_id, password)
            return done

        return self._workbench.do(add, self)


class EditPersonDialog(EntryDialog):
    """Role and state of somebody."""

    def __init__(self, parent: QWidget, workbench: Workbench, person: Row) -> None:
        super().__init__(parent, "network.edit_person.title", "network.edit_person.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self._person_id = str(person["id"])
        roles = operations.roles_to_give(workbench.actor, person["party_id"])
        self.role = Choice("network.field.role", role_options(roles))
        self.role.set_value(person["role"])
        self.status = Choice("network.field.status", [Option(each, f"network.status.{each}") for each in STATUSES])
        self.status.set_value(person["status"])
        self.sentence.say("network.edit_person.sentence", name=person["name"])
        self.sentence.show()
        self.form.add("role", "network.field.role", self.role)
        self.form.add("status", "network.field.status", self.status, "network.field.suspend_hint")

    def save(self) -> Task[Any] | None:
        """The command."""
        role, status = self.role.value(), self.status.value()
        return self._workbench.do(
            lambda store: operations.edit_person(store, self._person_id, role=role, status=status), self
        )


class PasswordDialog(EntryDialog):
    """A new password for somebody, or for oneself."""

    def __init__(self, parent: QWidget, workbench: Workbench, person: Row) -> None:
        super().__init__(parent, "network.password.title", "network.password.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self._person_id = str(person["id"])
        self.password, self.again = secret_line(), secret_line()
        self.sentence.say("network.password.sentence", name=person["name"])
        self.sentence.show()
        self.form.add("password", "network.field.password", self.password, "network.field.password_hint")
        self.form.add("again", "network.field.again", self.again)

    def save(self) -> Task[Any] | None:
        """Check, then hash and seal on the writer."""
        password = self.password.text()
        if password != self.again.text():
            self.form.show_error("again", "passwords_differ")
            return None

        def change(store: Store) -> Performed:
            done = operations.set_password(store, self._person_id, password_hash=hash_password(password))
            self._workbench.people.password_given(self._person_id, password)
            return done

        return self._workbench.do(change, self)

    def _saved(self, result: object) -> None:
        super()._saved(result)
        self._workbench.messages.success("network.password_set")


class PinResetDialog(Dialog):
    """Whether somebody's PINs are to end, on this PC at once and on the others with their next sync."""

    def __init__(self, parent: QWidget, workbench: Workbench, person: Row) -> None:
        verbs = [Verb("reset", "network.reset_pin.verb", weight=Weight.PRIMARY)]
        super().__init__(parent, "network.reset_pin.title", verbs=verbs)
        self._workbench, self._person_id = workbench, str(person["id"])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chosen.connect(lambda _verb: self._reset())
        self.sentence.say("network.reset_pin.sentence", name=person["name"])
        self.sentence.show()

    def _reset(self) -> None:
        people, person_id = self._workbench.people, self._person_id
        messages = self._workbench.messages

        def reset(store: Store) -> Performed:
            done = operations.reset_pin(store, person_id)
            people.pin_ended(person_id)
            return done

        self._workbench.do(reset).on_done(lambda _done: messages.success("network.pin_reset"))


class NetworkRulesDialog(EntryDialog):
    """What headquarters decides for everybody: for how many days a PC may go without the server, and whether any dealer
    may sell expired goods."""

    DAYS = (7, 14, 30, 60, 90, 180, 365)

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        super().__init__(parent, "network.rules.title", "network.rules.save", workbench.messages)
        self._workbench = workbench
        now = operations.network_rules(workbench.store)
        days = sorted({*self.DAYS, now["lease_days"]})
        self.days = Choice("network.rules.days", [Option(each, "", str(each)) for each in days])
        self.days.set_value(now["lease_days"])
        self.expired = Choice(
            "network.rules.expired", [Option(each, f"network.rules.expired_{each}") for each in ("dealer", "never")]
        )
        self.expired.set_value(now["expired_sale"])
        self.sentence.say("network.rules.sentence")
        self.sentence.show()
        self.form.add("days", "network.rules.days", self.days, "network.rules.days_hint")
        self.form.add("expired", "network.rules.expired", self.expired)

    def save(self) -> Task[Any] | None:
        """The command."""
        days, expired = self.days.value(), self.expired.value()
        return self._workbench.do(
            lambda store: operations.set_network_rules(store, lease_days=days, expired_sale=expired), self
        )
