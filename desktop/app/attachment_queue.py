"""The queue of files in the window: sends behind the rounds and fetches what somebody wants to see, on its own lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from desktop.app.scheduler import Scheduler
from desktop.platform.later import later
from desktop.platform.task import Task
from desktop.platform.workbench import Workbench
from desktop.store.attaching import Attached
from desktop.sync.pacing import Pacing
from domain.attachments.model import SUBJECTS

SEND: Callable[..., Any] = later("desktop.app.wire", "send_contents")
FETCH: Callable[..., bool] = later("desktop.app.wire", "fetch_content")
TABLES = tuple(str(subject.table.name) for subject in SUBJECTS.values())


class AttachmentQueue(QObject):
    """Sends after each round that reached the server, one content after the other, and gives way to whoever waits.

    Nothing here is in the way of a command: the lane and the connection are its own, and a token is only used while the
    rounds keep it fresh. It lives and ends with the scheduler of those rounds: what is under way then ends at its next
    piece and goes on another time.
    """

    def __init__(self, workbench: Workbench, scheduler: Scheduler, transport: Callable[[], Any]) -> None:
        super().__init__(scheduler)
        self._workbench, self._scheduler, self._transport, self._pacing = workbench, scheduler, transport, Pacing()
        self._task: Task[Any] | None = None
        self._not_before, self._first = 0, True
        self._waiting: set[str] = set()
        workbench.fetch_content = self.fetch
        scheduler.ended.connect(self._round_ended)

    @property
    def busy(self) -> bool:
        """Whether something is being sent."""
        return self._task is not None

    def _round_ended(self, result: Any) -> None:
        """A round of commands ended; when it went through it is the turn of the files."""
        if result is None or result.problem or self._scheduler.stopped or self._task is not None:
            return
        if self._workbench.clock.now_ms() < self._not_before:
            return
        self._task = self._workbench.threads.files.task(self._send, self)
        self._task.on_done(self._sent).on_error(self._broke)

    def fetch(self, wanted: Attached) -> Task[bool]:
        """Bring a file here; what is being sent gives way at its next piece."""
        self._waiting.add(wanted.id)
        return self._workbench.threads.files.task(lambda: self._fetch(wanted))

    def _send(self) -> Any:
        first, self._first = self._first, False
        stopped = self._stopped
        return SEND(
            self._workbench.store,
            self._transport(),
            stop=lambda: stopped() or bool(self._waiting),
            on_sent=lambda _sha256: self._tell(),
            first=first,
        )

    def _fetch(self, wanted: Attached) -> bool:
        self._waiting.discard(wanted.id)
        done = FETCH(self._workbench.store, self._transport(), wanted, stop=self._stopped)
        self._tell()
        return done

    def _stopped(self) -> bool:
        return not shiboken6.isValid(self._scheduler) or self._scheduler.stopped

    def _tell(self) -> None:
        """Lists of files read again; the status bar counts anew."""
        self._workbench.changes.broadcast(dict.fromkeys(TABLES))

    def _sent(self, result: Any) -> None:
        self._task = None
        pause = self._pacing.end(failed=bool(result.problem), retry_after=result.retry_after)
        self._not_before = self._workbench.clock.now_ms() + pause if result.problem else 0

    def _broke(self, error: BaseException) -> None:
        self._task = None
        self._not_before = self._workbench.clock.now_ms() + self._pacing.end(failed=True)
        self._workbench.messages.report(error, where="attachments")
