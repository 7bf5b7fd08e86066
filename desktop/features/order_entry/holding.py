"""What goes on beside the order in hand: orders put aside and taken up again, and what exchanges gave back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import msgspec

from desktop.features.order_entry import operations
from desktop.features.order_entry.billing import Billing
from desktop.features.order_entry.credits import take_up
from desktop.features.order_entry.draft import ACCOUNT, DraftEdit, SaleDraft
from desktop.features.order_entry.money_back_dialog import MoneyBackDialog
from desktop.features.order_entry.operations import Held
from desktop.features.order_entry.payout import PayOut
from desktop.features.order_entry.recall_dialog import RecallDialog
from desktop.features.order_entry.taken_back import take, taking
from desktop.platform.workbench import Workbench
from desktop.store.again import kept


class Holding(Billing):
    """Mixin of the page, first among its bases.

    Attributes:
        held: orders put aside, newest first.
        kept: the draft that the ledger has.
    """

    kept: SaleDraft | None = None
    held: Sequence[Held] = ()

    def held_changed(self) -> None:
        """For the screen to say: other orders are put aside."""

    def another_in_hand(self) -> None:
        """For the screen to say: another order is in hand, and kept."""

    def set_up_holding(self, workbench: Workbench, currency: str) -> None:
        """Once the page is a widget."""
        self._taken: set[str] = set()
        self._pay_out = PayOut(self._page, workbench, currency)
        self._pay_out.paid.connect(self._paid_out)

    def hold(self) -> None:
        """Put the order aside."""
        draft = self.edit.draft
        if draft.lines:  # a key pressed twice in a row comes before the button knows
            self._go_on_with(DraftEdit(SaleDraft()), lambda store: operations.hold(store, draft))

    def cancel_sale(self) -> None:
        """Throw the order away; undo brings it back. What was paid for it already is given back first."""
        taken = [(method, amount) for method, amount in self.edit.draft.parts if method != ACCOUNT]
        if taken:
            MoneyBackDialog(self._page, taken, "CNY", self._throw_away).begin()
        else:
            self._throw_away()

    def _throw_away(self) -> None:
        self.edit.clear()
        self.keep()
        self.box.setFocus()

    def recall(self) -> None:
        """Take an order up again; the one in hand is put aside first."""
        if self.held:
            RecallDialog(self._page, self.held, self._recall).begin()

    def pay_out(self) -> None:
        """Give back what is left of an exchange, when no further sale uses it."""
        if self.has_credit:
            self._pay_out.begin(self.edit.draft)

    @property
    def has_credit(self) -> bool:
        """Whether there is money of an exchange and nothing that it could pay for."""
        return bool(self.edit.draft.credits) and not self.edit.draft.lines

    def take_credit(self, command_id: str, amount: int) -> None:
        """An exchange gave this back: it belongs to the order in hand from now on."""
        self.edit.add_credit(command_id, amount)
        draft = self.edit.draft
        self._workbench.write(lambda store: take_up(store, draft, command_id), self._owner)

    def take_again(self) -> None:
        """Take up the sales that were taken back to be entered anew; the order in hand is put aside."""
        for draft_id, sale in kept(self._workbench.store.ledger):
            if draft_id not in self._taken:
                self._taken.add(draft_id)  # the writer has it in a moment
                edit, aside = taking(self.edit, sale)
                self._go_on_with(edit, partial(take, draft_id=draft_id, draft=edit.draft, aside=aside))

    def read_held(self) -> None:
        """Read which orders are put aside."""
        self._workbench.ask(operations.held_orders, self._owner).on_done(self._show_held)

    def _show_held(self, orders: list[Held]) -> None:
        self.held = orders
        self.held_changed()

    def _recall(self, held: Held) -> None:
        self.held = [one for one in self.held if one.id != held.id]  # the list may be asked for before it is read anew
        aside = self.edit.draft
        if not aside.lines and aside.credits:  # what an exchange gave back goes on with the order taken up
            draft = msgspec.structs.replace(held.draft, credits=(*held.draft.credits, *aside.credits))
            held = replace(held, draft=draft)

        self._go_on_with(
            DraftEdit(held.draft), lambda store: operations.recall(store, held, aside if aside.lines else None)
        )

    def _paid_out(self) -> None:
        self.edit.drop_credit()
        self._moved(self.edit.draft)

    def _go_on_with(self, edit: DraftEdit, work: operations.Work) -> None:
        self.edit, draft = edit, edit.draft
        self._workbench.write(work, self._owner).on_done(lambda _: self._moved(draft))

    def _moved(self, kept: SaleDraft) -> None:
        self.kept = kept
        self.another_in_hand()
