"""The forms of the till: the float, cash beside selling, and the blind count."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.features.till import operations
from desktop.platform import typeface
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.entry_dialog import SAVE, EntryDialog
from desktop.widgets.figures import amount_text
from desktop.widgets.kept_form import keep_form
from desktop.widgets.layout import row
from desktop.widgets.money_field import MoneyField
from desktop.widgets.quantity_field import QuantityField
from desktop.widgets.second_person import Agreement, SecondPersonDialog
from desktop.widgets.text import Text
from domain.kernel.errors import DomainError

NOTES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Yuan and jiao as they lie in the drawer, in fen."""
PIECE = 1_000


class OpenDialog(EntryDialog):
    """How much is in the drawer at the beginning."""

    def __init__(self, parent: QWidget, workbench: Workbench) -> None:
        super().__init__(
            parent, "till.open.title", "till.action.open", workbench.messages, {"negative_amount": "float"}
        )
        self._workbench = workbench
        self.amount = MoneyField("till.field.float")
        self.form.add("float", "till.field.float", self.amount, "till.open.hint")
        self.restyle()
        keep_form(self, workbench, operations.OPENING, {"float": self.amount})

    def save(self) -> Task[Any] | None:
        """Open the shift; an empty field is an empty drawer."""
        amount = self.amount.value() or 0
        return self._workbench.do(lambda store: operations.open_shift(store, amount))

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        heighten(self)


class CashDialog(EntryDialog):
    """Cash put in, taken out, or the drawer opened for no document; always with a reason."""

    def __init__(self, parent: QWidget, workbench: Workbench, kind: str) -> None:
        fields = {"negative_amount": "amount", "no_reason": "reason"}
        super().__init__(parent, f"till.cash.{kind}", f"till.action.do_{kind}", workbench.messages, fields)
        self._workbench, self._kind = workbench, kind
        self._agreed: Agreement | None = None
        self.amount = MoneyField("till.field.amount")
        self.reason = QLineEdit()
        if kind != "no_sale":
            self.form.add("amount", "till.field.amount", self.amount)
        self.form.add("reason", "till.field.reason", self.reason)
        self.restyle()
        keep_form(self, workbench, operations.moving(kind), {"amount": self.amount, "reason": self.reason})

    def save(self) -> Task[Any] | None:
        """Enter it."""
        kind, amount, reason, by = self._kind, self.amount.value() or 0, self.reason.text().strip(), self._agreed
        said = " · ".join(dict.fromkeys((reason, by.reason))) if by is not None and reason else reason
        approver = (by.person_id, by.person_name) if by is not None else None
        return self._workbench.do(lambda store: operations.move_cash(store, kind, amount, said, approver))

    def refused(self, error: BaseException) -> None:
        """What the rules let nobody do alone is agreed to in place."""
        alone = isinstance(error, DomainError) and error.code == "needs_approval"
        agreed, self._agreed = self._agreed, None  # it was about what was entered then
        if not alone or agreed is not None:
            super().refused(error)
            return
        asking = SecondPersonDialog(self, self._workbench, cast(DomainError, error), self._agree)
        asking.went_back.connect(lambda: self.button(SAVE).setEnabled(True))
        asking.begin()

    def _agree(self, by: Agreement) -> None:
        self._agreed = by
        self._save()

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        heighten(self)


class CountDialog(EntryDialog):
    """The drawer counted note by note; nothing here says what should be in it.

    Attributes:
        notes: fields by the value of the note or coin in minor units.
        other: cash that is counted without its pieces.
        reason: why the count differs, asked only when it does.
        held: how many orders are put aside here, while there are some.
    """

    def __init__(self, parent: QWidget, workbench: Workbench, currency: str) -> None:
        fields = {"variance_reason": "reason", "negative_amount": "other"}
        super().__init__(parent, "till.count.title", "till.action.do_close", workbench.messages, fields)
        self._workbench, self._currency = workbench, currency
        self.notes: dict[int, QuantityField] = {}
        for value in NOTES if currency == "CNY" else ():
            field = self.notes[value] = QuantityField(f"till.note.{value}", whole=True)
            field.value_changed.connect(lambda _: self._tell())
            self.form.add(f"note{value}", f"till.note.{value}", field)
        self.other = MoneyField("till.field.other", currency)
        self.other.value_changed.connect(lambda _: self._tell())
        self.reason = QLineEdit()
        self._sum = Text("", typeface.TOTAL, right=True)
        # Beside the sum: at 200 % the form is as high as the window already.
        self.held = Text("", typeface.SMALL, "secondary", optional=True)
        self.form.add("other", "till.field.other", self.other)
        self.form.add("reason", "till.field.reason", self.reason, "till.count.hint")
        self.body.put(row(Text("till.count.sum", colour="secondary"), self.held, 1, self._sum))
        self.restyle()
        self._tell()
        workbench.ask(operations.held, self).on_done(self._tell_held)
        notes = {f"note{value}": field for value, field in self.notes.items()}
        keep_form(self, workbench, operations.COUNTING, {**notes, "other": self.other, "reason": self.reason})

    @property
    def counted(self) -> int:
        """What was counted so far, in minor units."""
        pieces = sum(value * ((field.value() or 0) // PIECE) for value, field in self.notes.items())
        return pieces + (self.other.value() or 0)

    def save(self) -> Task[Any] | None:
        """Close the shift with the count."""
        coins = {value: (field.value() or 0) // PIECE for value, field in self.notes.items()}
        other, reason = self.other.value() or 0, self.reason.text().strip()
        return self._workbench.do(lambda store: operations.close_shift(store, coins, other, reason))

    def restyle(self) -> None:
        """As high as the other controls."""
        super().restyle()
        heighten(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter after a number goes on to the next kind of note: half a count must not be the count."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.focusWidget() in self.notes.values():
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _tell_held(self, number: int) -> None:
        """They wait for whoever comes next; nothing is in the way of closing."""
        if number:
            self.held.say("till.count.held", n=number)

    def _tell(self) -> None:
        self._sum.show_value(amount_text(self.counted, self._currency))


def heighten(dialog: QWidget) -> None:
    """Fields as high as the other controls."""
    for field in dialog.findChildren(QLineEdit):
        field.setMinimumHeight(theme().control_height())
