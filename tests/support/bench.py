"""A window's surroundings over a counter of the tests' network: what the real server refused, on real screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from desktop.platform.changes import Changes
from desktop.platform.messages import Messages
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.task import Task
from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread
from desktop.platform.workbench import Workbench
from desktop.store.identity import Identity
from desktop.store.people import People
from desktop.store.stretching import Cost
from desktop.store.vault import Vault
from tests.support.network import Counter


class Bench(QObject):
    """What screens are given at a PC of the network.

    Attributes:
        counter: the PC's store and wire.
        workbench: for the screens.
        posted: codes of the messages that were shown.
        opened: (screen, parameters) that other screens were asked for.
    """

    def __init__(self, counter: Counter, folder: Path) -> None:
        super().__init__()
        self.counter = counter
        self.ui = UiThread()
        self.messages = Messages(self.ui)
        self.posted: list[str] = []
        self.messages.posted.connect(lambda notice: self.posted.append(notice.code))
        self.threads = Threads(self.ui, self.messages.report)
        settings = Settings(folder / "settings.json")
        vault = Vault(folder / "vault.bin", lambda: counter.secrets.device_key, counter.clock, cost=Cost(8, 1))
        people = People(vault, lambda: counter.store, lambda: counter.secrets.database_key)
        shortcuts = Shortcuts(settings)
        self.workbench = Workbench(
            counter.store, self.threads, Changes(self.ui), self.messages, settings, shortcuts, people, self._stay
        )
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.workbench.open_requested.connect(lambda screen, params: self.opened.append((screen, params)))

    def _stay(self, _server: str, _password: str) -> Task[Identity]:
        return self.threads.network.task(lambda: self.counter.store.known)

    def close(self) -> None:
        """End the lanes; the network closes the files."""
        self.threads.close()
