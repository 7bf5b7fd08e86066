"""From asking what comes back to the sealed return; above the limit a second person agrees in place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.features.orders import returning
from desktop.features.orders.return_dialog import ReturnDialog, Wanted
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from desktop.widgets.figures import amount_text
from desktop.widgets.second_person import Agreement, SecondPersonDialog
from domain.kernel.errors import DomainError
from domain.orders.commands import Approval
from domain.orders.return_commands import CompleteReturn


class ReturnFlow(QObject):
    """Takes goods of one sale back.

    Signals:
        done: a return was sealed.
    """

    done = Signal()

    def __init__(self, page: QWidget, workbench: Workbench) -> None:
        super().__init__(page)
        self._page, self._workbench = page, workbench

    def begin(self, order_id: str) -> None:
        """Ask what comes back."""
        task = self._workbench.ask(lambda store: returning.returnable(store, order_id), self)
        task.on_done(
            lambda sale: ReturnDialog(self._page, sale, lambda wanted: self._try(order_id, wanted, ())).begin()
        )

    def _try(self, order_id: str, wanted: Wanted, approvals: tuple[Approval, ...]) -> None:
        task = self._workbench.do(
            lambda store: returning.take_back(
                store,
                order_id,
                wanted.back,
                reason=wanted.reason,
                to_exchange=wanted.to_exchange,
                approvals=approvals,
            ),
            self,
        )
        task.on_done(lambda performed: self._sealed(performed, wanted))
        task.on_error(lambda error: self._refused(order_id, wanted, approvals, error))

    def _refused(self, order_id: str, wanted: Wanted, approvals: tuple[Approval, ...], error: BaseException) -> None:
        if not isinstance(error, DomainError) or error.code != "needs_approval" or approvals:
            self._workbench.messages.report(error)
            return

        def agreed(by: Agreement) -> None:
            approval = Approval(what="return", person_id=by.person_id, person_name=by.person_name)
            reason = " · ".join(dict.fromkeys((wanted.reason, by.reason)))
            self._try(order_id, Wanted(wanted.back, reason, wanted.to_exchange), (approval,))

        SecondPersonDialog(self._page, self._workbench, error, agreed).begin()

    def _sealed(self, performed: Performed, wanted: Wanted) -> None:
        self.done.emit()
        back = performed.payload
        if not isinstance(back, CompleteReturn):
            return
        amount = amount_text(back.total, back.currency)
        if wanted.to_exchange:
            self._workbench.messages.success("orders.exchanged", number=performed.number, amount=amount)
            self._workbench.open("order_entry", credit=back.total, credit_from=performed.command_id)
        else:
            self._workbench.messages.success("orders.returned", number=performed.number, amount=amount)
