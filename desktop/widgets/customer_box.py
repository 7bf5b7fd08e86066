"""Finding a customer by phone digits, name or initials; who only looks sees no whole phone number."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

import i18n
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store import customers
from desktop.widgets.figures import masked_phone
from desktop.widgets.result_list import Result
from desktop.widgets.scan_box import ScanBox
from domain.kernel.channels import Row


class CustomerBox(ScanBox):
    """Searches by itself; ``picked`` tells the id of the customer who was chosen."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__("widgets.customer.find", "widgets.customer.hint", "F3", parent)
        self._workbench = workbench
        self._searching: Task[list[Row]] | None = None
        self.searched.connect(self._search)

    def _search(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        if text.strip():
            self._searching = self._workbench.ask(lambda store: customers.find_customers(store, text), self)
            self._searching.on_done(lambda rows: self.show_results([_result(row) for row in rows], text))


def _result(row: Row) -> Result:
    name = row["name"] or row["code"] or i18n.tr("widgets.customer.unnamed")
    return Result(name, masked_phone(str(row["phone"])), "", row["grade"], data=row["id"])
