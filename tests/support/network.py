"""A whole network in one process: a real server database, encrypted counters, and the wire between them as calls.

For the tests with many cases. What travels is packed and unpacked as HTTP would carry it; only sockets, tokens and
processes are missing (:mod:`tests.support.processes` has those).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Table, func, select

from desktop.store.identity import Identity, Secrets
from desktop.store.store import Performed, Store
from desktop.sync.round import RoundResult, SyncRound
from domain import registry
from domain.catalogue.handlers import decide_add_price_list, decide_add_products, decide_set_listing, decide_set_prices
from domain.kernel import wire
from domain.kernel.channels import Row
from domain.kernel.clock import FixedClock
from domain.kernel.context import Actor, DecideContext, Decision
from domain.kernel.errors import Invalid
from domain.kernel.history import USUAL_MONTHS
from domain.kernel.ids import HQ_PARTY_ID, IdSource
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from domain.parties.handlers import decide_add_dealer, decide_add_person, decide_found_network
from domain.parties.model import party, person
from domain.stock.handlers import decide_take_in
from server_stub.accounts import repository as accounts
from server_stub.accounts.hashing import Hasher
from server_stub.accounts.keys import history_key
from server_stub.bootstrap import prepare_database, server_device
from server_stub.console.answer import INITIALISED
from server_stub.kit.database import Database
from server_stub.sync import feed, repository as sync_repository
from server_stub.sync.push import Intake, Sender
from server_stub.sync.reading import Reading
from server_stub.sync.retention import Retention
from tests.support.factories import parties, products

NOON = 1_700_000_000_000
PASSWORD = "白云山-42"
Decide = Callable[[DecideContext], Decision]


def prepare(url: str) -> None:
    """Fill an empty database with the tests' network, for the fixture ``database_preparation``."""
    registry.commands()
    clock = FixedClock(NOON)
    db = Database(url)
    prepare_database(db, clock)
    device = server_device(db, clock)
    digest = Hasher(8, 1).hash(PASSWORD)

    def add_people(code: str) -> None:
        for name, role in parties.people_of(code).items():
            device.issue(
                lambda ctx: decide_add_person(ctx, party_code=code, name=name, role=role, password_hash=digest)  # noqa: B023 - called at once
            )

    device.issue(lambda ctx: decide_found_network(ctx, name="总部"))
    add_people("HQ")
    for code, parent in parties.DEALERS.items():
        device.issue(
            lambda ctx: decide_add_dealer(ctx, code=code, name=parties.NAMES[code], parent_code=parent)  # noqa: B023 - called at once
        )
        add_people(code)
    device.issue(lambda ctx: decide_add_products(ctx, products.ASSORTMENT))
    device.issue(lambda ctx: decide_set_listing(ctx, code=products.OLD, listed=False))
    device.issue(
        lambda ctx: decide_add_price_list(
            ctx, code="TRADE", name="批发价", usage="trade", scope="base", scope_value="", currency="CNY"
        )
    )
    device.issue(lambda ctx: decide_set_prices(ctx, list_code="TRADE", prices=products.TRADE))
    db.run(lambda connection: sync_repository.set_meta(connection, INITIALISED, str(NOON)))
    db.dispose()


@dataclass(slots=True)
class DirectTransport:
    """The wire as calls; *db*, *intake* and *reading* are the server's."""

    db: Database
    intake: Intake
    reading: Reading
    sender: Sender

    @property
    def retention(self) -> Retention:
        """What is noted of this device's reading."""
        return Retention(self.db, self.intake.clock)

    def push(self, batch: wire.PushBatch) -> wire.PushAnswer:
        """As ``POST /v1/sync/push``."""
        try:
            taken = wire.PUSH_BATCH.decode(wire.unpack(wire.pack(batch)))
        except msgspec.MsgspecError:
            raise Invalid("bad_encoding") from None
        return wire.PUSH_ANSWER.decode(wire.encode(self.intake.take(self.sender, taken)))

    def feed(self, cursor: str | None) -> wire.FeedPage:
        """As ``GET /v1/sync/feed``."""
        page = self.reading.feed(self.sender.party_id, self.sender.device_id, cursor or "")
        return wire.FEED_PAGE.decode(wire.encode(page))

    def snapshot_start(
        self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()
    ) -> wire.SnapshotStart:
        """As ``GET /v1/sync/snapshot``."""
        asked = (cursor or "", resume or "", again)
        start = self.reading.snapshot_start(self.sender.party_id, self.sender.device_id, *asked)
        return wire.SNAPSHOT_START.decode(wire.encode(start))

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:
        """As ``GET /v1/sync/snapshot/{table}``."""
        chunk = self.reading.snapshot_chunk(self.sender.party_id, self.sender.device_id, table, after, token)
        return wire.SNAPSHOT_CHUNK.decode(wire.encode(chunk))

    def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
        """As ``GET /v1/sync/slices/{table}``."""
        told = self.reading.slice_sum(self.sender.party_id, self.sender.device_id, asked)
        return wire.SLICE_SUM.decode(wire.encode(told))


