"""What is said of a line beside how many and for how much: its lot, the serial of every piece, notes."""

from __future__ import annotations

from desktop.features.order_entry.holding import Holding
from desktop.features.order_entry.lots import lots_of
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.widgets.lot_dialog import LotDialog
from domain.stock.picking import LotStock


class Particulars(Holding):
    """Mixin of the page, first among its bases."""

    def choose_lot(self) -> None:
        """Ask from which lot the current line is; nothing said is first expired, first out."""
        key = self.current_key()
        line = self.edit.draft.line_of(key)
        if line is not None:
            code = line.code
            task = self._workbench.ask(lambda store: lots_of(store, code), self._page)
            task.on_done(lambda here: self._ask_lot(key, here))

    def enter_note(self) -> None:
        """Ask for the notes of the current line and of the order."""
        key = self.current_key()
        line = self.edit.draft.line_of(key)
        asking = NoteDialog(self._page, has_line=line is not None, given=lambda *notes: self._noted(key, *notes))
        asking.begin(line.note if line is not None else "", self.edit.draft.remark)

    def take_unknown(self, code: str) -> bool:
        """A code that is nobody's is the serial of the piece scanned before."""
        line = self.edit.draft.line_of(self.current_key())
        if line is None or not line.lacks_serial:
            return False
        self.edit.add_serial(line.key, code)
        self.keep()
        return True

    def _ask_lot(self, key: str, here: list[LotStock] | None) -> None:
        line = self.edit.draft.line_of(key)
        if line is None:
            return
        if here is None:
            self._workbench.messages.info("order_entry.no_lots", code=line.code)
            return
        LotDialog(self._page, line.code, here, lambda lot, _day: self._chosen_lot(key, lot)).begin(line.lot, None)

    def _chosen_lot(self, key: str, lot: str) -> None:
        self.edit.put_lot(key, lot)
        self.keep()
        self.box.setFocus()

    def _noted(self, key: str, note: str, remark: str) -> None:
        self.edit.put_notes(key, note, remark)
        self.keep()
        self.box.setFocus()
