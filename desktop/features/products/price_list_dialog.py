"""A new price list: for whom, and for what."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.products import operations
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from domain.kernel.channels import Row

USAGES = ("retail", "trade")
SCOPES = ("tier", "grade", "dealer", "base")
TIERS = ("1", "2", "3")


class PriceListDialog(EntryDialog):
    """Retail or trade, for everyone, a tier, a grade or one dealer; only the field that fits the choice is enabled."""

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        super().__init__(
            parent,
            "products.add_price_list.title",
            "products.add_price_list.save",
            workbench.messages,
            {"code_taken": "code"},
        )
        self._workbench = workbench
        self.code, self.name, self.grade = QLineEdit(), QLineEdit(), QLineEdit()
        self.usage = Choice("products.field.usage", [Option(each, f"products.usage.{each}") for each in USAGES])
        self.scope = Choice("products.field.scope", [Option(each, f"products.scope.{each}") for each in SCOPES])
        self.tier = Choice("products.field.tier", [Option(each, f"products.tier.{each}") for each in TIERS])
        self.dealer = Choice("products.field.dealer")
        self._put_rows()
        self.scope.currentIndexChanged.connect(lambda _: self._follow_scope())
        workbench.ask(operations.dealers, self).on_done(self._offer)
        self._follow_scope()

    def save(self) -> Task[Any] | None:
        """Check, then the command."""
        code, name = self.code.text().strip().upper(), self.name.text().strip()
        if not code:
            self.form.show_error("code", "code_missing")
        if not name:
            self.form.show_error("name", "name_missing")
        usage, scope, value = self.usage.value(), self.scope.value(), self._scope_value()
        if scope != "base" and not value:
            self.form.show_error(scope, "scope_missing")
        if self.form.has_errors():
            return None

        def add(store: Store) -> Performed:
            return operations.add_price_list(store, code=code, name=name, usage=usage, scope=scope, scope_value=value)

        return self._workbench.do(add, self)

    def _scope_value(self) -> str:
        values = {"tier": self.tier.value(), "grade": self.grade.text().strip(), "dealer": self.dealer.value()}
        return values.get(self.scope.value()) or ""

    def _put_rows(self) -> None:
        self.form.add("code", "products.field.list_code", self.code)
        self.form.add("name", "products.field.list_name", self.name)
        self.form.add("usage", "products.field.usage", self.usage)
        self.form.add("scope", "products.field.scope", self.scope)
        self.form.add("tier", "products.field.tier", self.tier)
        self.form.add("grade", "products.field.grade", self.grade)
        self.form.add("dealer", "products.field.dealer", self.dealer)

    def _follow_scope(self) -> None:
        scope = self.scope.value()
        for name, field in (("tier", self.tier), ("grade", self.grade), ("dealer", self.dealer)):
            field.setEnabled(name == scope)

    def _offer(self, dealers: list[Row]) -> None:
        self.dealer.set_options([Option(row["id"], text=f"{row['name']} ({row['code']})") for row in dealers])
