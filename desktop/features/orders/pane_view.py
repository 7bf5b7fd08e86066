"""One document beside its list: lines with the way of their prices, what happened, and the steps that may follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.orders import operations
from desktop.features.orders.operations import Shown
from desktop.features.orders.reason_view import ReasonEntry
from desktop.features.orders.ship_view import ShipEntry
from desktop.features.orders.table_model import STATE_TONES, SYNC_TONES, LineRow, line_columns, state_of
from desktop.platform import typeface
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.attachment_pane import AttachmentPane
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figures import amount_text, moment_text, price_text
from desktop.widgets.flow import Flow
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import MEDIUM, NONE, SMALL, TIGHT, column, row
from desktop.widgets.live import Live
from desktop.widgets.scroll_pane import ScrollPane
from desktop.widgets.text import Text
from domain.orders.states import BOOKED

STEPS = ("approve", "refuse", "ship", "close", "cancel", "return", "fetch", "call_off", "void")
"""The steps of the buttons, in their order."""


class OrderPane(Live, Card):
    """Shows one order; asks for a reason or for what to ship in place, never in a window.

    Attributes:
        shown: what is on view, None for nothing.

    Signals:
        presented: another order is on view, or none.
    """

    presented = Signal()

    def __init__(
        self, workbench: Workbench, steps: Sequence[QAction], attach: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._workbench = workbench
        self._task: Task[Shown] | None = None
        self.shown: Shown | None = None
        self._number = Text("", typeface.HEADING)
        self._who = Text("", typeface.BODY, "secondary", wrap=True)
        self._total = Text("", typeface.HEADING, right=True)
        self._state, self._sync = Chip(), Chip()
        self._source = ListSource(key=lambda row: row.line["id"])
        self.lines = Grid(line_columns(), self._source, name_key="orders.pane.lines", two_lines=True)
        self._why = Text("", typeface.SMALL, "secondary", wrap=True)
        self._facts = Text("", typeface.SMALL, "secondary", wrap=True)
        self._nothing = EmptyState("orders.pane.nothing", icon="document")
        self._buttons = [KeyButton.of(action) for action in steps]
        for button, step in zip(self._buttons, STEPS, strict=True):
            button.weight = Weight.PRIMARY if step in ("approve", "ship", "fetch") else Weight.PLAIN
        self.files = AttachmentPane(workbench, "order", attach)
        self.reason = ReasonEntry()
        self.shipping = ShipEntry()
        self._compose()
        self.lines.current_changed.connect(lambda _: self._tell_why())
        self.go_live()
        self._present()

    def show_order(self, order_id: str | None) -> None:
        """Read and show an order; None empties the pane. An entry under way for it stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if order_id is None:
            self.shown = None
            self.files.show_subject("", may_add=False)
            self._present()
            return
        if self.shown is not None and self.shown.detail.order["id"] != order_id:
            self.leave_entry()
        self._task = self._workbench.ask(lambda store: operations.show(store, order_id), self).on_done(self._take)

    def leave_entry(self) -> None:
        """Back from a reason or a shipment being entered."""
        self.reason.hide()
        self.shipping.hide()
        self._offer()

    def entering(self) -> bool:
        """Whether a reason or a shipment is being entered."""
        return not self.reason.isHidden() or not self.shipping.isHidden()

    def ask_reason(self, step: str) -> None:
        """Ask in place why."""
        self.shipping.hide()
        self.reason.begin(step)
        self._offer()

    def ask_shipment(self) -> None:
        """Ask in place what goes out."""
        if self.shown is not None:
            self.reason.hide()
            self.shipping.begin(self.shown)
            self._offer()

    def restyle(self) -> None:
        """Room for some lines."""
        self.lines.setMinimumHeight(theme().px(170))

    def retranslate(self) -> None:
        """The words of the facts in the language in force."""
        self._present()

    def _compose(self) -> None:
        inside = QWidget()
        head = row(self._number, self._state, self._sync, 1, gap=SMALL)
        self._body = QWidget()
        parts = (self._who, self.lines, self._why, self._facts, self.files)
        lines = column(*parts, gap=SMALL, margins=(NONE, NONE, NONE, NONE))
        lines.setStretch(1, 1)
        self._body.setLayout(lines)
        inside.setLayout(column(self._body, self._nothing, gap=NONE))
        self._foot = QWidget()
        self._foot.setLayout(Flow(*self._buttons))
        self._head = QWidget()
        self._head.setLayout(column(head, row(self._total, 1), gap=TIGHT))
        # What is being entered stands above the lines: messages lie over the lower edge of the window.
        self.body.put(self._head, self.reason, self.shipping, ScrollPane(inside), self._foot)
        self.body.setStretch(3, 1)
        self.reason.hide()
        self.shipping.hide()
        self.body.setSpacing(MEDIUM)

    def _take(self, shown: Shown) -> None:
        self._task = None
        self.shown = shown
        order = shown.detail.order
        rows = [LineRow(line, order["currency"], shown.stock.get(line["product_id"])) for line in shown.detail.lines]
        self._source.replace(rows)
        self.lines.reload()
        self.lines.table.go_to(0)
        self.files.show_subject(order["id"], may_add=shown.own)
        self._present()

    def _present(self) -> None:
        shown = self.shown
        for widget in (self._head, self._body):
            widget.setVisible(shown is not None)
        self._nothing.setVisible(shown is None)
        self._offer()
        self.presented.emit()
        if shown is None:
            self.reason.hide()
            self.shipping.hide()
            return
        order = shown.detail.order
        self._number.show_value(order["number"])
        state = state_of(order)
        self._state.say(f"orders.state.{state}", STATE_TONES.get(state, "neutral"))
        self._sync.say(f"orders.sync.{shown.detail.sync}", SYNC_TONES.get(shown.detail.sync, "neutral"))
        self._total.show_value(amount_text(order["total"], order["currency"]))
        self._who.show_value(_who(shown))
        self._facts.show_value("\n".join(_facts(shown)))
        self._tell_why()

    def _offer(self) -> None:
        """Show the steps that may be taken now, unless one is being entered."""
        allowed = self.shown.may if self.shown is not None and not self.entering() else frozenset()
        for button, step in zip(self._buttons, STEPS, strict=True):
            button.setVisible(step in allowed)
        self._foot.setVisible(bool(allowed))

    def _tell_why(self) -> None:
        row_ = self.lines.current()
        self._why.setVisible(row_ is not None)
        if row_ is not None:
            self._why.show_value(_trace(row_))


