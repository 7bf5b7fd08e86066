"""Runs rounds when :mod:`desktop.sync.pacing` says that one is due."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.platform.later import later
from desktop.platform.read_ahead import reading_ahead
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.daily import daily_work
from desktop.sync.pacing import Pacing
from desktop.sync.transport import Transport

if TYPE_CHECKING:
    from desktop.sync.round import RoundResult

ROUND: Callable[..., Any] = later("desktop.sync.round", "SyncRound")
RESULT: Callable[..., Any] = later("desktop.sync.round", "RoundResult")


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
        self._workbench, self._transport, self._pacing = workbench, transport, Pacing(jitter)
        self._task: Task[RoundResult] | None = None
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.run_now)
        workbench.performed.connect(lambda _done: self._soon())
        workbench.sync_requested.connect(self.run_now)

    @property
    def stopped(self) -> bool:
        """Whether its window has gone."""
        return self._stopped

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
            self._pacing.wish()
            return
        self._pacing.begin()
        self.began.emit()
        self._task = self._workbench.threads.network.task(self._round, self)
        self._task.on_done(self._finish).on_error(self._break)

    def poked(self, sequence: int) -> None:
        """The server has a commit of this number for us: a round soon, unless it is here already.

        Everybody who listens is poked at once, so the moment is spread a little. A busy server's word stands.
        """
        self._wait(self._pacing.after_poke(sequence, self.busy))

    def _soon(self) -> None:
        self._wait(self._pacing.after_command(self.busy))

    def _wait(self, ms: int | None) -> None:
        if ms is not None and not self._stopped:
            self._timer.start(ms)

    def _round(self) -> RoundResult:
        bench = self._workbench
        writer = bench.threads.writer
        with reading_ahead(self._transport()) as transport:
            result: RoundResult = ROUND(
                bench.store,
                transport,
                run=lambda work: writer.run(work).result(),
                on_change=bench.changes.broadcast,
            ).once()
        daily_work(bench.store)
        return result

    def _finish(self, result: RoundResult) -> None:
        self._task = None
        self.last, self.online = result, result.online
        pause = self._pacing.end(failed=bool(result.problem), retry_after=result.retry_after, sequence=result.sequence)
        self.ended.emit(result)
        self._next(pause)

    def _break(self, error: BaseException) -> None:
        """Our bug, or a database in trouble: told once by the funnel, and tried again later."""
        self._task = None
        self.online = None
        self._workbench.messages.report(error, where="sync")
        pause = self._pacing.end(failed=True)
        self.ended.emit(RESULT(problem="internal"))
        self._next(pause)

    def _next(self, pause: int) -> None:
        if pause:
            self._wait(pause)
        else:
            self.run_now()
