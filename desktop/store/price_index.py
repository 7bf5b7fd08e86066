"""What each product costs at this counter, kept so that a search can ask for a range of prices.

Which price holds is decided by :func:`domain.catalogue.rules.price_spans` from all lists, days and the grade of the
party; its answer for one of the product's own unit is kept in ``search_prices`` by *offer* (to consumers, to the party
itself) and by day, so that nothing has to be renewed when a day turns. Only what the counter may sell stands there.

Triggers note in ``search_stale`` the products whose prices may have changed, whoever changed them; :func:`renew` works
these off at the end of the same transaction, a bounded number; what is left waits for the next ones, which a round of
synchronisation makes. The empty id stands for all products, of whose prices nothing holds any more; :data:`EACH` for
all of them to be looked at anew: a list with very many prices notes that, so that nobody waits while each is noted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from domain.catalogue import queries
from domain.catalogue.rules import price_spans
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.pricing import RETAIL, TRADE

OFFERS: tuple[tuple[str, ...], ...] = (RETAIL, TRADE)
"""The usages of price lists that are asked for together; an offer is its place here."""

CHUNK = 500
SLICE = 300
"""So many products are priced in one transaction: some 10 ms."""

ALL, EACH, BEGIN = "", "*", -1
MANY = 2_000
"""Products of a list that are noted one by one: some 10 ms."""
_PARTY, _PLACE = "priced_for", "pricing_from"

TABLES = (
    "CREATE TABLE IF NOT EXISTS search_prices (offer INTEGER, document INTEGER, since TEXT, until TEXT, price INTEGER,"
    " PRIMARY KEY (offer, document, since)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS search_stale (product_id TEXT PRIMARY KEY) WITHOUT ROWID",
)
BY_PRICE = (
    "CREATE INDEX IF NOT EXISTS ix_search_prices ON search_prices (offer, price, document, since, until)",
    "DROP INDEX IF EXISTS ix_search_prices",
)
# The policy for conflicts of the statement that fires a trigger holds inside as well: so nothing conflicts here.
_MARK = (
    "INSERT INTO search_stale SELECT {row}.product_id WHERE {row}.product_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM search_stale WHERE product_id = {row}.product_id);"
)
_OF_LIST = "SELECT product_id FROM price WHERE price_list_id = {row}.id"
_IS_LONG = f"EXISTS ({_OF_LIST} LIMIT 1 OFFSET {MANY})"
_MARK_LIST = (
    f"INSERT INTO search_stale SELECT DISTINCT product_id FROM ({_OF_LIST} LIMIT {MANY}) WHERE NOT {_IS_LONG}"  # noqa: S608 - ours  # nosec B608
    " AND product_id IS NOT NULL AND product_id NOT IN (SELECT product_id FROM search_stale);"
    f" INSERT INTO search_stale SELECT '{EACH}' WHERE {_IS_LONG}"  # nosec B608
    f" AND NOT EXISTS (SELECT 1 FROM search_stale WHERE product_id = '{EACH}');"
)
_MARK_PRODUCT = _MARK.replace("product_id WHERE", "id WHERE", 1).replace("{row}.product_id", "{row}.id")
_LIST_COLUMNS = ("usage", "scope", "scope_value", "currency", "status")
_LIST_MOVED = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _LIST_COLUMNS)


def _trigger(name: str, event: str, table: str, body: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {table}{condition} BEGIN {body} END"


def _new(body: str) -> str:
    return body.replace("{row}", "new")


def _old(body: str) -> str:
    return body.replace("{row}", "old")


DOCUMENT_TRIGGERS = (
    _trigger("stale_document_new", "INSERT", "search_documents", _new(_MARK)),
    _trigger(
        "stale_document_dead",
        "UPDATE",
        "search_documents",
        "DELETE FROM search_prices WHERE offer IN (0, 1) AND document = old.document;",
        "new.product_id IS NULL",
    ),
)
TRIGGERS = (
    _trigger("stale_price_new", "INSERT", "price", _new(_MARK)),
    _trigger("stale_price_changed", "UPDATE", "price", _old(_MARK) + _new(_MARK)),
    _trigger("stale_price_gone", "DELETE", "price", _old(_MARK)),
    _trigger("stale_list_new", "INSERT", "price_list", _new(_MARK_LIST)),
    _trigger("stale_list_changed", "UPDATE", "price_list", _new(_MARK_LIST), _LIST_MOVED),
    _trigger("stale_list_gone", "DELETE", "price_list", _old(_MARK_LIST)),
    _trigger("stale_product_new", "INSERT", "product", _new(_MARK_PRODUCT), "new.own_price IS NOT NULL"),
    _trigger(
        "stale_product_changed",
        "UPDATE",
        "product",
        _new(_MARK_PRODUCT),
        "old.own_price IS NOT new.own_price OR old.party_id IS NOT new.party_id",
    ),
)
FORMAT = "\n".join((*TABLES, *BY_PRICE, *DOCUMENT_TRIGGERS, *TRIGGERS, "1"))
"""A part of the cache's schema: raise the number when what is kept changes."""

