"""What goes wrong between a counter and the server: named points of death, and answers that get lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from domain.kernel.faults import KNOWN


def points(prefix: str) -> list[str]:
    """The fault points whose names begin so; the programs' modules must be imported."""
    return sorted(name for name in KNOWN if name.startswith(prefix))


@dataclass
class Line:
    """A line to the server that loses answers: the request arrives, the server does its work, nobody hears of it.

    Attributes:
        upstream: port of the server.
        path: only answers to requests for this path are lost.
        lose: how many answers are still to be lost.
        lost: how many were.
    """

    upstream: int
    path: bytes
    lose: int = 0
    lost: int = 0
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        """The address for counters."""
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        """Carry one request after the other until the listening socket is closed."""
        while True:
            try:
                caller, _ = self.listening.accept()
            except OSError:
                return
            with caller:
                self._carry(caller)

    def _carry(self, caller: socket.socket) -> None:
        request = _read_request(caller)
        if not request:
            return
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            server.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b"".join(iter(lambda: server.recv(65536), b""))
        if self.lose and self.path in request.split(b"\r\n", 1)[0]:
            self.lose, self.lost = self.lose - 1, self.lost + 1
            return
        caller.sendall(answer)


def _read_request(caller: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        part = caller.recv(65536)
        if not part:
            return b""
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:"))
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def lossy_line(upstream: int, path: str) -> Iterator[Line]:
    """A line to the server at a port, until the end of the block."""
    line = Line(upstream, path.encode())
    thread = threading.Thread(target=line.serve, name="lossy-line")
    thread.start()
    try:
        yield line
    finally:
        line.listening.shutdown(socket.SHUT_RDWR)
        line.listening.close()
        thread.join()
