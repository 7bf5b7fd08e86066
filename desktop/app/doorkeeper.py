"""Locks the window, and lets the people of this PC in by their secrets: never by a scan, never by a restart."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.main_window import MainWindow
from desktop.features.sign_in.lock_screen import LockScreen
from desktop.features.sign_in.people_card import Door
from desktop.features.sign_in.pin_dialog import PinDialog
from desktop.platform.workbench import Workbench
from desktop.store.vault import PASSWORD
from domain.kernel.errors import Refused


class Doorkeeper(QObject):
    """Of one window.

    Signals:
        switched(str): somebody else works here from now on, proved by this kind of secret; the window is still the
            other's and still covered.
    """

    switched = Signal(str)

    def __init__(
        self, workbench: Workbench, window: MainWindow, door: Door, strip: Callable[[], QWidget | None] = lambda: None
    ) -> None:
        super().__init__(window)
        self._workbench, self._window, self._door, self._strip = workbench, window, door, strip
        self._of = ""
        self._screen: LockScreen | None = None
        window.lock_asked.connect(self.lock)
        window.pin_asked.connect(self.offer_pin)

    @property
    def screen(self) -> LockScreen:
        """What covers the window while it is locked; made when it is first wanted, not at the start."""
        if self._screen is None:
            self._screen = LockScreen(self._window, self._door, self._workbench.messages, self._strip())
            self._screen.unlocked.connect(self._unlocked)
        return self._screen

    @property
    def locked(self) -> bool:
        """Whether the window is covered."""
        return self._window.locked

    def lock(self) -> None:
        """Cover the window; without a secret on this PC one has to be chosen first."""
        people = self._workbench.people
        if self.locked:
            return
        if people.current.is_new:
            self._workbench.messages.info("people.pin_first")
            self.offer_pin()
            return
        self.stay_locked()

    def stay_locked(self) -> None:
        """Cover the window whatever is known of its person here: the server's word opens it too."""
        people = self._workbench.people
        self._of = people.known.person_id
        self._window.locked = True
        self._workbench.write(lambda _store: people.vault.set_screen_locked(True), self)
        self.screen.cover()

    def lock_if_possible(self) -> None:
        """The same after a while without a touch; who has no secret here is left alone."""
        if not self._workbench.people.current.is_new:
            self.lock()

    def look_after(self) -> None:
        """After a sync: secrets that ended count no more, and who was suspended is out."""
        people = self._workbench.people
        self._workbench.write(lambda _store: people.reconcile(), self).on_done(self._reconciled)

    def offer_pin(self) -> None:
        """A PIN for next time."""
        dialog = PinDialog(self._window, self._workbench)
        dialog.finished.connect(lambda _: self._window.look_again())
        dialog.begin()

    def welcome(self, kind: str) -> None:
        """Somebody came in; by password means that he may still choose a PIN for this PC."""
        if kind == PASSWORD and not self._workbench.people.current.has_pin:
            self.offer_pin()

    def _reconciled(self, may_go_on: bool) -> None:
        if may_go_on:
            return
        known = self._workbench.people.known
        self._workbench.messages.report(Refused("person_suspended", name=known.person_name))
        if not self.locked:
            self.stay_locked()

    def _unlocked(self, kind: str) -> None:
        if self._workbench.people.known.person_id != self._of:
            self.switched.emit(kind)
            return
        self._window.locked = False
        self.screen.uncover()
        self._window.activateWindow()
        self._window.focus_page()
        self.welcome(kind)
