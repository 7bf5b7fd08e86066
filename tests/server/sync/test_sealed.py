"""What was sealed by commits of the past is taken by today's server, and no schema changes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import msgspec
import pytest

from domain import registry
from domain.kernel.clock import FixedClock
from domain.kernel.commands import command_named
from domain.kernel.envelope import open_body, unpack_personal, verify
from server_stub.kit.database import Database
from server_stub.sync.push import Intake
from tests.server.sync.sealing import (
    ISSUED_ONLY,
    empty_server,
    frozen,
    generations,
    known_schemas,
    schema_digest,
    write_world,
)
from tests.server.sync.test_access import Undone
from tests.support.databases import Preparation
from tests.support.network import NOON

HOW = "raise its version, write an upcaster, then run: python -m tests.server.sync.sealing"


def prepare_empty(url: str) -> None:
    """Tables and secrets, no network."""
    registry.commands()
    db = Database(url)
    empty_server(db)
    db.dispose()


@pytest.fixture(scope="session")
def database_preparation() -> Preparation:
    return prepare_empty


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.dispose()


@pytest.mark.parametrize("generation", generations())
def test_server_of_today_takes_what_was_sealed(db: Database, generation: str) -> None:
    db.run(lambda connection: write_world(connection, generation))
    # Each meets the world as it was: nothing that another one did stays.
    intake = Intake(cast(Database, Undone(db)), FixedClock(NOON))
    old = [each for each in frozen() if each.generation == generation and each.kind not in ISSUED_ONLY]
    assert old
    told = {each.kind: each.push(intake) for each in old}
    wanted = {each.kind: each.status for each in old}
    assert {kind: ack.status for kind, ack in told.items()} == wanted, [ack.code for ack in told.values()]


def test_every_old_envelope_can_be_read() -> None:
    for each in frozen():
        kind, body = command_named(each.kind), open_body(each.sealed)
        verify(each.sealed, body, each.public_key)
        assert isinstance(kind.decode(body.schema, bytes(body.payload)), kind.struct)
        if kind.personal is not None:
            assert kind.decode_personal(unpack_personal(each.sealed.personal)) is not None


def test_every_version_of_every_command_is_frozen() -> None:
    have = {(each.kind, each.schema) for each in frozen()}
    wanted = {(kind.name, version) for kind in registry.commands() for version in range(1, kind.version + 1)}
    assert wanted - have == set(), "run: python -m tests.server.sync.sealing"
    assert have - wanted == set(), "a command that shops have sealed is gone"


def test_no_schema_changes_without_a_version_and_an_upcaster() -> None:
    noted = known_schemas()
    for kind in registry.commands():
        assert noted.get(kind.name, {}).get(str(kind.version)) == schema_digest(kind), f"{kind.name}: {HOW}"
        assert set(kind.upcasters) == set(range(1, kind.version)), f"{kind.name}: {HOW}"


def cancelling(note: str, *, reason: type[object] = str) -> type[msgspec.Struct]:
    """A struct of a field, with words about it."""
    made = msgspec.defstruct("Cancelling", [("title", reason), ("lines", int)])
    made.__doc__ = note
    return made


def test_digest_sees_fields_and_not_words(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = command_named("orders.cancel")

    def digest(struct: type[msgspec.Struct]) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(kind, "struct", struct)
            return schema_digest(kind)

    assert digest(cancelling("One way to say it.")) == digest(cancelling("Another."))
    assert digest(cancelling("")) != digest(cancelling("", reason=int))
