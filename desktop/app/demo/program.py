"""The real program on an offscreen window, driven step by step."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from desktop.app.bootstrap import Client
from desktop.app.demo.film import wait_until
from desktop.app.main_window import SIZE, MainWindow
from desktop.app.training import copied, prepare
from desktop.app.training_client import TrainingClient
from desktop.platform.paths import Paths
from desktop.platform.theme import Look, theme
from desktop.platform.workbench import Workbench
from desktop.store.store import Store
from desktop.sync.round import RoundResult
from domain.kernel.clock import SystemClock
from domain.kernel.errors import NotEntitled


class Program:
    """The client on one home folder, or on its training shop, open while used as a context.

    Rounds happen when asked for and after sales.

    Attributes:
        window: the main window.
        workbench: what its screens are given.
    """

    def __init__(self, home: Path, environment: Mapping[str, str], *, training: bool = False) -> None:
        paths, surroundings = Paths(home.resolve()), {**os.environ, **environment}
        self._client = Client(paths, environment=surroundings, synchronise=False)
        if training:
            clock, profile = SystemClock(), self._client.profile
            prepare(paths, clock, surroundings, copied(profile), profile.store.known.role)
            self._client.close()
            self._client = TrainingClient(paths, clock=clock, environment=surroundings, synchronise=False)
        window = self._client.start()
        if not isinstance(window, MainWindow) or self._client.workbench is None:
            self._client.close()
            raise NotEntitled("not_signed_in")
        self.window: MainWindow = window
        self.workbench: Workbench = self._client.workbench

    def __enter__(self) -> Self:
        theme().apply(Look("light"))
        self.window.resize(*SIZE)
        self.window.activateWindow()
        wait_until("window", self.window.isActiveWindow)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._client.close()
        # At once: screens that outlive their lanes would still hear of a change of language.
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)

    @property
    def store(self) -> Store:
        """The PC's databases."""
        return self.workbench.store

    def screens(self) -> list[str]:
        """Ids of the screens that this person sees."""
        return self.window.screen_ids

    def open(self, screen_id: str) -> QWidget:
        """Bring a screen to the front."""
        self.window.open_screen(screen_id)
        return self.window.page or self.window

    def sync(self) -> RoundResult:
        """A round to its end."""
        scheduler = self.window.scheduler
        wait_until("round", lambda: not scheduler.busy)
        ended: list[RoundResult] = []
        listening = scheduler.ended.connect(ended.append)
        scheduler.run_now()
        wait_until("round", lambda: bool(ended))
        scheduler.ended.disconnect(listening)
        return ended[0]
