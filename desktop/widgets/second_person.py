"""What one person may not do alone: a second one agrees in place, by his own PIN, and says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.people import PersonHere
from desktop.store.vault import LONGEST_PIN
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import SAVE, EntryDialog
from domain.kernel.errors import DomainError
from domain.parties import roles

LONGEST_REASON = 60
FIELDS = dict.fromkeys(
    ("secret_wrong", "secret_locked", "pin_was_reset", "password_was_changed", "person_suspended"), "secret"
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and why."""

    person_id: str
    person_name: str
    reason: str


class SecondPersonDialog(EntryDialog):
    """Says what was refused, and who may agree to it: the managing people who have a secret on this PC, the one who
    works at it excepted. Where he is the only one of them, he agrees himself: by his secret once more, with a reason,
    on record in his own name. *agreed* is told after the secret was right; going back changes nothing.

    Nobody is switched: who works here goes on.
    """

    def __init__(
        self, parent: QWidget, workbench: Workbench, refused: DomainError, agreed: Callable[[Agreement], None]
    ) -> None:
        super().__init__(parent, "people.second.title", "people.second.agree", workbench.messages, FIELDS)
        self._workbench, self._agreed, self._why = workbench, agreed, refused
        self.people = who_may_agree(workbench.people.here())
        self.who = Choice("people.second.who", [Option(one.person_id, text=one.name) for one in self.people])
        self.secret, self.reason = QLineEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.setMaxLength(4 * LONGEST_PIN)
        self.reason.setMaxLength(LONGEST_REASON)
        self.form.add("who", "people.second.who", self.who)
        self.form.add("reason", "people.second.reason", self.reason)
        self.form.add("secret", "people.secret", self.secret)
        if not self.people:
            self.form.hide()
            self.button(SAVE).setEnabled(False)
        self._tell_why()

    def save(self) -> Task[Any] | None:
        """Prove it on the writer: stretching a PIN takes a moment."""
        reason, secret, people = self.reason.text().strip(), self.secret.text(), self._workbench.people
        if not reason:
            self.form.show_error("reason", "no_reason")
            return None
        person_id = str(self.who.value())
        self.secret.clear()
        return self._workbench.write(lambda _store: Agreement(person_id, people.prove(person_id, secret), reason), self)

    def _saved(self, result: object) -> None:
        super()._saved(result)
        if isinstance(result, Agreement):
            self._agreed(result)

    def retranslate(self) -> None:
        """What was refused, in the language in force."""
        super().retranslate()
        if hasattr(self, "people"):
            self._tell_why()

    def _tell_why(self) -> None:
        words = [i18n.message(self._why.code, self._why.params)]
        if not self.people:
            words.append(i18n.tr("people.second.nobody"))
        elif self.people[0].current:
            words.append(i18n.tr("people.second.alone"))
        self.sentence.show_value("\n".join(words))


def who_may_agree(people: Sequence[PersonHere]) -> list[PersonHere]:
    """Those who manage the shop and can prove it here: others than who works at this PC, himself where he is alone."""
    managing = [one for one in people if one.role in roles.MANAGING and not one.is_new]
    return [one for one in managing if not one.current] or managing
