"""Prints what was sold, off the UI thread; what the printer does not take waits and is tried again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.platform.later import later
from desktop.platform.print_settings import (
    AUTOMATIC,
    DRAWER,
    FOOTER,
    HEADER,
    LOTS,
    NOTES,
    PAPER,
    PRINTER,
    PRINTER_FONT,
    SERIALS,
    SHOP_NAME,
)
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from domain.customers.commands import PayAccount
from domain.orders.booking_commands import TakeBooking
from domain.orders.commands import CompleteSale
from domain.orders.return_commands import CompleteReturn, PayOutCredit

if TYPE_CHECKING:
    from desktop.printing.queue import Sent
    from desktop.printing.service import Choices, PrintService

PRINT_SERVICE = later("desktop.printing.service", "PrintService")
CHOICES = later("desktop.printing.service", "Choices")
SHOP = later("desktop.printing.receipt", "Shop")

RETRY_MS = 15_000
FIRST_MS = 3_000


class Receipts(QObject):
    """Follows the workbench: each sale, return or payment is printed when the shop wants it so, others on request."""

    def __init__(self, workbench: Workbench, layouts: Path, *, training: bool = False) -> None:
        super().__init__(workbench)
        self._workbench, self._layouts, self._training = workbench, layouts, training
        self._service: PrintService | None = None
        self._silent = False
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.send)
        workbench.performed.connect(self._performed)
        workbench.print_requested.connect(self.print_again)
        workbench.test_print_requested.connect(self.print_test)
        if self._wanted():
            self._retry.start(FIRST_MS)

    def print_again(self, order_id: str) -> None:
        """Print a document on request; a second time it says that it is a copy."""
        if self._has_printer():
            self._run(lambda: self._print(order_id))

    def print_test(self) -> None:
        """Print a page that shows whether the printer is set up."""
        if self._has_printer():
            self._run(self._print_test)

    def stop(self) -> None:
        """Try nothing again by itself; what waits is sent after the next start."""
        self._retry.stop()

    def send(self) -> None:
        """Send what waits."""
        self._run(self._send)

    def _wanted(self) -> bool:
        return bool(self._workbench.settings.get(PRINTER))

    def _performed(self, done: Performed) -> None:
        paid = done.payload
        if not self._wanted() or not self._workbench.settings.get(AUTOMATIC):
            return
        if isinstance(paid, CompleteSale | CompleteReturn | TakeBooking):
            self._run(lambda: self._print(done.document_id))
        elif isinstance(paid, PayAccount | PayOutCredit):
            self._run(lambda: self._print_slip(done.document_id, paid))

    def _has_printer(self) -> bool:
        if not self._wanted():
            self._workbench.messages.warning("printing.no_printer")
        return self._wanted()

    def _run(self, work: Callable[[], Sent]) -> None:
        self._workbench.threads.printer.task(work, self).on_done(self._sent).on_error(self._failed)

    # -- on the printer's lane ---------------------------------------------------------------------------------------

    def _ready(self) -> PrintService:
        """Made with the first job: nothing of the printing is loaded before somebody prints."""
        if self._service is None:
            self._service = PRINT_SERVICE(self._workbench.store)
        return self._service

    def _choices(self) -> Choices:
        get = self._workbench.settings.get
        known = self._workbench.store.known
        name = get(SHOP_NAME) or known.party_name
        shop = SHOP(name, get(HEADER), get(FOOTER), get(NOTES), get(LOTS), get(SERIALS))
        drawer = get(DRAWER) and not self._training
        choices: Choices = CHOICES(
            get(PRINTER), get(PAPER), get(PRINTER_FONT), drawer, shop, self._layouts, self._training
        )
        return choices

    def _print(self, order_id: str) -> Sent:
        service = self._ready()
        choices = self._choices()
        service.take(order_id, choices)
        return service.send(choices)

    def _print_slip(self, document_id: str, paid: PayAccount | PayOutCredit) -> Sent:
        service = self._ready()
        choices = self._choices()
        service.take_slip(document_id, paid, choices)
        return service.send(choices)

    def _print_test(self) -> Sent:
        service = self._ready()
        choices = self._choices()
        service.take_test(choices)
        return service.send(choices)

    def _send(self) -> Sent:
        return self._ready().send(self._choices())

    # -- on the UI thread --------------------------------------------------------------------------------------------

    def _sent(self, sent: Sent) -> None:
        fault = self._service.fault if self._service else None
        if fault is not None:
            self._workbench.messages.warning(fault.code, None, **fault.params)
        if not sent.problem:
            self._silent = False
            return
        if not self._silent:
            self._silent = True
            self._workbench.messages.warning("printer_silent")
        self._retry.start(RETRY_MS)

    def _failed(self, error: BaseException) -> None:
        self._workbench.messages.report(error, where="printing")
