"""What a cashier changes on the bill beside the lines: what is let off, and how it is rounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtWidgets import QApplication, QWidget

from desktop.features.order_entry import operations
from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.operations import ShownLine
from desktop.features.order_entry.totals import Totals, next_way, totals_of
from desktop.features.order_entry.typed import discount_of
from desktop.widgets.piece_desk import PieceDesk
from desktop.widgets.typed import Typed
from domain.kernel.channels import Row
from domain.tills.model import DEPOSIT_BP


class Billing(PieceDesk[SaleDraft, ShownLine]):
    """Mixin of the page, first among its bases.

    Attributes:
        edit: the order in hand.
        usual: the dealer's way of rounding.
        deposit_bp: what is usually paid ahead for an order, in basis points of it.
    """

    edit: DraftEdit
    usual = ""
    deposit_bp = DEPOSIT_BP
    _next: Callable[[], None] | None = None

    def totals_changed(self) -> None:
        """For the screen to say: the totals are others, the lines the same."""

    def wait_for_lines(self, work: Callable[[], None]) -> bool:
        """Whether the lines shown are still to follow the order; *work* is done once they do.

        A key pressed right after a scan must do what it says, however busy the PC is.
        """
        waits = self.is_reading and bool(self.edit.draft.lines)
        self._next = work if waits else None
        return waits

    def go_on(self) -> None:
        """The lines are shown: do what waited for them, unless something else is asked meanwhile."""
        work, self._next = self._next, None
        if work is not None and QApplication.activeModalWidget() is None:
            work()

    @property
    def totals(self) -> Totals:
        """What the lines shown come to."""
        return totals_of(self.rows, self.edit.draft, self.usual)

    def read_usual(self) -> None:
        """Read how the dealer rounds, and what he asks for ahead."""
        self._workbench.ask(operations.policy, self._page).on_done(self._take_policy)

    def discount_line(self) -> None:
        """Ask how much is let off the current line."""
        if self.wait_for_lines(self.discount_line):
            return
        key = self.current_key()
        shown = next((line for line in self.rows if line.key == key), None)
        if shown is not None and shown.amount is not None:
            most = shown.amount + shown.discount
            self._ask_discount("line", most, key).begin(shown.discount, shown.reason)

    def discount_order(self) -> None:
        """Ask how much is let off the order."""
        if self.wait_for_lines(self.discount_order):
            return
        draft = self.edit.draft
        most = sum(line.amount or 0 for line in self.rows)
        self._ask_discount("order", most, "").begin(draft.discount, draft.note)

    def _ask_discount(self, of: str, most: int, key: str) -> DiscountDialog:
        return DiscountDialog(
            self._page,
            f"order_entry.discount.{of}",
            most,
            "CNY",
            lambda *off: self._let_off(key, *off),
            Typed(self, discount_of(key)),
        )

    def change_rounding(self) -> None:
        """The next way of rounding this bill."""
        self.edit.put_rounding(next_way(self.totals.way))
        self.keep()

    def _let_off(self, key: str, discount: int, reason: str) -> None:
        self.edit.put_typed(discount_of(key), {})
        if key:
            self.edit.put_discount(key, discount, reason)
        else:
            self.edit.put_order_discount(discount, reason)
        self.keep()

    def _take_policy(self, policy: Row) -> None:
        self.deposit_bp = policy["deposit_bp"]
        if policy["rounding"] != self.usual:
            self.usual = policy["rounding"]
            self.totals_changed()

    @property
    def _page(self) -> QWidget:
        return cast(QWidget, self)
