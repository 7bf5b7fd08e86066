"""What both screens of orders share: a list, the pane of the current order, and the steps taken on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.features.orders import operations, returning
from desktop.features.orders.call_off_dialog import CallOffDialog
from desktop.features.orders.pane_view import STEPS, OrderPane
from desktop.features.orders.return_flow import ReturnFlow
from desktop.platform.action import Action
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store import bookings
from desktop.store.doubts import Doubt, doubts_of_code
from desktop.store.store import Performed, Store
from desktop.widgets.grid import Grid, KeysetSource
from desktop.widgets.page import Page
from domain.stock.handlers import Line

TABLES = ("orders", "order_line", "order_transition", "payment", "shipment")
WITH_REASON = {"refuse": operations.refuse, "cancel": operations.cancel}


class OrderDesk(Page):
    """A screen with a list of orders; who derives from it makes the list and places it beside :attr:`pane`.

    Attributes:
        grid: the list; made by :meth:`use_grid`.
        pane: the current order.
    """

    grid: Grid

    def __init__(self, title_key: str, workbench: Workbench, declared: Sequence[Action]) -> None:
        super().__init__(title_key)
        self._workbench = workbench
        self._actions = self.use_actions(Actions(declared, self, workbench.shortcuts))
        self._source: KeysetSource | None = None
        self._wanted = ""
        self._doubting: dict[str, Task[tuple[Doubt, ...]]] = {}
        self.pane = OrderPane(
            workbench, [self._actions[f"orders.{step}"] for step in STEPS], self._actions["orders.attach"]
        )
        self._returns = ReturnFlow(self, workbench)
        self._returns.done.connect(self.reload)
        self.pane.presented.connect(self._actions.refresh)
        self.pane.reason.given.connect(self._reason_given)
        self.pane.reason.went_back.connect(self._back_to_list)
        self.pane.shipping.given.connect(self._shipment_given)
        self.pane.shipping.said.connect(self._serials_said)
        self.pane.shipping.went_back.connect(self._back_to_list)

    def use_grid(self, grid: Grid, source: KeysetSource) -> Grid:
        """Take the list of this screen."""
        self.grid, self._source = grid, source
        grid.current_changed.connect(self._current_changed)
        grid.counted.connect(self._counted)
        return grid

    def may(self, step: str) -> bool:
        """Whether the order on view may take this step now: the pane asked ``orders.states.may``."""
        pane: OrderPane | None = getattr(self, "pane", None)
        return pane is not None and pane.shown is not None and step in pane.shown.may

    def may_attach(self) -> bool:
        """Whether files may be added to the order on view."""
        pane: OrderPane | None = getattr(self, "pane", None)
        return pane is not None and pane.shown is not None and pane.shown.own

    def attach_file(self) -> None:
        """Ask for files of the order on view."""
        self.pane.files.choose()

    def first_focus(self) -> QWidget:
        """The list."""
        return self.grid.table

    def shown_with(self, order_id: str = "", **_: Any) -> None:
        """Another screen sent somebody to this order."""
        if order_id:
            self._wanted = order_id
            self.pane.show_order(order_id)

    def opened(self) -> None:
        """Orders may have come meanwhile."""
        self.reload()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Orders changed, here or elsewhere."""
        if touches(change_set, *TABLES):
            self.reload()
        elif touches(change_set, "order_attachment"):
            self.pane.files.reload()

    def reload(self) -> None:
        """Read list and order again."""
        if self._source is not None:
            self._source.forget()
            self.grid.reload()

    # -- steps -------------------------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Agree to the order."""
        self._take_step(operations.approve)

    def refuse(self) -> None:
        """Ask for the reason first."""
        self.pane.ask_reason("refuse")

    def cancel_order(self) -> None:
        """Ask for the reason first."""
        self.pane.ask_reason("cancel")

    def void(self) -> None:
        """Ask for the reason first."""
        self.pane.ask_reason("void")

    def take_back(self) -> None:
        """Ask what comes back of the sale on view."""
        if self.pane.shown is not None:
            self._returns.begin(str(self.pane.shown.detail.order["id"]))

    def fetch(self) -> None:
        """The customer is here: to order entry with what he ordered."""
        if self.pane.shown is not None:
            order_id = str(self.pane.shown.detail.order["id"])
            task = self._workbench.ask(lambda store: bookings.fetching(store, order_id), self)
            task.on_done(lambda fetching: self._workbench.open("order_entry", fetching=fetching))

    def call_off(self) -> None:
        """Ask why, and what becomes of the deposit."""
        if self.pane.shown is not None:
            order = self.pane.shown.detail.order
            CallOffDialog(self, self._workbench, order, partial(self._call_off, str(order["id"]))).begin()

    def _call_off(self, order_id: str, reason: str, keep: bool) -> None:
        self._returns.take_step(
            lambda store, why, approvals: returning.call_off(store, order_id, why, keep=keep, approvals=approvals),
            reason,
        )

    def ship(self) -> None:
        """Ask what goes out."""
        self.pane.ask_shipment()

    def close_order(self) -> None:
        """Nothing more will come of this order."""
        self._take_step(operations.close)

    def go_next(self) -> None:
        """The row below."""
        self.grid.table.go_to(self.grid.table.current_row() + 1)

    def go_previous(self) -> None:
        """The row above."""
        self.grid.table.go_to(max(0, self.grid.table.current_row() - 1))

    def printable(self) -> str:
        """The order in the pane, empty for none: what Ctrl+P prints."""
        return str(self.pane.shown.detail.order["id"]) if self.pane.shown is not None else ""

    def _reason_given(self, step: str, reason: str) -> None:
        if step == "void":
            self._void(reason)
            return
        operation = WITH_REASON[step]
        self._take_step(lambda store, order_id: operation(store, order_id, reason))

    def _void(self, reason: str) -> None:
        """Above the limit a second person agrees in place."""
        if self.pane.shown is not None:
            order_id = str(self.pane.shown.detail.order["id"])
            self._back_to_list()
            self._returns.take_step(
                lambda store, why, approvals: returning.void(store, order_id, why, approvals), reason, "void"
            )

    def _shipment_given(self, lines: Sequence[Line], carrier: str, tracking: str) -> None:
        self._take_step(
            lambda store, order_id: operations.ship(store, order_id, lines, carrier=carrier, tracking=tracking)
        )

    def _serials_said(self, code: str, serials: Sequence[str]) -> None:
        if code in self._doubting:  # an older answer must not come after the newer one
            self._doubting[code].cancel()
        self._doubting[code] = self._workbench.ask(lambda store: doubts_of_code(store, code, serials), self)
        self._doubting[code].on_done(lambda found: self.pane.shipping.tell(code, found))

    def _take_step(self, operation: Callable[[Store, str], Performed]) -> None:
        if self.pane.shown is None:
            return
        order_id = str(self.pane.shown.detail.order["id"])
        self._workbench.do(lambda store: operation(store, order_id), self).on_done(self._stepped)

    def _stepped(self, performed: Performed) -> None:
        self._back_to_list()
        self._returns.sealed(performed)
        self.reload()

    def _back_to_list(self) -> None:
        self.pane.leave_entry()
        self.grid.table.setFocus()

    # -- following the list ------------------------------------------------------------------------------------------

    def _current_changed(self, current: Any) -> None:
        if self._wanted:
            return
        self._show(str(current["id"]) if current is not None else None)

    def _show(self, order_id: str | None) -> None:
        if order_id is None and self.grid.model.rowCount():
            return
        self.pane.show_order(order_id)

    def _counted(self, count: int) -> None:
        if self._wanted and self.grid.select_key(self._wanted):
            wanted, self._wanted = self._wanted, ""
            self._show(wanted)
        elif count and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
        elif count and self.grid.table.current_row() >= count:
            self.grid.table.go_to(count - 1)
