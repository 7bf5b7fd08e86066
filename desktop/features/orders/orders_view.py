"""All documents of this side: found, filtered, looked at, taken a step further."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

import i18n
from desktop.features.orders.actions import ORDERS
from desktop.features.orders.desk_view import OrderDesk
from desktop.features.orders.table_model import GROUPS, Wish, document_columns, document_source
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.choice import Choice, Option
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.flow import Flow
from desktop.widgets.grid import Grid
from desktop.widgets.scan_box import with_key
from desktop.widgets.side_by_side import SideBySide
from domain.parties import roles

PANE = 400
SEARCH_PAUSE = 200
KINDS = ("retail", "return", "booking", "replenishment", "charge")


class OrdersPage(OrderDesk):
    """The list with filters above, and the order beside it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("orders.title.orders", workbench, ORDERS)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        everything = Option("", "orders.filter.all_kinds")
        self.kind = Choice("orders.filter.kind", [everything, *(Option(one, f"orders.kind.{one}") for one in KINDS)])
        groups = [Option("", "orders.filter.all_states"), *(Option(one, f"orders.filter.{one}") for one in GROUPS)]
        self.group = Choice("orders.filter.state", groups)
        source = document_source(workbench.store)
        columns = document_columns(workbench.store.known.party_id)
        sells = workbench.store.known.role in roles.SELLING
        self.empty = EmptyState("orders.empty.none", "orders.empty.sell" if sells else "", icon="list")
        self.empty.asked.connect(lambda: workbench.open("order_entry"))
        reader = workbench.threads.reader
        grid = Grid(columns, source, name_key="orders.title.orders", lane=reader, two_lines=True, empty=self.empty)
        self.use_grid(grid, source)
        grid.setMinimumHeight(theme().px(200))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE)
        self._pause.timeout.connect(self._apply)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._search_now)
        self.kind.currentIndexChanged.connect(lambda _: self._apply())
        self.group.currentIndexChanged.connect(lambda _: self._apply())
        self.content.addLayout(Flow(self.search, self.kind, self.group))
        self.content.put(SideBySide(grid, self.pane, PANE))
        self.content.setStretch(1, 1)
        grid.counted.connect(self._tell_count)
        self.go_live()

    def go_find(self) -> None:
        """To the search."""
        self.search.setFocus()
        self.search.selectAll()

    def restyle(self) -> None:
        """Measures of the filters."""
        self.search.setMinimumHeight(theme().control_height())
        self.search.setFixedWidth(theme().px(220))

    def retranslate(self) -> None:
        """Hint of the search in the language in force."""
        self.search.setAccessibleName(i18n.tr("orders.action.find"))
        self.search.setPlaceholderText(with_key("orders.filter.hint", self._workbench.shortcuts.label("orders.find")))

    def _search_now(self) -> None:
        self._pause.stop()
        self._apply()
        self.grid.table.setFocus()

    def _apply(self) -> None:
        wish = Wish(self.kind.value(), self.group.value(), self.search.text().strip())
        self.empty.sentence.say("orders.empty.none" if wish == Wish() else "orders.empty.orders")
        self.grid.set_filter(wish.text())

    def _tell_count(self, count: int) -> None:
        self.note.say("orders.title.count", n=f"{count:,}")
