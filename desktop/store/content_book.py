"""A page of the ledger: which contents this PC keeps, and which of them the server does not have yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, Table, Text, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.store.ledger import Ledger
from desktop.store.ledger_tables import metadata
from domain.kernel.channels import Row

UNSENT, KEPT = "unsent", "kept"

content = Table(
    "content",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("own", Integer, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Column("problem", Text, nullable=False, default="", server_default=""),
)
"""``state``: unsent, or kept: the server has confirmed it, so it may be fetched again. ``own`` 1: attached here.
``problem``: code with which the server refused it last."""


@dataclass(frozen=True, slots=True)
class ContentBook:
    """The page of one ledger."""

    ledger: Ledger

    def add(self, sha256: str, size: int, now_ms: int) -> None:
        """A content was attached here: the server is to have it, or to say that it does."""
        row = {"sha256": sha256, "size": size, "state": UNSENT, "own": 1, "kept_at": now_ms, "used_at": now_ms}
        changes = {"state": UNSENT, "own": 1, "used_at": now_ms, "problem": ""}
        self._write(upsert(content).values(row).on_conflict_do_update(index_elements=["sha256"], set_=changes))

    def fetched(self, sha256: str, size: int, now_ms: int) -> None:
        """A content came from the server."""
        row = {"sha256": sha256, "size": size, "state": KEPT, "own": 0, "kept_at": now_ms, "used_at": now_ms}
        self._write(upsert(content).values(row).on_conflict_do_nothing())

    def sent(self, sha256: str) -> None:
        """The server has it whole and has checked it."""
        self._write(update(content).where(content.c.sha256 == sha256).values(state=KEPT, problem=""))

    def refused(self, sha256: str, code: str) -> None:
        """The server does not take it now; it stays here and is offered again."""
        self._write(update(content).where(content.c.sha256 == sha256).values(problem=code))

    def used(self, sha256: str, now_ms: int) -> None:
        """Somebody looked at it."""
        self._write(update(content).where(content.c.sha256 == sha256).values(used_at=now_ms))

    def reopen(self) -> int:
        """The server was restored from a backup: it is asked once more about everything attached here; how many."""
        return self._write(update(content).where(content.c.own == 1, content.c.state == KEPT).values(state=UNSENT))

    def forget(self, sha256: str) -> None:
        """It is no longer kept here."""
        self._write(delete(content).where(content.c.sha256 == sha256))

    def unsent(self) -> list[Row]:
        """What the server is to have, the oldest first."""
        statement = select(content).where(content.c.state == UNSENT).order_by(content.c.kept_at, content.c.sha256)
        return self._rows(statement)

    def all(self) -> dict[str, Row]:
        """Every content by its digest."""
        return {row["sha256"]: row for row in self._rows(select(content))}

    def to_evict(self) -> list[Row]:
        """What the server has, in the order in which it may go: fetched ones first, the longest unused first."""
        statement = select(content).where(content.c.state == KEPT)
        return self._rows(statement.order_by(content.c.own, content.c.used_at, content.c.sha256))

    def _rows(self, statement: object) -> list[Row]:
        with self.ledger.transaction() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]  # type: ignore[call-overload]

    def _write(self, statement: object) -> int:
        with self.ledger.transaction() as connection:
            return int(connection.execute(statement).rowcount)  # type: ignore[call-overload]