_STATE = (
    "SELECT p.id, p.tier, p.grade, p.currency, (SELECT value FROM local_meta WHERE key = ?1) AS priced_for,"
    " (SELECT value FROM local_meta WHERE key = ?3) AS place, EXISTS (SELECT 1 FROM search_stale) AS stale"
    " FROM party AS p WHERE p.id = ?2"
)
_KEEP = "INSERT INTO local_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_FORGET = "DELETE FROM local_meta WHERE key = ?"
_GOODS = (
    "SELECT d.document, d.product_id, p.own_price FROM search_documents AS d CROSS JOIN product AS p"
    " ON p.id = d.product_id WHERE {stale}p.status = 'listed' AND (p.party_id IS NULL OR p.party_id = ?1)"
    " ORDER BY d.document"
)
_ALL_GOODS = _GOODS.replace("{stale}", "")
_NEXT_GOODS = _GOODS.replace("{stale}", "d.document > ?2 AND d.document <= ?3 AND ")
_STALE_GOODS = _GOODS.replace("{stale}", "d.product_id IN (SELECT value FROM json_each(?2)) AND ")
_NEXT_PLACE = (
    "SELECT max(document), count(*) FROM (SELECT document FROM search_documents WHERE document > ?1"
    " ORDER BY document LIMIT ?2)"
)
_FORGET_NEXT = "DELETE FROM search_prices WHERE offer IN (0, 1) AND document > ? AND document <= ?"
_SOME_STALE = "SELECT json_group_array(product_id) FROM (SELECT product_id FROM search_stale LIMIT ?)"
_FORGET_STALE = (
    "DELETE FROM search_prices WHERE (offer, document) IN (SELECT o.column1, d.document FROM (VALUES (0), (1)) AS o"
    " CROSS JOIN json_each(?) AS s CROSS JOIN search_documents AS d ON d.product_id = s.value)"
)
_NO_LONGER_STALE = "DELETE FROM search_stale WHERE product_id IN (SELECT value FROM json_each(?))"
_INSERT = "INSERT INTO search_prices VALUES (?, ?, ?, ?, ?)"

RANGE = "w.offer = ?4 AND w.price BETWEEN ?5 AND ?6 AND w.since <= ?7 AND w.until > ?7"
BY_DOCUMENT = RANGE.replace("w.price", "+w.price")
"""The same for one document: the plus keeps the planner from walking all prices of the range for it."""

_COUNT = f"SELECT count(*) FROM (SELECT 1 FROM search_prices AS w WHERE {RANGE} LIMIT ?3)"  # noqa: S608 - ours  # nosec B608
_CHEAPEST = (
    f"SELECT d.product_id FROM search_prices AS w CROSS JOIN search_documents AS d ON d.document = w.document"  # noqa: S608 - ours  # nosec B608
    f" WHERE {RANGE} ORDER BY w.price, w.document LIMIT ?3"
)


def ensure(connection: Connection) -> None:
    """Make what is missing beside the product index, empty."""
    for statement in (*TABLES, BY_PRICE[0], *DOCUMENT_TRIGGERS):
        connection.exec_driver_sql(statement)


def watch(connection: Connection) -> None:
    """Notice from now on what changes in the synced tables; what they hold already is stale."""
    for statement in TRIGGERS:
        connection.exec_driver_sql(statement)
    mark_all(connection)


def mark_all(connection: Connection) -> None:
    """Nothing that is kept holds: all products are priced again, some in each transaction from this one on."""
    connection.exec_driver_sql("INSERT OR IGNORE INTO search_stale VALUES (?)", (ALL,))


