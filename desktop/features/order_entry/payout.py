"""Paying out what is left of an exchange: how much stands large, each means has its key, Enter is cash."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.features.order_entry import credits
from desktop.features.order_entry.credits import Credit
from desktop.features.order_entry.draft import SaleDraft
from desktop.platform import typeface
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import row
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb
from domain.orders.return_commands import PayOutCredit

CASH, ACCOUNT = "cash", "account"
OTHERS = ("card", "alipay", "wechat", ACCOUNT)


class PayOutDialog(Dialog):
    """*chosen* means is told; Esc leaves the money for the next sale."""

    def __init__(self, parent: QWidget, credit: Credit, currency: str, paid: Callable[[str], None]) -> None:
        verbs = [Verb(CASH, "order_entry.payout.cash", "Return", weight=Weight.PRIMARY)]
        super().__init__(
            parent,
            "order_entry.payout.title",
            "order_entry.payout.ask",
            verbs=verbs,
            back_key="order_entry.payout.later",
        )
        amount = Text("", typeface.TOTAL, right=True)
        amount.show_value(amount_text(credit.amount, currency))
        offered = [one for one in OTHERS if credit.account or one != ACCOUNT]
        self.means = {one: self._means_key(one, place) for place, one in enumerate(offered, 2)}
        self.body.put(row(Text("order_entry.payout.left", colour="secondary"), 1, amount), row(*self.means.values(), 1))
        self.chosen.connect(paid)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()

    def begin(self) -> None:
        """Open with the focus on cash."""
        self.open()
        self.button(CASH).setFocus(Qt.FocusReason.TabFocusReason)

    def _means_key(self, method: str, place: int) -> KeyButton:
        button = KeyButton(f"order_entry.pay.by.{method}", f"Ctrl+{place}")
        button.clicked.connect(lambda: self._choose(method))
        return button


class PayOut(QObject):
    """Asks for the means and pays out, one return's money after the other.

    Signals:
        paid: the first of the draft's credits is paid out.
    """

    paid = Signal()

    def __init__(self, page: QWidget, workbench: Workbench, currency: str) -> None:
        super().__init__(page)
        self._page, self._workbench, self._currency = page, workbench, currency

    def begin(self, draft: SaleDraft) -> None:
        """Ask how the first of the draft's credits is paid out."""
        task = self._workbench.ask(lambda store: credits.first_credit(store, draft), self)
        task.on_done(lambda credit: self._ask(draft, credit))

    def _ask(self, draft: SaleDraft, credit: Credit) -> None:
        PayOutDialog(self._page, credit, self._currency, lambda method: self._pay(draft, method)).begin()

    def _pay(self, draft: SaleDraft, method: str) -> None:
        self._workbench.do(lambda store: credits.pay_out(store, draft, method), self).on_done(self._done)

    def _done(self, performed: Performed) -> None:
        if isinstance(performed.payload, PayOutCredit):
            amount = amount_text(performed.payload.amount, self._currency)
            self._workbench.messages.success("order_entry.paid_out", number=performed.number, amount=amount)
        self.paid.emit()
