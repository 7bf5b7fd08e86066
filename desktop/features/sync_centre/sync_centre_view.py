"""The sync centre: what waits, what became of each document, what needs somebody, and what was done about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QTabBar, QWidget

import i18n
from desktop.features.sync_centre import actions, devices, diagnostics, held, operations, ways
from desktop.features.sync_centre.actions import ALONE, MANAGED, TABS
from desktop.features.sync_centre.check_dialog import CheckDialog
from desktop.features.sync_centre.comparison import Comparison, compare
from desktop.features.sync_centre.document_pane import DocumentPane
from desktop.features.sync_centre.export_dialog import diagnostics_dialog
from desktop.features.sync_centre.figures_view import FiguresView
from desktop.features.sync_centre.operations import SyncStatus
from desktop.features.sync_centre.reason_dialog import ReasonDialog
from desktop.features.sync_centre.reassign_dialog import ReassignDialog
from desktop.features.sync_centre.table_model import DOCUMENT_COLUMNS, device_columns, held_columns
from desktop.platform.actions import Actions
from desktop.platform.changes import ChangeSet
from desktop.platform.task import Task
from desktop.platform.theme import theme
from desktop.platform.workbench import Workbench
from desktop.store import clashing
from desktop.store.store import Performed, Store
from desktop.widgets.clash_columns import CLASH_COLUMNS
from desktop.widgets.clash_dialog import ClashDialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.grid import Grid, ListSource
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import SMALL, column
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.side_by_side import SideBySide
from domain.kernel.channels import Row

LOOK_AGAIN_MS = 3_000
"""A push marks documents as sent without changing a row; the screen looks again while it is in front."""
SIDE_WIDTH = 520
LEAST_LIST = 150
"""Pixels at 100 % that the list keeps in a low window."""

Read = tuple[SyncStatus, list[Any]]
LISTS: dict[str, Callable[[Store], list[Any]]] = {
    "inbox": operations.inbox,
    "documents": operations.documents,
    "history": operations.history,
    "devices": devices.devices,
    "held": held.held,
    "clashes": clashing.open_clashes,
}


class SyncCentreView(Page):
    """The screen.

    Attributes:
        entry: the command that is chosen, whichever list is in front.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__("sync_centre.screen.title")
        self.workbench = workbench
        self.entry: Row | None = None
        self.sees_devices = devices.may_see(workbench.actor)
        self._comparing: Task[Comparison] | None = None
        self._reading: Task[Read] | None = None
        self.figures = FiguresView(workbench.clock)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for tab in TABS:
            self.tabs.addTab("")
            self.tabs.setTabVisible(TABS.index(tab), tab not in MANAGED or self.sees_devices)
        self.actions_here = self.use_actions(Actions(actions.DECLARED, self, workbench.shortcuts))
        here = self.actions_here
        self.pane = DocumentPane([KeyButton.of(here[each.id]) for each in actions.WAYS])
        self._sources = {tab: ListSource(key=lambda row: row["id"]) for tab in TABS}
        self._sources["clashes"] = ListSource(key=lambda clash: clash.id)
        self.grids = {tab: self._grid(tab) for tab in TABS}
        left = QWidget()
        left.setLayout(column(self.tabs, *self.grids.values(), gap=SMALL))
        self.content.put(self.figures, SideBySide(left, self.pane, SIDE_WIDTH))
        self.content.setStretch(1, 1)
        self._decide = {
            actions.RELEASE: ("held",), actions.REFUSE: ("held",),
            actions.ACKNOWLEDGE: MANAGED, actions.CHOOSE: ("clashes",)
        }  # fmt: skip
        self._deciding = {KeyButton.of(here[each.id]): tabs for each, tabs in self._decide.items()}
        buttons = [KeyButton.of(here[each.id]) for each in (actions.CHECK, actions.EXPORT)]
        self.put_foot([*self._deciding, *buttons], PrimaryButton.of(here[actions.SYNC.id]))
        self._again = QTimer(self, interval=LOOK_AGAIN_MS)
        self._connect()
        self.go_live()
        self._show_tab()

    @property
    def tab(self) -> str:
        """The list in front."""
        return TABS[self.tabs.currentIndex()]

    @property
    def grid(self) -> Grid:
        """The list in front."""
        return self.grids[self.tab]

    @property
    def ways(self) -> tuple[str, ...]:
        """What this person may do about the entry."""
        return tuple(self.entry.get("ways", ())) if self.entry is not None else ()

    @property
    def held_waits(self) -> bool:
        """Whether a held command that nobody has decided about is chosen."""
        return self.tab == "held" and held.waits(self.grid.current())

    @property
    def can_choose(self) -> bool:
        """Whether a field that two people wrote is chosen, and this person may say which value holds."""
        if self.tab == "clashes":
            clash = self.grid.current()
            return clash is not None and bool(clash.may)
        return "choose" in self.ways

    @property
    def has_alarms(self) -> bool:
        """Whether this person may acknowledge the alarms of the chosen PC."""
        row = self.grid.current() if self.tab == "devices" else None
        return row is not None and bool(row["alarms"]) and held.may_acknowledge(self.workbench.actor)

    @property
    def has_told(self) -> bool:
        """Whether a sale without authorisation is chosen that nobody above has looked at."""
        return self.tab == "held" and held.is_unseen(self.grid.current())

    def first_focus(self) -> QWidget:
        """The list."""
        return self.grid.table

    def opened(self) -> None:
        """Read again."""
        self._read()

    def take_changes(self, change_set: ChangeSet) -> None:
        """Anything that changed may be a document's state."""
        self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Look now and again."""
        super().showEvent(event)
        self._again.start()
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._again.stop()

    def retranslate(self) -> None:
        """The tabs in the language in force."""
        self.tabs.setAccessibleName(i18n.tr("sync_centre.screen.title"))
        self._tell_tabs()

    def restyle(self) -> None:
        """Room for some documents in a low window."""
        for grid in self.grids.values():
            grid.setMinimumHeight(theme().px(LEAST_LIST))

    # -- actions -----------------------------------------------------------------------------------------------------

    def sync_now(self) -> None:
        """A round at once."""
        self.workbench.sync_requested.emit()

    def show_inbox(self) -> None:
        """What needs somebody."""
        self._go("inbox")

    def show_documents(self) -> None:
        """Documents of this PC, newest first."""
        self._go("documents")

    def show_history(self) -> None:
        """What was dealt with."""
        self._go("history")

    def show_devices(self) -> None:
        """How the shops' PCs are."""
        self._go("devices")

    def show_held(self) -> None:
        """What the server keeps without effect from the shops below."""
        self._go("held")

    def show_clashes(self) -> None:
        """Fields that two people wrote."""
        self._go("clashes")

    def choose(self) -> None:
        """Both values side by side: of the chosen field's record, or of the record of the chosen edit."""
        clash = self.grid.current() if self.tab == "clashes" else None
        record = clash.record_id if clash is not None else str((self.entry or {}).get("document_id", ""))
        ClashDialog(self, self.workbench, [record]).begin()

    def release(self) -> None:
        """Have the chosen command taken again."""
        command_id = self._chosen_id()
        self._do(lambda store: held.release(store, command_id))

    def refuse(self) -> None:
        """Ask for the reason, then let nothing come of it."""
        command_id = self._chosen_id()
        work = self._do
        ReasonDialog(
            self, "refuse", self.workbench.messages, lambda why: work(lambda store: held.refuse(store, command_id, why))
        ).begin()

    def acknowledge(self) -> None:
        """The alarms of the chosen PC, or the chosen sale of a shop below, have been looked at."""
        chosen, work = self._chosen_id(), held.see if self.tab == "held" else held.acknowledge
        self._do(lambda store: work(store, chosen))

    def dismiss(self) -> None:
        """Somebody has seen it and dealt with it; the document stays."""
        command_id = self._current_id()
        self.workbench.write(lambda store: ways.dismiss(store, command_id), self).on_done(lambda _: self._handled())

    def change_and_send(self) -> None:
        """Take up again what was entered; a recorded sale is taken back first, with a reason."""
        command_id = self._current_id()
        if self.entry is not None and self.entry["status"] == "refused":
            self._enter_again(command_id)
            return

        def take_back(reason: str) -> Task[Any]:
            return self._do(lambda store: ways.take_back_to_change(store, command_id, reason))

        dialog = ReasonDialog(self, "change", self.workbench.messages, take_back)
        dialog.accepted.connect(lambda: self.workbench.open("order_entry", again=True))
        dialog.begin()

    def reassign(self) -> None:
        """Choose the customer whose sale it is."""
        command_id = self._current_id()
        ReassignDialog(self, self.workbench, lambda who: self._reassign(command_id, who)).begin()

    def void(self) -> None:
        """Ask for the reason, then take it back, or strike it off when it had no effect."""
        command_id, refused = self._current_id(), self.entry is not None and self.entry["status"] == "refused"

        def work(reason: str) -> Task[Any]:
            if refused:
                return self.workbench.write(lambda store: ways.strike_off(store, command_id, reason), self)
            return self._do(lambda store: ways.void(store, command_id, reason))

        dialog = ReasonDialog(self, "strike_off" if refused else "void", self.workbench.messages, work)
        dialog.accepted.connect(self._handled)
        dialog.begin()

    def open_document(self) -> None:
        """The screen that shows what it was about; a draft's is where it is being entered."""
        entry = self.entry
        if entry is None:
            return
        if entry["status"] == "draft":
            self.workbench.open(operations.DRAFT_SCREENS[entry["kind"]])
            return
        shown = {"order_id": entry["document_id"]} if str(entry["kind"]).startswith("orders.") else {}
        self.workbench.open(ways.screen_of(entry), **shown)

    def check_data(self) -> None:
        """Examine this PC's data and show what was seen."""
        self.workbench.ask(operations.check, self).on_done(lambda checks: CheckDialog(self, checks).open())

    def export(self) -> None:
        """Choose a file for the diagnostics."""
        file = f"dealerdesk-{self.workbench.clock.today()}.json"
        dialog = diagnostics_dialog(self, file)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write the diagnostics there."""
        chosen = self.workbench.settings.chosen()

        def write(store: Store) -> Path:
            return diagnostics.export(store, Path(path), chosen)

        def done(written: Path) -> None:
            self.workbench.messages.success("sync_centre.exported", file=written.name)

        def failed(error: BaseException) -> None:
            if isinstance(error, OSError):
                self.workbench.messages.error("sync_centre.not_written", file=Path(path).name)
            else:
                self.workbench.messages.report(error)

        self.workbench.ask(write, self).on_done(done).on_error(failed)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _grid(self, tab: str) -> Grid:
        icon = "success" if tab == "inbox" else "document"
        empty = EmptyState(f"sync_centre.none.{tab}", icon=icon)
        source = self._sources[tab]
        clock = self.workbench.clock
        managed = {"devices": device_columns(clock), "held": held_columns(clock), "clashes": CLASH_COLUMNS}
        columns = managed.get(tab, DOCUMENT_COLUMNS)
        grid = Grid(columns, source, name_key=f"sync_centre.tab.{tab}", two_lines=True, empty=empty)
        grid.current_changed.connect(lambda entry: self._choose(entry) if tab == self.tab else None)
        grid.opened.connect(lambda _: self._open_row(tab))
        return grid

    def _open_row(self, tab: str) -> None:
        if tab == "clashes":
            self.choose()
        elif tab not in MANAGED:
            self.open_document()

    def _connect(self) -> None:
        self._again.timeout.connect(self._read)
        self.tabs.currentChanged.connect(lambda _: self._show_tab())
        self.workbench.changes.changed.connect(lambda _: self._read() if self.isVisible() else None)

    def _go(self, tab: str) -> None:
        self.tabs.setCurrentIndex(TABS.index(tab))
        self.grid.table.setFocus()

    def _show_tab(self) -> None:
        for tab, grid in self.grids.items():
            grid.setVisible(tab == self.tab)
        self.pane.setVisible(self.tab not in ALONE)
        if self.tab not in ALONE:
            self.pane.show_tab(self.tab)
        self._choose(self.grid.current())
        self._read()

    def _current_id(self) -> str:
        return str(self.entry["id"]) if self.entry is not None else ""

    def _chosen_id(self) -> str:
        row = self.grid.current()
        return str(row["id"]) if row is not None else ""

    def _read(self) -> None:
        tab = self.tab
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self.workbench.ask(lambda store: (operations.status(store), LISTS[tab](store)), self)
        self._reading.on_done(lambda read: self._show(tab, read))

    def _show(self, tab: str, read: Read) -> None:
        status, rows = read
        self._sources[tab].replace(rows)
        grid = self.grids[tab]
        grid.reload()
        if rows and grid.table.current_row() < 0:
            grid.table.go_to(0)
        self.figures.show_status(status)
        self._tell_tabs(status.needing)
        if tab == self.tab:
            self._choose(grid.current())

    def _tell_tabs(self, needing: int = 0) -> None:
        for place, tab in enumerate(TABS):
            count = f" {needing}" if tab == "inbox" and needing else ""
            self.tabs.setTabText(place, i18n.tr(f"sync_centre.tab.{tab}") + count)

    def _choose(self, current: Row | None) -> None:
        self.entry = entry = current if self.tab not in ALONE else None
        for button, tabs in self._deciding.items():
            button.setVisible(self.tab in tabs or (tabs == ("clashes",) and self.can_choose))
        self.actions_here.refresh()
        self.pane.show_entry(entry)
        if self._comparing is not None:
            self._comparing.cancel()
        if entry is not None and entry["status"] != "draft":
            command_id = str(entry["id"])
            self._comparing = self.workbench.ask(lambda store: compare(store, command_id), self)
            self._comparing.on_done(self.pane.show_comparison)

    def _enter_again(self, command_id: str) -> None:
        task = self.workbench.ask(lambda store: ways.entered(store, command_id), self)
        task.on_done(lambda params: self.workbench.open("replenishment", **params))

    def _reassign(self, command_id: str, customer_id: str | None) -> None:
        task = self._do(lambda store: ways.reassign(store, command_id, customer_id))
        task.on_done(lambda _: self._handled())

    def _do(self, operation: Callable[[Store], Performed]) -> Task[Performed]:
        return self.workbench.do(operation, self)

    def _handled(self) -> None:
        self.workbench.changes.broadcast({"outcome": None})
