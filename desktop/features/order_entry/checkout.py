"""From asking for the money to the sealed sale; whatever is refused, the order in hand stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.features.order_entry import operations
from desktop.features.order_entry.draft import SaleDraft
from desktop.features.order_entry.pay_dialog import Due, Part, PayDialog
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.second_person import Agreement, SecondPersonDialog
from domain.kernel.errors import DomainError
from domain.orders.commands import Approval

AGREED = {
    "below_floor": "floor",
    "beyond_your_right": "discount",
    "credit_exceeded": "credit",
    "lot_expired": "expired",
}
"""Refusal → what a second person agrees to."""


Seal = Callable[[Store, SaleDraft, Sequence[Part], Sequence[Approval]], Performed]
"""Makes the draft a document, paid so and agreed to by these."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sale as it is to be sealed, and by what: the draft, how it was paid, and who agreed to what so far."""

    draft: SaleDraft
    parts: tuple[Part, ...]
    change: int
    approvals: tuple[Approval, ...] = ()
    seal: Seal = operations.complete_draft


class Checkout(QObject):
    """Asks for the money and completes the draft; what needs a second person is asked in place and tried again.

    Signals:
        began: the money was taken, the sale is being written.
        sold(Performed, int): it is sealed; the change in minor units.
        ended: over, whichever way; told after ``sold``.
        parted(list): what was paid so far by several means is other than before: (means, minor units).
    """

    began = Signal()
    sold = Signal(object, object)  # an int of Qt's has 32 bits, and money more
    ended = Signal()
    parted = Signal(list)

    def __init__(self, page: QWidget, workbench: Workbench) -> None:
        super().__init__(page)
        self._page, self._workbench = page, workbench

    def begin(self, draft: SaleDraft, due: Due, seal: Seal = operations.complete_draft) -> None:
        """Ask how *due* is paid."""
        asking = PayDialog(self._page, due, lambda parts: self.take(draft, due, parts, seal), self._tell_parts)
        asking.begin()

    def _tell_parts(self, parts: Sequence[Part]) -> None:
        self.parted.emit(list(parts))

    def take(self, draft: SaleDraft, due: Due, parts: Sequence[Part], seal: Seal) -> None:
        """It is paid so; seal it."""
        self.began.emit()
        self._try(Attempt(draft, tuple(parts), sum(amount for _, amount in parts) - due.total, seal=seal))

    def _try(self, one: Attempt) -> None:
        task = self._workbench.do(lambda store: one.seal(store, one.draft, one.parts, one.approvals), self)
        task.on_done(lambda done: self._sold(done, one.change)).on_error(lambda error: self._refused(one, error))

    def _sold(self, done: Performed, change: int) -> None:
        self.sold.emit(done, change)
        self.ended.emit()

    def _refused(self, one: Attempt, error: BaseException) -> None:
        what = AGREED.get(error.code, "") if isinstance(error, DomainError) else ""
        if not isinstance(error, DomainError) or not what or what in {each.what for each in one.approvals}:
            self._workbench.messages.report(error)
            self.ended.emit()
            return
        asking = SecondPersonDialog(
            self._page, self._workbench, error, lambda agreed: self._try(_agreed(one, what, agreed))
        )
        asking.went_back.connect(self.ended)
        asking.begin()


def _agreed(one: Attempt, what: str, by: Agreement) -> Attempt:
    """The same attempt with one more who agreed; his reason is kept in the sale's note."""
    approval = Approval(what=what, person_id=by.person_id, person_name=by.person_name)  # type: ignore[arg-type]
    note = " · ".join(dict.fromkeys(part for part in (one.draft.note, by.reason) if part))
    draft = msgspec.structs.replace(one.draft, note=note)
    return replace(one, draft=draft, approvals=(*one.approvals, approval))
