"""What may stand between a shop and its server: a proxy on loopback that can cut, replace, repeat and hold answers."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came by."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Pass = Callable[[], bytes]
"""Asks the server and gives its whole answer, head and body; as often as it is called."""
Way = Callable[[Asked, Pass], bytes]
"""What the shop gets for a request; the connection ends behind it."""


def straight(_asked: Asked, ask: Pass) -> bytes:
    """Nobody touches it."""
    return ask()


@dataclass
class Crossing:
    """A running proxy; *way* may be changed at any time.

    Attributes:
        seen: all requests so far.
    """

    url: str
    way: Way = straight
    seen: list[Asked] = field(default_factory=list)


def _asked_of(server: str, asked: Asked) -> bytes:
    parts = urlsplit(server)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        line.request(asked.method, asked.path, asked.body or None, asked.headers)
        answer = line.getresponse()
        body = answer.read()
        head = [f"HTTP/1.1 {answer.status} {answer.reason}"]
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in ("connection", "date")]
        head += [f"{name}: {value}" for name, value in kept]
        return "\r\n".join([*head, "Connection: close", "", ""]).encode("latin-1") + body
    finally:
        line.close()


@contextlib.contextmanager
def crossing(server: str) -> Iterator[Crossing]:
    """A proxy in front of the server at this address, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            self.close_connection = True
            if not self.raw_requestline or not self.parse_request():
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            dropped = ("host", "connection")
            headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
            asked = Asked(self.command, self.path, headers, body)
            made.seen.append(asked)
            with contextlib.suppress(OSError):
                self.wfile.write(made.way(asked, lambda: _asked_of(server, asked)))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Crossing(f"http://127.0.0.1:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, name="crossing")
    thread.start()
    try:
        yield made
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
