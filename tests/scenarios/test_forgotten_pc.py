"""A server is put back to a backup older than a PC's enrolment: the PC signs in, and nothing is lost or twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import i18n
from tests.support.factories.parties import person_for
from tests.support.network import PASSWORD
from tests.support.processes import Pc, Server

pytestmark = pytest.mark.usefixtures("expected_errors")
OWNER, CLERK = person_for("M1", "owner"), person_for("M1", "clerk")
SALE = ("order", "sale", "--line", "TEA:1", "--pay", "cash:100")


class Backup:
    """A copy of the database of a server that is stopped for a moment."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._of = server, Path(make_url(server.database).database or "")
        self._copy = folder / "backup"
        self._copy.mkdir()
        server.stop()
        for path in self._of.parent.glob(self._of.name + "*"):
            shutil.copy(path, self._copy)
        server.start()

    def put_back(self) -> None:
        """As a careless operator does."""
        self._server.stop()
        for path in self._of.parent.glob(self._of.name + "*"):
            path.unlink()
        for path in self._copy.iterdir():
            shutil.copy(path, self._of.parent)
        self._server.start()


def at_server(server: Server, sql: str) -> list[Any]:
    engine = create_engine(server.database)
    with engine.connect() as connection:
        found = [row[0] for row in connection.execute(text(sql))]
    engine.dispose()
    return found


def sold(pc: Pc, *, unsent: int = 1) -> list[str]:
    """Two sales that the server has, and some that it has not; their numbers."""
    numbers = [pc.do(*SALE)["number"] for _ in range(2)]
    pc.do("sync")
    return numbers + [pc.do(*SALE)["number"] for _ in range(unsent)]


def enrolled(server: Server, folder: Path, name: str, user: str) -> tuple[Pc, Any]:
    pc = Pc(folder / name)
    told = pc.enrol(server, user)
    pc.do("sync")
    return pc, told


def sign_in(pc: Pc, server: Server, user: str) -> Any:
    return pc.run("enrol", "--server", server.url, "--user", user, "--password-stdin", stdin=PASSWORD + "\n")


def test_it_goes_on_as_the_pc_it_was(sqlite_server: Server, tmp_path: Path) -> None:
    backup = Backup(sqlite_server, tmp_path)
    pc, before = enrolled(sqlite_server, tmp_path, "pc", CLERK)
    numbers = sold(pc)
    backup.put_back()
    refused = pc.run("sync")
    assert refused.code == 1
    said = sign_in(pc, sqlite_server, CLERK)
    assert (said.data["device"], said.data["number"]) == (before["device"], before["number"])
    pc.do("sync")
    assert sorted(at_server(sqlite_server, "SELECT number FROM orders")) == sorted(numbers)
    assert "device_returned" in at_server(sqlite_server, "SELECT kind FROM alarm")
    pc.do(*SALE)
    pc.do("sync")
    assert len(at_server(sqlite_server, "SELECT id FROM orders")) == 4
    assert pc.do("orders", "list")["total"] == 4


def test_when_another_pc_has_its_number_by_now_it_gets_another(sqlite_server: Server, tmp_path: Path) -> None:
    backup = Backup(sqlite_server, tmp_path)
    pc, before = enrolled(sqlite_server, tmp_path, "pc", CLERK)
    numbers = sold(pc)
    backup.put_back()
    other, others = enrolled(sqlite_server, tmp_path, "other", OWNER)
    assert others["number"] == before["number"]
    foreign = sold(other, unsent=0)
    again = sign_in(pc, sqlite_server, CLERK).data
    assert (again["device"], again["number"]) == (before["device"], before["number"] + 1)
    pc.do("sync")
    found = at_server(sqlite_server, "SELECT number FROM orders")
    assert len(found) == len(set(found)) == len(numbers) + len(foreign)
    assert set(foreign) <= set(found)
    pc.do(*SALE)
    for each in (pc, other):
        each.do("sync")
        assert each.do("orders", "list")["total"] == len(found) + 1


def test_signed_out_too(sqlite_server: Server, tmp_path: Path) -> None:
    """Its databases are closed; the server opens the key that was closed for it, as ever."""
    backup = Backup(sqlite_server, tmp_path)
    pc, before = enrolled(sqlite_server, tmp_path, "pc", CLERK)
    numbers = sold(pc)
    pc.do("sign-out")
    backup.put_back()
    profile = pc.profile()
    identity = profile.enrol(sqlite_server.url, OWNER, PASSWORD)
    assert (identity.device_id, profile.returned) == (before["device"], True)
    profile.close()
    pc.do("sync")
    assert sorted(at_server(sqlite_server, "SELECT number FROM orders")) == sorted(numbers)


def test_it_says_what_happened(sqlite_server: Server, tmp_path: Path) -> None:
    backup = Backup(sqlite_server, tmp_path)
    pc, _ = enrolled(sqlite_server, tmp_path, "pc", CLERK)
    backup.put_back()
    said = (sign_in(pc, sqlite_server, CLERK), sign_in(pc, sqlite_server, CLERK))
    words = i18n.tr("people.errors.returned")
    assert [words in one.err for one in said] == [True, False], "said once"
