"""Merging a pulled page with pending commands: affected layers off, the server's rows in, layers on again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, select

from desktop.store import search_index, sums, tombstones, undo
from desktop.store.cache import delete_sql, upsert_sql
from desktop.store.ledger import Ledger
from domain.catalogue.model import barcode
from domain.kernel import wire
from domain.kernel.channels import Row
from domain.kernel.outcome import outcome
from domain.kernel.tables import blank, metadata
from domain.kernel.wire import FeedPage, Gone


@dataclass(slots=True)
class Staged:
    """What the server says, decoded.

    Attributes:
        rows: images by table, in feed order.
        gone: tombstones of rows that left our audience, by table.
        cleared: ids of rows that no channel of ours shows any longer, by table: no tombstone, they may come again.
        touched: every (table, id) in it.
        changed: ids by table, for the change set.
    """

    rows: dict[str, list[Sequence[str | int | None]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[Gone]] = field(default_factory=lambda: defaultdict(list))
    cleared: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    touched: undo.Touched = field(default_factory=set)
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def outcomes(self) -> list[Row]:
        """Outcomes of commands of this device."""
        names = list(blank(outcome))
        return [dict(zip(names, row, strict=False)) for row in self.rows.get(outcome.name, ())]

    def take_rows(self, table: str, rows: Sequence[Sequence[str | int | None]]) -> None:
        """Add images of one table."""
        self.rows[table] += rows
        self._note(table, [str(row[0]) for row in rows])

    def take_gone(self, table: str, gone: Sequence[Gone]) -> None:
        """Add tombstones of one table."""
        self.gone[table] += gone
        self._note(table, [row_id for row_id, _ in gone])

    def clear(self, table: str, ids: Sequence[str]) -> None:
        """Add rows of one table that must go."""
        self.cleared[table] += ids
        self._note(table, ids)

    def _note(self, table: str, ids: Sequence[str]) -> None:
        self.changed[table].update(ids)
        self.touched.update((table, row_id) for row_id in ids)


def stage(*pages: FeedPage) -> Staged:
    """Decode pages; tables that this program does not know are of a newer server and left out."""
    staged = Staged()
    for page in pages:
        for packed in (packed for commit in page.commits for packed in commit.slices):
            for part in wire.ROWS.decode(packed):
                if part.table in metadata.tables:
                    staged.take_rows(part.table, part.rows)
                    staged.take_gone(part.table, part.gone)
    return staged


def take_off_affected(connection: Connection, staged: Staged, acknowledged: Sequence[int]) -> list[int]:
    """Undo the layers that meet the page; returns the sequences to put on again."""
    waiting = undo.pending(connection)
    if not waiting:
        return []
    layered = set(waiting)
    hit = undo.affected(connection, staged.touched, [one for one in acknowledged if one in layered])
    replaced = {(table, str(row[0])) for table, rows in staged.rows.items() for row in rows}
    for table_name, ids in undo.take_off(connection, hit, replaced).items():
        staged.changed[table_name] |= ids
    done = set(acknowledged)
    return [sequence for sequence in hit if sequence not in done]


def bury(connection: Connection, staged: Staged, now_ms: int) -> None:
    """Keep the page's tombstones, and leave out images that are older than the tombstone of their row."""
    tombstones.keep(connection, staged.gone, now_ms)
    staged.rows.update(tombstones.living(connection, staged.rows))


def write_staged(connection: Connection, staged: Staged) -> None:
    """Write the server's rows; an older version than ours is ignored. A row of the version with which it left one
    audience is still there for another one and stays. The sums of what is here go along.
    """
    sums.moving(connection, staged.touched, partial(_write, connection, staged))


def _write(connection: Connection, staged: Staged) -> None:
    if staged.cleared.get("barcode"):
        staged.changed["product"] |= products_of(connection, staged.cleared["barcode"])
    for table_name, ids in staged.cleared.items():
        connection.exec_driver_sql(delete_sql(metadata.tables[table_name]), [(row_id,) for row_id in ids])
    for table_name, rows in staged.rows.items():
        table = metadata.tables[table_name]
        undo.write_rows(connection, upsert_sql(table), table, rows)
    if staged.gone.get("barcode"):
        staged.changed["product"] |= products_of(connection, [row_id for row_id, _ in staged.gone["barcode"]])
    tombstones.remove_dead(connection, staged.gone)


def products_of(connection: Connection, barcode_ids: Sequence[str]) -> set[str]:
    """The products of bar codes that are about to go."""
    found: set[str] = set()
    for start in range(0, len(barcode_ids), 500):
        statement = select(barcode.c.product_id).where(barcode.c.id.in_(list(barcode_ids[start : start + 500])))
        found.update(connection.execute(statement).scalars())
    return found


def refresh_search(connection: Connection, changed: Mapping[str, set[str]]) -> None:
    """Keep the search index with the products and bar codes that changed."""
    products = set(changed.get("product", ()))
    products |= products_of(connection, sorted(changed.get("barcode", ())))
    if products:
        search_index.refresh(connection, sorted(products))


def known_outcomes(connection: Connection, command_ids: Sequence[str]) -> dict[str, Row]:
    """Outcomes that the cache has of these commands."""
    found: dict[str, Row] = {}
    for start in range(0, len(command_ids), 500):
        statement = select(outcome).where(outcome.c.id.in_(list(command_ids[start : start + 500])))
        found.update({row["id"]: dict(row) for row in connection.execute(statement).mappings()})
    return found


def outcomes_in(connection: Connection, ledger: Ledger) -> list[Row]:
    """Outcomes in the cache of commands that the ledger still waits for."""
    waiting = [str(row["id"]) for row in ledger.list_open_ids()]
    return list(known_outcomes(connection, waiting).values())
