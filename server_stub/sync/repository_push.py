"""SQL of one envelope's turn in a push: what it finds when it comes, and what is written down when it is done.

PostgreSQL is asked in as few statements as its locks allow: each one costs a writer as much as the work of a statement
of the command itself. SQLite, where a statement is a call, is asked by the statements of :mod:`repository`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, literal, select, update

from domain.kernel.channels import Row
from server_stub.sync import repository
from server_stub.sync.models import chain, feed_body, feed_queue, receipt, server_meta

MOVES = "moves"
"""Under this name ``server_meta`` tells which state of the tree of parties this is."""
HELD = "held"


class Commit(NamedTuple):
    """What a command gives to the feed, see :data:`server_stub.sync.models.feed_body`."""

    commit_id: str
    body: bytes
    entries: str
    personal: str | None
    sums: str


# The tree is held behind the chain's lock, and both are held before anything else is read: a statement does not see
# what was committed while it waited for a lock.
_place = (
    select(chain)
    .where(chain.c.device_id == bindparam("device"), chain.c.epoch == bindparam("of_epoch"))
    .with_for_update()
    .cte("place")
)
_LOCK_PLACE = select(*_place.c, func.pg_advisory_xact_lock_shared(literal(repository.TREE_LOCK)).label(HELD))
_moves = select(server_meta.c.value).where(server_meta.c.key == MOVES).scalar_subquery().label("moves")
_one = select(literal(1).label("one")).subquery("one")
_told = [receipt.c[name] for name in ("command_id", "device_id", "epoch", "hash", "status", "code")]
_KNOWN = select(_moves, *_told).select_from(_one.outerjoin(receipt, receipt.c.command_id == bindparam("command")))


def _written(**values: Any) -> dict[str, Any]:
    return {name: bindparam(f"{name}_{value.table.name}", type_=value.type) for name, value in values.items()}


_kept = insert(feed_body).values(_written(**feed_body.c)).returning(feed_body.c.commit_id).cte("kept")
_queued = insert(feed_queue).from_select(["commit_id"], select(_kept.c.commit_id)).cte("queued")
_CHANGED = ("last_sequence", "last_hash", "alarms", "first_sequence")
_moved_on = (
    update(chain)
    .where(chain.c.device_id == bindparam("of_device"), chain.c.epoch == bindparam("in_epoch"))
    .values(_written(**{name: chain.c[name] for name in _CHANGED}))
    .cte("moved_on")
)
_CONCLUDE = insert(receipt).values(_written(**receipt.c)).add_cte(_queued, _moved_on)


def lock_place(connection: Connection, device_id: str, epoch: int) -> Row:
    """The chain's row, locked, made when it is new; and nobody moves a dealer until this transaction ends."""
    if connection.dialect.name != "postgresql":
        return repository.lock_chain(connection, device_id, epoch)
    of = {"device": device_id, "of_epoch": epoch}
    found = connection.execute(_LOCK_PLACE, of).mappings().first()
    if found is None:
        repository.lock_chain(connection, device_id, epoch)
        found = connection.execute(_LOCK_PLACE, of).mappings().one()
    return {name: value for name, value in found.items() if name != HELD}


def known_before(connection: Connection, command_id: str) -> tuple[Row | None, str]:
    """(what the command's receipt says, if there is one; which state of the tree this is), asked behind both locks."""
    known = dict(connection.execute(_KNOWN, {"command": command_id}).mappings().one())
    moves = known.pop("moves") or ""
    return (known if known["command_id"] is not None else None), moves


def conclude(connection: Connection, commit: Commit | None, receipt_row: Row, link: Row | None) -> None:
    """Write what became of a new command: its commit, its receipt, and *link*, the chain's row behind it."""
    if connection.dialect.name == "postgresql" and commit is not None and link is not None:
        written = _named(feed_body.name, commit._asdict()) | _named(receipt.name, receipt_row)
        moved_on = _named(chain.name, {name: link[name] for name in _CHANGED})
        of = {"of_device": link["device_id"], "in_epoch": link["epoch"]}
        connection.execute(_CONCLUDE, {**written, **moved_on, **of})
        return
    if link is not None:
        repository.advance_chain(connection, link)
    if commit is not None:
        repository.store_commit(connection, *commit)
    repository.add_receipt(connection, receipt_row)


def _named(table: str, row: Row) -> Row:
    return {f"{name}_{table}": value for name, value in row.items()}
