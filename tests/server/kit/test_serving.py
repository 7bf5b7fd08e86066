"""The HTTP server on a listening socket that somebody else made."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import requests

from domain.kernel.clock import FixedClock
from server_stub import bootstrap
from server_stub.settings import Settings
from tests.server.kit.serving import served


@pytest.fixture
def server(sqlite_database: str, tmp_path: Path) -> bootstrap.Server:
    settings = Settings(home=tmp_path, database_url=sqlite_database, argon2_memory=8, argon2_passes=1)
    return bootstrap.build(settings, FixedClock(1))


def test_small_answers_do_not_wait_for_each_other(server: bootstrap.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every accepted connection has Nagle's algorithm switched off."""
    accepted: list[socket.socket] = []
    accept = socket.socket.accept

    def watched(self: socket.socket) -> tuple[socket.socket, object]:
        connection, address = accept(self)
        accepted.append(connection)
        return connection, address

    monkeypatch.setattr(socket.socket, "accept", watched)
    with served(server) as url, requests.Session() as line:
        assert line.get(f"{url}/health", timeout=20).ok
        assert [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in accepted] == [1]


def test_end_closes_everything(server: bootstrap.Server) -> None:
    with served(server) as url:
        requests.get(f"{url}/health", timeout=20)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/health", timeout=20)


def test_default_database_is_made_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    db = bootstrap.open_database(settings)
    bootstrap.prepare_database(db, FixedClock(1))
    db.dispose()
    assert (tmp_path / "home" / "server" / "server.db").exists()
    assert settings.folder.stat().st_mode & 0o777 == 0o700
