"""A price of one product in one list, from a date on."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QWidget

from desktop.features.products import operations
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.price_field import PriceField
from desktop.widgets.quantity_field import QuantityField
from domain.catalogue.rules import BASE_LIST_ID
from domain.kernel.channels import Row

FIELDS = {"negative_price": "price", "unknown_price_list": "list"}


class PriceDialog(EntryDialog):
    """The older prices stay as history; a date ahead takes effect by itself."""

    def __init__(self, parent: QWidget, workbench: Workbench, code: str, name: str) -> None:
        super().__init__(parent, "products.set_price.title", "products.set_price.save", workbench.messages, FIELDS)
        self._workbench = workbench
        self._code = code
        self.list = Choice("products.price.list")
        self.price = PriceField("products.price.price")
        self.unit = Choice("products.price.unit", [Option("", "products.price.own_unit")])
        self.since = QDateEdit(QDate.fromString(workbench.clock.today(), "yyyy-MM-dd"))
        self.since.setDisplayFormat("yyyy-MM-dd")
        self.since.setCalendarPopup(True)
        self.since.setMinimumHeight(theme().control_height())
        self.least = QuantityField("products.price.least")
        self.sentence.say("products.set_price.sentence", code=code, name=name)
        self.sentence.show()
        self.form.add("price", "products.price.price", self.price)
        self.form.add("list", "products.price.list", self.list)
        self.form.add("unit", "products.price.unit", self.unit)
        self.form.add("since", "products.price.since", self.since)
        self.form.add("least", "products.price.least", self.least, "products.price.least_hint")
        workbench.ask(operations.price_lists, self).on_done(self._offer)
        workbench.ask(lambda store: operations.packs_of(store, code), self).on_done(self._offer_units)

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        price, list_code = self.price.value(), self.list.value()
        if price is None:
            self.form.show_error("price", "price_missing")
        if list_code is None:
            self.form.show_error("list", "unknown_price_list", {"code": ""})
        if self.form.has_errors() or price is None:
            return None
        prices = [(self._code, price, self.least.value() or 0)]
        unit, since = str(self.unit.value()), self.since.date().toString("yyyy-MM-dd")
        return self._workbench.do(lambda store: operations.set_prices(store, list_code, prices, since, unit), self)

    def _offer_units(self, packs: list[str]) -> None:
        self.unit.set_options([Option("", "products.price.own_unit"), *(Option(name, text=name) for name in packs)])

    def _offer(self, lists: list[Row]) -> None:
        ordered = sorted(lists, key=lambda row: (row["id"] != BASE_LIST_ID, row["code"]))
        self.list.set_options([_option(row) for row in ordered])


def _option(row: Row) -> Option:
    if row["id"] == BASE_LIST_ID and not row["name"]:
        return Option(row["code"], "products.price_list.base")
    return Option(row["code"], text=f"{row['name']} ({row['code']})" if row["name"] else row["code"])
