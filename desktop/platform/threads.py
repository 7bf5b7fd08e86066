"""The only threads of the client: readers, the one writer of the local databases, and the network."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QObject

from desktop.platform.task import ErrorHandler, Task
from desktop.platform.ui_thread import UiThread

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """One executor: work given to it runs in the order given, as far as it has a single thread."""

    def __init__(self, name: str, threads: int, ui: UiThread, funnel: ErrorHandler) -> None:
        self.name = name
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=f"dealerdesk-{name}")
        self._ui = ui
        self._funnel = funnel

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``function`` on this lane; the plain future, for code that is not a widget."""
        return self._executor.submit(function, *args, **kwargs)

    def task(self, function: Callable[[], T], owner: QObject | None = None) -> Task[T]:
        """Run ``function`` on this lane and tell its end on the UI thread, unless ``owner`` is gone by then."""
        return Task(self._executor.submit(function), self._ui, self._funnel, owner)

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class Threads:
    """The three lanes and the way back to the UI thread; made once, by the bootstrap.

    Attributes:
        reader: long SELECTs; two threads, the order of results is not promised.
        writer: everything that writes a local database; one thread.
        network: everything that talks to the server; one thread.
        ui: runs a function on the UI thread.
    """

    def __init__(self, ui: UiThread, funnel: ErrorHandler) -> None:
        self.ui = ui
        self.reader = Lane("reader", 2, self.ui, funnel)
        self.writer = Lane("writer", 1, self.ui, funnel)
        self.network = Lane("network", 1, self.ui, funnel)

    def close(self) -> None:
        """End all lanes: the network first, then the readers, the writer last. Nothing is delivered afterwards."""
        self.ui.close()
        for lane in (self.network, self.reader, self.writer):
            lane.close()
