"""The order to the upline in hand: its lines, and every step back."""

from __future__ import annotations

import msgspec

from desktop.store.scanning import Found
from desktop.widgets.line_steps import EnteredDraft, EnteredLine, LineSteps


class Draft(EnteredDraft[EnteredLine], frozen=True, kw_only=True):
    """What is kept in the ledger after every change.

    Attributes:
        answers: id of the refused command that this order is to replace, empty for none.
    """

    note: str = ""
    answers: str = ""


class DraftEdit(LineSteps[Draft, EnteredLine]):
    """The order being worked on; every change of its lines can be taken back."""

    def add(self, found: Found) -> None:
        """More of a product; a case has a line of its own. Which lots and pieces come is the upline's to say."""
        fresh = EnteredLine(code=found.code, quantity=0, unit=found.unit.name, factor=found.unit.factor)
        known = self.line_of(fresh.key) or fresh
        self.put(msgspec.structs.replace(known, quantity=known.quantity + found.quantity))

    def answer(self, command_id: str) -> None:
        """This order replaces a refused one; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, answers=command_id)

    def say(self, note: str) -> None:
        """The note to the upline; no step of its own."""
        self.draft = msgspec.structs.replace(self.draft, note=note)

    def undo(self) -> bool:
        """Take the last step back; the note stays as it is. False when there is none."""
        note = self.draft.note
        done = super().undo()
        self.say(note)
        return done
