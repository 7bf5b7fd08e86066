"""The only place of the client that makes the application, threads, databases and sockets, and wires them together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.after_round import RETIREMENT, REVOKED, AfterRound
from desktop.app.attachment_queue import AttachmentQueue
from desktop.app.doorkeeper import Doorkeeper
from desktop.app.main_window import MainWindow
from desktop.app.profile import Profile
from desktop.app.receipts import Receipts
from desktop.app.scheduler import Scheduler
from desktop.features.sign_in.door_page import DoorPage
from desktop.features.sign_in.people_card import Door
from desktop.features.sign_in.retired_page import RetiredPage
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.features.sign_in.trouble_page import TroublePage
from desktop.platform import log_file
from desktop.platform.changes import Changes
from desktop.platform.guide_settings import OFFERED
from desktop.platform.idle import IdleWatch
from desktop.platform.language import language
from desktop.platform.later import later
from desktop.platform.listener import Listener
from desktop.platform.messages import Messages
from desktop.platform.paths import Paths
from desktop.platform.settings import DENSITY, LANGUAGE, LOCK_MINUTES, SCALE, SERVER_URL, THEME, Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.theme import Look, theme
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.store.attaching import count_unsent
from desktop.store.identity import Identity
from desktop.store.people import PersonHere
from desktop.store.vault import PASSWORD
from desktop.widgets.dialog import Dialog
from desktop.widgets.key_button import Weight
from desktop.widgets.scanner import Scanner
from desktop.widgets.verb import Verb
from domain.kernel.clock import Clock, SystemClock
from domain.kernel.errors import DomainError, NotEntitled, Refused
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.tables import synced_tables

FIRST_ROUND_MS = 250
"""The first round begins when order entry is painted: it loads the network's libraries, and a queue may be waiting."""
SIGN_IN_SIZE = (900, 640)
RETIRED: Callable[..., Any] = later("desktop.app.retirement", "retired")
RETIRE_AT_THE_DOOR: Callable[..., Any] = later("desktop.app.retirement", "retire_at_the_door")
FATE: Callable[..., str] = later("desktop.app.retirement", "fate_of")
SIGN_OUT = Verb("out", "people.sign_out.verb", weight=Weight.PRIMARY)


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
        doorkeeper: locks the window and lets people in.
        idle: notices that nobody is there; scanner: hears scans wherever the focus is.
        practise, left, reset_wanted: what is asked of whoever opened this program: to change to the training shop, back
            from it, and to begin it anew.
    """

    training = False

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
        self.profile = self._new_profile(paths, clock or SystemClock(), environment)
        self._log = log_file.begin(self.profile.paths.logs)
        self.settings = Settings(paths.settings_file)
        language().install(self.settings.get(LANGUAGE))
        theme().install(self._application, self._look())
        self._ui = UiThread()
        self.messages = Messages(self._ui)
        self.threads = Threads(self._ui, self.messages.report)
        self.scanner = Scanner()
        self.workbench: Workbench | None = None
        self.window: MainWindow | None = None
        self.sign_in: QWidget | None = None
        self.doorkeeper: Doorkeeper | None = None
        self.idle = IdleWatch(self._application)
        self.listener: Listener | None = None
        self.receipts: Receipts | None = None
        self.practise: Callable[[], None] = nobody
        self.left: Callable[[], None] = nobody
        self.reset_wanted: Callable[[], None] = nobody
        self._follow_settings()

    def _new_profile(self, paths: Paths, clock: Clock, environment: Mapping[str, str]) -> Profile:
        return Profile(paths, clock, environment)

    def start(self) -> QWidget:
        """Show order entry when somebody is signed in here, else who may come in; returns what is shown."""
        try:
            return self._open_first()
        except DomainError as error:
            page = TroublePage(error)
            page.retry_asked.connect(self.start)
            self._show_first(page, page.primary)
            return page
        finally:
            # Not sooner: making widgets sends thousands of events, and nobody has pressed a key yet.
            self.scanner.install(self._application)
            self.idle.install()

    def _open_first(self) -> QWidget:
        if self.profile.paths.retired_file.exists():
            return self._open_retired(RETIRED(self.profile))
        if not self.profile.enrolled:
            return self._open_sign_in()
        if not self.profile.signed_in:
            return self._open_door()
        window = self._open_desk()
        if self.doorkeeper is not None and self._was_locked():
            self.doorkeeper.stay_locked()
        return window

    def _was_locked(self) -> bool:
        """Nobody gets past a locked screen by a restart; a damaged vault is said and stops no shop."""
        try:
            return self.profile.vault.contents.screen_locked
        except DomainError as error:
            self.messages.report(error)
            return False

    def _open_sign_in(self) -> SignInPage:
        card = self.profile.card
        server = card.server if card else self.settings.get(SERVER_URL)
        page = SignInPage(self._enrol, self.messages, server, may_go_back=card is not None)
        page.signed_in.connect(self._signed_in)
        page.back_asked.connect(self._open_door)
        page.training_asked.connect(lambda: self.practise())
        self._show_first(page, page.first_focus())
        return page

    def _open_retired(self, told: Any) -> RetiredPage:
        page = RetiredPage(told.dealer, lambda: FATE(told))
        page.enrol_asked.connect(self._open_sign_in)
        self._show_first(page, page.primary)
        return page

    def _open_door(self) -> DoorPage:
        page = DoorPage(self._door(self.profile.people.keepers), self.messages, self.profile.unsent_when_closed)
        page.entered.connect(self._entered)
        page.online_asked.connect(self._open_sign_in)
        page.training_asked.connect(lambda: self.practise())
        self._show_first(page, page.first_focus())
        return page

    def _show_first(self, page: QWidget, focus: QWidget) -> None:
        """A screen of its own, in place of whatever was there."""
        before, self.sign_in = self.sign_in or self.window, page
        page.setWindowTitle(self._application.applicationName())
        page.resize(*SIGN_IN_SIZE)
        page.show()
        focus.setFocus()
        self.window = None
        _dismiss(before)

    def _door(self, people: Callable[[], list[PersonHere]]) -> Door:
        profile = self.profile

        def at_server(person: PersonHere, secret: str) -> str:
            card = profile.card
            profile.enrol(card.server if card else "", person.name, secret)
            return PASSWORD

        return Door(
            people,
            # On the lane of the drafts: what the one before entered is kept as his own before somebody else is in.
            lambda person, secret: self.threads.writer.task(lambda: profile.enter(person.person_id, secret)),
            lambda person, secret: self.threads.network.task(lambda: at_server(person, secret)),
        )

    def _entered(self, kind: str) -> None:
        """Somebody opened the session again at the door."""
        self._open_desk()
        if self.doorkeeper is not None:
            self.doorkeeper.welcome(kind)

    def _enrol(self, server: str, user: str, password: str) -> Task[Identity]:
        return self.threads.network.task(lambda: self._join(server, user, password))

    def _join(self, server: str, user: str, password: str) -> Identity:
        try:
            return self.profile.enrol(server, user, password)
        except NotEntitled as error:
            told = RETIRE_AT_THE_DOOR(self.profile, user, password) if error.code == REVOKED else None
            if told is not None:
                self._ui.post(partial(self._open_retired, told))
            raise

    def _sign_in_at(self, server: str, password: str) -> Task[Identity]:
        """The person at this PC signs in at another address. Whether it is the same network is checked before anything
        is kept: what is unsent goes to the server that it is meant for, or to none.
        """
        return self._enrol(server, self.profile.store.known.person_name, password)

    def _signed_in(self, identity: Identity) -> None:
        self.settings.set(SERVER_URL, identity.server)
        if self.settings.get(OFFERED) or identity.party_id == HQ_PARTY_ID:
            self._entered(PASSWORD)
            return
        # A new PC begins with its first steps, once; a PIN is one of them.
        self.settings.set(OFFERED, True)
        self._open_desk().open_screen("guide")

    def _open_desk(self) -> MainWindow:
        """The window of whoever works here now, in place of what was there."""
        before = self.sign_in or self.window
        self.workbench = Workbench(
            self.profile.store,
            self.threads,
            Changes(self._ui),
            self.messages,
            self.settings,
            Shortcuts(self.settings),
            self.profile.people,
            self._sign_in_at,
        )
        if self.receipts is not None:
            self.receipts.stop()
        self.receipts = Receipts(self.workbench, self.profile.paths.layouts, training=self.training)
        scheduler = Scheduler(self.workbench, lambda: self.profile.transport)
        window = MainWindow(self.workbench, scheduler, self.scanner)
        AttachmentQueue(self.workbench, scheduler, lambda: self.profile.transport)
        window.setWindowTitle(self.profile.store.known.party_name)
        window.setWindowIcon(QIcon())
        self._dress(window)
        self.window, self.sign_in = window, None
        if before is not None and isinstance(before, MainWindow):
            window.setGeometry(before.geometry())
        window.open_first()
        self._keep_door(window)
        window.show()
        _dismiss(before)
        for code in self.profile.store.repaired.notices:
            self.messages.report(Refused(code))
        if self.profile.returned:
            self.profile.returned = False
            self.messages.warning("people.returned")
        if self._synchronise:
            scheduler.start(FIRST_ROUND_MS)
            self._listen(scheduler)
        return window

    def _dress(self, window: MainWindow) -> None:
        """What a new window of this kind of program has besides."""
        window.training_asked.connect(lambda: self.practise())

    def _lock_strip(self) -> QWidget | None:
        """What stands above the locked screen."""
        return None

    def _listen(self, scheduler: Scheduler) -> None:
        """Have rounds begun by what the server says; whoever listened before stops."""
        self._stop_listening()
        self.listener = Listener(
            self.profile.live_stream, lambda sequence: self._ui.post(partial(scheduler.poked, sequence))
        )
        self.listener.start()

    def _stop_listening(self) -> None:
        if self.listener is not None:
            self.listener.stop()
            self.listener = None

    def _keep_door(self, window: MainWindow) -> None:
        workbench = self.workbench
        if workbench is None:
            return
        keeper = Doorkeeper(workbench, window, self._door(self.profile.people.here), self._lock_strip)
        keeper.switched.connect(self._entered)
        AfterRound(self.profile, workbench, window, keeper).retired.connect(self._retired)
        window.sign_out_asked.connect(self._ask_sign_out)
        self.idle.idle.connect(keeper.lock_if_possible)
        self.doorkeeper = keeper

    def _retired(self, told: Any) -> None:
        self._open_retired(told)
        self._let_go()
        # On the lane of the sales, behind the last one: what was sealed meanwhile is handed in as well.
        self.threads.writer.run(lambda: RETIREMENT(self.profile).finish(told))

    def _let_go(self) -> None:
        """Nothing of the window that has gone goes on."""
        self._stop_listening()
        if self.receipts is not None:
            self.receipts.stop()
        self.workbench = self.doorkeeper = self.receipts = None

    def _ask_sign_out(self) -> None:
        """Say what is unsent before the session ends."""
        if self.window is None:
            return
        unsent, files = self.profile.store.ledger.unsent().number, count_unsent(self.profile.store)
        dialog = Dialog(self.window, "people.sign_out.title", verbs=[SIGN_OUT])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda _verb: self.sign_out())
        told = "sentence" if not unsent and not files else "unsent_files" if files else "unsent"
        dialog.ask(f"people.sign_out.{told}", n=unsent, files=files)

    def sign_out(self) -> None:
        """End the session: the databases are closed, and the door shows who can open them again."""
        self.threads.network.task(self.profile.sign_out).on_done(lambda _unsent: self._closed())

    def _closed(self) -> None:
        self._open_door()
        self._let_go()
        # Behind whatever still reads and writes for the window that has gone.
        self.threads.writer.run(self.profile.close)

    def run_on_writer(self, work: Callable[[], dict[str, Any]], *, is_round: bool = False) -> dict[str, Any]:
        """Run a command that was handed over by another process, and tell every screen to read again.

        One that is a round waits for the round under way, and none begins meanwhile: two at once, in the middle of a
        first snapshot, take each other's place at the server.
        """
        writer, network = self.threads.writer, self.threads.network
        done = (network.run(lambda: writer.run(work).result()) if is_round else writer.run(work)).result()
        if self.workbench is not None:
            self.workbench.changes.broadcast(dict.fromkeys(str(table.name) for table in synced_tables()))
            self.workbench.sync_requested.emit()
        return done

    def follow_session(self) -> None:
        """From any thread: a command line may have ended the session under the open window."""
        if not self.profile.signed_in:
            self._ui.post(lambda: self._closed() if self.window is not None else None)

    def close(self) -> None:
        """End threads and databases; what is unsent stays in the ledger."""
        self.idle.stop()
        for widget in (self.window, self.sign_in):
            _dismiss(widget)
        self.window = self.sign_in = None
        if self.receipts is not None:
            self.receipts.stop()
        self._stop_listening()
        self._application.removeEventFilter(self.scanner)
        self.threads.close()
        self.profile.close()
        log_file.end(self._log)

    def _look(self) -> Look:
        return Look(self.settings.get(THEME), self.settings.get(SCALE), self.settings.get(DENSITY))

    def _follow_settings(self) -> None:
        self.settings.on_change(LANGUAGE, language().install)
        for look in (THEME, DENSITY):
            self.settings.on_change(look, self._apply_look)
        self.settings.on_change(SCALE, self._apply_look)
        self.settings.on_change(LOCK_MINUTES, self._watch_idle)
        self._watch_idle(self.settings.get(LOCK_MINUTES))

    def _watch_idle(self, minutes: int) -> None:
        self.idle.wait(minutes * 60_000)

    def _apply_look(self, _value: object) -> None:
        theme().apply(self._look())


def nobody() -> None:
    """Asked of nobody: this program was opened by itself."""


def _dismiss(widget: QWidget | None) -> None:
    if widget is not None:
        widget.close()
        widget.deleteLater()
