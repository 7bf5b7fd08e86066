"""What the till may do without a second person, chosen by who manages the shop; a command like any other."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.features.till import operations
from desktop.features.till.dialogs import heighten
from desktop.features.till.operations import Rules
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.widgets.choice import Choice, Option
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.exact_field import ExactField
from desktop.widgets.figures import moment_text
from desktop.widgets.money_field import MoneyField
from domain.kernel.money import format_amount, parse_amount
from domain.orders.bill import STEPS
from domain.tills.queries import NEVER

WHOLE_BP = 10_000
APPROVED = "approved"
PERCENTS = ("discount", "deposit")
PLAIN = "plain"
"""How the way of rounding that is none is called in the texts."""


class PercentField(ExactField):
    """``12.5`` is 1250 basis points: percent with two places."""

    def __init__(self, name_key: str) -> None:
        super().__init__(name_key, parse_amount, format_amount, places=2, digits=3, negative=False)


class RulesDialog(EntryDialog):
    """The rules in force, to be changed.

    Attributes:
        discount, back, out: limits up to which a clerk goes by himself: percent below the list, money given back, cash
            taken out of the drawer.
        deposit: percent that is usually paid ahead for what a customer orders.
        no_sale, shift, expired, rounding: choices.
    """

    def __init__(self, parent: QWidget, workbench: Workbench, rules: Rules) -> None:
        super().__init__(parent, "till.rules.title", "till.rules.save", workbench.messages)
        self._workbench = workbench
        self.discount = PercentField("till.rules.discount")
        self.back, self.out = MoneyField("till.rules.back"), MoneyField("till.rules.out")
        self.deposit = PercentField("till.rules.deposit")
        self.no_sale = _yes_no("till.rules.no_sale", "till.rules.second", "till.rules.alone")
        self.shift = _yes_no("till.rules.shift", "till.rules.needed", "till.rules.not_needed")
        self.expired = Choice(
            "till.rules.expired", [Option(one, f"till.rules.expired_{one}") for one in (APPROVED, NEVER)]
        )
        self.rounding = Choice("till.rules.rounding", [Option(way, f"till.rounding.{way or PLAIN}") for way in STEPS])
        self._compose()
        self._show(rules)
        self.restyle()

    def save(self) -> Task[Any] | None:
        """The command; an empty field is a limit of nothing."""
        percent = {name: getattr(self, name).value() or 0 for name in PERCENTS}
        too_large = [name for name, value in percent.items() if value > WHOLE_BP]
        if too_large:
            self.form.show_error(too_large[0], "percent_too_large")
            return None
        chosen: dict[str, Any] = {
            "clerk_discount_bp": percent["discount"],
            "deposit_bp": percent["deposit"],
            "return_limit": self.back.value() or 0,
            "cash_out_limit": self.out.value() or 0,
            "no_sale_approved": bool(self.no_sale.value()),
            "shift_required": bool(self.shift.value()),
            "rounding": self.rounding.value(),
        }
        if self.expired.isEnabled():
            chosen["expired_sale"] = self.expired.value()
        return self._workbench.do(lambda store: operations.set_rules(store, **chosen))

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        heighten(self)

    def _compose(self) -> None:
        for name in ("discount", "back", "out", "deposit"):
            self.form.add(name, f"till.rules.{name}", getattr(self, name), f"till.rules.{name}_hint")
        for name in ("no_sale", "shift", "expired", "rounding"):
            self.form.add(name, f"till.rules.{name}", getattr(self, name))

    def _show(self, rules: Rules) -> None:
        now = rules.chosen
        self.discount.set_value(now["clerk_discount_bp"])
        self.back.set_value(now["return_limit"])
        self.out.set_value(now["cash_out_limit"])
        self.deposit.set_value(now["deposit_bp"])
        self.no_sale.set_value(bool(now["no_sale_approved"]))
        self.shift.set_value(bool(now["shift_required"]))
        self.rounding.set_value(now["rounding"])
        self.expired.set_value(NEVER if rules.never_expired else now["expired_sale"])
        self.expired.setEnabled(not rules.never_expired)
        if rules.never_expired:
            self.sentence.say("till.rules.headquarters")
        elif now["set_at"]:
            self.sentence.say("till.rules.set", name=now["set_by"], at=moment_text(now["set_at"]))
        else:
            self.sentence.say("till.rules.usual")
        self.sentence.show()


def _yes_no(name_key: str, yes_key: str, no_key: str) -> Choice:
    return Choice(name_key, [Option(True, yes_key), Option(False, no_key)])
