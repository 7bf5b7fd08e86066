"""What is said of a line and of the order beside how many and for how much: notes."""

from __future__ import annotations

from desktop.features.order_entry.bookings import Bookings
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.features.order_entry.typed import note_of
from desktop.widgets.typed import Typed


class Particulars(Bookings):
    """Mixin of the page, first among its bases."""

    def enter_note(self) -> None:
        """Ask for the notes of the current line and of the order."""
        key = self.current_key()
        line = self.edit.draft.line_of(key)
        asking = NoteDialog(
            self._page,
            has_line=line is not None,
            given=lambda *notes: self._noted(key, *notes),
            keeper=Typed(self, note_of(key)),
        )
        asking.begin(line.note if line is not None else "", self.edit.draft.remark)

    def _noted(self, key: str, note: str, remark: str) -> None:
        self.edit.put_typed(note_of(key), {})
        self.edit.put_notes(key, note, remark)
        self.keep()
        self.box.setFocus()
