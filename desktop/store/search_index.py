"""The full-text index of products in the counter's cache.

Four tables beside the synced ones, all made again from them at any time:

- ``search_grams``: FTS5 without content. Its rowid is the *document*, whose high bits are the product's
  :func:`~domain.catalogue.grams.document_rank`: the engine yields short listed names first and can stop early.
- ``search_documents``: document → product, with a digest of what was indexed. A changed product gets a new document;
  the old one stays behind without a product until the next rebuild, as contentless rows cannot be taken out cheaply.
- ``search_keys``: squeezed codes and bar codes → document.
- ``search_sounds``: readings → the characters and pairs of neighbours that the catalogue uses.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from desktop.store import price_index
from domain.catalogue.grams import (
    DELISTED_RANK,
    ProductText,
    document_rank,
    index_text,
    sounds,
)

RANK_SHIFT = 32
BATCH = 2000
CHUNK = 500
BULK = 5_000
"""Fewer changed or dead documents than these are never a reason to make the index again."""

TIMES_DEARER = 6
"""How many products the index is made of again in the time that one changed product takes."""

TABLES = (
    # Prefixes of one and two signs answer single characters and the first letters without merging long lists.
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_grams USING fts5"
    " (grams, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1 2')",
    "CREATE TABLE IF NOT EXISTS search_documents"
    " (document INTEGER PRIMARY KEY, product_id TEXT, digest INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS search_keys (key TEXT, document INTEGER, PRIMARY KEY (key, document)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS search_sounds (reading TEXT, gram TEXT, PRIMARY KEY (reading, gram)) WITHOUT ROWID",
)
INDEXES = (
    "CREATE INDEX IF NOT EXISTS ix_search_documents_product ON search_documents (product_id)",
    "CREATE INDEX IF NOT EXISTS ix_search_sounds_gram ON search_sounds (gram) WHERE length(gram) = 1",
    "CREATE VIEW IF NOT EXISTS search_shown AS SELECT d.document, p.id, p.code, p.name, p.spec, p.unit, p.status,"
    " p.pinyin, p.party_id FROM search_documents AS d CROSS JOIN product AS p ON p.id = d.product_id",
)
FORMAT = "\n".join((*TABLES, *INDEXES, "2"))
"""A part of the cache's schema: raise the number when what the index holds changes, and caches build it anew."""
DROPS = (
    "DROP VIEW IF EXISTS search_shown",
    "DROP TABLE IF EXISTS search_grams",
    "DROP TABLE IF EXISTS search_documents",
    "DROP TABLE IF EXISTS search_keys",
    "DROP TABLE IF EXISTS search_sounds",
)
SET = "INSERT INTO search_grams (search_grams, rank) VALUES (?, ?)"
# SQLCipher keeps 80 bytes of each page of 4096 to itself: a leaf of this size fits one page.
LEAF_BYTES = 3960
BUILD_BYTES = 32 << 20
WRITE_BYTES = 1 << 20

SEPARATOR = "\x1f"
READ_ALL = (
    "SELECT p.id, p.code, p.name, p.spec, p.status, p.pinyin, p.category_id,"
    " (SELECT group_concat(b.code, char(31)) FROM barcode AS b WHERE b.product_id = p.id) FROM product AS p"
    " ORDER BY p.status <> 'listed', min(length(p.name), ?)"
)
READ_SOME = (
    "SELECT p.id, p.code, p.name, p.spec, p.status, p.pinyin, p.category_id,"
    " (SELECT group_concat(b.code, char(31)) FROM barcode AS b WHERE b.product_id = p.id) FROM product AS p"
    " WHERE p.id IN (SELECT value FROM json_each(?))"
)
READ_DOCUMENTS = (
    "SELECT product_id, document, digest FROM search_documents WHERE product_id IN (SELECT value FROM json_each(?))"
)
COUNT_PRODUCTS = "SELECT count(*) FROM product"
COUNT_DEAD = "SELECT count(*) FROM search_documents WHERE product_id IS NULL"
LAST_DOCUMENT = "SELECT coalesce(max(document), ?1) FROM search_documents WHERE document BETWEEN ?1 AND ?2"


def ensure(connection: Connection) -> None:
    """Make the tables that are missing, empty."""
    for statement in TABLES + INDEXES:
        connection.exec_driver_sql(statement)
    price_index.ensure(connection)


