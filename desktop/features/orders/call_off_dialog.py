"""A customer's order is off: why, and whether his deposit goes back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.orders.returning import call_off_form
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.form import Form
from desktop.widgets.kept_form import keep_form
from desktop.widgets.key_button import Weight
from desktop.widgets.verb import Verb
from domain.kernel.channels import Row

BACK, KEEP = "back", "keep"
LONGEST_REASON = 60


class CallOffDialog(Dialog):
    """*given* is told the reason and whether the deposit stays with the shop. The reason stays kept until the order is
    called off.
    """

    def __init__(self, parent: QWidget, workbench: Workbench, order: Row, given: Callable[[str, bool], None]) -> None:
        paid = bool(order["deposit"])
        verbs = [Verb(BACK, "orders.call_off.back" if paid else "orders.call_off.plain", "Return", Weight.PRIMARY)]
        if paid:
            verbs.append(Verb(KEEP, "orders.call_off.keep", "Ctrl+Return"))
        super().__init__(parent, "orders.call_off.title", verbs=verbs, keeps_open=True)
        self._given, self.reason = given, QLineEdit()
        self.reason.setMaxLength(LONGEST_REASON)
        self.form = Form()
        self.form.add("reason", "orders.call_off.reason", self.reason)
        self.body.put(self.form)
        deposit = amount_text(order["deposit"], order["currency"])
        self.sentence.say("orders.call_off.of" if paid else "orders.call_off.nothing", deposit=deposit)
        self.chosen.connect(self._give)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        keep_form(self, workbench, call_off_form(order["id"]), {"reason": self.reason})

    def begin(self) -> None:
        """Open with the focus in the reason."""
        self.open()
        self.reason.setFocus(Qt.FocusReason.TabFocusReason)

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        if hasattr(self, "form"):
            self.reason.setMinimumHeight(theme().control_height())

    def _give(self, verb: str) -> None:
        reason = self.reason.text().strip()
        self.form.clear_errors()
        if not reason:
            self.form.show_error("reason", "no_reason")
            return
        self.accept()
        self._given(reason, verb == KEEP)
