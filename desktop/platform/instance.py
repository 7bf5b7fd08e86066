"""One writing instance per profile: whoever holds the lock serves the others over a local channel.

The window listens; a command line that finds the profile taken hands its command over and prints the answer.
Source: SYNC point 13. The channel is a Unix socket or a Windows named pipe, guarded by a secret in the profile.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any, Protocol, cast

from filelock import FileLock, Timeout

from domain.kernel.errors import Refused

_log = logging.getLogger(__name__)
PATIENCE = 30.0
"""Seconds that a command waits for another command to end."""


class Channel(Protocol):
    """Either end, whatever the system calls it."""

    def send_bytes(self, buf: bytes, /) -> None:
        """One message."""

    def recv_bytes(self, maxlength: int | None = None, /) -> bytes:
        """The next message."""


Handler = Callable[[dict[str, Any]], dict[str, Any]]


class Instance:
    """The lock of a profile, and the channel to its holder."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(str(home / "instance.lock"))
        self._address_file = home / "instance.json"
        self._listener: Listener | None = None

    def try_acquire(self) -> bool:
        """Take the profile if it is free."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def acquire_or_forward(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Take the profile (None), or the answer of the window that holds it.

        Raises:
            Refused: ``profile_busy`` when neither works in time; ``handed_over_unanswered`` when the window took the
                command and ended before it answered: to do it once more here could sell twice.
        """
        deadline = PATIENCE
        while deadline > 0:
            if self.try_acquire():
                return None
            answer = self._forward(request)
            if answer is not None:
                return answer
            try:
                self._lock.acquire(timeout=0.25, poll_interval=0.05)
            except Timeout:
                deadline -= 0.25
                continue
            return None
        raise Refused("profile_busy")

    def _forward(self, request: dict[str, Any]) -> dict[str, Any] | None:
        try:
            told = json.loads(self._address_file.read_text(encoding="utf-8"))
            channel = Client(told["address"], authkey=bytes.fromhex(told["key"]))
        except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
            return None
        with channel:
            try:
                channel.send_bytes(json.dumps(request).encode())
            except OSError:
                return None  # half a message is none
            try:
                return cast(dict[str, Any], json.loads(channel.recv_bytes()))
            except (OSError, EOFError, ValueError):
                raise Refused("handed_over_unanswered") from None

    def listen(self, handle: Handler) -> None:
        """Serve others from now on; *handle* runs on the channel's thread."""
        key = os.urandom(32)
        listener = Listener(authkey=key)
        self._listener = listener
        beside = self._address_file.with_suffix(".tmp")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"address": listener.address, "key": key.hex()}, file)
        beside.replace(self._address_file)
        threading.Thread(target=self._serve, args=(listener, handle), name="instance", daemon=True).start()

    def _serve(self, listener: Listener, handle: Handler) -> None:
        while self._listener is listener:
            try:
                channel = listener.accept()
            except (OSError, EOFError, AuthenticationError):  # gone, or without the secret: none of ours
                _log.debug("a caller was turned away")
                continue
            with channel:
                self._answer(channel, handle)

    def _answer(self, channel: Channel, handle: Handler) -> None:
        try:
            channel.send_bytes(json.dumps(handle(json.loads(channel.recv_bytes(1 << 20)))).encode())
        except (OSError, EOFError, ValueError):
            return

    def release(self) -> None:
        """Give the profile back."""
        listener, self._listener = self._listener, None
        if listener is not None:
            self._address_file.unlink(missing_ok=True)
            listener.close()
        self._lock.release()
