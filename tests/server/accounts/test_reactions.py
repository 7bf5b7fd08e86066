"""Commands of the network keep secrets on the server, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, Table, select

from domain.kernel.channels import Row
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.errors import Invalid, Refused
from domain.kernel.events import emit
from domain.kernel.ids import derive_id
from domain.kernel.rowwriter import RowWriter
from domain.parties.events import PasswordChanged, PersonAdded
from server_stub.accounts.models import credential
from server_stub.kit.database import Database
from tests.server.accounts.network import BASE, NORTH, PASSWORD, cheap_hasher, person_id
from tests.server.accounts.pc import Pc, told

NEW = derive_id(BASE, "new person")


class SilentJournal:
    """Takes note of nothing."""

    def inserted(self, table: Table, rows: Sequence[Row]) -> None: ...
    def updated(self, table: Table, before: Row, after: Row) -> None: ...
    def counted(self, table: Table, rows: Sequence[Row]) -> None: ...
    def deleted(self, table: Table, before: Row) -> None: ...
    def read(self, table: Table, row_id: str) -> None: ...


def context(connection: Connection, *, authority: bool = True, device_id: str = BASE) -> ApplyContext:
    actor = Actor(person_id("north"), "north", "owner", NORTH, device_id)
    rows = RowWriter(connection, SilentJournal(), authority=authority)
    return ApplyContext(BASE, actor, "2027-01-15", 1, rows, received_at=2)


def credentials(db: Database) -> set[str]:
    with db.read() as connection:
        return set(connection.execute(select(credential.c.person_id)).scalars())


def added(name: str, password_hash: str | None = None, person: str = NEW) -> PersonAdded:
    return PersonAdded(person, NORTH, name, password_hash)


def test_a_new_person_may_sign_in(db: Database) -> None:
    db.run(lambda connection: emit(context(connection), added("new", cheap_hasher().hash(PASSWORD))))
    assert NEW in credentials(db)


def test_applied_twice_is_applied_once(db: Database) -> None:
    for _ in range(2):
        db.run(lambda connection: emit(context(connection), added("new", cheap_hasher().hash(PASSWORD))))
    assert NEW in credentials(db)


def test_an_erased_secret_leaves_a_person_who_cannot_sign_in(db: Database) -> None:
    db.run(lambda connection: emit(context(connection), added("new")))
    assert NEW in credentials(db)


@pytest.mark.parametrize("name", ["north", "NORTH", " ｎorth"])
def test_a_name_that_looks_taken_is_refused(db: Database, name: str) -> None:
    with pytest.raises(Refused, match="name_taken"):
        db.run(lambda connection: emit(context(connection), added(name)))
    assert NEW not in credentials(db)


def test_hostile_hashes_are_refused(db: Database) -> None:
    hostile = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNo"
    for event in (added("new", hostile), PasswordChanged(person_id("north"), hostile)):
        with pytest.raises(Invalid, match="bad_password_hash"):
            db.run(lambda connection, event=event: emit(context(connection), event))  # type: ignore[misc]


def test_a_counter_keeps_no_secrets(db: Database) -> None:
    """The same events are emitted where the command was sealed, in the same process in simulations."""
    before = credentials(db)
    for event in (
        added("new", cheap_hasher().hash("x")),
        PasswordChanged(person_id("north"), cheap_hasher().hash("x")),
    ):
        db.run(lambda connection, event=event: emit(context(connection, authority=False), event))  # type: ignore[misc]
    assert credentials(db) == before


class TestPasswordChanged:
    def change(self, db: Database, device_id: str = BASE) -> None:
        event = PasswordChanged(person_id("north"), cheap_hasher().hash("新口令"))
        db.run(lambda connection: emit(context(connection, device_id=device_id), event))

    def test_the_new_one_counts_at_once(self, db: Database, pc: Pc) -> None:
        self.change(db)
        assert told(pc.enrol("north")) == (401, "bad_credentials")
        assert pc.enrol("north", "新口令").status_code == 200

    def test_it_lifts_a_lock(self, db: Database, pc: Pc) -> None:
        for _ in range(6):
            pc.enrol("north", "wrong")
        self.change(db)
        assert pc.enrol("north", "新口令").status_code == 200

    def test_who_knew_the_old_one_is_out(self, db: Database, pc: Pc) -> None:
        pc.enrol("north")
        self.change(db)
        assert told(pc.me()) == (401, "session_revoked")
        assert told(pc.refresh()) == (401, "session_revoked")

    def test_but_not_on_the_device_that_changed_it(self, db: Database, pc: Pc) -> None:
        pc.enrol("north")
        self.change(db, pc.signed_in["device_id"])
        assert pc.me().status_code == 200
        assert pc.refresh().status_code == 200
