"""The thread that listens for pokes. It only says that there is something new; rounds poll whether it lives or not."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from desktop.sync.transport import Offline

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 1.0, 300.0
JOIN_SECONDS = 1.0
"""Who closes waits for so long; a thread that is just connecting ends by itself and tells nothing."""


class Stream(Protocol):
    """What is listened to."""

    def read(self) -> Iterator[int]:
        """Numbers as they come; blocks, and raises Offline."""

    def end(self) -> None:
        """Let the reader stop, from another thread."""


class Listener:
    """Keeps one stream open, and opens the next after a pause that grows while it fails (full jitter, to 5 minutes)."""

    def __init__(
        self,
        connect: Callable[[], Stream | None],
        heard: Callable[[int], None],
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """
        Args:
            connect: makes the next stream; None while nobody is signed in.
            heard: told each number, on the listening thread.
        """
        self._connect, self._heard, self._jitter = connect, heard, jitter
        self._stopping = threading.Event()
        self._stream: Stream | None = None
        self._failures = 0
        self._told = False
        self._thread = threading.Thread(target=self._loop, name="dealerdesk-listener", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether the stream has told something since it was opened."""
        return self._told

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the stream and the thread; nothing is told afterwards."""
        self._stopping.set()
        stream = self._stream
        if stream is not None:
            stream.end()
        if self._thread.is_alive():
            self._thread.join(JOIN_SECONDS)

    def pause(self) -> float:
        """Seconds before the next attempt."""
        longest = min(LONGEST_S, FIRST_S * 2 ** min(self._failures, 10))
        return FIRST_S * self._jitter() if not self._failures else FIRST_S + self._jitter() * (longest - FIRST_S)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except Offline:
                self._failures += 1
            except Exception:
                # A bug here must not cost the pokes of the rest of the day.
                log.exception("listening failed")
                self._failures += 1
            self._told = False
            self._stopping.wait(self.pause())

    def _listen(self) -> None:
        """One stream to its end."""
        self._stream = stream = self._connect()
        if stream is None or self._stopping.is_set():
            return
        for sequence in stream.read():
            if self._stopping.is_set():
                return
            self._failures, self._told = 0, True
            self._heard(sequence)
