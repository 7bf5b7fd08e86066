"""Work that comes back by itself: each job has a thread that waits, works, and waits again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
"""How long :meth:`Jobs.stop` waits for work that is under way."""


class Periodic:
    """One job: *work* every *seconds*, and at once when poked.

    A failure is logged and the next round comes as usual.

    Attributes:
        name: of the job and of its thread.
    """

    def __init__(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        self.name = name
        self._seconds = seconds
        self._work = work
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; the first round comes after the first wait or poke."""
        if self._thread is not None:
            raise RuntimeError(f"job {self.name} runs already")
        self._stopping = False
        self._wake.clear()
        self._thread = threading.Thread(target=self._loop, name=f"job-{self.name}", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """Have the next round now; pokes during a round give one more round together."""
        self._wake.set()

    def stop(self) -> None:
        """End after the round that is under way; nothing happens when it never started."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            self._thread = None

    def _loop(self) -> None:
        while True:
            self._wake.wait(self._seconds)
            self._wake.clear()
            if self._stopping:
                return
            try:
                self._work()
            except Exception:  # a job must survive its own bugs
                log.exception("job failed", extra={"job": self.name})


class Jobs:
    """All jobs of a process, started and stopped together with it."""

    def __init__(self) -> None:
        self._jobs: list[Periodic] = []

    def add(self, job: Periodic) -> Periodic:
        """Take a job in; it starts with the others."""
        self._jobs.append(job)
        return job

    def start(self) -> None:
        """Start all, in the order they were added."""
        for job in self._jobs:
            job.start()

    def stop(self) -> None:
        """Stop all, last first."""
        for job in reversed(self._jobs):
            job.stop()
