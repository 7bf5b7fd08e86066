"""A customer's account: taking money for what he owes or ahead, and how much he may owe."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.features.customers import operations
from desktop.features.customers.operations import Shown
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import forms
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.figures import amount_text
from desktop.widgets.kept_form import keep_form
from desktop.widgets.money_field import MoneyField

MEANS = ("cash", "card", "alipay", "wechat")


class CollectDialog(EntryDialog):
    """Money for what is owed; what is more stands to the customer's good. The whole debt is offered."""

    def __init__(self, parent: QWidget, workbench: Workbench, shown: Shown) -> None:
        super().__init__(
            parent,
            "customers.account.collect",
            "customers.account.take",
            workbench.messages,
            {"negative_amount": "amount"},
        )
        self._workbench, self._customer_id = workbench, str(shown.customer["id"])
        self.amount = MoneyField("customers.account.amount")
        self.method = Choice("customers.account.method", [Option(one, f"customers.method.{one}") for one in MEANS])
        self.amount.set_value(shown.balance if shown.balance > 0 else None)
        self.form.add("amount", "customers.account.amount", self.amount, "customers.account.hint")
        self.form.add("method", "customers.account.method", self.method)
        self.sentence.say(
            "customers.account.owes" if shown.balance >= 0 else "customers.account.ahead",
            name=shown.customer["name"],
            amount=amount_text(abs(shown.balance)),
        )
        self.amount.setMinimumHeight(theme().control_height())
        self._form = operations.form_of("collect", self._customer_id)
        keep_form(self, workbench, self._form, {"amount": self.amount, "method": self.method})

    def save(self) -> Task[Any] | None:
        """Take it."""
        amount, method = self.amount.value() or 0, str(self.method.value())
        drafts = forms.ended(self._form)
        return self._workbench.do(
            lambda store: operations.collect(store, self._customer_id, amount, method, drafts=drafts)
        )


class CreditDialog(EntryDialog):
    """How much a customer may owe; nothing means nothing on account."""

    def __init__(self, parent: QWidget, workbench: Workbench, shown: Shown) -> None:
        super().__init__(parent, "customers.action.credit", "customers.action.save", workbench.messages)
        self._workbench, self._customer_id = workbench, str(shown.customer["id"])
        self.limit = MoneyField("customers.figure.limit")
        self.limit.set_value(shown.customer["credit_limit"])
        self.form.add("limit", "customers.figure.limit", self.limit)
        self.limit.setMinimumHeight(theme().control_height())
        self._form = operations.form_of("credit", self._customer_id)
        keep_form(self, workbench, self._form, {"limit": self.limit})

    def save(self) -> Task[Any] | None:
        """Set it."""
        limit, drafts = self.limit.value() or 0, forms.ended(self._form)
        return self._workbench.do(lambda store: operations.set_credit(store, self._customer_id, limit, drafts=drafts))
