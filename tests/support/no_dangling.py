"""Fails a test that leaves work running behind it: threads, Qt threads, Qt timers.

What runs on after a test disturbs a later one, and the failure then shows far from its cause. Session-wide helpers
(a server thread for all tests) belong in session fixtures, which start before the count is taken.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

# A thread that has been told to stop may need a moment to see it.
GRACE_SECONDS = 2.0


def dangling_threads(before: set[threading.Thread]) -> list[str]:
    """Names of the threads that were started since and hold the process open."""
    started = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in started:
        thread.join(GRACE_SECONDS)
    return [thread.name for thread in started if thread.is_alive()]


class QtWatch:
    """Remembers which timers and Qt threads were started, so that the live ones can be named afterwards.

    Attributes:
        timers: QTimer objects that were started.
        threads: QThread objects that were started.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.timers: weakref.WeakSet[Any] = weakref.WeakSet()
        self.threads: weakref.WeakSet[Any] = weakref.WeakSet()
        self._core = sys.modules["PySide6.QtCore"]
        self._is_valid = sys.modules["shiboken6"].isValid
        self._watch(patch, self._core.QTimer, self.timers)
        self._watch(patch, self._core.QThread, self.threads)

    @staticmethod
    def _watch(patch: pytest.MonkeyPatch, kind: Any, started: weakref.WeakSet[Any]) -> None:
        start = kind.start

        def remember(self: Any, *args: Any, **options: Any) -> Any:
            started.add(self)
            return start(self, *args, **options)

        patch.setattr(kind, "start", remember)

    def dangling(self) -> list[str]:
        """Descriptions of what still runs, after deferred deletions have been carried out."""
        core = self._core
        if core.QCoreApplication.instance() is not None:
            core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        found = [f"timer {each!r} of {each.parent()!r}" for each in self._living(self.timers) if each.isActive()]
        found += [f"Qt thread {each!r}" for each in self._living(self.threads) if self._runs_on(each)]
        if not core.QThreadPool.globalInstance().waitForDone(int(GRACE_SECONDS * 1000)):
            found.append("work in Qt's global thread pool")
        return found

    def _living(self, started: weakref.WeakSet[Any]) -> list[Any]:
        return [each for each in started if self._is_valid(each)]

    @staticmethod
    def _runs_on(thread: Any) -> bool:
        return bool(thread.isRunning()) and not thread.wait(int(GRACE_SECONDS * 1000))


@pytest.fixture(autouse=True)
def no_dangling() -> Iterator[None]:
    """Compares before and after each test; Qt is looked at only where the run has loaded it."""
    before = set(threading.enumerate())
    with pytest.MonkeyPatch.context() as patch:
        qt = QtWatch(patch) if "PySide6.QtCore" in sys.modules else None
        yield
        left = [f"thread {name}" for name in dangling_threads(before)]
        left += qt.dangling() if qt else []
    if left:
        pytest.fail("left running: " + "; ".join(left), pytrace=False)
