"""From asking for the money to the sealed sale; whatever is refused, the order in hand stays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.features.order_entry import operations
from desktop.features.order_entry.draft import SaleDraft
from desktop.features.order_entry.pay_dialog import Due, Part, PayDialog
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed


class Checkout(QObject):
    """Asks for the money and completes the draft.

    Signals:
        began: the money was taken, the sale is being written.
        sold(Performed, int): it is sealed; the change in minor units.
        ended: over, whichever way; told after ``sold``.
    """

    began = Signal()
    sold = Signal(object, int)
    ended = Signal()

    def __init__(self, page: QWidget, workbench: Workbench) -> None:
        super().__init__(page)
        self._page, self._workbench = page, workbench

    def begin(self, draft: SaleDraft, due: Due) -> None:
        """Ask how *due* is paid."""
        PayDialog(self._page, due, lambda parts: self._take(draft, due, parts)).begin()

    def _take(self, draft: SaleDraft, due: Due, parts: Sequence[Part]) -> None:
        self.began.emit()
        change = sum(amount for _, amount in parts) - due.total
        task = self._workbench.do(lambda store: operations.complete_draft(store, draft, parts), self)
        task.on_done(lambda done: self._sold(done, change)).on_error(self._refused)

    def _sold(self, done: Performed, change: int) -> None:
        self.sold.emit(done, change)
        self.ended.emit()

    def _refused(self, error: BaseException) -> None:
        self._workbench.messages.report(error)
        self.ended.emit()
