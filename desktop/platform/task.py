"""One piece of work off the UI thread, with its result and its error delivered on the UI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject

from desktop.platform.ui_thread import UiThread

T = TypeVar("T")
ErrorHandler = Callable[[BaseException], None]


class Task(Generic[T]):
    """A future whose end is told on the UI thread.

    Made by :meth:`desktop.platform.threads.Lane.task`. Handlers attached before control goes back to the event loop
    are always in time. Nothing is delivered once the owner (the widget that asked) is gone or the task is cancelled.
    An error that nobody handles here goes to the one funnel.
    """

    def __init__(self, future: Future[T], ui: UiThread, funnel: ErrorHandler, owner: QObject | None = None) -> None:
        self._future = future
        self._funnel = funnel
        self._owner = owner
        self._done: Callable[[T], None] | None = None
        self._failed: ErrorHandler | None = None
        self._cancelled = False
        future.add_done_callback(lambda _: ui.post(self._deliver))

    def on_done(self, callback: Callable[[T], None]) -> Task[T]:
        """Call ``callback`` with the result."""
        self._done = callback
        return self

    def on_error(self, callback: ErrorHandler) -> Task[T]:
        """Call ``callback`` with the error instead of sending it to the funnel."""
        self._failed = callback
        return self

    def cancel(self) -> None:
        """Deliver nothing any more, and do not begin if the work has not begun."""
        self._cancelled = True
        self._future.cancel()

    @property
    def future(self) -> Future[T]:
        """The future underneath, for whoever must wait."""
        return self._future

    def _deliver(self) -> None:
        owner_gone = self._owner is not None and not shiboken6.isValid(self._owner)
        if self._cancelled or owner_gone:
            return
        if self._future.cancelled():
            return
        error = self._future.exception()
        if error is not None:
            (self._failed or self._funnel)(error)
        elif self._done is not None:
            self._done(self._future.result())
