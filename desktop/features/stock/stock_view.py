"""The stock screen: what is here, taking in, counting, putting right, and the documents of it all."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

import i18n
from desktop.features.stock import operations
from desktop.features.stock.actions import ACTIONS, TABS
from desktop.features.stock.list_views import HistoryView, IncomingView, LevelView
from desktop.features.stock.serial_dialog import SerialDialog
from desktop.features.stock.sheet import ADJUST, COUNT, DIRECT, RECEIVE
from desktop.features.stock.sheet_view import SheetView
from desktop.platform import typeface
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.workbench import Workbench
from desktop.store.store import Performed
from desktop.widgets.dialog import Dialog
from desktop.widgets.figures import quantity_text
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.text import Text
from desktop.widgets.verb import Verb

KEYS = ("quantity", "unit", "lot", "partial", "remove", "undo")
TABLES = ("stock_balance", "stock_move", "stock_document", "shipment", "shipment_line", "product")


class StockPage(Page):
    """Tabs over views; the keys belong to the sheet in front."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("stock.title")
        self._workbench = workbench
        self._views: dict[str, QWidget] = {}
        self._receiving: SheetView | None = None
        self._dialog: Dialog | None = None
        self._booking = False
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in TABS:
            self.tabs.addTab("")
        self._stack = QStackedWidget()
        self._actions = self.use_actions(Actions(ACTIONS, self, workbench.shortcuts))
        self._keys = [KeyButton.of(self._actions[f"stock.{name}"]) for name in KEYS]
        self._kept = Text("stock.sheet.kept", typeface.SMALL, "secondary")
        self.primary = PrimaryButton.of(self._actions["stock.confirm"])
        self.primary.weight = Weight.PRIMARY
        self.content.put(self.tabs, self._stack)
        self.content.setStretch(1, 1)
        self.put_foot([*self._keys, self._kept], self.primary)
        self.tabs.currentChanged.connect(lambda _: self._show())
        self.go_live()
        self._show()

    @property
    def sheet(self) -> SheetView | None:
        """The sheet in front, None while only lists are shown."""
        view = self._stack.currentWidget() if hasattr(self, "_stack") else None
        return view if isinstance(view, SheetView) else None

    @property
    def history(self) -> HistoryView | None:
        """The documents, when they are in front."""
        view = self._stack.currentWidget() if hasattr(self, "_stack") else None
        return view if isinstance(view, HistoryView) else None

    def may_attach(self) -> bool:
        """Whether files may be added to a document on view."""
        return self.history is not None and self.history.grid.current() is not None

    def attach_file(self) -> None:
        """Ask for files of the document on view."""
        if self.history is not None:
            self.history.files.choose()

    def can(self, what: str) -> bool:
        """Whether the sheet in front allows this now."""
        sheet = self.sheet
        if sheet is None or self._booking:
            return False
        entered = any(line.quantity or sheet.kind == COUNT for line in sheet.edit.draft.lines)
        answers = {
            "quantity": bool(sheet.current_key()),
            "remove": any(line.key == sheet.current_key() for line in sheet.edit.draft.lines),
            "lot": sheet.kind != RECEIVE and bool(sheet.current_key()),
            "undo": sheet.edit.can_undo,
            "partial": sheet.kind == RECEIVE and entered,
            "confirm": entered,
            "back": sheet.kind == RECEIVE,
        }
        return answers[what]

    def first_focus(self) -> QWidget:
        """Where one scans, or the list."""
        view = self._stack.currentWidget()
        if isinstance(view, SheetView):
            return view.box
        if isinstance(view, LevelView):
            return view.search
        return view.grid.table if isinstance(view, IncomingView | HistoryView) else self

    def scanned(self, code: str) -> bool:
        """Into the sheet in front, or into the search of the list."""
        view = self._stack.currentWidget()
        if isinstance(view, SheetView):
            view.scanned(code)
        elif isinstance(view, LevelView):
            view.look_for(code)
        else:
            return False
        return True

    def shown_with(self, tab: str = "", shipment_id: str = "", **_: Any) -> None:
        """Another screen sent somebody here."""
        if shipment_id:
            tab = RECEIVE
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
        if shipment_id:
            self._receive(shipment_id)

    def opened(self) -> None:
        """Stock may have changed meanwhile."""
        self._refresh()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Stock changed, here or elsewhere."""
        if touches(change_set, *TABLES):
            self._refresh()
        elif self.history is not None and touches(change_set, "stock_attachment"):
            self.history.files.reload()

    def retranslate(self) -> None:
        """Tabs and the primary action in the language in force."""
        self.tabs.setAccessibleName(i18n.tr("stock.title"))
        for index, tab in enumerate(TABS):
            self.tabs.setTabText(index, i18n.tr(f"stock.tab.{tab}"))
        self._sheet_changed()

    # -- actions -----------------------------------------------------------------------------------------------------

    def go_find(self) -> None:
        """To where one searches or scans."""
        self.first_focus().setFocus()

    def enter_quantity(self) -> None:
        """To the quantity of the current line."""
        if self.sheet is not None:
            self.sheet.enter_quantity()

    def switch_unit(self) -> None:
        """The next unit on the current line."""
        if self.sheet is not None:
            self.sheet.switch_unit()

    def choose_lot(self) -> None:
        """The lot of the current line."""
        if self.sheet is not None:
            self.sheet.choose_lot()

    def find_serial(self) -> None:
        """Where a serial has been."""
        SerialDialog(self, self._workbench).begin()

    def undo_scan(self) -> None:
        """Take the last scan back."""
        if self.sheet is not None:
            self.sheet.undo()

    def remove_line(self) -> None:
        """Take the current line off."""
        if self.sheet is not None:
            self.sheet.remove_line()

    def book_part(self) -> None:
        """Take in what is there; the rest is still expected."""
        self._book(final=False)

    def confirm(self) -> None:
        """Make the document; differences to a shipment are shown once more before they become claims."""
        sheet = self.sheet
        if sheet is None:
            return
        if sheet.kind == RECEIVE and sheet.differences():
            self._ask_about_differences(sheet)
        else:
            self._book(final=True)

    def go_back(self) -> None:
        """From a shipment to the list of shipments; what was scanned stays."""
        self._receiving = None
        self._show()
        self.first_focus().setFocus()

    def show_list(self) -> None:
        """What is here."""
        self._go("list")

    def show_receive(self) -> None:
        """Shipments on their way."""
        self._go(RECEIVE)

    def show_direct(self) -> None:
        """Taking in from a local supplier."""
        self._go(DIRECT)

    def show_count(self) -> None:
        """Counting."""
        self._go(COUNT)

    def show_adjust(self) -> None:
        """Putting right."""
        self._go(ADJUST)

    def show_history(self) -> None:
        """Documents."""
        self._go("history")

    # -- parts -------------------------------------------------------------------------------------------------------

    def _go(self, tab: str) -> None:
        self.tabs.setCurrentIndex(TABS.index(tab))
        self.first_focus().setFocus()

    def _show(self) -> None:
        tab = TABS[self.tabs.currentIndex()]
        view = self._receiving if tab == RECEIVE and self._receiving is not None else self._view(tab)
        self._stack.setCurrentWidget(view)
        self._refresh()
        self._sheet_changed()

    def _view(self, tab: str) -> QWidget:
        known = self._views.get(tab)
        if known is not None:
            return known
        if tab == "list":
            made: QWidget = LevelView(self._workbench)
        elif tab == "history":
            made = past = HistoryView(self._workbench, self._actions["stock.attach"])
            past.shown.connect(self._actions.refresh)
        elif tab == RECEIVE:
            made = incoming = IncomingView(self._workbench)
            incoming.chosen.connect(self._receive)
        else:
            made = sheet = SheetView(self._workbench, tab)
            sheet.box.follow(self._actions["stock.find"])
            sheet.changed.connect(self._sheet_changed)
            sheet.start()
        self._views[tab] = made
        self._stack.addWidget(made)
        return made

    def _receive(self, shipment_id: str) -> None:
        sheet = SheetView(self._workbench, RECEIVE)
        sheet.box.follow(self._actions["stock.find"])
        sheet.changed.connect(self._sheet_changed)
        if self._receiving is not None:
            self._receiving.deleteLater()
        self._receiving = sheet
        self._stack.addWidget(sheet)
        sheet.start(shipment_id)
        self._show()
        sheet.box.setFocus()

    def _refresh(self) -> None:
        view = self._stack.currentWidget()
        if isinstance(view, SheetView):
            view.read_lines()
        elif isinstance(view, LevelView | IncomingView | HistoryView):
            view.refresh()

    def _sheet_changed(self) -> None:
        """Buttons, and the words of the primary action with how much it is about."""
        sheet = self.sheet
        for widget in (*self._keys, self._kept, self.primary):
            widget.setVisible(sheet is not None)
        self._actions.refresh()
        if sheet is None:
            return
        self._keys[1].setVisible(sheet.kind == RECEIVE)
        self._kept.setVisible(bool(sheet.edit.draft.lines))
        units = quantity_text(sheet.edit.draft.units)
        number = len(sheet.edit.draft.lines)
        self._actions["stock.confirm"].setText(i18n.tr(f"stock.confirm.{sheet.kind}", n=units, lines=number))

    def _ask_about_differences(self, sheet: SheetView) -> None:
        differing = sheet.differences()
        short = sum(-line.difference for line in differing if line.difference < 0)
        over = sum(line.difference for line in differing if line.difference > 0)
        verbs = (Verb("part", "stock.dialog.part", "F6"), Verb("final", "stock.dialog.final", weight=Weight.PRIMARY))
        self._dialog = Dialog(self, "stock.dialog.title", verbs=verbs, back_key="stock.dialog.scan_on")
        self._dialog.chosen.connect(lambda verb: self._book(final=verb == "final"))
        self._dialog.ask("stock.dialog.sentence", short=quantity_text(short), over=quantity_text(over))

    def _book(self, *, final: bool) -> None:
        sheet = self.sheet
        if sheet is None or self._booking:
            return
        self._booking = True
        self._actions.refresh()
        body, reason = sheet.edit.draft, i18n.tr(f"stock.reason.{sheet.reason.value()}")
        task = self._workbench.do(lambda store: operations.book_sheet(store, body, final=final, reason=reason), self)
        task.on_done(lambda performed: self._booked(sheet, performed)).on_error(self._refused)

    def _booked(self, sheet: SheetView, performed: Performed) -> None:
        self._booking = False
        self._workbench.messages.success("stock.booked", number=performed.number)
        sheet.clear()
        if sheet is self._receiving:
            self.go_back()
        else:
            sheet.box.setFocus()
        self._sheet_changed()

    def _refused(self, error: BaseException) -> None:
        self._booking = False
        self._actions.refresh()
        self._workbench.messages.report(error)
