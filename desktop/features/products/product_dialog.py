"""Adding and editing a product."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

import i18n
from desktop.features.products import operations
from desktop.features.products.barcode_field import BarcodeField
from desktop.features.products.detail_view import format_rate
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.price_field import PriceField
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct
from domain.kernel.channels import Row

TAX_RATES = (1300, 900, 600, 300, 100, 0)
"""China's VAT rates in use, in basis points; 0 is exempt."""

ASKS = ("nothing", "lot", "expiry")

FIELDS = {"code_taken": "code", "code_twice": "code", "negative_price": "price", "barcode_taken": "barcode"}


class ProductDialog(EntryDialog):
    """A product's description; for a new one also its code, bar code and base price.

    Signals:
        added(str): code of the product that was added.
    """

    added = Signal(str)

    def __init__(self, parent: QWidget, workbench: Workbench, product: Row | None) -> None:
        title = "products.edit.title" if product else "products.add.title"
        save = "products.edit.save" if product else "products.add.save"
        self.stocked, self.serials = QCheckBox(), QCheckBox()
        super().__init__(parent, title, save, workbench.messages, FIELDS)
        self._workbench = workbench
        self._product = product
        self.code, self.name, self.spec, self.unit = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.barcode = BarcodeField()
        self.price = PriceField("products.field.price")
        self.tax = Choice("products.field.tax", _rates(product))
        self.asks = Choice("products.field.asks", [Option(one, f"products.asks.{one}") for one in ASKS])
        self.stocked.setChecked(True)
        self._put_rows()

    def retranslate(self) -> None:
        """Words of the check box."""
        super().retranslate()
        self.stocked.setText(i18n.tr("products.field.stocked"))
        self.serials.setText(i18n.tr("products.field.by_serial"))

    def save(self) -> Task[Any] | None:
        """Check what can be checked here, then the command."""
        name = self.name.text().strip()
        if not name:
            self.form.show_error("name", "name_missing")
        if self._product is None:
            return self._add(name)
        return None if self.form.has_errors() else self._edit(name, self._product["code"])

    def _add(self, name: str) -> Task[Performed] | None:
        code = self.code.text().strip().upper()
        if not code:
            self.form.show_error("code", "code_missing")
        if not self.barcode.usable():
            self.form.show_error("barcode", "barcode_check_digit")
        if self.form.has_errors():
            return None
        barcodes = [BarcodeSpec(code=self.barcode.text())] if self.barcode.text() else []
        asked = self._asked()
        new = NewProduct(
            code=code,
            name=name,
            price=self.price.value(),
            spec=self.spec.text().strip(),
            unit=self.unit.text().strip(),
            tax_rate_bp=self.tax.value(),
            stocked=self.stocked.isChecked(),
            by_lot=asked["by_lot"],
            by_expiry=asked["by_expiry"],
            by_serial=asked["by_serial"],
            barcodes=barcodes,
        )
        return self._workbench.do(lambda store: operations.add(store, new), self)

    def _edit(self, name: str, code: str) -> Task[Performed]:
        spec, unit = self.spec.text().strip(), self.unit.text().strip()
        rate, stocked, asked = self.tax.value(), self.stocked.isChecked(), self._asked()

        def change(store: Store) -> Performed:
            return operations.edit(
                store, code, name=name, spec=spec, unit=unit, tax_rate_bp=rate, stocked=stocked, **asked
            )

        return self._workbench.do(change, self)

    def _asked(self) -> dict[str, bool]:
        """What is asked of its goods."""
        asks = self.asks.value()
        return {"by_lot": asks != "nothing", "by_expiry": asks == "expiry", "by_serial": self.serials.isChecked()}

    def _saved(self, result: object) -> None:
        super()._saved(result)
        if self._product is None and isinstance(result, Performed):
            self._workbench.messages.success("products.added", code=result.number)
            self.added.emit(result.number)

    def _put_rows(self) -> None:
        form = self.form
        if self._product is None:
            form.add("code", "products.field.code", self.code)
        form.add("name", "products.field.name", self.name)
        form.add("spec", "products.field.spec", self.spec, "products.field.spec_hint")
        form.add("unit", "products.field.unit", self.unit)
        if self._product is None:
            form.add("barcode", "products.field.barcode", self.barcode)
            form.add("price", "products.field.price", self.price, "products.field.price_hint")
        form.add("tax", "products.field.tax", self.tax)
        form.add("stocked", "products.field.stock", self.stocked)
        form.add("asks", "products.field.asks", self.asks)
        form.add("serials", "products.field.serials", self.serials)
        if self._product is not None:
            self.name.setText(self._product["name"])
            self.spec.setText(self._product["spec"])
            self.unit.setText(self._product["unit"])
            self.tax.set_value(self._product["tax_rate_bp"])
            self.stocked.setChecked(bool(self._product["stocked"]))
            by_lot, by_expiry = self._product["by_lot"], self._product["by_expiry"]
            self.asks.set_value("expiry" if by_expiry else "lot" if by_lot else "nothing")
            self.serials.setChecked(bool(self._product["by_serial"]))


def _rates(product: Row | None) -> list[Option]:
    """The rates in use, and the product's own when it is none of them."""
    rates = [Option(rate, f"products.tax.{rate}") for rate in TAX_RATES]
    if product is not None and product["tax_rate_bp"] not in TAX_RATES:
        rates.append(Option(product["tax_rate_bp"], text=f"{format_rate(product['tax_rate_bp'])} %"))
    return rates
