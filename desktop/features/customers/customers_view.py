"""Customers: found by name, phone digits or initials, with everything they bought."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.customers.account_dialogs import CollectDialog, CreditDialog
from desktop.features.customers.actions import ACTIONS
from desktop.features.customers.customer_dialog import CustomerDialog
from desktop.features.customers.pane_view import CustomerPane
from desktop.features.customers.table_model import customer_columns, customer_source
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.layout import SMALL, column
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.scan_box import with_key
from desktop.widgets.side_by_side import SideBySide
from domain.parties import roles

PANE = 520
KEYS = ("edit", "collect", "credit", "bought")
SEARCH_PAUSE = 150


class CustomersPage(Page):
    """The list with its search, and the customer beside it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("customers.title")
        self._workbench = workbench
        self._wanted = ""
        self.dialog: CustomerDialog | None = None
        self.pane = CustomerPane(workbench)
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self._source = customer_source(workbench.store)
        empty = EmptyState("customers.empty.list", "customers.action.add", icon="people")
        empty.asked.connect(self.add)
        reader = workbench.threads.reader
        self.grid = Grid(customer_columns(), self._source, name_key="customers.title", lane=reader, empty=empty)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE)
        self._pause.timeout.connect(lambda: self.grid.set_filter(self.search.text().strip()))
        left = QWidget()
        lines = column(self.search, self.grid, gap=SMALL)
        lines.setStretch(1, 1)
        left.setLayout(lines)
        self.content.put(SideBySide(left, self.pane, PANE))
        primary = PrimaryButton.of(self._actions["customers.add"])
        primary.weight = Weight.PRIMARY
        self.put_foot([KeyButton.of(self._actions[f"customers.{name}"]) for name in KEYS], primary)
        self._connect()
        self.go_live()

    def may_edit(self) -> bool:
        """Whether the customer on view is one of ours."""
        pane: CustomerPane | None = getattr(self, "pane", None)
        return pane is not None and pane.shown is not None and pane.shown.own

    def may_set_credit(self) -> bool:
        """Whether the person signed in may say how much the customer on view may owe."""
        return self.may_edit() and self._workbench.store.known.role in roles.MANAGING

    def first_focus(self) -> QWidget:
        """The search."""
        return self.search

    def shown_with(self, customer_id: str = "", **_: Any) -> None:
        """Another screen sent somebody to this customer."""
        if customer_id:
            self._wanted = customer_id
            self.pane.show_customer(customer_id)

    def opened(self) -> None:
        """Customers may have come meanwhile."""
        self._reload()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Customers or their documents changed."""
        if touches(change_set, "customer", "orders", "account_entry"):
            self._reload()

    def go_find(self) -> None:
        """To the search."""
        self.search.setFocus()
        self.search.selectAll()

    def go_to_bought(self) -> None:
        """To what the customer bought."""
        if self.pane.bought is not None:
            self.pane.bought.table.setFocus()
            self.pane.bought.table.go_to(0)

    def add(self) -> None:
        """A new customer."""
        self._open(CustomerDialog(self, self._workbench))

    def edit(self) -> None:
        """The file of the customer on view."""
        if self.pane.shown is not None and self.may_edit():
            self._open(CustomerDialog(self, self._workbench, self.pane.shown.customer))

    def collect(self) -> None:
        """Take money for what the customer on view owes, or ahead."""
        if self.pane.shown is not None and self.may_edit():
            CollectDialog(self, self._workbench, self.pane.shown).begin()

    def set_credit(self) -> None:
        """How much the customer on view may owe."""
        if self.pane.shown is not None and self.may_set_credit():
            CreditDialog(self, self._workbench, self.pane.shown).begin()

    def restyle(self) -> None:
        """Measures of the look in force."""
        self.search.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(theme().px(180))

    def retranslate(self) -> None:
        """Name and hint of the search in the language in force."""
        self.search.setAccessibleName(i18n.tr("customers.action.find"))
        self.search.setPlaceholderText(with_key("customers.hint", self._workbench.shortcuts.label("customers.find")))

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._search_now)
        self.grid.current_changed.connect(self._current_changed)
        self.grid.counted.connect(self._counted)
        self.grid.opened.connect(lambda _: self.edit())
        self.pane.presented.connect(self._actions.refresh)
        self.pane.order_opened.connect(lambda order_id: self._workbench.open("orders", order_id=order_id))
        self._workbench.performed.connect(self._performed)

    def _open(self, dialog: CustomerDialog) -> None:
        self.dialog = dialog
        dialog.begin()

    def _search_now(self) -> None:
        self._pause.stop()
        self.grid.set_filter(self.search.text().strip())
        self.grid.table.setFocus()

    def _reload(self) -> None:
        self._source.forget()
        self.grid.reload()

    def _performed(self, performed: Any) -> None:
        """Somebody was added here: he is who one wants to see now."""
        if self.isVisible() and type(performed.payload).__name__ == "AddCustomer":
            self._wanted = performed.document_id
            self._reload()

    def _current_changed(self, current: Any) -> None:
        if self._wanted:
            return
        if current is not None:
            self.pane.show_customer(str(current["id"]))
        elif not self.grid.model.rowCount():
            self.pane.show_customer(None)

    def _counted(self, count: int) -> None:
        self.note.say("customers.count", n=f"{count:,}")
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            if not self.grid.select_key(wanted):
                self.pane.show_customer(wanted)
        elif count and not 0 <= self.grid.table.current_row() < count:
            self.grid.table.go_to(0)
