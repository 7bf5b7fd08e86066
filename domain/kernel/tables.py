"""Tables that exist on both sides, declared once.

Every synced table has an ``id`` (36 characters), a ``version`` that rises with each authoritative write, an audience.
Columns are only ever appended: the feed carries rows as arrays in column order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, MetaData, Table, Text, Uuid, text as sql
from sqlalchemy.types import TypeDecorator, TypeEngine

from domain.kernel.channels import Inherit, Mask, Row, Rule

metadata = MetaData()


_ID_TYPES: dict[type[Dialect], TypeEngine[Any]] = {}


class IdType(TypeDecorator[str]):
    """An id as canonical text: ``uuid`` on PostgreSQL, ``TEXT`` elsewhere; always ``str`` in Python."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # Asked anew with every list of ids, so it is made once.
        found = _ID_TYPES.get(type(dialect))
        if found is None:
            plain = Uuid(as_uuid=False) if dialect.name == "postgresql" else Text()
            found = _ID_TYPES[type(dialect)] = dialect.type_descriptor(plain)
        return found


@dataclass(frozen=True, slots=True)
class History:
    """How a table's rows become past; what that means says :mod:`domain.kernel.history`.

    Attributes:
        date: column of the date, ``YYYY-MM-DD`` or UTC milliseconds; it never changes.
        open: each a column → values; a row that fits one of them whole is open, whatever its date.
    """

    date: str
    open: Sequence[Mapping[str, Collection[str]]] = ()


@dataclass(frozen=True, slots=True)
class SyncInfo:
    """How a table's rows travel.

    Attributes:
        rules: who sees a row; empty when inherited.
        inherit: the parent by which it is seen.
        masks: mask name → columns emptied or veiled for that audience.
        personal: rows hold data of end customers, so their feed entries are kept apart and can be erased.
        projected: only the server writes it; a counter shows it plus its own movements.
        history: how its rows become past, which a PC need not keep; without it they never do.
        merged: several people edit a row: the server remembers who wrote what (:mod:`domain.kernel.merging`).
    """

    rules: Sequence[Rule] = ()
    inherit: Inherit | None = None
    masks: Mapping[str, Mask] = field(default_factory=dict)
    personal: bool = False
    projected: bool = False
    history: History | None = None
    merged: bool = False


def ref(name: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A column that holds another row's id. No foreign key: a fact may name what this side does not have."""
    return Column(name, IdType, nullable=nullable, index=index)


def text(name: str, *, nullable: bool = False, default: str | None = "") -> Column[Any]:
    """A text column; empty unless told otherwise."""
    return Column(name, Text, nullable=nullable, info={"blank": None if nullable else default})


def whole(name: str, *, nullable: bool = False, default: int | None = 0) -> Column[Any]:
    """A 64-bit integer column: amounts, quantities, instants, counters."""
    return Column(name, BigInteger, nullable=nullable, info={"blank": None if nullable else default})


def flag(name: str, *, default: int = 0) -> Column[Any]:
    """0 or 1, the same image on every database."""
    return Column(name, Integer, nullable=False, info={"blank": default})


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which *where* holds.

    Told in SQLite's way only: to hear it in PostgreSQL's, SQLAlchemy loads that dialect, and a counter has no use for
    it. The server says it again for PostgreSQL, from ``info["where"]``.
    """
    return Index(name, *columns, sqlite_where=sql(where), info={"where": where})


def synced(
    name: str,
    *columns: Column[Any] | Index,
    rules: Sequence[Rule] = (),
    inherit: Inherit | None = None,
    masks: Mapping[str, Mask] | None = None,
    personal: bool = False,
    projected: bool = False,
    history: History | None = None,
    merged: bool = False,
) -> Table:
    """Declare a table of both sides with its audience; see :class:`SyncInfo`."""
    info = SyncInfo(tuple(rules), inherit, masks or {}, personal, projected, history, merged)
    return Table(
        name,
        metadata,
        Column("id", IdType, primary_key=True),
        Column("version", BigInteger, nullable=False, info={"blank": 0}),
        *columns,
        info={"sync": info},
    )


def sync_info(table: Table) -> SyncInfo:
    """The declaration that :func:`synced` kept."""
    return cast(SyncInfo, table.info["sync"])


def synced_tables() -> list[Table]:
    """All synced tables in a stable order, by name."""
    return [metadata.tables[name] for name in sorted(metadata.tables) if "sync" in metadata.tables[name].info]


_BLANKS: dict[str, Row] = {}


def blank(table: Table) -> Row:
    """A row with every column at its blank value."""
    row = _BLANKS.get(table.name)
    if row is None:
        row = _BLANKS[table.name] = {str(column.name): column.info.get("blank") for column in table.columns}
    return row


def complete(table: Table, row: Row) -> Row:
    """*row* with missing columns blank; a column that the table lacks is a programming error."""
    whole_row = {**blank(table), **row}
    if len(whole_row) != len(table.columns):
        raise KeyError(f"{table.name} has no {sorted(set(row) - set(blank(table)))}")
    return whole_row


def row_values(table: Table, row: Row) -> list[Any]:
    """A row as an array in column order, as feed and snapshot carry it."""
    return [row[name] for name in blank(table)]
