"""The client's end of the live poke: reads server-sent events, of which each says "there is something new".

No Qt and no threads: whoever reads blocks, and another thread may end it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import requests

from desktop.sync.transport import Offline

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 45.0
"""A line on which not even a heartbeat came for so long is dead, whatever the system says of it."""
LONGEST_LINE = 256


class LiveStream:
    """One stream; it is opened when it is read."""

    def __init__(self, server: str, token: str, silent_s: float = SILENT_SECONDS) -> None:
        self._url = f"{server}/v1/sync/events"
        self._token = token
        self._silent_s = silent_s
        self._answer: requests.Response | None = None
        self._ended = False

    def read(self) -> Iterator[int]:
        """Numbers of commits as they are told, until the server ends the stream or :meth:`end` is called.

        Raises:
            Offline: no connection, no such stream, silence, or nonsense.
        """
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "text/event-stream"}
        try:
            with requests.get(
                self._url,
                headers=headers,
                stream=True,
                timeout=(CONNECT_SECONDS, self._silent_s),
                allow_redirects=False,
            ) as answer:
                self._answer = answer
                kind = answer.headers.get("Content-Type", "").partition(";")[0]
                if answer.status_code != 200 or kind != "text/event-stream":
                    raise Offline(f"http {answer.status_code}")
                yield from self._numbers(answer)
        except (requests.RequestException, OSError) as error:
            if not self._ended:
                raise Offline(type(error).__name__) from None
        finally:
            self._answer = None

    def end(self) -> None:
        """Let the reader stop; may be called from any thread, and more than once."""
        self._ended = True
        answer = self._answer
        if answer is not None:
            # It may just have ended by itself.
            with contextlib.suppress(OSError, RuntimeError, ValueError):
                answer.raw.shutdown()

    def _numbers(self, answer: requests.Response) -> Iterator[int]:
        line = bytearray()
        # One byte at a time: more would wait until so much has come.
        for byte in answer.iter_content(1):
            if self._ended:
                return
            if byte != b"\n":
                line += byte
                if len(line) > LONGEST_LINE:
                    raise Offline("bad_stream")
                continue
            field, _, value = bytes(line).strip().partition(b":")
            line.clear()
            if field == b"data" and value.strip().isdigit():
                yield int(value)
