"""What another document has put right leaves this PC's inbox; the history says which document, whose and when."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from desktop.store.handled import RIGHTED, Handling, settle
from desktop.store.store import Store
from domain.kernel import queries_exceptions as exceptions
from domain.kernel.channels import Row
from domain.kernel.merging import FIELD_CLASH
from domain.kernel.outcome import Outcome
from domain.orders.model import orders, shipment
from domain.stock.model import stock_document

DOCUMENTS = (orders, stock_document, shipment)


def follow(store: Store, exception_ids: Collection[str]) -> int:
    """These exceptions are others than before: commands of this PC of which none is open any more leave its inbox; how
    many did.
    """
    with store.read() as connection:
        return _leave(store, connection, exceptions.commands_of(connection, exception_ids))


def catch_up(store: Store) -> int:
    """The same for everything that waits here: a snapshot does not tell what became of it meanwhile."""
    waiting = [row["id"] for row in store.ledger.list_needing()]
    with store.read() as connection:
        return _leave(store, connection, waiting)


def _leave(store: Store, connection: Connection, command_ids: Collection[str]) -> int:
    told: dict[str, list[Row]] = {}
    for row in exceptions.of_commands(connection, command_ids):
        told.setdefault(row["command_id"], []).append(row)
    left = 0
    for command_id, rows in told.items():
        if all(row["status"] != "open" and row["code"] != FIELD_CLASH for row in rows) and _waits(store, command_id):
            last = max(rows, key=lambda row: int(row["resolved_at"]))
            handling = Handling(command_id, RIGHTED, _number(connection, last["resolved_with"]))
            settle(store.ledger, handling, last["resolved_by"], last["resolved_at"])
            left += 1
    return left


def _waits(store: Store, command_id: str) -> bool:
    row = store.ledger.find(command_id)
    return row is not None and row["status"] == Outcome.EXCEPTION and not row["settled_at"]


def _number(connection: Connection, document_id: str | None) -> str:
    """What the document is called for people, empty when this PC does not have it."""
    for table in DOCUMENTS:
        number = connection.execute(select(table.c.number).where(table.c.id == document_id)).scalar()
        if number:
            return str(number)
    return ""
