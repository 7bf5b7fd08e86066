"""Finding by price and category in the one box, with names or without."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.operations import search
from desktop.features.replenishment import operations as replenishment
from desktop.store import rebase
from domain.catalogue.model import category, price, product
from domain.kernel.ids import stable_id
from tests.desktop.features.order_entry.desk import opened
from tests.support.counter import NOW, Counter, product_id

FOOD, DAIRY = stable_id("category", "food"), stable_id("category", "dairy")


@pytest.fixture
def sorted_goods(counter: Counter) -> Counter:
    """Rice and sauce are food, milk is dairy, which is food too."""
    counter.write(
        category,
        [{"id": FOOD, "code": "F", "name": "食品"}, {"id": DAIRY, "code": "D", "name": "乳品", "parent_id": FOOD}],
    )
    sorted_into = {product_id("A001"): FOOD, product_id("A002"): FOOD, product_id("A003"): DAIRY}
    with counter.store.cache.write() as connection:
        for one, of in sorted_into.items():
            connection.execute(product.update().where(product.c.id == one).values(category_id=of))
        rebase.refresh_search(connection, {"product": set(sorted_into)})
    return counter


def codes(counter: Counter, text: str) -> list[str]:
    return [line.code for line in search(counter.store, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10-20", ["A006", "A002"]),
        ("<15.5", ["A006", "A002"]),
        (">59.9", ["A003", "A005"]),
        ("15.50-15.50", ["A002"]),
        (">1000", []),
        ("hai 10-20", ["A002"]),
        ("hai >20", []),
        ("#乳品", ["A003"]),
        ("#食品", ["A002", "A001", "A003"]),
        ("#f <20", ["A002"]),
        ("#食品 niunai", ["A003"]),
        ("#没有这类", []),
        ("dami", ["A001"]),
    ],
)
def test_what_is_found(sorted_goods: Counter, text: str, found: list[str]) -> None:
    assert codes(sorted_goods, text) == found


def test_the_price_that_holds_counts_and_not_one_of_the_past(sorted_goods: Counter) -> None:
    row = {"price_list_id": stable_id("list", "RETAIL"), "product_id": product_id("A002"), "set_at": NOW}
    sorted_goods.write(price, [{**row, "id": stable_id("new", "1"), "price": 250_000, "valid_from": "2026-11-10"}])
    assert codes(sorted_goods, "10-20") == ["A006"]
    assert codes(sorted_goods, "24-26") == ["A002"]


def test_a_code_that_looks_like_a_range_is_a_code(sorted_goods: Counter) -> None:
    with sorted_goods.store.cache.write() as connection:
        connection.execute(product.update().where(product.c.id == product_id("A005")).values(code="10-20"))
    assert codes(sorted_goods, "10-20") == ["10-20"]


def test_a_dealer_orders_by_its_trade_prices(sorted_goods: Counter) -> None:
    assert [line.code for line in replenishment.search(sorted_goods.store, "12-13")] == ["A002"]


def test_the_list_shows_price_unit_stock_and_its_age(qtbot: QtBot, sorted_goods: Counter) -> None:
    page = opened(qtbot, sorted_goods)
    page.box.insert("10-20")
    qtbot.waitUntil(page.box.results_shown)
    [apples, sauce] = page.box._results()._model.results
    assert (sauce.figure, sauce.secondary) == ("¥15.50", "A002 · 瓶")
    assert "48" in sauce.aside
    assert "40" in sauce.aside_secondary
    assert apples.data == "A006"
