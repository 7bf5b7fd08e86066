"""Products and prices: a searchable list, the product beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

import i18n
from desktop.features.products import actions, operations
from desktop.features.products.barcode_dialog import BarcodeDialog
from desktop.features.products.detail_view import ProductDetail
from desktop.features.products.own_goods_dialog import OwnGoodsDialog
from desktop.features.products.price_dialog import PriceDialog
from desktop.features.products.price_list_dialog import PriceListDialog
from desktop.features.products.product_dialog import ProductDialog
from desktop.features.products.range_dialog import RangeDialog
from desktop.features.products.table_model import COLUMNS, product_source
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed, Store
from desktop.widgets.clash_line import ClashLine, beside
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, column
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.scan_box import with_key
from desktop.widgets.side_by_side import SideBySide

TABLES = ("product", "barcode", "price", "price_list", "goods_range")
TYPING_MS = 60
SIDE_WIDTH = 370
LEAST_LIST = 200
"""Pixels at 100 % that the list keeps in a low window; the page scrolls."""


class ProductsView(Page):
    """The screen.

    Attributes:
        may_maintain: whether this person may change anything here.
        current: the product chosen in the list.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("products.screen.title")
        self.workbench = workbench
        self.may_maintain = operations.may_maintain(workbench.actor)
        self.current: operations.Shown | None = None
        self._stale = False
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.source = product_source(workbench.store)
        lane = workbench.threads.reader
        empty = EmptyState("products.list.empty" if self.may_maintain else "products.list.empty_dealer")
        self.grid = Grid(COLUMNS, self.source, name_key="products.list.name", lane=lane, two_lines=True, empty=empty)
        self.detail = ProductDetail()
        self.clashes = ClashLine(workbench)
        self.actions_here = self.use_actions(Actions(actions.DECLARED, self, workbench.shortcuts))
        left = QWidget()
        left.setLayout(column(self.search, self.grid, gap=SMALL))
        self.content.put(SideBySide(left, beside(self.clashes, self.detail), SIDE_WIDTH))
        self._put_buttons()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._connect()
        self.go_live()

    def first_focus(self) -> QWidget:
        """The search."""
        return self.search

    def shown_with(self, **params: Any) -> None:
        """``search``: what to look for."""
        if params.get("search"):
            self.search.setText(str(params["search"]))

    def scanned(self, code: str) -> bool:
        """A scan finds the product."""
        self.search.setText(code)
        return True

    def opened(self) -> None:
        """Read what changed while another screen was in front."""
        self.may_maintain = operations.may_maintain(self.workbench.actor)
        self.actions_here.refresh()
        if self._stale:
            self._read_again()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Products or prices changed."""
        if touches(change_set, *TABLES):
            self._read_again()

    def retranslate(self) -> None:
        """Hints in the language in force."""
        cap = self.workbench.shortcuts.label("products.find")
        self.search.setPlaceholderText(with_key("products.list.search", cap))
        self.search.setAccessibleName(i18n.tr("products.list.search_name"))

    def restyle(self) -> None:
        """Measures of the look in force."""
        self.search.setMinimumHeight(theme().control_height())
        self.grid.setMinimumHeight(theme().px(LEAST_LIST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the search the arrows go into the list."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.search.hasFocus():
            self.grid.table.setFocus()
            if self.grid.table.current_row() < 0:
                self.grid.table.go_to(0)
            return
        super().keyPressEvent(event)

    # -- actions -----------------------------------------------------------------------------------------------------

    def find_product(self) -> None:
        """To the search."""
        self.search.setFocus()
        self.search.selectAll()

    def add(self) -> None:
        """A new product; the list then shows it."""
        dialog = ProductDialog(self, self.workbench, None)
        dialog.added.connect(self.search.setText)
        dialog.begin()

    def edit(self) -> None:
        """The chosen product's description."""
        if self.current is not None:
            self._with_detail(
                self.current.id, lambda detail: ProductDialog(self, self.workbench, detail.product).begin()
            )

    def set_price(self) -> None:
        """A price from a date on."""
        if self.current is not None:
            PriceDialog(self, self.workbench, self.current.code, self.current.name).begin()

    def add_barcode(self) -> None:
        """One more bar code."""
        if self.current is not None:
            BarcodeDialog(self, self.workbench, self.current.code).begin()

    def set_range(self) -> None:
        """Who may sell the chosen product."""
        if self.current is not None:
            self._with_detail(self.current.id, lambda detail: RangeDialog(self, self.workbench, detail.product).begin())

    def add_price_list(self) -> None:
        """A new price list."""
        PriceListDialog(self, self.workbench).begin()

    def show_own_goods(self) -> None:
        """What shops made themselves."""
        OwnGoodsDialog(self, self.workbench).begin()

    def list_again(self) -> None:
        """Sell it again."""
        self._set_listing(listed=True)

    def delist(self) -> None:
        """Sell it no more."""
        self._set_listing(listed=False)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _edit(self, detail: operations.Detail) -> None:
        ProductDialog(self, self.workbench, detail.product).begin()

    def _put_buttons(self) -> None:
        if not self.may_maintain:
            return
        here = self.actions_here
        wanted = (
            actions.EDIT,
            actions.PRICE,
            actions.BARCODE,
            actions.RANGE,
            actions.LIST,
            actions.DELIST,
            actions.PRICE_LIST,
        )
        self.put_foot([KeyButton.of(here[action.id]) for action in wanted], PrimaryButton.of(here[actions.ADD.id]))

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(lambda: self.grid.set_filter(self.search.text().strip()))
        self.grid.current_changed.connect(self._choose)
        self.grid.opened.connect(lambda _: self.edit() if self.may_maintain else None)
        self.grid.counted.connect(self._tell_count)
        self.workbench.changes.changed.connect(self._hear)

    def _hear(self, change_set: ChangeSet) -> None:
        if touches(change_set, *TABLES):
            self._stale = not self.isVisible()
            if not self._stale:
                self._read_again()

    def _read_again(self) -> None:
        self._stale = False
        self.source.forget()
        self.grid.reload()
        if self.current is not None:
            self._read_detail(self.current.id)

    def _choose(self, row: operations.Shown | None) -> None:
        changed = (row and row.id) != (self.current and self.current.id)
        self.current = row
        self.actions_here.refresh()
        if row is None:
            self.detail.show_detail(None)
            self.clashes.show_records()
        elif changed:
            self._read_detail(row.id)

    def _read_detail(self, product_id: str) -> None:
        self._with_detail(product_id, self._show_detail)

    def _with_detail(self, product_id: str, use: Callable[[operations.Detail], None]) -> None:
        def read(store: Store) -> operations.Detail | None:
            return operations.detail(store, product_id)

        self.workbench.ask(read, self).on_done(lambda detail: use(detail) if detail else None)

    def _show_detail(self, detail: operations.Detail) -> None:
        if self.current is not None and self.current.id == detail.product["id"]:
            self.detail.show_detail(detail)
            self.clashes.show_records(detail.product["id"], detail.product["range_id"])

    def _set_listing(self, *, listed: bool) -> None:
        if self.current is None:
            return
        code = self.current.code

        def change(store: Store) -> Performed:
            return operations.set_listing(store, code, listed=listed)

        self.workbench.do(change, self)

    def _tell_count(self, count: int) -> None:
        self.note.say("products.list.count", n=count)
        if count and self.grid.table.current_row() < 0:
            self.grid.table.go_to(0)
