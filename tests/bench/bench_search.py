"""Search as typed in a catalogue of 200,000 products, encrypted; beside it the bare FTS5 query for the same text.

Every beginning of every text counts, as each key press searches. The limit is the same ``MATCH`` (or the same range of
keys), asked for as many rowids as the list shows, without reading the text, without ranking and without the rows.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, event

from desktop.store import cache, search_index
from desktop.store.encrypted import open_engine
from domain.catalogue.model import barcode, product
from domain.kernel.tables import complete, row_values
from server_stub.catalogue.pinyin import search_keys
from tests.bench.lines import Line
from tests.support.products import MadeProduct, make_products

PRODUCTS = 200_000
TEXTS = 60
SHOWN = 20
GOAL_MS = 10.0
KEY = bytes(range(32))
BARE_GRAMS = "SELECT rowid FROM search_grams WHERE search_grams MATCH ? ORDER BY rowid LIMIT ?"
BARE_KEYS = "SELECT document FROM search_keys WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"

Query = tuple[str, tuple[Any, ...]]


def measure() -> list[Line]:
    """One line for each kind of text, then what the index costs."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        writer = open_engine(path, KEY)
        made = list(make_products(PRODUCTS))
        fill(writer, made)
        before = path.stat().st_size
        began = time.perf_counter()
        with writer.begin() as connection:
            search_index.rebuild(connection)
        built = time.perf_counter() - began
        settle(writer)
        size = (path.stat().st_size - before) / 1e6
        writer.dispose()
        reader = open_engine(path, KEY, read_only=True)
        lines = list(kinds_of_text(reader, made))
        reader.dispose()
    return [*lines, Line("200,000 products indexed", "s", built), Line("size of the index", "MB", size)]


def fill(engine: Engine, made: list[MadeProduct]) -> None:
    """The cache's tables with the made products and their bar codes, not indexed."""
    products, codes = [], []
    for each in made:
        pinyin, initials = search_keys(each.name)
        row = {name: getattr(each, name) for name in ("id", "code", "name", "spec", "unit", "status")}
        products.append(tuple(row_values(product, complete(product, {**row, "pinyin": pinyin, "initials": initials}))))
        for code in each.barcodes:
            pack = {"id": f"{each.id}{code}", "product_id": each.id, "code": code}
            codes.append(tuple(row_values(barcode, complete(barcode, pack))))
    with engine.begin() as connection:
        cache.create_tables(connection)
        connection.exec_driver_sql(cache.insert_sql(product), products)
        connection.exec_driver_sql(cache.insert_sql(barcode), codes)
    settle(engine)


def settle(engine: Engine) -> None:
    """Everything from the write-ahead log into the file."""
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def kinds_of_text(engine: Engine, made: list[MadeProduct]) -> Iterator[Line]:
    """p95 and p50 of each kind."""
    queries: list[Query] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        queries.append((statement, tuple(parameters)))

    with engine.connect() as connection:
        for kind, texts in typed(made).items():
            ours, limit = [], []
            for text in texts:
                began = time.perf_counter()
                search_index.find(connection, text, SHOWN)
                ours.append((time.perf_counter() - began) * 1000)
                limit.append(bare(connection, queries) * 1000)
                queries.clear()
            yield Line(f"{kind}, p95", "ms", p95(ours), p95(limit), goal=GOAL_MS)
            yield Line(f"{kind}, p50", "ms", statistics.median(ours), statistics.median(limit))


def bare(connection: Connection, queries: list[Query]) -> float:
    """Seconds for the bare queries among those that a search asked."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    wanted: list[Query] = []
    for statement, parameters in queries:
        if "MATCH" in statement:
            wanted.append((BARE_GRAMS, (parameters[0], SHOWN)))
        elif "search_keys" in statement:
            wanted.append((BARE_KEYS, (*parameters[:2], SHOWN)))
    began = time.perf_counter()
    for statement, parameters in wanted:
        raw.execute(statement, parameters).fetchall()
    return time.perf_counter() - began


def typed(made: list[MadeProduct]) -> dict[str, list[str]]:
    """What is in the box after each key press, by kind of text."""
    draw = random.Random(42)
    found: dict[str, list[str]] = defaultdict(list)
    for each in draw.sample(made, TEXTS):
        pinyin, initials = search_keys(each.name)
        start = draw.randrange(len(each.name) - 1)
        found["two characters"].append(each.name[start : start + 2])
        whole = {"name": each.name, "initials": draw.choice(initials.split()), "full pinyin": pinyin.split()[1]}
        whole |= {"code": each.code, "bar code": draw.choice(each.barcodes or ("690",))}
        whole["name and spec"] = f"{each.name[:2]} {each.spec}"
        whole["initials inside"] = initials.split()[0][2:]
        slip = draw.randrange(len(each.name))
        found["with a slip"].append(each.name[:slip] + "\u9f98" + each.name[slip + 1 :])
        for kind, text in whole.items():
            found[kind] += [text[:end] for end in range(1, len(text) + 1)]
    return found


def p95(values: list[float]) -> float:
    """The value that one in twenty exceeds."""
    return sorted(values)[int(len(values) * 0.95)]