def rebuild(connection: Connection) -> None:
    """Make the index of all products again, in the caller's transaction."""
    for statement in DROPS + TABLES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(SET, ("pgsz", LEAF_BYTES))
    connection.exec_driver_sql(SET, ("hashsize", BUILD_BYTES))
    writer = _Writer(connection)
    numbers: dict[int, int] = {}
    rows = connection.exec_driver_sql(READ_ALL, (DELISTED_RANK - 1,))
    while batch := rows.fetchmany(BATCH):
        for row in batch:
            place = document_rank(row[2], row[4])
            numbers[place] = number = numbers.get(place, 0) + 1
            writer.add((place << RANK_SHIFT) + number, row)
        writer.write()
    for statement in INDEXES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO search_grams (search_grams) VALUES ('optimize')")
    connection.exec_driver_sql(SET, ("hashsize", WRITE_BYTES))
    price_index.ensure(connection)
    price_index.mark_all(connection)


def refresh(connection: Connection, product_ids: Sequence[str]) -> None:
    """Bring the index up to date with products that were added, changed or removed, or whose bar codes were."""
    if len(product_ids) >= BULK and len(product_ids) * TIMES_DEARER > _count(connection, COUNT_PRODUCTS):
        rebuild(connection)
        return
    replaced = 0
    for start in range(0, len(product_ids), CHUNK):
        replaced += _refresh_chunk(connection, product_ids[start : start + CHUNK])
    if replaced and _is_worn(connection):
        rebuild(connection)


def _refresh_chunk(connection: Connection, product_ids: Sequence[str]) -> int:
    """Index these products anew where they changed; how many documents died."""
    wanted = (json.dumps(list(product_ids)),)
    rows = {row[0]: row for row in connection.exec_driver_sql(READ_SOME, wanted)}
    dead: list[tuple[int]] = []
    for product_id, document, digest in connection.exec_driver_sql(READ_DOCUMENTS, wanted):
        if product_id in rows and _digest(rows[product_id]) == digest:
            del rows[product_id]
        else:
            dead.append((document,))
    if dead:
        connection.exec_driver_sql("UPDATE search_documents SET product_id = NULL WHERE document = ?", dead)
    writer = _Writer(connection)
    # Documents in rising order: FTS5 starts a new segment at each step back.
    for row in sorted(rows.values(), key=lambda row: document_rank(row[2], row[4])):
        writer.add(writer.next_document(document_rank(row[2], row[4])), row)
    writer.write()
    return len(dead)


def _is_worn(connection: Connection) -> bool:
    """Whether most documents are dead."""
    dead = _count(connection, COUNT_DEAD)
    return dead >= BULK and dead > _count(connection, COUNT_PRODUCTS)


def _count(connection: Connection, statement: str) -> int:
    return int(connection.exec_driver_sql(statement).scalar_one())


def _digest(row: Sequence[Any]) -> int:
    return zlib.crc32(SEPARATOR.join(str(value) for value in row).encode("utf-8", "replace"))


class _Writer:
    """Collects what the index keeps of products and writes it in bulk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: set[str] = set()
        self._last: dict[int, int] = {}
        self._clear()

    def _clear(self) -> None:
        self._documents: list[tuple[int, str, int]] = []
        self._grams: list[tuple[int, str]] = []
        self._keys: list[tuple[str, int]] = []
        self._sounds: list[tuple[str, str]] = []

    def next_document(self, place: int) -> int:
        """The next free document of a rank."""
        if place not in self._last:
            bounds = (place << RANK_SHIFT, (place + 1 << RANK_SHIFT) - 1)
            self._last[place] = self._connection.exec_driver_sql(LAST_DOCUMENT, bounds).scalar_one()
        self._last[place] += 1
        return self._last[place]

    def add(self, document: int, row: Sequence[Any]) -> None:
        """Take in one product, a row of READ."""
        product_id, code, name, spec, status, pinyin, category_id, barcodes = row
        packs = barcodes.split(SEPARATOR) if barcodes else ()
        text = index_text(ProductText(code, name, spec, status, pinyin), packs, category_id)
        self._documents.append((document, product_id, _digest(row)))
        self._grams.append((document, text.grams))
        self._keys += [(key, document) for key in text.keys]
        self._sounds += sounds(text, self._known)

    def write(self) -> None:
        """Write what was taken in."""
        for statement, rows in (
            ("INSERT INTO search_documents VALUES (?, ?, ?)", self._documents),
            ("INSERT INTO search_grams (rowid, grams) VALUES (?, ?)", self._grams),
            ("INSERT INTO search_keys VALUES (?, ?)", sorted(self._keys)),
            ("INSERT OR IGNORE INTO search_sounds VALUES (?, ?)", self._sounds),
        ):
            if rows:
                self._connection.exec_driver_sql(statement, rows)
        self._clear()
