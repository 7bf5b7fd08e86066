"""The only place of the client that makes the application, threads, databases and sockets, and wires them together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.main_window import MainWindow
from desktop.app.profile import Profile
from desktop.app.receipts import Receipts
from desktop.app.scheduler import Scheduler
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.changes import Changes
from desktop.platform.language import language
from desktop.platform.messages import Messages
from desktop.platform.paths import Paths
from desktop.platform.settings import DENSITY, LANGUAGE, SCALE, SERVER_URL, THEME, Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.theme import Look, theme
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.store.identity import Identity
from desktop.widgets.scanner import Scanner
from domain.kernel.clock import Clock, SystemClock

FIRST_ROUND_MS = 250
"""The first round begins when order entry is painted: it loads the network's libraries, and a queue may be waiting."""
SIGN_IN_SIZE = (900, 640)


def application(arguments: list[str] | None = None) -> QApplication:
    """The Qt application, made once per process."""
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication(arguments or ["dealerdesk"])


class Client:
    """The window program on one profile.

    Attributes:
        profile: secrets, databases, session.
        settings: what a person chose on this PC.
        window: the main window once somebody is signed in, None before.
        receipts: what prints, once somebody is signed in.
        sign_in: the sign-in screen while nobody is.
    """

    def __init__(
        self,
        paths: Paths,
        *,
        clock: Clock | None = None,
        environment: Mapping[str, str] = os.environ,
        synchronise: bool = True,
    ) -> None:
        self._application = application()
        self._synchronise = synchronise
        self.profile = Profile(paths, clock or SystemClock(), environment)
        self.settings = Settings(paths.settings_file)
        language().install(self.settings.get(LANGUAGE))
        theme().install(self._application, self._look())
        self._ui = UiThread()
        self.messages = Messages(self._ui)
        self.threads = Threads(self._ui, self.messages.report)
        self._scanner = Scanner()
        self._scanner.install(self._application)
        self.workbench: Workbench | None = None
        self.window: MainWindow | None = None
        self.sign_in: SignInPage | None = None
        self.receipts: Receipts | None = None
        self._follow_settings()

    def start(self) -> QWidget:
        """Show order entry when somebody is signed in here, else the sign-in screen; returns what is shown."""
        if self.profile.enrolled and self.profile.signed_in:
            return self._open_desk()
        return self._open_sign_in()

    def _open_sign_in(self) -> SignInPage:
        known = self.profile.store.identity if self.profile.enrolled else None
        server = known.server if known else self.settings.get(SERVER_URL)
        page = SignInPage(self._enrol, self.messages, server)
        page.signed_in.connect(self._signed_in)
        page.setWindowTitle(self._application.applicationName())
        page.resize(*SIGN_IN_SIZE)
        page.show()
        page.first_focus().setFocus()
        self.sign_in = page
        return page

    def _enrol(self, server: str, user: str, password: str) -> Task[Identity]:
        return self.threads.network.task(lambda: self.profile.enrol(server, user, password))

    def _sign_in_at(self, server: str, password: str) -> Task[Identity]:
        """The person at this PC signs in at another address. Whether it is the same network is checked before anything
        is kept: what is unsent goes to the server that it is meant for, or to none.
        """
        return self._enrol(server, self.profile.store.known.person_name, password)

    def _signed_in(self, identity: Identity) -> None:
        self.settings.set(SERVER_URL, identity.server)
        page, self.sign_in = self.sign_in, None
        self._open_desk()
        if page is not None:
            page.close()
            page.deleteLater()

    def _open_desk(self) -> MainWindow:
        self.workbench = Workbench(
            self.profile.store,
            self.threads,
            Changes(self._ui),
            self.messages,
            self.settings,
            Shortcuts(self.settings),
            self._sign_in_at,
        )
        self.receipts = Receipts(self.workbench, self.profile.paths.layouts)
        scheduler = Scheduler(self.workbench, lambda: self.profile.transport)
        window = MainWindow(self.workbench, scheduler, self._scanner)
        window.setWindowTitle(self.profile.store.known.party_name)
        window.setWindowIcon(QIcon())
        self.window = window
        window.open_first()
        window.show()
        if self._synchronise:
            scheduler.start(FIRST_ROUND_MS)
        return window

    def run_on_writer(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Run a command that was handed over by another process, and tell every screen to read again."""
        done = self.threads.writer.run(work).result()
        if self.workbench is not None:
            self.workbench.changes.broadcast(dict.fromkeys(EVERYTHING))
            self.workbench.sync_requested.emit()
        return done

    def close(self) -> None:
        """End threads and databases; what is unsent stays in the ledger."""
        for widget in (self.window, self.sign_in):
            if widget is not None:
                widget.close()
                widget.deleteLater()
        self.window = self.sign_in = None
        if self.receipts is not None:
            self.receipts.stop()
        self._application.removeEventFilter(self._scanner)
        self.threads.close()
        self.profile.close()

    def _look(self) -> Look:
        return Look(self.settings.get(THEME), self.settings.get(SCALE), self.settings.get(DENSITY))

    def _follow_settings(self) -> None:
        self.settings.on_change(LANGUAGE, language().install)
        for look in (THEME, DENSITY):
            self.settings.on_change(look, self._apply_look)
        self.settings.on_change(SCALE, self._apply_look)

    def _apply_look(self, _value: object) -> None:
        theme().apply(self._look())


EVERYTHING = (
    "orders",
    "order_line",
    "product",
    "barcode",
    "price",
    "price_list",
    "stock_balance",
    "stock_move",
    "stock_document",
    "shipment",
    "customer",
    "party",
    "person",
    "outcome",
    "document_exception",
)
