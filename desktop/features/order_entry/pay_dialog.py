"""Taking money: what is still due stands large; each means has its key, and Enter takes the rest in cash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.order_entry.draft import ACCOUNT
from desktop.platform import typeface
from desktop.platform.theme import theme
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import amount_text
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import row
from desktop.widgets.money_field import MoneyField
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

TAKE = "take"
CASH, EXCHANGE = "cash", "exchange"
MEANS = (CASH, "card", "alipay", "wechat", ACCOUNT)
"""In the order of their keys, Ctrl+1 to Ctrl+5: bare digits are the amount."""
BACK_KEY = "Ctrl+0"
NOTES = (10_00, 20_00, 50_00, 100_00)
"""Bank notes in fen; the quick keys are the next sums that people hand over."""
Part = tuple[str, int]
"""Means and what was handed over in minor units."""


def handed_over(due: int) -> list[int]:
    """Sums above what is due that people hand over: rounded up to the notes, each once, at most three."""
    sums = {-(-due // note) * note for note in NOTES}
    return sorted(one for one in sums if one > due)[:3]


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid.

    Attributes:
        total: minor units.
        account: whether it may go on a customer's account.
        first: parts that are paid already and stay (what an exchange gave back).
        parts: what was paid when this was asked before, also when it is more than what is due by now.
    """

    total: int
    currency: str
    account: bool = False
    first: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()

    def standing(self) -> list[Part]:
        """The parts paid before. Nobody paid what was put on an account: it goes with its customer."""
        return [(method, amount) for method, amount in self.parts if self.account or method != ACCOUNT]


class PayDialog(Dialog):
    """Asks how it is paid.

    *taken* is called with the parts when they cover what is due; only cash may be more than that. *parted* is told
    the parts beside the first ones whenever they are others.
    """

    def __init__(
        self,
        parent: QWidget,
        due: Due,
        taken: Callable[[Sequence[Part]], None],
        parted: Callable[[Sequence[Part]], None],
    ) -> None:
        verbs = [Verb(TAKE, "order_entry.pay.take", "Return", weight=Weight.PRIMARY)]
        super().__init__(parent, "order_entry.pay.title", verbs=verbs, keeps_open=True)
        self._due, self._currency, self._taken, self._parted = due, due.currency, taken, parted
        self.parts: list[Part] = [*due.first, *due.standing()]
        self.field = MoneyField("order_entry.pay.given", due.currency)
        self._rest, self._change = (
            Text("", typeface.TOTAL, right=True),
            Text("", typeface.HEADING, "success", right=True),
        )
        self._made = Text("", colour="secondary", wrap=True)
        self._problem = Text("", typeface.SMALL, "danger", wrap=True, optional=True)
        self._quick = [self._quick_key() for _ in range(3)]
        offered = [one for one in MEANS if due.account or one != ACCOUNT]
        self.means = {one: self._means_key(one, place) for place, one in enumerate(offered, 1)}
        self.back = KeyButton("order_entry.pay.back", BACK_KEY, weight=Weight.QUIET)
        self.back.clicked.connect(self._take_back)
        self._compose()
        self.field.value_changed.connect(lambda _: self._tell())
        self.chosen.connect(lambda _: self._take())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.restyle()
        self._tell()

    def _compose(self) -> None:
        others = [button for one, button in self.means.items() if one != CASH]
        made = row(self._made, self.back)
        made.setStretch(0, 1)
        self.body.put(
            row(Text("order_entry.pay.rest", colour="secondary"), 1, self._rest),
            made,
            row(
                Text("order_entry.pay.given", colour="secondary"),
                self.field,
                1,
                Text("order_entry.pay.change", colour="secondary"),
                self._change,
            ),
            row(self.means[CASH], 1, *self._quick),
            row(*others, 1),
            self._problem,
        )

    def begin(self) -> None:
        """Open with the focus in the amount."""
        self.open()
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def rest(self) -> int:
        """What is still due in minor units."""
        return self._due.total - sum(amount for _, amount in self.parts)

    @property
    def given(self) -> int:
        """What was entered in minor units; nothing entered means the rest."""
        value = self.field.value()
        return self.rest if value is None else value

    def restyle(self) -> None:
        """Measures of the look in force."""
        super().restyle()
        if hasattr(self, "field"):
            self.field.setFixedSize(theme().px(160), theme().px(40))

    def retranslate(self) -> None:
        """The parts in the language in force."""
        super().retranslate()
        if hasattr(self, "back"):
            self._tell()

    def _quick_key(self) -> KeyButton:
        button = KeyButton()
        button.clicked.connect(lambda: self._hand_over(int(button.property("sum"))))
        return button

    def _means_key(self, method: str, place: int) -> KeyButton:
        button = KeyButton(f"order_entry.pay.by.{method}", f"Ctrl+{place}")
        button.clicked.connect(lambda: self._add(method))
        return button

    def _hand_over(self, sum_: int) -> None:
        self.field.set_value(sum_)
        self._take()

    def _add(self, method: str) -> None:
        """So much by this means; the whole rest when no amount was entered."""
        amount, rest = self.given, self.rest
        if rest < 0:
            return
        if method == CASH and amount >= rest:
            self._take()
        elif amount > rest:
            self._problem.say("order_entry.pay.only_cash")
            self.field.selectAll()
        elif amount:
            self.parts.append((method, amount))
            self.field.set_value(None)
            self._parts_changed()
            if not self.rest:
                self._take()
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _take_back(self) -> None:
        if len(self.parts) > len(self._due.first):
            self.parts.pop()
            self._parts_changed()

    def _parts_changed(self) -> None:
        self._parted(self.parts[len(self._due.first) :])
        self._tell()

    def _tell(self) -> None:
        rest = self.rest
        change = self.given - rest
        self._rest.show_value(amount_text(rest, self._currency))
        self.field.setPlaceholderText(amount_text(max(0, rest), self._currency))
        self._change.show_value(amount_text(change, self._currency))
        self._change.set_colour("success" if change >= 0 else "danger")
        if rest < 0:
            self._problem.say("order_entry.pay.too_much", more=amount_text(-rest, self._currency))
        else:
            self._problem.show_value("")
        self.button(TAKE).setEnabled(0 <= rest <= self.given)
        self.back.setVisible(len(self.parts) > len(self._due.first))
        if self.parts:
            said = [i18n.tr("order_entry.pay.of", total=amount_text(self._due.total, self._currency))]
            said += [
                f"{i18n.tr(f'order_entry.pay.by.{one}')} {amount_text(each, self._currency)}"
                for one, each in self.parts
            ]
            self._made.show_value(" · ".join(said))
        else:
            self._made.show_value("")
        sums = handed_over(rest) if rest > 0 else []
        for place, button in enumerate(self._quick):
            button.setVisible(place < len(sums))
            if place < len(sums):
                button.setProperty("sum", sums[place])
                button.show_value(amount_text(sums[place], self._currency))

    def _take(self) -> None:
        if self.given >= self.rest and self.button(TAKE).isEnabled():
            self.button(TAKE).setEnabled(False)
            rest = [(CASH, self.given)] if self.rest else []
            self._taken([*self.parts, *rest])
            self.accept()
