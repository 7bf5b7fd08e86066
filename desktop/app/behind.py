"""The real counter while the window shows the training shop: its rounds go on, and nobody enters anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from PySide6.QtCore import QObject, Signal

from desktop.app.attachment_queue import AttachmentQueue
from desktop.app.profile import Profile
from desktop.app.scheduler import Scheduler
from desktop.features.sync_centre.operations import status
from desktop.platform.changes import Changes
from desktop.platform.messages import Messages
from desktop.platform.paths import Paths
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.store.store import Store
from domain.kernel.clock import Clock
from domain.kernel.errors import Refused

LANES = "real"
"""Its threads' names begin with it: whoever looks can tell who opened a socket."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the real counter is not uploaded yet.

    Attributes:
        files: contents of files on documents.
    """

    documents: int
    files: int


class Behind(QObject):
    """A profile's rounds with lanes, databases and a connection of their own; no screen knows them.

    What the rounds find wrong is logged and shown by nobody: the window comes upon it again at its first round after
    training, as it comes upon a PC that was shut out meanwhile. A profile that nobody has open stays closed.

    Attributes:
        scheduler: runs the rounds, once the databases are open; None before, and where they stay closed.
        opened: whether it is settled if there is something to run.

    Signals:
        told(Waiting): after opening and after every round.
    """

    told = Signal(object)

    def __init__(self, paths: Paths, clock: Clock, environment: Mapping[str, str], *, synchronise: bool) -> None:
        super().__init__()
        self.scheduler: Scheduler | None = None
        self.opened = False
        self._synchronise = synchronise
        self._settings = Settings(paths.settings_file)
        self._profile = Profile(paths, clock, environment)
        self._ui = UiThread(self)
        self._messages = Messages(self._ui)
        self._threads = Threads(self._ui, self._messages.report, LANES)
        self._workbench: Workbench | None = None

    def start(self, after_ms: int) -> None:
        """Open the databases and begin with a round after a while."""
        opening = self._threads.writer.task(self._open, self)
        opening.on_done(lambda store: self._begin(store, after_ms)).on_error(self._stay_closed)

    def close(self) -> None:
        """End rounds, threads and databases: the window may open them again."""
        if self.scheduler is not None:
            self.scheduler.stop()
        self._threads.close()
        self._profile.close()
        self.deleteLater()

    def _open(self) -> Store | None:
        profile = self._profile
        return profile.store if profile.enrolled and profile.signed_in else None

    def _stay_closed(self, error: BaseException) -> None:
        self.opened = True
        self._messages.report(error, where="behind training")

    def _begin(self, store: Store | None, after_ms: int) -> None:
        self.opened = True
        if store is None:
            return
        self._workbench = Workbench(
            store,
            self._threads,
            Changes(self._ui),
            self._messages,
            self._settings,
            Shortcuts(self._settings),
            self._profile.people,
            _nobody_signs_in,
        )
        self.scheduler = Scheduler(self._workbench, lambda: self._profile.transport, parent=self)
        AttachmentQueue(self._workbench, self.scheduler, lambda: self._profile.transport)
        self.scheduler.ended.connect(lambda _result: self._tell())
        self._tell()
        if self._synchronise:
            self.scheduler.start(after_ms)

    def _tell(self) -> None:
        if self._workbench is not None:
            self._workbench.ask(waiting, self).on_done(self.told.emit)


def waiting(store: Store) -> Waiting:
    """What is not uploaded yet. Raises what the databases raise."""
    now = status(store)
    return Waiting(now.unsent.number, now.files)


def _nobody_signs_in(_server: str, _password: str) -> NoReturn:
    raise Refused("training_open")
