"""Search as typed in a catalogue of 200,000 products, encrypted; beside it the bare FTS5 query for the same text.

Every beginning of every text counts, as each key press searches. The limit is the same ``MATCH`` (or the same range of
keys), asked for as many rowids as the list shows, without reading the text, without ranking and without the rows.
Processor time: nothing waits here, and what else runs on the machine shall not count.
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

from desktop.store import cache, price_index, search_index, searching
from desktop.store.encrypted import open_engine
from desktop.store.finding import PricedAs, wished
from domain.catalogue.model import barcode, category, price, price_list, product
from domain.catalogue.queries import products_by_ids
from domain.catalogue.wishes import read_wish
from domain.kernel.ids import stable_id
from domain.kernel.tables import complete, row_values
from domain.orders.pricing import RETAIL
from domain.parties.model import party
from server_stub.catalogue.pinyin import search_keys
from tests.bench.lines import Line
from tests.support.products import MadeProduct, make_products

PRODUCTS = 200_000
TEXTS = 60
SHOWN = 20
GOAL_MS = 10.0
PARTY = "us"
KEY = bytes(range(32))
BARE_GRAMS = "SELECT rowid FROM search_grams WHERE search_grams MATCH ? ORDER BY rowid LIMIT ?"
BARE_KEYS = "SELECT document FROM search_keys WHERE key >= ? AND key < ? ORDER BY key LIMIT ?"

PRICES = (
    *(f"{least}-{most}" for least in (1, 5, 10, 19, 50, 100, 250, 800) for most in (least + 1, 2 * least, 10 * least)),
    *("<1", "<5", "<20", "<100", ">20", ">100", ">500", ">5000", ">99999"),
)

Query = tuple[str, tuple[Any, ...]]


def measure() -> list[Line]:
    """One line for each kind of text, then what the index costs."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        writer = open_engine(path, KEY)
        made = list(make_products(PRODUCTS))
        fill(writer, made)
        before = path.stat().st_size
        began = time.process_time()
        with writer.begin() as connection:
            search_index.rebuild(connection)
        built = time.process_time() - began
        settle(writer)
        size = (path.stat().st_size - before) / 1e6
        fill_prices(writer, made)
        settled = path.stat().st_size
        began = time.process_time()
        with writer.begin() as connection:
            price_index.renew_all(connection, PARTY)
        priced = time.process_time() - began
        settle(writer)
        size_of_prices = (path.stat().st_size - settled) / 1e6
        writer.dispose()
        reader = open_engine(path, KEY, read_only=True)
        lines = [*kinds_of_text(reader, made), *kinds_of_wish(reader, made)]
        reader.dispose()
    return [
        *lines,
        Line("200,000 products indexed", "s", built),
        Line("size of the index", "MB", size),
        Line("220,000 prices indexed", "s", priced),
        Line("size of the prices' index", "MB", size_of_prices),
    ]


def fill(engine: Engine, made: list[MadeProduct]) -> None:
    """The cache's tables with the made products and their bar codes, not indexed."""
    products, codes = [], []
    for each in made:
        pinyin, initials = search_keys(each.name)
        row = {name: getattr(each, name) for name in ("id", "code", "name", "spec", "unit", "status")}
        row["category_id"] = category_of(each)
        products.append(tuple(row_values(product, complete(product, {**row, "pinyin": pinyin, "initials": initials}))))
        for code in each.barcodes:
            pack = {"id": f"{each.id}{code}", "product_id": each.id, "code": code}
            codes.append(tuple(row_values(barcode, complete(barcode, pack))))
    with engine.begin() as connection:
        cache.create_tables(connection)
        connection.exec_driver_sql(cache.insert_sql(product), products)
        connection.exec_driver_sql(cache.insert_sql(barcode), codes)
    settle(engine)


def category_of(made: MadeProduct) -> str:
    """One of a hundred, by the code."""
    return stable_id("category", made.code[-2:])


def fill_prices(engine: Engine, made: list[MadeProduct]) -> None:
    """Two retail lists: one for everybody, one for the grade of this party with every tenth product; and a hundred
    categories.
    """
    draw = random.Random(7)
    everybody, grade = stable_id("list", "base"), stable_id("list", "gold")
    lists = [{"id": everybody}, {"id": grade, "scope": "grade", "scope_value": "gold"}]
    prices = [
        {"id": stable_id("price", f"{of} {each.id}"), "price_list_id": of, "product_id": each.id,
         "price": max(1, round(draw.lognormvariate(3.3, 1.2) * 10)) * 1000, "valid_from": "2020-01-01"}
        for number, each in enumerate(made) for of in (everybody, grade) if of == everybody or number % 10 == 0
    ]  # fmt: skip
    categories = [
        {"id": stable_id("category", f"{n:02d}"), "code": f"K{n:02d}", "name": f"类{n:02d}"} for n in range(100)
    ]
    parties = [{"id": PARTY, "tier": 2, "grade": "gold"}]
    with engine.begin() as connection:
        for table, rows in ((price_list, lists), (price, prices), (category, categories), (party, parties)):
            images = [tuple(row_values(table, complete(table, row))) for row in rows]
            connection.exec_driver_sql(cache.insert_sql(table), images)
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
                began = time.process_time()
                searching.find(connection, text, SHOWN)
                ours.append((time.process_time() - began) * 1000)
                limit.append(bare(connection, queries) * 1000)
                queries.clear()
            yield Line(f"{kind}, p95", "ms", p95(ours), p95(limit), goal=GOAL_MS)
            yield Line(f"{kind}, p50", "ms", statistics.median(ours), statistics.median(limit))


def kinds_of_wish(engine: Engine, made: list[MadeProduct]) -> Iterator[Line]:
    """Prices and categories, alone and with words as they are typed."""
    draw = random.Random(43)
    words = [text for kind in ("two characters", "initials", "name") for text in draw.sample(typed(made)[kind], 60)]
    groups = [f"#类{draw.randrange(100):02d}" for _ in range(60)]
    wishes = {
        "price": list(PRICES),
        "price and words": [f"{text} {draw.choice(PRICES)}" for text in words],
        "category": groups,
        "category and words": [f"{text} {draw.choice(groups)}" for text in words],
        "price and category": [f"{group} {draw.choice(PRICES)}" for group in groups],
    }
    as_sold = PricedAs(RETAIL, "2026-11-22")
    with engine.connect() as connection:
        for kind, texts in wishes.items():
            took = []
            for text in texts:
                began = time.process_time()
                ids = wished(connection, read_wish(text), SHOWN, PARTY, as_sold)
                products_by_ids(connection, ids)
                took.append((time.process_time() - began) * 1000)
            yield Line(f"{kind}, p95", "ms", p95(took), goal=GOAL_MS)
            yield Line(f"{kind}, p50", "ms", statistics.median(took))


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
    began = time.process_time()
    for statement, parameters in wanted:
        raw.execute(statement, parameters).fetchall()
    return time.process_time() - began


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
