"""Envelopes of the past, frozen: ``python -m tests.server.sync.sealing`` seals those commands that have none yet.

``sealed/N/world.json`` holds the rows that the commands of ``sealed/N/commands.json`` aim at; ``sealed/schemas.json``
the digest of every version of every command's schema. Nothing that stands there is ever changed: shops hold such
envelopes for weeks. A new command or a new version adds a directory.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert

from domain import registry
from domain.kernel.clock import FixedClock
from domain.kernel.commands import CommandType
from domain.kernel.context import Actor
from domain.kernel.envelope import Sealed, open_body
from domain.kernel.ids import stable_id
from domain.kernel.outcome import outcome
from domain.kernel.tables import blank, complete, metadata, synced_tables
from domain.kernel.wire import PushAck, PushBatch, PushItem
from server_stub.bootstrap import prepare_database
from server_stub.kit.database import Database
from server_stub.sync.push import Intake, Sender
from tests.server.sync.access_rules import RULES
from tests.server.sync.test_access import Actors
from tests.support.factories.envelopes import Sealer
from tests.support.network import NOON, Network, network_at, prepare

FOLDER = Path(__file__).parent / "sealed"
SCHEMAS = FOLDER / "schemas.json"
WORDS = frozenset({"title", "description", "examples"})
"""What a schema says to people; it may change."""
ISSUED_ONLY = frozenset({"parties.found_network"})
"""Sealed by the server itself and never pushed: their envelopes are only read."""


@dataclass(frozen=True)
class Frozen:
    """One envelope of the past.

    Attributes:
        generation: name of its directory.
        status: what the server made of it when it was new, empty for what is never pushed.
    """

    generation: str
    kind: str
    schema: int
    device_id: str
    party_id: str
    public_key: bytes
    sealed: Sealed
    status: str

    def push(self, intake: Intake) -> PushAck:
        """Hand it to a server."""
        sender = Sender(self.device_id, self.party_id, self.public_key)
        [ack] = intake.take(sender, PushBatch(1, [PushItem(1, self.sealed)])).acks
        return ack


def schema_digest(kind: CommandType) -> str:
    """SHA-256 of what the command's payload and personal part may hold."""
    schemas = [msgspec.json.schema(kind.struct), msgspec.json.schema(kind.personal) if kind.personal else None]
    return hashlib.sha256(json.dumps(_bare(schemas), sort_keys=True).encode()).hexdigest()


def _bare(schema: Any) -> Any:
    if isinstance(schema, dict):
        # A field may be called "title": the words stand beside a type, the fields below "properties".
        return {
            key: {name: _bare(each) for name, each in value.items()} if key == "properties" else _bare(value)
            for key, value in schema.items()
            if key not in WORDS
        }
    return [_bare(each) for each in schema] if isinstance(schema, list) else schema


def known_schemas() -> dict[str, dict[str, str]]:
    """Command → version → digest."""
    found: dict[str, dict[str, str]] = json.loads(SCHEMAS.read_text(encoding="utf-8")) if SCHEMAS.exists() else {}
    return found


def generations() -> list[str]:
    """The directories, oldest first."""
    return sorted((each.name for each in FOLDER.iterdir() if each.is_dir()), key=int)


def frozen() -> Iterator[Frozen]:
    """Every envelope of the past."""
    for generation in generations():
        for row in json.loads((FOLDER / generation / "commands.json").read_text(encoding="utf-8")):
            personal = base64.b64decode(row["personal"]) if row["personal"] else None
            sealed = Sealed(row["body"].encode(), base64.b64decode(row["signature"]), personal)
            body = open_body(sealed)
            yield Frozen(
                generation,
                body.kind,
                body.schema,
                body.device,
                body.party,
                base64.b64decode(row["public_key"]),
                sealed,
                row["status"],
            )


def write_world(connection: Connection, generation: str) -> None:
    """The rows that a generation aims at, completed with what columns came later."""
    write_rows(connection, json.loads((FOLDER / generation / "world.json").read_text(encoding="utf-8")))


