"""``upline.db``: what the upline of a training shop knows: rows with authority, and its numbered commits.

It is an encrypted file beside the training shop's own, in the same form as a cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, select

from desktop.store import cache as caching
from desktop.store.cache import Cache
from domain.catalogue.model import barcode, category, price, price_list, product
from domain.kernel.channels import Row
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties.model import network_policy, party
from domain.stock.model import place, stock_balance
from domain.tills.model import till_policy

CATALOGUE = (party, place, network_policy, till_policy, category, price_list, product, barcode, price)
"""What a training shop takes over from the real one: no person, no customer, no document."""
_COMMITS = "CREATE TABLE IF NOT EXISTS training_commit (sequence INTEGER PRIMARY KEY, body BLOB)"


class UplineBook:
    """The file."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._cache = Cache(path, key)
        with self.write() as connection:
            connection.exec_driver_sql(_COMMITS)

    def close(self) -> None:
        """Close it."""
        self._cache.close()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction; an error rolls it back."""
        with self._cache.write() as connection:
            yield connection


def add_commit(connection: Connection, body: bytes) -> None:
    """A commit takes the next number."""
    connection.exec_driver_sql("INSERT INTO training_commit (body) VALUES (?)", (body,))


def commits_after(connection: Connection, sequence: int, most: int) -> list[tuple[int, bytes]]:
    """(number, packed rows) of the commits after one, in order."""
    found = connection.exec_driver_sql(
        "SELECT sequence, body FROM training_commit WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, most)
    )
    return [(int(number), bytes(body)) for number, body in found]


def next_number(connection: Connection, prefix: str) -> int:
    """The next number of a series of the upline's documents, from 1."""
    key = f"number.{prefix}"
    number = int(caching.get_meta(connection, key) or 0) + 1
    caching.set_meta(connection, key, str(number))
    return number


def catalogue_of(connection: Connection, party_id: str, most: int) -> dict[Table, list[Row]]:
    """The tables of :data:`CATALOGUE` as the shop *party_id* has them, with at most *most* listed products; goods that
    lie in the shop come first. Empty where the shop cannot sell anything: it has no products.
    """
    of_it = and_(stock_balance.c.product_id == product.c.id, stock_balance.c.party_id == party_id)
    here = exists().where(of_it, stock_balance.c.quantity > 0)
    listed = select(product).where(product.c.status == "listed").order_by(here.desc(), product.c.code).limit(most)
    goods = _rows(connection, listed)
    if not goods:
        return {}
    own = _rows(connection, select(party).where(party.c.id == party_id))
    above = [one for row in own for one in (*str(row["path"]).split("/"), party_id, HQ_PARTY_ID) if one]
    found = {
        party: _rows(connection, select(party).where(party.c.id.in_(above))),
        place: _rows(connection, select(place).where(place.c.party_id.in_(above))),
        product: goods,
    }
    ids = {row["id"] for row in goods}
    for table in (network_policy, till_policy, category, price_list):
        found[table] = _rows(connection, select(table))
    for table in (barcode, price):
        found[table] = [row for row in _rows(connection, select(table)) if row["product_id"] in ids]
    return {table: found[table] for table in CATALOGUE}


def all_parties(connection: Connection) -> list[Row]:
    """Every party that is known here."""
    return _rows(connection, select(party))


def all_product_ids(connection: Connection) -> list[str]:
    """The ids of all products."""
    return [str(row["id"]) for row in _rows(connection, select(product.c.id).order_by(product.c.code))]


def parties_known(rows: Mapping[Table, Sequence[Row]], party_id: str) -> tuple[Row, Row | None]:
    """(the shop, its upline or None) among the rows of a catalogue."""
    by_id = {row["id"]: row for row in rows[party]}
    own = by_id[party_id]
    return own, by_id.get(own["parent_id"] or "")


def _rows(connection: Connection, statement: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(statement).mappings()]
