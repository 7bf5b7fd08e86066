"""Orders from below that wait: to be approved, then to be shipped. Made for the keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTabBar

import i18n
from desktop.features.orders import operations
from desktop.features.orders.actions import APPROVALS
from desktop.features.orders.desk_view import OrderDesk
from desktop.features.orders.table_model import TO_APPROVE, TO_SHIP, Wish, document_source, waiting_columns
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid
from desktop.widgets.side_by_side import SideBySide

PANE = 560
TABS = (TO_APPROVE, TO_SHIP, "on_the_way")


class ApprovalsPage(OrderDesk):
    """J and K walk through the list, A approves, R asks for a reason, S ships."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("orders.title.approvals", workbench, APPROVALS)
        source = document_source(workbench.store, seller_id=workbench.store.known.party_id, kinds=("replenishment",))
        self.note.say("orders.title.keys")
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in TABS:
            self.tabs.addTab("")
        empty = EmptyState("orders.empty.approvals", icon="success")
        reader = workbench.threads.reader
        columns = waiting_columns()
        grid = Grid(columns, source, name_key="orders.title.approvals", lane=reader, two_lines=True, empty=empty)
        self.use_grid(grid, source)
        grid.setMinimumHeight(theme().px(200))
        grid.set_filter(Wish(group=TO_APPROVE).text())
        self.tabs.currentChanged.connect(lambda _: self._apply())
        self.content.put(self.tabs, SideBySide(grid, self.pane, PANE))
        self.content.setStretch(1, 1)
        grid.counted.connect(lambda _: self._count())
        self.go_live()

    def retranslate(self) -> None:
        """Names of the tabs in the language in force."""
        self.tabs.setAccessibleName(i18n.tr("orders.filter.state"))
        self._count()

    def shown_with(self, order_id: str = "", group: str = "", **_: Any) -> None:
        """Another screen sent somebody here, to one of the tabs or to one order."""
        if group in TABS:
            self.tabs.setCurrentIndex(TABS.index(group))
        super().shown_with(order_id)

    def _apply(self) -> None:
        self.grid.set_filter(Wish(group=TABS[self.tabs.currentIndex()]).text())

    def _count(self) -> None:
        self._workbench.ask(operations.waiting, self).on_done(self._tell)

    def _tell(self, counts: dict[str, int]) -> None:
        for index, group in enumerate(TABS):
            self.tabs.setTabText(index, i18n.tr("orders.tab", name=i18n.tr(f"orders.filter.{group}"), n=counts[group]))