def renew(connection: Connection, party_id: str | None, most: int = SLICE) -> bool:
    """Price some of what is stale, for this party; when what its prices depend on has changed, everything bit by bit.

    A bit is small enough for a sale to wait for it. Until its turn a product keeps the price that it had. Without a
    party all stays stale.

    Returns:
        Whether something is left for the next call.
    """
    party = _party(connection, party_id)
    if party is None:
        return False
    changed = _state(party) != party["priced_for"]
    place = BEGIN if changed else None if party["place"] is None else int(party["place"])
    left = False
    if party["stale"]:
        some = json.loads(connection.exec_driver_sql(_SOME_STALE, (most,)).scalar_one())
        left = len(some) == most
        if ALL in some:
            connection.exec_driver_sql("DELETE FROM search_prices")
        if ALL in some or EACH in some:
            place = BEGIN
        _renew_stale(connection, party, json.dumps(some))
    if changed or party["stale"]:
        connection.exec_driver_sql(_KEEP, (_PARTY, _state(party)))
    return (place is not None and _renew_from(connection, party, place, most)) or left


def renew_all(connection: Connection, party_id: str | None) -> None:
    """Price everything at once, in a file that nobody waits for."""
    party = _party(connection, party_id)
    if party is None:
        return
    connection.exec_driver_sql(BY_PRICE[1])
    connection.exec_driver_sql("DELETE FROM search_prices")
    _write(connection, party, _ALL_GOODS)
    connection.exec_driver_sql(BY_PRICE[0])
    connection.exec_driver_sql("DELETE FROM search_stale")
    connection.exec_driver_sql(_KEEP, (_PARTY, _state(party)))
    if party["place"] is not None:
        connection.exec_driver_sql(_FORGET, (_PLACE,))


def _party(connection: Connection, party_id: str | None) -> Row | None:
    """The party with how far its prices are."""
    found = connection.exec_driver_sql(_STATE, (_PARTY, party_id, _PLACE)).mappings().first()
    return dict(found) if found is not None else None


def _state(party: Row) -> str:
    """What prices depend on besides lists and goods."""
    return "|".join(str(party[name]) for name in ("id", "tier", "grade", "currency"))


def _renew_stale(connection: Connection, party: Row, some: str) -> None:
    """Products whose prices may have changed, their ids as JSON."""
    connection.exec_driver_sql(_FORGET_STALE, (some,))
    _write(connection, party, _STALE_GOODS, some)
    connection.exec_driver_sql(_NO_LONGER_STALE, (some,))


def _renew_from(connection: Connection, party: Row, place: int, most: int) -> bool:
    """The next documents behind *place*; whether there are more."""
    last, found = connection.exec_driver_sql(_NEXT_PLACE, (place, most)).one()
    if found:
        connection.exec_driver_sql(_FORGET_NEXT, (place, last))
        _write(connection, party, _NEXT_GOODS, place, last)
    if found < most:
        connection.exec_driver_sql(_FORGET, (_PLACE,))
        return False
    connection.exec_driver_sql(_KEEP, (_PLACE, str(last)))
    return True


def _write(connection: Connection, party: Row, goods: str, *which: object) -> None:
    rows = connection.exec_driver_sql(goods, (party["id"], *which))
    while chunk := rows.fetchmany(CHUNK):
        priced = sorted(_priced(connection, chunk, party))
        if priced:
            connection.exec_driver_sql(_INSERT, priced)


def _priced(connection: Connection, goods: Sequence[Any], party: Row) -> Iterator[tuple[int, int, str, str, int]]:
    """Rows of ``search_prices`` for (document, product id, own price)."""
    every = queries.price_candidates(connection, [row[1] for row in goods], party, TRADE, party["currency"])
    for document, product_id, own_price in goods:
        trade = every.get(product_id, [])
        retail = [row for row in trade if row["usage"] in RETAIL]
        spans = price_spans(retail, QUANTITY_SCALE, own_price)
        same = own_price is None and len(retail) == len(trade)
        for offer, found in enumerate((spans, spans if same else price_spans(trade, QUANTITY_SCALE))):
            for span in found:
                yield offer, document, *span


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Prices of an offer on a day.

    Attributes:
        usages: one of :data:`OFFERS`.
        least, most: in 1/10000, both included.
        day: the business date.
    """

    usages: Sequence[str]
    least: int
    most: int
    day: str

    def parameters(self) -> tuple[int, int, int, str]:
        """What :data:`RANGE` asks for, from its fourth parameter on."""
        return OFFERS.index(tuple(self.usages)), self.least, self.most, self.day


def cheapest(connection: Connection, wanted: PriceRange, limit: int) -> list[str]:
    """Ids of listed products at such a price, the cheapest first."""
    return list(connection.exec_driver_sql(_CHEAPEST, (None, None, limit, *wanted.parameters())).scalars())


def count(connection: Connection, wanted: PriceRange, limit: int) -> int:
    """How many products have such a price; counts no further than *limit*."""
    return int(connection.exec_driver_sql(_COUNT, (None, None, limit, *wanted.parameters())).scalar_one())
