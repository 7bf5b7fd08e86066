"""One customer beside the list: who he is, what he agreed to, and what he bought."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

import i18n
from desktop.features.customers import operations
from desktop.features.customers.operations import Shown
from desktop.features.customers.table_model import bought_columns, bought_source
from desktop.platform import typeface
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.card import Card
from desktop.widgets.chip import Chip
from desktop.widgets.clash_line import ClashLine
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.grid import Grid
from desktop.widgets.layout import MEDIUM, SMALL, column, row
from desktop.widgets.live import Live
from desktop.widgets.text import Text


class CustomerPane(Live, Card):
    """Shows one customer.

    Attributes:
        shown: who is on view, None for nobody.
        bought: his documents, None while nobody is on view.

    Signals:
        presented: somebody else is on view.
        order_opened(str): id of a document that shall be shown.
    """

    presented = Signal()
    order_opened = Signal(str)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._workbench = workbench
        self._task: Task[Shown] | None = None
        self.shown: Shown | None = None
        self.bought: Grid | None = None
        self._name, self._phone = Text("", typeface.HEADING), Text("", typeface.BODY)
        self._grade = Chip()
        self._about = Text("", typeface.SMALL, "secondary", wrap=True)
        self._orders = FigureCard("customers.figure.orders")
        self._spent = FigureCard("customers.figure.spent")
        self._last = FigureCard("customers.figure.last")
        self._owes, self._limit = FigureCard("customers.figure.owes"), FigureCard("customers.figure.limit")
        self._nothing = EmptyState("customers.empty.pane", icon="person")
        self.clashes = ClashLine(workbench)
        self._parts = QWidget()
        figures = QWidget()
        figures.setLayout(Flow(self._orders, self._spent, self._last, self._owes, self._limit, spread=Spread.EQUAL))
        self._place = column()
        head = row(self._name, self._grade, 1, self._phone)
        lines = column(
            head, self.clashes, self._about, figures, Text("customers.bought", typeface.STRONG), self._place, gap=MEDIUM
        )
        lines.setStretch(5, 1)
        self._parts.setLayout(lines)
        self.body.put(self._parts, self._nothing)
        self.body.setSpacing(theme().px(SMALL))
        self.go_live()

    def show_customer(self, customer_id: str | None) -> None:
        """Read and show somebody; None empties the pane."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.clashes.show_records(customer_id)
        if customer_id is None:
            self.shown = None
            self._present()
            return
        self._task = self._workbench.ask(lambda store: operations.show(store, customer_id), self).on_done(self._take)

    def retranslate(self) -> None:
        """The words in the language in force."""
        self._present()

    def _take(self, shown: Shown) -> None:
        other = self.shown is None or self.shown.customer["id"] != shown.customer["id"]
        more = self.shown is not None and self.shown.orders != shown.orders
        self.shown = shown
        if other or more:
            self._show_bought(str(shown.customer["id"]))
        self._present()

    def _show_bought(self, customer_id: str) -> None:
        if self.bought is not None:
            self.bought.model.stop()
            self.bought.hide()
            self.bought.deleteLater()
        source = bought_source(self._workbench.store, customer_id)
        reader = self._workbench.threads.reader
        empty = EmptyState("customers.empty.bought", icon="cart")
        columns = bought_columns()
        grid = Grid(columns, source, name_key="customers.bought", lane=reader, two_lines=True, empty=empty)
        grid.setMinimumHeight(theme().px(160))
        grid.opened.connect(lambda order: self.order_opened.emit(str(order["id"])) if order else None)
        self.bought = grid
        self._place.put(grid)

    def _present(self) -> None:
        shown = self.shown
        self._parts.setVisible(shown is not None)
        self._nothing.setVisible(shown is None)
        self.presented.emit()
        if shown is None:
            return
        person = shown.customer
        self._name.show_value(person["name"] or i18n.tr("customers.erased"))
        self._phone.show_value(person["phone"])
        self._grade.setVisible(bool(person["grade"]))
        self._grade.show_value(person["grade"])
        agreed = i18n.tr("customers.consent", text=person["consent"]) if person["consent"] else ""
        said = [person["note"], agreed or i18n.tr("customers.no_consent")]
        self._about.show_value("\n".join(part for part in said if part))
        self._orders.show_figure(str(shown.orders))
        self._spent.show_figure(" + ".join(amount_text(shown.spent[one], one) for one in sorted(shown.spent)) or "—")
        self._last.show_figure(moment_text(shown.last)[:5] or "—")
        self._owes.show_figure(amount_text(shown.balance))
        self._limit.show_figure(amount_text(person["credit_limit"]))