@dataclass(slots=True)
class Counter:
    """A shop's PC: its store, its wire, the person at it."""

    store: Store
    transport: Any
    folder: Path
    secrets: Secrets
    clock: FixedClock

    @property
    def party_id(self) -> str:
        return self.store.known.party_id

    def perform(self, decide: Decide) -> Performed:
        """Make a command happen; the clock moves on a little."""
        self.clock.ms += 7
        return self.store.perform(decide)

    def sell(self, *lines: tuple[str, int], **more: Any) -> Performed:
        """A sale of (code, thousandths), one tea when nothing is said."""
        wanted = [Wanted(code, quantity) for code, quantity in lines or ((products.TEA, 1000),)]
        return self.perform(lambda ctx: decide_sale(ctx, wanted, **more))

    def take_in(self, *lines: tuple[str, int]) -> Performed:
        """Goods of a local supplier."""
        return self.perform(lambda ctx: decide_take_in(ctx, list(lines)))

    def sync(self) -> RoundResult:
        """One round, which must go through."""
        result = SyncRound(self.store, self.transport).once()
        assert result.online
        assert not result.problem
        return result

    def rows(self, table: Table) -> dict[str, Row]:
        """A table of the cache by id."""
        with self.store.read() as connection:
            return rows_of(connection, table)

    def reopen(self) -> None:
        """End and start the program."""
        self.store.close()
        self.store = Store(self.folder, self.secrets, self.clock)

    def batch(self) -> wire.PushBatch:
        """Everything that is sealed, as one push."""
        epoch = self.store.known.epoch
        items = self.store.ledger.push_from(epoch, 1, 10_000)
        return wire.PushBatch(epoch, [wire.PushItem(*item) for item in items])


def rows_of(connection: Connection, table: Table) -> dict[str, Row]:
    """A whole table by id."""
    return {row["id"]: dict(row) for row in connection.execute(select(table)).mappings()}


@dataclass(slots=True)
class Network:
    """The server of the tests' network and the counters that were made for it."""

    db: Database
    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON + 1000))
    counters: list[Counter] = field(default_factory=list)
    history_months: int = USUAL_MONTHS
    _ids: dict[str, str] = field(default_factory=dict)

    @property
    def intake(self) -> Intake:
        """The server's side of a push."""
        return Intake(self.db, self.clock)

    def party_id(self, code: str) -> str:
        """The id of a party."""
        if code == "HQ":
            return HQ_PARTY_ID
        return self._id(f"party {code}", party, party.c.code, code)

    def person_id(self, name: str) -> str:
        """The id of a person."""
        return self._id(f"person {name}", person, person.c.name, name)

    def _id(self, key: str, table: Table, column: Any, value: str) -> str:
        if key not in self._ids:
            with self.db.read() as connection:
                self._ids[key] = str(connection.execute(select(table.c.id).where(column == value)).scalar_one())
        return self._ids[key]

    def enrol(self, user: str, key: Ed25519PrivateKey | None = None) -> tuple[Actor, Ed25519PrivateKey, int]:
        """A new device of *user*: (actor, key, number); as enrolment would write it."""
        key = key or Ed25519PrivateKey.generate()
        with self.db.read() as connection:
            row = connection.execute(select(person).where(person.c.name == user)).mappings().one()
        fresh = {
            "id": IdSource(self.clock).new(),
            "party_id": row["party_id"],
            "person_id": row["id"],
            "name": "前台",
            "public_key": key.public_key().public_bytes_raw(),
            "enrolled_at": self.clock.ms,
        }
        device = self.db.run(lambda connection: accounts.add_device(connection, fresh))
        return Actor(row["id"], user, row["role"], row["party_id"], device["id"]), key, int(device["number"])

    def transport(self, actor: Actor, key: Ed25519PrivateKey) -> DirectTransport:
        """The wire of a device."""
        sender = Sender(actor.device_id, actor.party_id, key.public_key().public_bytes_raw())
        ids, retention = IdSource(self.clock), Retention(self.db, self.clock)
        reading = Reading(self.db, self.clock, history_key, ids, retention, self.history_months)
        return DirectTransport(self.db, self.intake, reading, sender)

    def counter(self, user: str, *, synced: bool = True) -> Counter:
        """A PC with *user* at it, its cache filled unless told otherwise."""
        actor, key, number = self.enrol(user)
        secrets = Secrets(os.urandom(32), key.private_bytes_raw())
        clock = FixedClock(self.clock.ms)
        folder = self.folder / f"{user}-{number}"
        store = Store(folder, secrets, clock)
        with self.db.read() as connection:
            row = connection.execute(select(party).where(party.c.id == actor.party_id)).mappings().one()
            database_id = feed.database_id(connection)
        store.set_identity(
            Identity(
                device_id=actor.device_id,
                device_number=number,
                epoch=1,
                party_id=actor.party_id,
                party_code=row["code"],
                party_name=row["name"],
                person_id=actor.person_id,
                person_name=actor.person_name,
                role=actor.role,
                database_id=database_id,
                server="http://127.0.0.1:1",
            )
        )
        made = Counter(store, self.transport(actor, key), folder, secrets, clock)
        self.counters.append(made)
        if synced:
            made.sync()
        return made

    def rows(self, table: Table) -> dict[str, Row]:
        """A table of the server by id."""
        with self.db.read() as connection:
            return rows_of(connection, table)

    def count(self, table: Table, *conditions: Any) -> int:
        """How many rows of a table of the server fit."""
        with self.db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())

    def close(self) -> None:
        """Close everything that was opened."""
        for each in self.counters:
            each.store.close()
        self.db.dispose()


@contextmanager
def network_at(url: str, folder: Path, *, history_months: int = USUAL_MONTHS) -> Iterator[Network]:
    """The network at a prepared database; its PCs keep *history_months* of the past, 0 for all."""
    registry.commands()
    made = Network(Database(url), folder, history_months=history_months)
    try:
        yield made
    finally:
        made.close()
