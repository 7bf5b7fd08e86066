"""Prices to search by are those that hold, whatever changed them, on any day; and a search by words misses none."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import Connection

from desktop.store import price_index, rebase, search_index, searching
from desktop.store.cache import Cache
from desktop.store.price_index import MANY, OFFERS, PriceRange
from desktop.store.within import FEW, confine
from domain.catalogue import queries
from domain.catalogue.model import price, price_list, product
from domain.catalogue.queries import Asked
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE
from domain.kernel.tables import complete
from domain.orders.pricing import RETAIL
from domain.parties.model import party
from server_stub.catalogue.pinyin import search_keys

US, OTHERS = "us", "others"
DAYS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
ASKED_DAYS = ("2025-12-31", *DAYS, "2026-03-15", "2031-01-01")
NAMES = ("西湖龙井", "西湖藕粉", "龙井酥", "安溪铁观音", "矿泉水", "纯净水", "水蜜桃")
WORDS = ("西湖", "水", "s", "xihu", "龙", "c0", "C01", "lj", "龙井酥", "西湖酥", "铁观音", "")
CATEGORIES = ("c-1", "c-2", "c-3")
GOODS = [f"p{number}" for number in range(14)]
LISTS = [f"l{number}" for number in range(5)]
EVERYTHING, SHOWN = 100, 2
Step = Callable[[Connection, random.Random], None]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """Encrypted, with this party and another one; goods and prices come and go."""
    made = Cache(tmp_path_factory.mktemp("cache") / "cache.db", bytes(range(32)))
    made.party_id = US
    with made.write() as connection:
        parties = [{"id": US, "tier": 2, "grade": "gold", "currency": "CNY"}, {"id": OTHERS, "tier": 2}]
        connection.execute(party.insert(), [complete(party, row) for row in parties])
    yield made
    made.close()


def emptied(cache: Cache) -> None:
    with cache.write() as connection:
        for table in (price, price_list, product):
            connection.execute(table.delete())
        rebase.refresh_search(connection, {"product": set(GOODS)})


# -- steps ------------------------------------------------------------------------------------------------------------


def put_product(connection: Connection, draw: random.Random) -> None:
    name = draw.choice(NAMES)
    one = draw.choice(GOODS)
    row = {
        "id": one,
        "code": f"C{draw.randrange(30):03d}",
        "name": name,
        "pinyin": search_keys(name)[0],
        "status": draw.choice(("listed", "listed", "listed", "delisted")),
        "category_id": draw.choice((*CATEGORIES, None)),
        "party_id": draw.choice((None, None, US, OTHERS)),
        "own_price": draw.choice((None, None, 30_000, 90_000)),
    }
    connection.execute(product.delete().where(product.c.id == one))
    connection.execute(product.insert(), complete(product, row))
    rebase.refresh_search(connection, {"product": {one}})


def move_product(connection: Connection, draw: random.Random) -> None:
    one = draw.choice(GOODS)
    changes = draw.choice(
        ({"own_price": draw.choice((None, 50_000))}, {"status": "delisted"}, {"party_id": draw.choice((None, OTHERS))},
         {"category_id": draw.choice(CATEGORIES)})
    )  # fmt: skip
    connection.execute(product.update().where(product.c.id == one).values(changes))
    rebase.refresh_search(connection, {"product": {one}})


def put_list(connection: Connection, draw: random.Random) -> None:
    scope, value = draw.choice(
        [("base", ""), ("tier", "2"), ("tier", "1"), ("grade", "gold"), ("grade", "silver"), ("dealer", US)]
    )
    row = {
        "id": draw.choice(LISTS),
        "usage": draw.choice(("retail", "trade")),
        "scope": scope,
        "scope_value": value,
        "currency": draw.choice(("CNY", "CNY", "CNY", "USD")),
        "status": draw.choice(("active", "active", "active", "ended")),
    }
    if draw.random() < 0.5:
        connection.execute(price_list.update().where(price_list.c.id == row["id"]).values(row))
    else:
        connection.execute(price_list.delete().where(price_list.c.id == row["id"]))
        connection.execute(price_list.insert(), complete(price_list, row))


def put_price(connection: Connection, draw: random.Random) -> None:
    row: dict[str, Any] = {
        "id": f"x{draw.randrange(40)}",
        "price_list_id": draw.choice(LISTS),
        "product_id": draw.choice(GOODS),
        "price": 10_000 * draw.randrange(1, 12),
        "min_quantity": draw.choice((0, 0, 0, QUANTITY_SCALE, 5 * QUANTITY_SCALE)),
        "unit": draw.choice(("", "", "", "箱")),
        "valid_from": draw.choice(("", *DAYS)),
        "valid_to": draw.choice((None, None, *DAYS)),
        "set_at": draw.randrange(3),
    }
    if draw.random() < 0.4:
        connection.execute(price.update().where(price.c.id == row["id"]).values(row))
    else:
        connection.execute(price.delete().where(price.c.id == row["id"]))
        connection.execute(price.insert(), complete(price, row))


def drop_prices(connection: Connection, draw: random.Random) -> None:
    connection.execute(price.delete().where(price.c.product_id == draw.choice(GOODS)))


def move_party(connection: Connection, draw: random.Random) -> None:
    changes = {"tier": draw.choice((1, 2)), "grade": draw.choice(("", "gold", "silver"))}
    connection.execute(party.update().where(party.c.id == US).values(changes))


def index_anew(connection: Connection, draw: random.Random) -> None:
    search_index.rebuild(connection)


STEPS: tuple[Step, ...] = (put_product, move_product, put_list, put_price, drop_prices, move_party, index_anew)


def filled(cache: Cache, draw: random.Random) -> None:
    """Goods, lists and prices, all at once, and priced."""
    emptied(cache)
    with cache.write() as connection:
        for step, times in ((put_product, 30), (put_list, 20), (put_price, 120)):
            for _ in range(times):
                step(connection, draw)
    until_priced(cache)  # what a test before left in a long list goes bit by bit


# -- the slow definition ----------------------------------------------------------------------------------------------


def prices_by_id(connection: Connection, usages: tuple[str, ...], day: str) -> dict[str, int]:
    """What each product that may be sold costs, asked one by one."""
    own: Row = dict(connection.execute(party.select().where(party.c.id == US)).mappings().one())
    goods = [dict(row) for row in connection.execute(product.select()).mappings()]
    ids = [row["id"] for row in goods if row["status"] == "listed" and row["party_id"] in (None, US)]
    asked = [Asked(one, QUANTITY_SCALE) for one in ids]
    found = queries.prices_for(connection, asked, own, usages=usages, day=day, currency=own["currency"])
    return {one: int(row["price"]) for one, row in zip(ids, found, strict=True) if row}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_range_finds_what_costs_so_much_today(cache: Cache, seed: int) -> None:
    draw = random.Random(seed)
    filled(cache, draw)
    for step in draw.choices(STEPS, k=14):
        with cache.write() as connection:
            step(connection, draw)
        with cache.read() as connection:
            compare(connection, draw.choice(OFFERS), draw.choice(ASKED_DAYS), step)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_bit_by_bit_comes_to_the_same(cache: Cache, seed: int) -> None:
    """However small the bits and whatever changes between them, in the end every price is right."""
    draw = random.Random(seed)
    filled(cache, draw)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(price_index.renew, "__defaults__", (draw.choice((1, 2, 3)),))
        waited = False
        for step in draw.choices(STEPS, k=10):
            with cache.write() as connection:
                step(connection, draw)
                step(connection, draw)
            waited |= cache.prices_left
            if draw.random() < 0.5:
                cache.price_some()
        bits = 0
        while cache.prices_left:
            cache.price_some()
            bits += 1
            assert bits < 200, "it comes to an end"
        assert waited
    with cache.read() as connection:
        for usages in OFFERS:
            compare(connection, usages, draw.choice(ASKED_DAYS), step)


@pytest.mark.parametrize(("goods", "noted"), [(MANY, MANY), (MANY + 1, 1)])
def test_a_list_of_very_many_goods_is_noted_at_once_and_priced_bit_by_bit(cache: Cache, goods: int, noted: int) -> None:
    """One statement notes each of 200,000 products in 120 ms, for which a scan would wait."""
    emptied(cache)
    ids = [f"{number:05x}" for number in range(goods)]
    lists = [{"id": one, "usage": "retail", "scope": scope} for one, scope in (("l0", "base"), ("l1", "dealer"))]
    with cache.write() as connection:
        connection.execute(price_list.insert(), [complete(price_list, {**row, "scope_value": US}) for row in lists])
        rows = [{"id": one, "code": one, "name": "茶", "pinyin": search_keys("茶")[0]} for one in ids]
        connection.execute(product.insert(), [complete(product, row) for row in rows])
        for of, cost in (("l0", 20_000), ("l1", 30_000)):
            fresh = [{"id": of + one, "price_list_id": of, "product_id": one, "price": cost} for one in ids]
            connection.execute(price.insert(), [complete(price, row) for row in fresh])
        rebase.refresh_search(connection, {"product": set(ids)})
    until_priced(cache)
    try:
        assert costing(cache, 30_000) == goods
        with cache.write() as connection:
            before = noted_as_stale(connection)
            connection.execute(price_list.delete().where(price_list.c.id == "l1"))
            assert (before, noted_as_stale(connection)) == (0, noted)
        assert cache.prices_left
        assert costing(cache, 30_000) + costing(cache, 20_000) == goods, "until its turn a product keeps its price"
        until_priced(cache)
        assert (costing(cache, 20_000), costing(cache, 30_000)) == (goods, 0)
    finally:
        with cache.write() as connection:
            connection.execute(product.delete())
            rebase.refresh_search(connection, {"product": set(ids)})
        until_priced(cache)


def until_priced(cache: Cache) -> None:
    while cache.prices_left:
        cache.price_some()


def costing(cache: Cache, cost: int) -> int:
    with cache.read() as connection:
        return price_index.count(connection, PriceRange(RETAIL, cost, cost, DAYS[0]), 10**6)


def noted_as_stale(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM search_stale").scalar_one())


def compare(connection: Connection, usages: tuple[str, ...], day: str, step: Step) -> None:
    """Every price there may be is asked for."""
    costs = prices_by_id(connection, usages, day)
    for least, most in ((0, 40_000), (40_001, 70_000), (70_001, 200_000)):
        slow = {one: cost for one, cost in costs.items() if least <= cost <= most}
        wanted = PriceRange(usages, least, most, day)
        found = price_index.cheapest(connection, wanted, EVERYTHING)
        assert sorted(found) == sorted(slow), (usages, day, step)
        assert [slow[one] for one in found] == sorted(slow.values())
        assert price_index.count(connection, wanted, EVERYTHING) == len(slow)


@pytest.mark.parametrize("few", [0, FEW])
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**9),
    words=st.sampled_from(["西湖", "水", "s", "xihu", "龙", "c0", "C01", "lj", "西湖酥", ""]),
)
def test_words_within_a_range_and_a_category(cache: Cache, few: int, seed: int, words: str) -> None:
    draw = random.Random(seed)
    filled(cache, draw)
    usages, day = draw.choice(OFFERS), draw.choice(ASKED_DAYS)
    least, most = sorted((draw.randrange(130_000), draw.randrange(130_000)))
    priced = draw.choice((None, PriceRange(usages, least, most, day), PriceRange(usages, least, most, day)))
    categories = draw.choice((None, set(CATEGORIES[:1]), set(CATEGORIES[1:])))
    with pytest.MonkeyPatch.context() as patched, cache.read() as connection:
        patched.setattr("desktop.store.within.FEW", few)
        within = confine(connection, categories, priced)
        if words:
            found = searching.find(connection, words, EVERYTHING, party_id=US, within=within)
            first = searching.find(connection, words, SHOWN, party_id=US, within=within)
            hits = [hit.product_id for hit in searching.find(connection, words, EVERYTHING, party_id=US)]
        else:
            found = searching.of_categories(connection, EVERYTHING, within, party_id=US)
            first = searching.of_categories(connection, SHOWN, within, party_id=US)
            hits = sorted(hit[0] for hit in connection.exec_driver_sql("SELECT id FROM product"))
            categories = categories or {"none"}
        costs = prices_by_id(connection, usages, day)
        goods = {row["id"]: row for row in connection.execute(product.select()).mappings()}
        slow = [
            one
            for one in hits
            if (categories is None or goods[one]["category_id"] in categories)
            and (priced is None or least <= costs.get(one, -1) <= most)
            and goods[one]["party_id"] in (None, US)
        ]
    assert [hit.product_id for hit in found] == slow if words else sorted(hit.product_id for hit in found) == slow
    assert priced is None or len(first) == min(SHOWN, len(slow)), "what does not fit takes nothing's place"


def test_nothing_alike_stands_in_for_goods_that_cost_something_else(cache: Cache) -> None:
    emptied(cache)
    with cache.write() as connection:
        for one, name, cost in (("p1", "龙井酥", 90_000), ("p2", "龙井糕", 10_000)):
            row = {"id": one, "code": one, "name": name, "pinyin": search_keys(name)[0], "own_price": cost}
            connection.execute(product.insert(), complete(product, row))
        rebase.refresh_search(connection, {"product": {"p1", "p2"}})
    with cache.read() as connection:
        cheap = confine(connection, None, PriceRange(RETAIL, 0, 50_000, DAYS[0]))
        assert not searching.find(connection, "龙井酥", within=cheap)
        assert [hit.product_id for hit in searching.find(connection, "龙井饼", within=cheap)] == ["p2"]
