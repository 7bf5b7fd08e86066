"""A real HTTP server on loopback, on a thread of this process, for the time of one test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server_stub.bootstrap import Server, http_server


@contextmanager
def served(server: Server) -> Iterator[str]:
    """Serve until the end of the block; gives the address to put before a path."""
    http = http_server(server)
    # Bound before the thread starts: the first request waits in the backlog instead of failing.
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=http.run, kwargs={"sockets": [listening]}, name="test-http")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        http.should_exit = True
        thread.join()
