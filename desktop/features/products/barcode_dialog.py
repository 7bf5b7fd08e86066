"""One more bar code for a product, also that of a case."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.products import operations
from desktop.features.products.barcode_field import BarcodeField
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.quantity_field import QuantityField


class BarcodeDialog(EntryDialog):
    """The code, and how much is in the pack that carries it."""

    def __init__(self, parent: QWidget, workbench: Workbench, code: str) -> None:
        super().__init__(
            parent,
            "products.add_barcode.title",
            "products.add_barcode.save",
            workbench.messages,
            {"barcode_taken": "barcode"},
        )
        self._workbench = workbench
        self._code = code
        self.barcode = BarcodeField()
        self.unit = QLineEdit()
        self.factor = QuantityField("products.field.factor")
        self.factor.set_value(1000)
        self.form.add("barcode", "products.field.barcode", self.barcode)
        self.form.add("unit", "products.field.pack_unit", self.unit, "products.field.pack_hint")
        self.form.add("factor", "products.field.factor", self.factor)

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        barcode, unit, factor = self.barcode.text(), self.unit.text().strip(), self.factor.value()
        if not barcode:
            self.form.show_error("barcode", "barcode_missing")
        elif not self.barcode.usable():
            self.form.show_error("barcode", "barcode_check_digit")
        if not factor:
            self.form.show_error("factor", "factor_missing")
            return None
        if self.form.has_errors():
            return None
        return self._workbench.do(lambda store: operations.add_barcode(store, self._code, barcode, unit, factor), self)