def _who(shown: Shown) -> str:
    order, names = shown.detail.order, shown.names
    if order["kind"] == "replenishment":
        seller, buyer = names.get(order["seller_id"], ""), names.get(order["buyer_id"], "")
        side = i18n.tr("orders.pane.between", seller=seller, buyer=buyer)
    else:
        side = names.get(order["customer_id"], i18n.tr("orders.walk_in"))
    said = [i18n.tr(f"orders.kind.{order['kind']}"), side, order["person_name"], moment_text(order["ordered_at"])]
    if order["note"]:
        said.append(order["note"])
    return " · ".join(part for part in said if part)


def _trace(shown: LineRow) -> str:
    """Why this line costs what it costs."""
    try:
        trace: dict[str, Any] = msgspec.json.decode(shown.line["trace"] or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        trace = {}
    name = shown.line["product_name"]
    if "manual" in trace:
        listed = price_text(int(trace["price"]), shown.currency) if "price" in trace else "—"
        manual = price_text(int(trace["manual"]), shown.currency)
        return i18n.tr("orders.pane.manual_price", product=name, price=manual, listed=listed)
    if "price" in trace:
        price = price_text(int(trace["price"]), shown.currency)
        return i18n.tr("orders.pane.list_price", product=name, price=price, list=trace["list"], day=trace["from"])
    return i18n.tr("orders.pane.no_trace", product=name)


def _ahead(shown: Shown) -> list[str]:
    """What was paid ahead, what is still due, and the day for which the goods are wanted."""
    order = shown.detail.order
    said = []
    if order["state"] == BOOKED:
        left = amount_text(order["total"] - order["deposit"], order["currency"])
        said.append(i18n.tr("orders.pane.left", deposit=amount_text(order["deposit"], order["currency"]), left=left))
    elif order["deposit"]:
        said.append(i18n.tr("orders.pane.ahead", deposit=amount_text(order["deposit"], order["currency"])))
    if order["wanted_on"]:
        said.append(i18n.tr("orders.pane.wanted_on", day=order["wanted_on"]))
    return said


def _facts(shown: Shown) -> list[str]:
    """Payments, shipments and every change of state, a line each."""
    detail, currency = shown.detail, shown.detail.order["currency"]
    said = [*_ahead(shown)]
    said += [
        i18n.tr(
            "orders.pane.paid",
            time=moment_text(paid["at"]),
            method=i18n.tr(f"orders.method.{paid['method']}"),
            amount=amount_text(paid["amount"], currency),
        )
        for paid in detail.payments
    ]
    said += [
        i18n.tr(
            "orders.pane.shipped",
            time=moment_text(sent["shipped_at"]),
            number=sent["number"],
            carrier=" ".join(part for part in (sent["carrier"], sent["tracking"]) if part) or "—",
            state=i18n.tr(f"orders.shipment.{sent['state']}"),
        )
        for sent in detail.shipments
    ]
    for step in detail.transitions:
        state = i18n.tr(f"orders.state.{step['to_state']}")
        line = i18n.tr("orders.pane.step", time=moment_text(step["at"]), person=step["person_name"], state=state)
        said.append(f"{line} · {step['reason']}" if step["reason"] else line)
    return said
