"""The server gets another address: unsent work goes to the same server there, and to no other. Real servers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from domain.kernel.errors import Refused
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server, running_server

CLERK = person_for("M1", "clerk")


@pytest.fixture
def pc(sqlite_server: Server, tmp_path: Path) -> Pc:
    """An enrolled shop that has sold once since its last sync."""
    made = Pc(tmp_path / "pc")
    made.enrol(sqlite_server, CLERK)
    made.do("sync")
    made.do("order", "sale", "--line", "TEA:1", "--pay", "cash:100")
    return made


def test_the_same_server_at_another_address_takes_what_is_unsent(pc: Pc, sqlite_server: Server) -> None:
    profile = pc.profile()
    who = profile.store.known.person_name
    moved = profile.enrol(sqlite_server.url.replace("127.0.0.1", "localhost"), who, PASSWORD)
    assert "localhost" in moved.server
    assert profile.store.known.server == moved.server
    profile.close()
    assert pc.do("outbox", "list")["unsent"] == 1
    assert (pc.do("sync")["pushed"], pc.do("outbox", "list")["unsent"]) == (1, 0)


def test_another_network_gets_nothing_even_when_it_knows_the_device(
    pc: Pc, sqlite_server: Server, sqlite_database: str, tmp_path: Path
) -> None:
    sqlite_server.stop()
    copy = tmp_path / "other" / "copy.db"
    copy.parent.mkdir()
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("UPDATE server_meta SET value = 'another' WHERE key = 'database_id'")
    source.close()
    target.close()
    with running_server(copy.parent, f"sqlite:///{copy}") as other:
        profile = pc.profile()
        with pytest.raises(Refused, match="other_server"):
            profile.enrol(other.url, CLERK, PASSWORD)
        assert profile.store.known.server == sqlite_server.url
        profile.close()
        assert pc.do("outbox", "list")["unsent"] == 1
        assert json.loads(pc.run("sync").out)["online"] is False
