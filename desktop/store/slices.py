"""Slices of this PC's rows, as the server cuts its own: what is compared with it seldom, contents and all.

Source: SYNC point 20.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, not_, or_, select

from desktop.store.cache import get_meta, set_meta
from domain.kernel.history import deciding
from domain.kernel.queries_kept import kept
from domain.kernel.slices import Image
from domain.kernel.tables import sync_info

_KEY = "slices"


class Pass(msgspec.Struct, frozen=True):
    """How far the comparison is.

    Attributes:
        finished_at: when all rows were last compared, or came whole (ms).
        table, after: where it goes on; no table while no comparison is under way.
        begun: somebody wants it, however long ago the last one was.
        mended: slices that were mended and that the server has not been told of.
    """

    finished_at: int
    table: str = ""
    after: str = ""
    begun: bool = False
    mended: int = 0


def place(connection: Connection) -> Pass | None:
    """How far the comparison is; None for a cache that has just come from the server."""
    kept_place = get_meta(connection, _KEY)
    return msgspec.json.decode(kept_place, type=Pass) if kept_place else None


def keep_place(connection: Connection, at: Pass) -> None:
    """Go on from there, also after a restart."""
    set_meta(connection, _KEY, msgspec.json.encode(at).decode())


def ask_for_pass(connection: Connection) -> None:
    """Have everything compared from the next round on."""
    known = place(connection)
    keep_place(connection, Pass(known.finished_at if known else 0, begun=True))


def has_layers(connection: Connection) -> bool:
    """Whether a pending command changes or hides rows of the server."""
    return connection.exec_driver_sql("SELECT 1 FROM undo LIMIT 1").first() is not None


def rows_between(connection: Connection, table: Table, after: str, until: str, since: str) -> list[Image]:
    """The rows of a slice: behind one key up to another (empty: to the end), of what is kept from *since* on.

    The key of a table that inherits its audience is its parent's; a row without a parent is in its slice all the same.
    """
    inherit = sync_info(table).inherit
    key = table.c.id if inherit is None else table.c[inherit.column]
    wanted: list[ColumnElement[bool]] = [key > after]
    if until:
        wanted.append(key <= until)
    stays = kept(table, since)
    if inherit is not None:
        stays = or_(stays, not_(key.in_(select(deciding(table).c.id))))
    return [tuple(row) for row in connection.execute(select(table).where(and_(*wanted), stays))]
