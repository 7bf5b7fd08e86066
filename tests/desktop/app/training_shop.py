"""The program on a shop's home folder, between the real counter and the training shop."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.desks import Desks
from desktop.app.main_window import MainWindow
from desktop.app.training_client import TrainingClient
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.platform.paths import Paths
from domain.kernel.clock import FixedClock
from tests.support.counter import NOW

CLOCK = FixedClock(NOW, "2026-11-18")


class Shop:
    """The program as ``dealerdesk app`` opens it on a shop's home folder, and what lies there."""

    def __init__(self, home: Path, environment: dict[str, str], qtbot: QtBot) -> None:
        self.home, self.qtbot, self.environment = home, qtbot, environment
        self.desks = Desks(Paths(home), clock=CLOCK, environment=environment, synchronise=False)
        self.desks.start()

    @property
    def window(self) -> MainWindow:
        assert self.desks.client.window is not None
        return self.desks.client.window

    @property
    def page(self) -> OrderEntryPage:
        assert isinstance(self.window.page, OrderEntryPage)
        return self.window.page

    def practise(self) -> TrainingClient:
        """By the palette's action."""
        self.window.ask_training()
        return self.wait()

    def wait(self, before: TrainingClient | None = None) -> TrainingClient:
        """Until the training shop is open, another one than before."""

        def opened() -> bool:
            now, behind = self.desks.client, self.desks.behind
            settled = behind is not None and behind.opened
            return settled and now is not before and now.training and now.window is not None

        self.qtbot.waitUntil(opened)
        client = self.desks.client
        assert isinstance(client, TrainingClient)
        return client

    def come_back(self) -> None:
        """By the button on the strip."""
        client = self.desks.client
        assert isinstance(client, TrainingClient)
        assert client.strip is not None
        QTest.keyClick(client.strip.out, Qt.Key.Key_Space)
        self.qtbot.waitUntil(lambda: not self.desks.training)

    def files(self) -> dict[str, str]:
        """Digests of everything below the real home but the training shop's own folder.

        Without what SQLite keeps in memory about a database that is open: reading changes it.
        """
        mine = self.home / "training"
        found = [
            each
            for each in self.home.rglob("*")
            if each.is_file() and not each.is_relative_to(mine) and not each.name.endswith("-shm")
        ]
        return {str(each.relative_to(self.home)): hashlib.sha256(each.read_bytes()).hexdigest() for each in found}
