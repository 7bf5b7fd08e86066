"""Giving money back without a receipt: why, and by which means; or it stays for what is taken instead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.features.orders.return_draft import Refund
from desktop.features.orders.why_row import WhyRow
from desktop.platform import typeface
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.kept_form import Keeper, KeptForm
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import row
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

CASH, EXCHANGE = "cash", "exchange"
OTHERS = ("card", "alipay", "wechat")
ACCOUNT = "account"
"""Only where it is known whose."""


class RefundDialog(Dialog):
    """*given* is told means and reason; Enter gives cash back."""

    def __init__(
        self,
        parent: QWidget,
        total: int,
        currency: str,
        given: Callable[[Refund], None],
        keeper: Keeper,
        *,
        account: bool = False,
    ) -> None:
        verbs = [
            Verb(EXCHANGE, "orders.return.exchange", "F6"),
            Verb(CASH, "orders.free.cash", "Return", weight=Weight.PRIMARY),
        ]
        super().__init__(parent, "orders.free.title", "orders.free.ask", verbs=verbs, keeps_open=True)
        self._given, self._keeper = given, keeper
        self._kept: KeptForm | None = None
        others = (*OTHERS, ACCOUNT) if account else OTHERS
        amount = Text("", typeface.TOTAL, right=True)
        amount.show_value(amount_text(total, currency))
        self.why = WhyRow()
        self.means = {one: self._means_key(one, place) for place, one in enumerate(others, 2)}
        self._problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self.body.put(
            row(Text("orders.return.refund", colour="secondary"), 1, amount),
            self.why,
            row(*self.means.values(), 1),
            self._problem,
        )
        self.why.changed.connect(lambda: self._problem.show_value(""))
        self.chosen.connect(self._give)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open with the focus on why, and with what stood there when the program ended."""
        self._kept = KeptForm(self, self._keeper, {"why": self.why.why, "line": self.why.line})
        self.open()
        self.why.why.setFocus(Qt.FocusReason.TabFocusReason)

    def _means_key(self, method: str, place: int) -> KeyButton:
        button = KeyButton(f"orders.method.{method}", f"Ctrl+{place}")
        button.clicked.connect(lambda: self._give(method))
        return button

    def _give(self, method: str) -> None:
        reason = self.why.given(self._problem)
        if reason:
            if self._kept is not None:
                self._kept.used()  # it stays with the draft, which ends with the return, or is asked about again
            self.accept()
            self._given(Refund(method, reason))
