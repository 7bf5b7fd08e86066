"""The main window: navigation, the screen in front, the status bar; palette, help, messages and the scanner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QMetaObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.app.scheduler import Scheduler
from desktop.app.screens import nav_groups, screens_for
from desktop.app.shell_status import connection_of, status_info
from desktop.platform.action import Action
from desktop.platform.actions import Actions, HelpRow, PaletteEntry
from desktop.platform.changes import ChangeSet, touches
from desktop.platform.later import later
from desktop.platform.notice import NoticeAction
from desktop.platform.shortcuts import KeyGroup
from desktop.platform.workbench import Workbench
from desktop.store.lease import LeaseState
from desktop.widgets.banner import Banner
from desktop.widgets.layout import NONE, column, row
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.page import Page
from desktop.widgets.palette_popup import CommandPalette
from desktop.widgets.scanner import Scanner
from desktop.widgets.status_bar import StatusBar
from desktop.widgets.status_info import StatusInfo

KEYMAP = later("desktop.app.keymap", "groups")
SIZE = (1366, 768)
LEAST = (800, 500)
TICK_MS = 20_000
EVERYWHERE = "platform.actions.everywhere"

HELP_BOOK: Callable[..., Any] = later("desktop.app.help.book", "HelpBook")
HELP_DIALOG: Callable[..., Any] = later("desktop.app.help.help_dialog", "HelpDialog")
FIRST_PAGE = "first_sale"

SHELL_ACTIONS = (
    Action("app.help", "app.action.help", "show_help", "F1", group_key=EVERYWHERE, everywhere=True),
    Action("app.palette", "app.action.palette", "show_palette", "Ctrl+K", group_key=EVERYWHERE, everywhere=True,
           in_palette=False),
    Action("app.sync", "app.action.sync", "sync_now", "Ctrl+R", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.sync"),
    Action("app.till", "till.title", "open_till", "F11", group_key=EVERYWHERE, everywhere=True, in_palette=False,
           enabled_when=lambda window: "till" in window.screen_ids),
    Action("app.reprint", "app.action.reprint", "reprint", "Ctrl+P", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.reprint"),
    Action("app.training", "app.action.training", "ask_training", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.training", enabled_when=lambda window: window.strip is None),
    Action("app.lock", "app.action.lock", "lock", "F12", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.lock"),
    Action("app.pin", "app.action.pin", "choose_pin", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.pin"),
    Action("app.sign_out", "app.action.sign_out", "sign_out", group_key=EVERYWHERE, everywhere=True,
           search_key="app.search.sign_out"),
)  # fmt: skip


class MainWindow(QWidget):
    """Knows all screens by their declarations and none of their insides.

    Attributes:
        scheduler: when it synchronises.
        nav, status, banner: the parts around the screen.
        strip: what stands above every screen while practising, None in earnest.
        locked: whether it is covered: scans and command keys reach nobody.

    Signals:
        lock_asked: F12, or a click on who works here.
        sign_out_asked: the session of this PC is to end.
        training_asked: somebody wants to practise.
        pin_asked: whoever works here wants a PIN, or another one.
    """

    lock_asked = Signal()
    sign_out_asked = Signal()
    training_asked = Signal()
    pin_asked = Signal()

    def __init__(self, workbench: Workbench, scheduler: Scheduler, scanner: Scanner) -> None:
        super().__init__()
        self._workbench, self.scheduler = workbench, scheduler
        self.on_close: Callable[[], None] | None = None
        self.strip: QWidget | None = None
        self._strip_actions: Actions | None = None
        self.locked, self._restricted = False, False
        self._screens = screens_for(workbench.actor)
        self._pages: dict[str, QWidget] = {}
        self._info = StatusInfo()
        self._stack, self.status = QStackedWidget(), StatusBar()
        self.nav = NavBar("platform.app.name", nav_groups(self._screens), own_keys=False)
        upper = row(self.nav, self._stack, gap=NONE)
        upper.setStretch(1, 1)
        self._column = column(upper, self.status, gap=NONE)
        self._column.setStretch(0, 1)
        self.setLayout(self._column)
        self._switches = Actions(
            [_switch(place, screen) for place, screen in enumerate(self._screens, 1)], self, workbench.shortcuts
        )
        self._actions = Actions(SHELL_ACTIONS, self, workbench.shortcuts)
        workbench.shortcuts.groups = self._key_groups
        self._actions.keys_changed.connect(self._show_keys)
        self._show_keys()
        self.banner = Banner(self)
        self.banner.follow(workbench.messages)
        self._palette = CommandPalette(self)
        self._clock = QTimer(self)
        self._heard: list[QMetaObject.Connection] = []
        self.resize(*SIZE)
        self.setMinimumSize(*LEAST)
        self._connect(scanner)

    def _connect(self, scanner: Scanner) -> None:
        workbench = self._workbench
        self.nav.chosen.connect(self.open_screen)
        self.status.sync_asked.connect(lambda: self.open_screen("sync_centre"))
        self.status.help_asked.connect(self.show_help)
        self.status.person_asked.connect(self.lock_asked.emit)
        # What outlives the window is let go of when it closes: a closed window asks nobody.
        self._heard = [
            workbench.open_requested.connect(lambda screen, params: self.open_screen(screen, **params)),
            workbench.action_requested.connect(self.do),
            workbench.help_requested.connect(self.show_page_of_help),
            workbench.changes.changed.connect(self._changed),
            self.scheduler.began.connect(self._tell),
            self.scheduler.ended.connect(lambda _: self._tell()),
            workbench.performed.connect(lambda _: self._tell()),
            scanner.scanned.connect(self._scanned),
        ]
        self._clock.timeout.connect(self._tell)
        self._clock.start(TICK_MS)

    @property
    def page(self) -> QWidget | None:
        """The screen in front."""
        return self._stack.currentWidget()

    @property
    def screen_ids(self) -> list[str]:
        """Ids of the screens that this person sees, in the navigation's order."""
        return [screen.id for screen in self._screens]

    @property
    def info(self) -> StatusInfo:
        """What the status bar says now."""
        return self._info

    def open_first(self) -> None:
        """Show the first screen and begin to synchronise."""
        self.open_screen(self._screens[0].id)
        self._tell()
        self._offer_needed()

    def open_screen(self, screen_id: str, **params: Any) -> None:
        """Bring a screen to the front; *params* say what it should show."""
        found = next((screen for screen in self._screens if screen.id == screen_id), None)
        front = self.page
        if found is not None and self._restricted and not found.goes_on:
            self._workbench.messages.error("lease_ended", days=self._workbench.store.lease.state().days)
            return
        if found is None or (isinstance(front, Page) and not front.may_leave()):
            return
        page = self._pages.get(screen_id)
        if page is None:
            page = self._pages[screen_id] = found.make(self._workbench)
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.nav.set_current(screen_id)
        if isinstance(page, Page):
            page.opened()
        show = getattr(page, "shown_with", None)
        if params and show is not None:
            show(**params)
        self.focus_page()

    def focus_page(self) -> None:
        """The focus to where the screen in front wants it."""
        page = self.page
        if page is not None:
            (page.first_focus() if isinstance(page, Page) else page).setFocus()

    def look_again(self) -> None:
        """Something that the screen in front shows may have changed beside the databases."""
        page = self.page
        if isinstance(page, Page):
            page.opened()

    # -- actions -----------------------------------------------------------------------------------------------------

    def show_help(self) -> None:
        """The help of the screen in front."""
        self.show_page_of_help("")

    def show_page_of_help(self, page_id: str) -> None:
        """A page of the help; the one of the screen in front when none is named."""
        book = HELP_BOOK(self._workbench.shortcuts, self.screen_ids)
        front = next((screen_id for screen_id, page in self._pages.items() if page is self.page), "")
        dialog = HELP_DIALOG(self, book, self._key_rows)
        dialog.wished.connect(self._leave_help)
        dialog.begin(page_id or (book.page_for(front) if front else FIRST_PAGE))

    def _leave_help(self, kind: str, name: str) -> None:
        if kind == "screen":
            self.open_screen(name)
        elif kind == "do":
            self.do(name)

    def _key_rows(self) -> list[HelpRow]:
        """The keys of this screen and of the whole window."""
        more = self._strip_actions.help_rows() if self._strip_actions else []
        return [*self._page_rows(), *more, *self._actions.help_rows(), *self._switches.help_rows()]

    def show_palette(self) -> None:
        """Everything that can be done now, found by typing."""
        more = self._strip_actions.palette_entries() if self._strip_actions else []
        self._palette.open_with(
            [*self._page_entries(), *more, *self._actions.palette_entries(), *self._switches.palette_entries()]
        )

    def lock(self) -> None:
        """Cover the window: for oneself, or for somebody else to take over."""
        self.lock_asked.emit()

    def sign_out(self) -> None:
        """End the session of this PC."""
        self.sign_out_asked.emit()

    def do(self, action_id: str) -> None:
        """Do what the window does for one of its actions."""
        self._actions[action_id].trigger()

    def choose_pin(self) -> None:
        """A PIN for this PC, or another one."""
        self.pin_asked.emit()

    def ask_training(self) -> None:
        """Practise, unless what is being entered on the screen in front would be lost."""
        front = self.page
        if not isinstance(front, Page) or front.may_leave():
            self.training_asked.emit()

    def put_strip(self, strip: QWidget, actions: Actions) -> None:
        """Put a strip above every screen, with what can be done there."""
        self.strip, self._strip_actions = strip, actions
        self._column.insertWidget(0, strip)
        self._actions.refresh()

    def sync_now(self) -> None:
        """Synchronise at once."""
        self.scheduler.run_now()

    def open_till(self) -> None:
        """Shift change: where no shift is open one begins."""
        self.open_screen("till")
        change = getattr(self.page, "change_shift", None)
        if change is not None:
            change()

    def reprint(self) -> None:
        """Print what the screen in front shows."""
        printable = getattr(self.page, "printable", None)
        order_id = printable() if printable is not None else ""
        if order_id:
            self._workbench.print_requested.emit(order_id)
        else:
            there = "orders" not in self.screen_ids or self.page is self._pages.get("orders")
            step = None if there else NoticeAction("printing.step.orders", lambda: self.open_screen("orders"))
            self._workbench.messages.info("printing.nothing", step)

    def __getattr__(self, name: str) -> Any:
        """``switch_3`` is the handler of the third screen's key."""
        if name.startswith("switch_"):
            place = int(name.removeprefix("switch_"))
            return lambda: self.open_screen(self._screens[place - 1].id)
        raise AttributeError(name)

    def _key_groups(self) -> Sequence[KeyGroup]:
        found: Sequence[KeyGroup] = KEYMAP(self._screens, (*self._actions.declared, *self._switches.declared))
        return found

    def _show_keys(self) -> None:
        """What stands on no button: the navigation's keys, and that of the help page."""
        shortcuts = self._workbench.shortcuts
        for screen in self._screens:
            self.nav.item(screen.id).set_key(shortcuts.label(f"app.switch.{screen.id}"))
        self.status.set_help_key(shortcuts.label("app.help"))

    # -- parts -------------------------------------------------------------------------------------------------------

    def _page_rows(self) -> list[HelpRow]:
        actions = getattr(self.page, "actions_of_page", None)
        return list(actions.help_rows()) if actions else []

    def _page_entries(self) -> list[PaletteEntry]:
        actions = getattr(self.page, "actions_of_page", None)
        return list(actions.palette_entries()) if actions else []

    def _changed(self, change_set: ChangeSet) -> None:
        page = self.page
        if isinstance(page, Page):
            page.take_changes(change_set)
        if touches(change_set, "party"):
            self._offer_needed()
        self._tell()

    def _offer_needed(self) -> None:
        """Screens that are of no use here are not offered: nobody approves without somebody below."""
        for screen in self._screens:
            if screen.needs is not None:
                self._workbench.ask(screen.needs, self).on_done(partial(self._offer, screen.id))

    def _offer(self, screen_id: str, needed: bool) -> None:
        self.nav.item(screen_id).setVisible(needed)
        self._switches[f"app.switch.{screen_id}"].setEnabled(needed)

    def _scanned(self, code: str) -> None:
        page = self.page
        if isinstance(page, Page) and not self.locked and not page.scanned(code):
            self._workbench.messages.info("app.scan_not_taken", code=code)

    def _tell(self) -> None:
        connection = connection_of(self.scheduler.online, self.scheduler.busy)
        task = self._workbench.ask(lambda store: status_info(store, connection), self)
        task.on_done(self._show).on_error(self._unknown)
        self._workbench.write(lambda store: store.lease.state(), self).on_done(self._restrict)

    def _restrict(self, lease: LeaseState) -> None:
        """Without the server for too long: selling and synchronising go on, the rest is out of reach and says why."""
        if lease.ended == self._restricted:
            return
        self._restricted = lease.ended
        for screen in self._screens:
            self.nav.item(screen.id).setEnabled(screen.goes_on or not lease.ended)
        if not lease.ended:
            self._workbench.messages.success("people.lease_renewed")
            return
        self._workbench.messages.error("lease_ended", days=lease.days)
        front = next((each for each in self._screens if self._pages.get(each.id) is self.page), None)
        if front is not None and not front.goes_on:
            self.open_screen(next(screen.id for screen in self._screens if screen.goes_on))

    def _show(self, info: StatusInfo) -> None:
        self._info = info
        self.status.show_info(info)
        self.nav.set_badge("sync_centre", str(info.needs_you) if info.needs_you else "")

    def _unknown(self, error: BaseException) -> None:
        connection = connection_of(self.scheduler.online, self.scheduler.busy)
        self._show(StatusInfo(connection=connection, to_upload=None))
        self._workbench.messages.report(error, where="status")

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is unsent is safe in the ledger; the window may go at any time."""
        self._clock.stop()
        self.scheduler.stop()
        for connection in self._heard:
            self.disconnect(connection)  # type: ignore[call-overload]  # missing in the stubs
        self._heard.clear()
        if self.on_close is not None:
            self.on_close()
        super().closeEvent(event)


def _switch(place: int, screen: Any) -> Action:
    key = f"Alt+{place}" if place <= 9 else ""
    return Action(
        f"app.switch.{screen.id}",
        screen.title_key,
        f"switch_{place}",
        key,
        screen.icon,
        group_key=EVERYWHERE,
        everywhere=True,
    )