def write_rows(connection: Connection, world: dict[str, list[dict[str, Any]]]) -> None:
    """Write rows as they are, completed with what columns came later."""
    for name, rows in world.items():
        table = metadata.tables[name]
        if rows:
            connection.execute(insert(table), [complete(table, row) for row in rows])


def _world(network: Network) -> dict[str, list[dict[str, Any]]]:
    """Rows without their blank columns."""
    return {
        str(table.name): [
            {name: value for name, value in row.items() if value != blank(table)[name]}
            for _, row in sorted(network.rows(table).items())
        ]
        for table in synced_tables()
        if table is not outcome
    }


def _seal(actors: Actors, kind: CommandType) -> tuple[Sealer, PushItem]:
    """The command by somebody who may: at the shop where a shop may, else by headquarters."""
    rule = RULES[kind.name]
    role = "owner" if ("owner", "own") in rule.allowed else "hq_admin"
    who = actors.sealers[role].actor
    device_id = stable_id("sealed", kind.name, str(kind.version))
    sealer = Sealer(
        Actor(who.person_id, who.person_name, who.role, who.party_id, device_id), Ed25519PrivateKey.generate()
    )
    return sealer, actors.seal(sealer, rule, "M1")


def _row(sealer: Sealer, item: PushItem, status: str) -> dict[str, str]:
    sealed = item.sealed
    return {
        "status": status,
        "body": sealed.body.decode(),
        "signature": base64.b64encode(sealed.signature).decode(),
        "personal": base64.b64encode(sealed.personal or b"").decode(),
        "public_key": base64.b64encode(sealer.key.public_key().public_bytes_raw()).decode(),
    }


def make(kinds: list[CommandType]) -> Path:
    """Seal these commands into a new directory."""
    folder = FOLDER / str(len(generations()) + 1)
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/server.db"
        prepare(url)
        with network_at(url, Path(place)) as network:
            actors = Actors(network)
            world = _world(network)
            made = [(kind, *_seal(actors, kind)) for kind in kinds]
        rows = []
        for kind, sealer, item in made:
            status = "" if kind.name in ISSUED_ONLY else _status(world, sealer, item)
            rows.append(_row(sealer, item, status))
    folder.mkdir()
    (folder / "world.json").write_text(_lines(world), encoding="utf-8")
    (folder / "commands.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return folder


def _lines(world: dict[str, list[dict[str, Any]]]) -> str:
    tables = []
    for name, rows in world.items():
        inside = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
        tables.append(f'"{name}": [\n  {inside}\n]' if rows else f'"{name}": []')
    return "{\n" + ",\n".join(tables) + "\n}\n"


def _status(world: dict[str, list[dict[str, Any]]], sealer: Sealer, item: PushItem) -> str:
    """What a server with nothing but this world makes of it."""
    with tempfile.TemporaryDirectory() as place:
        db = Database(f"sqlite:///{place}/server.db")
        try:
            empty_server(db)
            db.run(lambda connection: write_rows(connection, world))
            sender = Sender(sealer.actor.device_id, sealer.actor.party_id, sealer.key.public_key().public_bytes_raw())
            [ack] = Intake(db, FixedClock(NOON)).take(sender, PushBatch(1, [item])).acks
        finally:
            db.dispose()
    if ack.status not in ("confirmed", "exception"):
        raise RuntimeError(f"{open_body(item.sealed).kind}: {ack.status} {ack.code}")
    return ack.status


def empty_server(db: Database) -> None:
    """Tables and secrets, no network."""
    prepare_database(db, FixedClock(NOON))


def main() -> int:
    """Seal what is missing and note new schemas; refuses to note a changed one."""
    kinds = registry.commands()
    noted = known_schemas()
    for kind in kinds:
        known = noted.setdefault(kind.name, {})
        digest = schema_digest(kind)
        if known.setdefault(str(kind.version), digest) != digest:
            sys.stderr.write(f"{kind.name}: the schema of version {kind.version} has changed; raise the version\n")
            return 1
    have = {(each.kind, each.schema) for each in frozen()}
    missing = [kind for kind in kinds if (kind.name, kind.version) not in have]
    if missing:
        sys.stdout.write(f"{make(missing)}\n")
    SCHEMAS.write_text(json.dumps(noted, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
