"""Live poke with a real server process: what one counter pushes is told to another at once; idle streams are cheap."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine, text

from desktop.app.bootstrap import Client
from desktop.platform.paths import Paths
from desktop.sync.enrolment import enrol
from desktop.sync.http import HttpClient
from desktop.sync.live import LiveStream
from desktop.sync.transport import Offline
from domain.orders.model import orders
from tests.support.factories.parties import PARTIES, people_of
from tests.support.network import PASSWORD, rows_of
from tests.support.processes import Pc, Server, environment_of, office

SECONDS = 60.0
"""A poke takes under a second; a busy machine gets more."""


class Ear:
    """Listens on a thread of its own."""

    def __init__(self, stream: LiveStream) -> None:
        self.heard: queue.Queue[int | str] = queue.Queue()
        self._stream = stream
        self._thread = threading.Thread(target=self._listen, name="ear")
        self._thread.start()

    def _listen(self) -> None:
        try:
            for sequence in self._stream.read():
                self.heard.put(sequence)
        except Offline as error:
            self.heard.put(str(error))
        else:
            self.heard.put("end")

    def next(self) -> int | str:
        return self.heard.get(timeout=SECONDS)

    def end(self) -> None:
        self._stream.end()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()


@contextmanager
def ear(pc: Pc, server: Server) -> Iterator[Ear]:
    """A counter that listens."""
    profile = pc.profile()
    kept = profile.tokens.load()
    profile.close()
    assert kept is not None
    made = Ear(LiveStream(server.url, kept["access_token"]))
    try:
        yield made
    finally:
        made.end()


def enrolled(server: Server, folder: Path, *users: str) -> list[Pc]:
    pcs = []
    for user in users:
        pc = Pc(folder / user)
        pc.enrol(server, user)
        pc.do("sync")
        pcs.append(pc)
    return pcs


def test_sale_is_told_to_the_other_counter_of_the_shop_and_to_no_neighbour(server: Server, tmp_path: Path) -> None:
    seller, other, neighbour = enrolled(server, tmp_path, "m1-clerk", "m1-owner", "m2-clerk")
    with ear(other, server) as at_home, ear(neighbour, server) as next_door:
        stands = at_home.next()
        assert isinstance(stands, int)
        assert isinstance(next_door.next(), int)
        seller.do("order", "sale", "--line", "TEA:1", "--pay", "cash:10.00")
        seller.do("sync")
        told = at_home.next()
        assert isinstance(told, int)
        assert told > stands
        # What another process commits is told too, here to everybody.
        words = ("product", "add", "--code", "NEW", "--name", "新品", "--price", "1.00")
        assert office(server.database, tmp_path, *words).code == 0
        first = next_door.next()
        assert isinstance(first, int)
        assert first > told, "of the sale it heard nothing"
        # The end of the server ends the streams: it does not wait for what never ends by itself.
        server.stop()
        assert next_door.next() == "end"
    assert server.complaints() == []


def test_window_shows_what_another_counter_sold_without_polling(
    qtbot: QtBot, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [seller, _watcher] = enrolled(server, tmp_path, "m1-clerk", "m1-owner")
    monkeypatch.setattr("desktop.sync.pacing.PERIOD_MS", 10_000_000)
    home = tmp_path / "m1-owner"
    client = Client(Paths(home), environment=environment_of(home))
    client.start()
    store = client.profile.store

    def sold() -> int:
        with store.read() as connection:
            return len(rows_of(connection, orders))

    try:
        qtbot.waitUntil(lambda: client.listener is not None and client.listener.connected)
        seller.do("order", "sale", "--line", "TEA:1", "--pay", "cash:10.00")
        seller.do("sync")
        qtbot.waitUntil(lambda: sold() == 1, timeout=int(SECONDS * 1000))
    finally:
        client.close()


@contextmanager
def idle_streams(server: Server, token: str, number: int) -> Iterator[list[socket.socket]]:
    """So many open streams, each of which has had its first line."""
    parts = urlsplit(server.url)
    request = f"GET /v1/sync/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    with ExitStack() as stack:
        lines = []
        for _ in range(number):
            line = stack.enter_context(socket.create_connection((parts.hostname or "", parts.port or 0), 30))
            line.sendall(request)
            lines.append(line)
        yield lines


def read_until(line: socket.socket, wanted: bytes) -> bytes:
    line.settimeout(SECONDS)
    got = b""
    while wanted not in got:
        part = line.recv(4096)
        if not part:
            return got
        got += part
    return got


def threads_of(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/task").iterdir()))


def opened_by(link: Path) -> str:
    """The file behind an open number of a process; nothing if it was closed meanwhile."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def connections_of(server: Server) -> int:
    """Connections of the server process to its database."""
    if server.database.startswith("sqlite"):
        return sum("server.db" in opened_by(each) for each in Path(f"/proc/{server.pid}/fd").iterdir())
    engine = create_engine(server.database)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        ).scalar_one()
    engine.dispose()
    return int(found)


def test_idle_streams_hold_neither_threads_nor_connections(server: Server, tmp_path: Path) -> None:
    """One device may have one stream: the older ends; so every stream here is a device of its own."""
    pcs = enrolled(server, tmp_path, "m1-clerk")
    people = [name for code in PARTIES for name in people_of(code)]
    tokens = [stream_token(server, pcs[0])] + [fresh_device(server, user) for user in [*people, *people]]
    before = threads_of(server), connections_of(server)
    opened: list[socket.socket] = []
    with ExitStack() as stack:
        for token in tokens:
            [line] = stack.enter_context(idle_streams(server, token, 1))
            assert b"data: " in read_until(line, b"data: ")
            opened.append(line)
        after = threads_of(server), connections_of(server)
        # The pools may have grown to their fixed size; forty of anything would show.
        assert after[0] - before[0] <= 10
        assert after[1] - before[1] <= 10
        # Who opens a second stream ends the first.
        [again] = stack.enter_context(idle_streams(server, tokens[0], 1))
        assert b"data: " in read_until(again, b"data: ")
        end = b"0\r\n\r\n"
        assert read_until(opened[0], end).endswith(end)


def stream_token(server: Server, pc: Pc) -> str:
    profile = pc.profile()
    kept = profile.tokens.load()
    profile.close()
    assert kept is not None
    return str(kept["access_token"])


def fresh_device(server: Server, user: str) -> str:
    """The access token of a new device; no databases are made for it."""
    client = HttpClient(server.url)
    try:
        _, told = enrol(client, Ed25519PrivateKey.generate(), user=user, password=PASSWORD, device_name="PC")
    finally:
        client.close()
    return str(told["access_token"])


@contextmanager
def strange_server(answer: bytes) -> Iterator[str]:
    """Says *answer* to whoever comes and then nothing more."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        line, _ = listening.accept()
        held.append(line)
        line.recv(65536)
        line.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        thread.join(SECONDS)
        for line in [*held, listening]:
            line.close()


GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "heard", "problem"),
    [
        (GOOD + b"data: 7\n\n: \n\n", [7], "ReadTimeout ConnectionError"),
        (GOOD + b"x" * 5000, [], "bad_stream"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhtml", [], "http 200"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", [], "http 502"),
        (b"", [], "ReadTimeout"),
    ],
    ids=["silence", "endless line", "a page", "gateway", "no answer"],
)
def test_dead_line_is_noticed(answer: bytes, heard: list[int], problem: str) -> None:
    with strange_server(answer) as url:
        got: list[int] = []
        with pytest.raises(Offline) as caught:
            for one in LiveStream(url, "t", silent_s=0.3).read():
                got.append(one)
        assert got == heard
        assert str(caught.value) in problem
