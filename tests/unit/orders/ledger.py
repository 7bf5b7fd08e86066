"""One side's tables in memory, on which commands are carried out without wire, chain or feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select

from domain import registry
from domain.kernel.channels import Row
from domain.kernel.clock import FixedClock
from domain.kernel.commands import command_of
from domain.kernel.context import Actor, ApplyContext, DecideContext, Decision
from domain.kernel.handling import execute
from domain.kernel.ids import HQ_PARTY_ID, IdSource, stable_id
from domain.kernel.rowwriter import RowWriter
from domain.kernel.tables import metadata, synced_tables
from domain.parties.handlers import decide_add_dealer, decide_found_network
from domain.parties.roles import HQ_ADMIN

NOON = 1_700_000_000_000


class Silence:
    """A journal that nobody reads."""

    def inserted(self, table: Table, rows: Sequence[Row]) -> None:
        """Nothing."""

    def updated(self, table: Table, before: Row, after: Row) -> None:
        """Nothing."""

    def counted(self, table: Table, rows: Sequence[Row]) -> None:
        """Nothing."""

    def deleted(self, table: Table, before: Row) -> None:
        """Nothing."""

    def read(self, table: Table, row_id: str) -> None:
        """Nothing."""


@dataclass
class Ledger:
    """A network with headquarters and the dealer D1.

    Attributes:
        authority: whether this side is the server.
        flags: codes of the exceptions raised so far.
    """

    connection: Connection
    clock: FixedClock
    authority: bool = True
    flags: list[str] = field(default_factory=list)

    def perform(self, decide: Callable[[DecideContext], Decision], actor: Actor | None = None) -> Any:
        """Decide, carry out, and give the payload."""
        who = actor or Actor(stable_id("person"), "admin", HQ_ADMIN, HQ_PARTY_ID, stable_id("device"))
        self.clock.ms += 1
        ids = IdSource(self.clock)
        decision = decide(DecideContext(self.connection, who, self.clock, ids.new, lambda prefix: f"{prefix}1"))
        ctx = ApplyContext(
            command_id=ids.new(),
            actor=who,
            business_date=self.clock.today(),
            at=self.clock.now_ms(),
            rows=RowWriter(self.connection, Silence(), authority=self.authority),
            personal=decision.personal,
            received_at=self.clock.now_ms(),
        )
        execute(command_of(decision.payload), ctx, decision.payload)
        self.flags += [flag.code for flag in ctx.flags]
        return decision.payload

    def rows(self, table: Table) -> list[Row]:
        """A whole table by ids."""
        return [dict(row) for row in self.connection.execute(select(table).order_by(table.c.id)).mappings()]

    def row(self, table: Table, **values: Any) -> Row:
        """The one row with these values."""
        [found] = [row for row in self.rows(table) if values.items() <= row.items()]
        return found


@contextmanager
def ledger() -> Iterator[Ledger]:
    """A server's tables with the network in them."""
    registry.commands()
    engine = create_engine("sqlite://")
    metadata.create_all(engine, synced_tables())
    with engine.begin() as connection:
        made = Ledger(connection, FixedClock(NOON))
        made.perform(lambda ctx: decide_found_network(ctx, name="总部"))
        made.perform(lambda ctx: decide_add_dealer(ctx, code="D1", name="城东店", parent_code="HQ"))
        yield made
    engine.dispose()
