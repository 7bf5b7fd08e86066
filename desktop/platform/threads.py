"""The only threads of the client: readers, the one writer of each profile's databases, and the network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QObject

from desktop.platform.task import ErrorHandler, Task
from desktop.platform.ui_thread import UiThread

P = ParamSpec("P")
T = TypeVar("T")
PROGRAM = "dealerdesk"


class Lane:
    """One executor: work given to it runs in the order given, as far as it has a single thread.

    Once it is closed, whatever is still given to it is answered by a cancelled future: a signal or a timer that comes
    in late while the program ends is no bug and asks nobody.
    """

    def __init__(self, name: str, threads: int, ui: UiThread, funnel: ErrorHandler, program: str = PROGRAM) -> None:
        self.name = name
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=f"{program}-{name}")
        self._ui = ui
        self._funnel = funnel
        self._lock = threading.Lock()
        self._closed = False

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``function`` on this lane; the plain future, for code that is not a widget."""
        with self._lock:
            if not self._closed:
                return self._executor.submit(function, *args, **kwargs)
        dropped: Future[T] = Future()
        dropped.cancel()
        return dropped

    def task(self, function: Callable[[], T], owner: QObject | None = None) -> Task[T]:
        """Run ``function`` on this lane and tell its end on the UI thread, unless ``owner`` is gone by then."""
        return Task(self.run(function), self._ui, self._funnel, owner)

    def close(self) -> None:
        """Finish what runs, drop what waits and what comes later."""
        with self._lock:
            self._closed = True
        self._executor.shutdown(wait=True, cancel_futures=True)


class Threads:
    """The lanes and the way back to the UI thread; made once, by the bootstrap.

    Attributes:
        reader: long SELECTs; two threads, the order of results is not promised.
        writer: everything that writes a local database; one thread.
        network: everything that talks to the server; one thread.
        files: the contents of files on documents, to and from the server; one thread.
        printer: everything that talks to the printer; one thread.
        ui: runs a function on the UI thread.
    """

    def __init__(self, ui: UiThread, funnel: ErrorHandler, program: str = PROGRAM) -> None:
        """*program* begins the names of the threads."""
        self.ui = ui
        self.reader = Lane("reader", 2, self.ui, funnel, program)
        self.writer = Lane("writer", 1, self.ui, funnel, program)
        self.network = Lane("network", 1, self.ui, funnel, program)
        self.files = Lane("files", 1, self.ui, funnel, program)
        self.printer = Lane("printer", 1, self.ui, funnel, program)

    def close(self) -> None:
        """End all lanes: the network first, then the readers, the writer last. Nothing is delivered afterwards."""
        self.ui.close()
        for lane in (self.network, self.files, self.printer, self.reader, self.writer):
            lane.close()
