"""From asking what comes back to the sealed return; what one may not do alone a second person agrees to in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.features.orders import returning
from desktop.features.orders.return_dialog import ReturnDialog, Wanted
from desktop.features.orders.return_draft import Refund, ReturnDraft
from desktop.features.orders.returning import Returnable
from desktop.platform.workbench import Workbench
from desktop.store.credit import credit_in
from desktop.store.store import Performed, Store
from desktop.widgets.figures import amount_text
from desktop.widgets.second_person import Agreement, SecondPersonDialog
from domain.kernel.errors import DomainError
from domain.orders.commands import Approval
from domain.orders.return_commands import CompleteReturn

AGREED = frozenset({"needs_approval", "return_above_list"})
"""What a second person may agree to."""
What = Literal["return", "void"]
Step = Callable[[Store, str, tuple[Approval, ...]], Performed]
"""Seals a return for a reason, agreed to by these."""


class ReturnFlow(QObject):
    """Takes goods back, with the sale they belong to or without.

    Signals:
        done: a return was sealed.
        ended: over, whichever way.
    """

    done = Signal()
    ended = Signal()

    def __init__(self, page: QWidget, workbench: Workbench) -> None:
        super().__init__(page)
        self._page, self._workbench = page, workbench

    def begin(self, order_id: str, serial: str = "") -> None:
        """Ask what comes back of a sale; *serial* was scanned already."""
        task = self._workbench.ask(lambda store: returning.returnable(store, order_id), self)
        task.on_done(lambda sale: self._ask(order_id, sale, serial))

    def take_free(self, draft: ReturnDraft, refund: Refund) -> None:
        """Seal a return whose sale nobody can show."""

        def step(store: Store, reason: str, approvals: tuple[Approval, ...]) -> Performed:
            return returning.take_back_free(store, draft, replace(refund, reason=reason), approvals)

        self._try(step, refund.reason, ())

    def take_step(self, step: Step, reason: str, what: What = "return") -> None:
        """Seal something else that gives money back; *what* is what a second person would agree to."""
        self._try(step, reason, (), what)

    def sealed(self, performed: Performed) -> None:
        """Something was taken back: say so; what stays for the next sale goes to where it is made."""
        payload = performed.payload
        credit = credit_in(returning.refunds_of(payload))
        if credit:
            self._workbench.messages.success("orders.exchanged", number=performed.number, amount=amount_text(credit))
            self._workbench.open("order_entry", credit=credit, credit_from=performed.command_id)
        elif isinstance(payload, CompleteReturn):
            amount = amount_text(payload.total, payload.currency)
            self._workbench.messages.success("orders.returned", number=performed.number, amount=amount)
        else:
            self._workbench.messages.success("orders.step_taken", number=performed.number)

    def _ask(self, order_id: str, sale: Returnable, serial: str) -> None:
        asking = ReturnDialog(self._page, self._workbench, sale, lambda wanted: self._take(order_id, wanted))
        asking.begin(serial)

    def _take(self, order_id: str, wanted: Wanted) -> None:
        def step(store: Store, reason: str, approvals: tuple[Approval, ...]) -> Performed:
            return returning.take_back(
                store, order_id, wanted.back, reason=reason, to_exchange=wanted.to_exchange, approvals=approvals
            )

        self._try(step, wanted.reason, ())

    def _try(self, step: Step, reason: str, approvals: tuple[Approval, ...], what: What = "return") -> None:
        task = self._workbench.do(lambda store: step(store, reason, approvals), self)
        task.on_done(self._done).on_error(lambda error: self._refused(step, reason, approvals, error, what))

    def _done(self, performed: Performed) -> None:
        self.done.emit()
        self.sealed(performed)
        self.ended.emit()

    def _refused(
        self, step: Step, reason: str, approvals: tuple[Approval, ...], error: BaseException, what: What
    ) -> None:
        if not isinstance(error, DomainError) or error.code not in AGREED or approvals:
            self._workbench.messages.report(error)
            self.ended.emit()
            return

        def agreed(by: Agreement) -> None:
            approval = Approval(what=what, person_id=by.person_id, person_name=by.person_name)
            self._try(step, " · ".join(dict.fromkeys((reason, by.reason))), (approval,), what)

        asking = SecondPersonDialog(self._page, self._workbench, error, agreed)
        asking.went_back.connect(self.ended)
        asking.begin()
