"""What lies under the layers of pending commands: what the server said, of each row the version that is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select, text

from desktop.store import undo
from desktop.store.cache import get_meta
from domain.kernel.channels import masked
from domain.kernel.queries_filled import filled
from domain.kernel.tables import metadata, row_values, sync_info

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import World


Rows = dict[str, dict[str, Any]]
"""Rows by their ids, of each table."""


class Stale(AssertionError):
    """Something under the layers is not the server's; the text says what."""


class _Seen(Exception):
    """Ends the transaction in which the layers came off: it is rolled back."""


def check_under_layers(world: World, pc: Pc, theirs: Rows) -> None:
    """Take every layer off, compare, and put all back as it was.

    After the server was put back a version may have been given twice: then there is nothing to compare with.

    Args:
        theirs: what the server has at this moment, as far as a counter before this one asked; filled.

    Raises:
        Stale: a row is left that only a layer made, or has been changed by one.
    """
    if not pc.on or pc.store._behind or world.office.restores or not world.office.up:
        return
    with world.trouble.work_of(None), world.office.db.read() as server:
        try:
            with pc.store.cache.write() as cache:
                waiting = undo.pending(cache)
                if waiting:
                    undo.take_off(cache, waiting, set())
                    for table in filled(cache):
                        _compare(pc, table, cache, _rows(server, table, theirs))
                raise _Seen
        except _Seen:
            return


def check_put_on_anew(world: World, pc: Pc) -> None:
    """What is shown is what comes about when all that is pending is applied once more, in order, on what lies below.

    Of a single layer that says nothing; and nothing is looked at twice while no page came in between. While a server
    that was put back gets again what it lost, what lies below may lack what is shown above it.

    Raises:
        Stale: what a person did later is covered by what he did before, or is shown though nothing says so any more.
    """
    if not pc.on or pc.store.identity is None or pc.store._behind or world.office.restores:
        return
    with pc.trouble.work_of(None):
        try:
            with pc.store.cache.write() as cache:
                waiting, cursor = undo.pending(cache), get_meta(cache, "cursor")
                if len(waiting) > 1 and cursor != pc.looked_at:
                    pc.looked_at = cursor
                    shown = _layered(cache)
                    undo.take_off(cache, waiting, set())
                    pc.store._put_on_all(cache, waiting)
                    _same_as(pc, shown, _layered(cache))
                raise _Seen
        except _Seen:
            return


def _layered(cache: Connection) -> dict[tuple[str, str], Any]:
    """Every row that a layer wrote, as it is."""
    found = cache.execute(text("SELECT DISTINCT table_name, row_id FROM undo WHERE op <> 'R' ORDER BY 1, 2"))
    images: dict[tuple[str, str], Any] = {}
    for table_name, row_id in found.all():
        table = metadata.tables[table_name]
        row = cache.execute(select(table).where(table.c.id == row_id)).first()
        images[table_name, row_id] = tuple(row) if row is not None else None
    return images


def _same_as(pc: Pc, shown: dict[tuple[str, str], Any], anew: dict[tuple[str, str], Any]) -> None:
    # A command that may no longer be done, because its person has another role now, is not put on anew.
    wrong = [(key, shown.get(key), anew[key]) for key in anew if shown.get(key) != anew[key]]
    if wrong:
        raise Stale(f"{pc}: what is pending shows as if it were done anew: {wrong[:2]}")


def _rows(server: Connection, table: Table, kept: Rows) -> dict[str, Any]:
    name = str(table.name)
    if name not in kept:
        kept[name] = {row.id: row for row in server.execute(select(table))}
    return kept[name]


def _compare(pc: Pc, table: Table, cache: Connection, theirs: dict[str, Any]) -> None:
    for mine in cache.execute(select(table)):
        if not mine.version:
            raise Stale(f"{pc}: {table.name} has a row that no layer holds any more: {mine}")
        known = theirs.get(mine.id)
        if known is not None and known.version == mine.version and tuple(mine) != tuple(known):
            found = list(mine)
            if found not in _veiled(table, dict(known._mapping)):
                raise Stale(f"{pc}: {table.name} is changed under the layers: {found} for {list(known)}")


def _veiled(table: Table, row: dict[str, Any]) -> list[list[Any]]:
    """The row as it may have been shown by one of its masks."""
    return [row_values(table, masked(row, veil)) for veil in sync_info(table).masks.values() if veil]
