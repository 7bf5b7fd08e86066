"""The counter's program on an offscreen window, with its profile open: navigation, screens, status bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop.app.demo.film import wait_until
from desktop.app.profile import Profile
from desktop.features.customers.screen import SCREEN as CUSTOMERS
from desktop.features.network.screen import SCREEN as NETWORK
from desktop.features.order_entry.screen import SCREEN as ORDER_ENTRY
from desktop.features.orders.screen import APPROVALS, SCREEN as ORDERS
from desktop.features.products.screen import SCREEN as PRODUCTS
from desktop.features.replenishment.screen import SCREEN as REPLENISHMENT
from desktop.features.stock.screen import SCREEN as STOCK
from desktop.features.sync_centre import operations as syncing
from desktop.features.sync_centre.screen import SCREEN as SYNC_CENTRE
from desktop.platform.changes import Changes
from desktop.platform.messages import Messages
from desktop.platform.paths import Paths
from desktop.platform.screen import Screen
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.theme import Look, theme
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.sync.round import RoundResult, SyncRound
from desktop.widgets.figures import amount_text, moment_text
from desktop.widgets.layout import NONE, column, row
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.nav_item import NavEntry
from desktop.widgets.page import Page
from desktop.widgets.status_bar import StatusBar
from desktop.widgets.status_info import Connection, StatusInfo
from domain.kernel.clock import SystemClock
from domain.kernel.ids import HQ_PARTY_ID

T = TypeVar("T")
ALL: Sequence[Screen] = (
    ORDER_ENTRY,
    ORDERS,
    REPLENISHMENT,
    STOCK,
    CUSTOMERS,
    APPROVALS,
    PRODUCTS,
    NETWORK,
    SYNC_CENTRE,
)
SIZE = (1366, 768)


class Program:
    """Open while used as a context.

    Attributes:
        store: the PC's databases.
        window: what a person would see.
    """

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        found = QApplication.instance()
        self._application = found if isinstance(found, QApplication) else QApplication([])
        theme().install(self._application, Look("light"))
        self._profile = Profile(Paths(home.resolve()), SystemClock(), environment)
        self.store = self._profile.store
        self._ui = UiThread()
        messages = Messages(self._ui)
        self._threads = Threads(self._ui, messages.report)
        settings = Settings(self._profile.paths.settings_file)
        self.workbench = Workbench(
            self.store, self._threads, Changes(self._ui), messages, settings, Shortcuts(settings)
        )
        self._allowed = [screen for screen in ALL if self._may_see(screen)]
        self._pages: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self._online = False
        self._status = StatusBar()
        self._nav = NavBar("platform.app.name", self._entries())
        self.window = QWidget()
        upper = row(self._nav, self._stack, gap=NONE)
        upper.setStretch(1, 1)
        self.window.setLayout(column(upper, self._status, gap=NONE))
        self.window.resize(*SIZE)

    def __enter__(self) -> Self:
        self.window.show()
        self.window.activateWindow()
        wait_until("window", self.window.isActiveWindow)
        self._tell()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.window.close()
        self.window.deleteLater()
        # At once: screens that outlive their lanes would still hear of a change of language.
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)
        self._threads.close()
        self._profile.close()

    def screens(self) -> list[str]:
        """Ids of the screens that this person sees."""
        return [screen.id for screen in self._allowed]

    def open(self, screen_id: str) -> QWidget:
        """Bring a screen to the front."""
        page = self._pages.get(screen_id)
        if page is None:
            page = next(screen.make(self.workbench) for screen in self._allowed if screen.id == screen_id)
            self._pages[screen_id] = page
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self._nav.set_current(screen_id)
        if isinstance(page, Page):
            page.opened()
            page.first_focus().setFocus()
        self._tell()
        return page

    def sync(self) -> RoundResult:
        """One round on the network's lane, writing on the writer's."""
        writer = self._threads.writer

        def round_of() -> RoundResult:
            broadcast = self.workbench.changes.broadcast
            return SyncRound(
                self.store, self._profile.transport, run=lambda work: writer.run(work).result(), on_change=broadcast
            ).once()

        result = self._wait(self._threads.network.task(round_of))
        self._online = result.online
        self._tell()
        return result

    def _wait(self, task: Task[T]) -> T:
        wait_until("work", task.future.done)
        return task.future.result()

    def _may_see(self, screen: Screen) -> bool:
        known = self.store.known
        here = "hq" if known.party_id == HQ_PARTY_ID else "dealer"
        return known.role in screen.roles and screen.at in ("both", here)

    def _entries(self) -> list[list[NavEntry]]:
        groups: dict[int, list[Screen]] = {}
        for screen in sorted(self._allowed, key=lambda one: (one.group, one.position)):
            groups.setdefault(screen.group, []).append(screen)
        return [[NavEntry(screen.id, screen.title_key) for screen in group] for group in groups.values()]

    def _tell(self) -> None:
        now, known = syncing.status(self.store), self.store.known
        unsent = now.unsent
        self._status.show_info(
            StatusInfo(
                connection=Connection.ONLINE if self._online else Connection.OFFLINE,
                to_upload=unsent.number,
                upload_sum=" ".join(amount_text(sum_, currency) for currency, sum_ in unsent.amounts.items()),
                oldest=moment_text(unsent.oldest)[-5:],
                needs_you=now.needing,
                place=known.party_name,
                person=known.person_name,
                clock=moment_text(self.workbench.clock.now_ms())[-5:],
            )
        )
