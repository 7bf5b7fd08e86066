"""Fields that two people wrote, as this PC knows them: both values, who may choose, and choosing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from desktop.store.handled import CHOSEN, KEPT, Handling, settle as note_handled
from desktop.store.store import Performed, Store
from domain.catalogue.model import category
from domain.clashes.handlers import decide_settle
from domain.kernel import queries_clashes as queries
from domain.kernel.channels import Row
from domain.kernel.clash import OPEN, STAYS
from domain.kernel.context import Actor
from domain.kernel.merging import FIELD_CLASH, editor_of
from domain.kernel.outcome import Outcome
from domain.kernel.tables import metadata
from domain.parties.model import device_health, party


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values, decoded; who wrote it, on which PC (empty when this one does not know it) and when (ms, 0
    when nobody remembers).
    """

    value: Any
    person: str
    pc: str
    at: int


@dataclass(frozen=True, slots=True)
class Clash:
    """One field of one record.

    Attributes:
        table, record_id, record: the record, and what people call it.
        stays: what stands there; other: what the later edit would have written.
        may: whether the person at this PC may choose.
        names: of what the values name by id.
    """

    id: str
    table: str
    record_id: str
    record: str
    field: str
    stays: Side
    other: Side
    may: bool
    names: Mapping[str, str]


def open_clashes(store: Store, record_ids: Collection[str] = ()) -> list[Clash]:
    """What is open about these records, or about all; oldest first."""
    with store.read() as connection:
        if record_ids:
            rows = [row for record_id in sorted(record_ids) for row in queries.open_of(connection, record_id)]
        else:
            rows = queries.list_open(connection)
        actor = store.actor(connection)
        return [_clash(connection, row, actor) for row in rows]


def settle(store: Store, clash_id: str, keep: str) -> Performed:
    """Choose a value; the edit that waits in this PC's inbox for it is dealt with. Raises what :func:`decide_settle`
    raises.
    """
    with store.read() as connection:
        row = queries.clash_by_id(connection, clash_id)
        beside = queries.of_commands(connection, [row["command_id"]]) if row is not None else []
    left = [one for one in beside if one["state"] == OPEN and one["id"] != clash_id]
    waits = row is not None and not left and _waits(store, row["command_id"])
    handling = Handling(row["command_id"], _way(keep)) if row is not None and waits else None
    return store.perform(partial(decide_settle, clash_id=clash_id, keep=keep), answers=handling)


def follow(store: Store, clash_ids: Collection[str]) -> int:
    """What others have chosen: edits of this PC of which no clash is open any more leave its inbox; how many did."""
    with store.read() as connection:
        found = [queries.clash_by_id(connection, clash_id) for clash_id in sorted(clash_ids)]
        closed = [row for row in found if row is not None and row["state"] != OPEN]
        last = {row["command_id"]: row for row in closed}
        still = {row["command_id"] for row in queries.of_commands(connection, last) if row["state"] == OPEN}
    done = [row for command_id, row in last.items() if command_id not in still and _waits(store, command_id)]
    for row in done:
        note_handled(
            store.ledger, Handling(row["command_id"], _way(row["state"])), row["settled_by"], row["settled_at"]
        )
    return len(done)


def catch_up(store: Store) -> int:
    """The same for everything that waits here: a snapshot does not tell what was chosen meanwhile; how many left."""
    waiting = [row["id"] for row in store.ledger.list_needing() if row["code"] == FIELD_CLASH]
    if not waiting:
        return 0
    with store.read() as connection:
        beside = queries.of_commands(connection, waiting)
    return follow(store, [row["id"] for row in beside])


def _way(state: str) -> str:
    return KEPT if state == STAYS else CHOSEN


def _waits(store: Store, command_id: str) -> bool:
    """Whether an edit of this PC stands in its inbox."""
    row = store.ledger.find(command_id)
    return row is not None and row["status"] == Outcome.EXCEPTION and not row["settled_at"]


def _clash(connection: Connection, row: Row, actor: Actor) -> Clash:
    table = metadata.tables[row["table_name"]]
    record = _row(connection, table, row["record_id"])
    stays, other = (_side(connection, row, side) for side in ("stays", "other"))
    may = record is not None and editor_of(row["table_name"]).may(actor, record, row["field"])
    words = str(record.get("name") or record.get("code") or "") if record is not None else ""
    names = _names(connection, row["field"], (stays.value, other.value))
    return Clash(row["id"], row["table_name"], row["record_id"], words, row["field"], stays, other, may, names)


def _side(connection: Connection, row: Row, side: str) -> Side:
    value = msgspec.json.decode(row[side]) if row[side] else None
    pc = _row(connection, device_health, row[f"{side}_device"])
    return Side(value, row[f"{side}_by"], str(pc["name"]) if pc is not None else "", row[f"{side}_at"])


def _names(connection: Connection, name: str, values: Sequence[Any]) -> dict[str, str]:
    """What people call the rows that the values name: a category, or the dealers of grants."""
    if name == "category_id":
        found = [_row(connection, category, value) for value in values]
    elif name == "grants":
        ids = {grant["value"] for value in values for grant in msgspec.json.decode(value or "[]")}
        found = [_row(connection, party, one) for one in sorted(ids)]
    else:
        return {}
    return {row["id"]: str(row["name"]) for row in found if row is not None}


def _row(connection: Connection, table: Table, row_id: str | None) -> Row | None:
    found = connection.execute(select(table).where(table.c.id == row_id)).mappings().first() if row_id else None
    return dict(found) if found else None
