"""When to synchronise: after a command, now and then, on demand; after a failure with growing, jittered pauses.

Source: SYNC point 13: every failed round schedules the next by itself (full jitter, 1 s to 5 min).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.sync.round import RoundResult, SyncRound
from desktop.sync.transport import Transport

SOON_MS = 150
"""Commands that follow one another closely go up together."""
PERIOD_MS = 15_000
SPREAD_MS = 500
"""Counters that were poked together come within so long."""
FIRST_MS, LONGEST_MS = 1_000, 300_000


class Scheduler(QObject):
    """Runs rounds on the network lane, one at a time; what they write goes to the writer lane.

    Attributes:
        online: whether the last round reached the server; None before the first.
        last: what the last round did.

    Signals:
        began: a round begins.
        ended(RoundResult): it ended, whichever way.
    """

    began = Signal()
    ended = Signal(object)

    def __init__(
        self,
        workbench: Workbench,
        transport: Callable[[], Transport],
        *,
        jitter: Callable[[], float] = random.random,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.online: bool | None = None
        self.last: RoundResult | None = None
        self._workbench, self._transport, self._jitter = workbench, transport, jitter
        self._task: Task[RoundResult] | None = None
        self._again, self._stopped, self._failures = False, False, 0
        self._known = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.run_now)
        workbench.performed.connect(lambda _done: self._soon())
        workbench.sync_requested.connect(self.run_now)

    @property
    def busy(self) -> bool:
        """Whether a round is under way."""
        return self._task is not None

    @property
    def wait_ms(self) -> int:
        """Milliseconds for which it waits before the next round by itself; -1 when none is due."""
        return self._timer.interval() if self._timer.isActive() else -1

    def start(self, after_ms: int = 0) -> None:
        """Begin with a round, at once or after a while."""
        if after_ms and not self._stopped:
            self._timer.start(after_ms)
        else:
            self.run_now()

    def stop(self) -> None:
        """No more rounds; one under way ends by itself."""
        self._stopped = True
        self._timer.stop()

    def run_now(self) -> None:
        """A round now, or right after the one under way."""
        if self._stopped:
            return
        self._timer.stop()
        if self._task is not None:
            self._again = True
            return
        self._again = False
        self.began.emit()
        self._task = self._workbench.threads.network.task(self._round, self)
        self._task.on_done(self._finish).on_error(self._break)

    def poked(self, sequence: int) -> None:
        """The server has a commit of this number for us: a round soon, unless it is here already.

        Everybody who listens is poked at once, so the moment is spread a little. A busy server's word stands.
        """
        asked = bool(self._failures and self.last is not None and self.last.retry_after)
        if self._stopped or asked or sequence <= self._known:
            return
        if self._task is not None:
            self._again = True
        else:
            self._timer.start(int(self._jitter() * SPREAD_MS))

    def pause_after(self, failures: int) -> int:
        """Milliseconds before the next attempt: a random part of a pause that doubles up to five minutes."""
        longest = min(LONGEST_MS, FIRST_MS * 2 ** min(failures, 10))
        return int(FIRST_MS + self._jitter() * max(0, longest - FIRST_MS))

    def pause_asked(self, seconds: int) -> int:
        """Milliseconds before a busy server is asked again: never sooner than it said, up to half as long again."""
        return int(min(seconds * 1000, LONGEST_MS) * (1 + self._jitter() / 2))

    def _soon(self) -> None:
        if self._task is not None:
            self._again = True
        elif not self._stopped and self._failures == 0:
            self._timer.start(SOON_MS)

    def _round(self) -> RoundResult:
        bench = self._workbench
        writer = bench.threads.writer
        return SyncRound(
            bench.store,
            self._transport(),
            run=lambda work: writer.run(work).result(),
            on_change=bench.changes.broadcast,
        ).once()

    def _finish(self, result: RoundResult) -> None:
        self._task = None
        self.last, self.online = result, result.online
        self._known = max(self._known, result.sequence)
        self._failures = self._failures + 1 if result.problem else 0
        self.ended.emit(result)
        self._next()

    def _break(self, error: BaseException) -> None:
        """Our bug, or a database in trouble: told once by the funnel, and tried again later."""
        self._task = None
        self._failures += 1
        self.online = None
        self._workbench.messages.report(error, where="sync")
        self.ended.emit(RoundResult(problem="internal"))
        self._next()

    def _next(self) -> None:
        if self._stopped:
            return
        if self._again and not self._failures:
            self.run_now()
        else:
            self._timer.start(self._pause())

    def _pause(self) -> int:
        if not self._failures:
            return PERIOD_MS
        asked = self.last.retry_after if self.last is not None else 0
        return self.pause_asked(asked) if asked else self.pause_after(self._failures)
