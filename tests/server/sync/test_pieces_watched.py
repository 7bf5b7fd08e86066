"""A serial exists once: what the server makes of pieces that leave or come twice, and how it ends."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.outcome import document_exception
from domain.orders import queries
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_replenishment
from domain.orders.return_handlers import decide_free_return, decide_return
from domain.orders.returning import Back, FreeBack
from domain.orders.sale_handlers import decide_sale
from domain.orders.shipping_handlers import decide_ship
from domain.orders.voiding_handlers import decide_void
from domain.stock.handlers import Lotted, decide_adjust, decide_count, decide_take_in
from tests.support.network import Counter, Network

PHONE = NewProduct("PHONE", "手机", price=1_000_000, by_serial=True)
CASH = [("cash", 10**6)]
Pair = tuple[Counter, Counter]


@pytest.fixture
def tills(network: Network) -> Pair:
    """Two PCs of one shop with the phone "A" on its shelf, which both know of."""
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_products(ctx, [PHONE]))
    office.sync()
    first, second = network.counter("m1-owner"), network.counter("m1-owner")
    take_in(first, "A")
    first.sync()
    second.sync()
    return first, second


def take_in(counter: Counter, *serials: str) -> Any:
    lines = [Lotted("PHONE", 1000 * len(serials), serials=serials)]
    return counter.perform(lambda ctx: decide_take_in(ctx, lines))


def sell(counter: Counter, serial: str) -> Any:
    wanted = [Wanted("PHONE", 1000, serials=(serial,))]
    return counter.perform(lambda ctx: decide_sale(ctx, wanted, payments=CASH))


def give_back(counter: Counter, sale: Any, serial: str) -> Any:
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, sale.document_id)
    back = [Back(line["id"], 1000, serials=(serial,))]
    return counter.perform(lambda ctx: decide_return(ctx, sale.document_id, back, reason="换货"))


def give_back_free(counter: Counter, serial: str, to: str = "warehouse") -> Any:
    back = [FreeBack("PHONE", 1000, to=to, serials=(serial,))]
    return counter.perform(lambda ctx: decide_free_return(ctx, back, reason="退货"))


def put_right(counter: Counter, quantity: int, serial: str) -> Any:
    lines = [Lotted("PHONE", quantity, serials=(serial,))]
    return counter.perform(lambda ctx: decide_adjust(ctx, lines, reason="更正"))


def told(network: Network) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(code, document) → (serial, status, who resolved it)."""
    return {
        (row["code"], row["document_id"]): (json.loads(row["params"])["serial"], row["status"], row["resolved_by"])
        for row in network.rows(document_exception).values()
        if row["code"].startswith("serial_")
    }


def test_a_piece_that_comes_back_twice_is_an_exception_that_ends_when_the_book_is_put_right(
    network: Network, tills: Pair
) -> None:
    first, second = tills
    sale = sell(first, "A")
    first.sync()
    second.sync()
    give_back(first, sale, "A")
    twice = give_back_free(second, "A")
    assert first.sync().excepted == 0
    assert second.sync().excepted == 1
    code = "serial_back_twice", twice.document_id
    assert told(network) == {code: ("A", "open", "")}
    put_right(first, -1000, "A")
    assert first.sync().excepted == 0
    assert told(network) == {code: ("A", "resolved", "m1-owner")}


def test_what_was_scrapped_cannot_come_back_or_be_sold_again(network: Network, tills: Pair) -> None:
    shop, _ = tills
    sell(shop, "A")
    give_back_free(shop, "A", to="scrap")
    again = give_back_free(shop, "A")
    sell(shop, "A")
    assert shop.sync().excepted == 1
    assert told(network) == {("serial_back_twice", again.document_id): ("A", "resolved", "m1-owner")}
    sold = sell(shop, "A")
    assert shop.sync().excepted == 1
    assert ("serial_not_here", sold.document_id) in told(network)


def test_goods_from_before_the_books_may_come_back_and_be_sold(network: Network, tills: Pair) -> None:
    shop, _ = tills
    for _ in range(2):
        give_back_free(shop, "OLD")
        sell(shop, "OLD")
    shop.sync()
    assert told(network) == {}


def test_a_return_that_comes_before_its_sale_ends_as_right(network: Network, tills: Pair) -> None:
    first, second = tills
    sell(first, "A")
    early = give_back_free(second, "A")
    assert second.sync().excepted == 1, "the sale has not been heard of"
    assert told(network) == {("serial_back_twice", early.document_id): ("A", "open", "")}
    assert first.sync().excepted == 0
    assert told(network) == {("serial_back_twice", early.document_id): ("A", "resolved", "m1-owner")}


def test_a_second_sale_ends_when_either_sale_is_taken_back(network: Network, tills: Pair) -> None:
    first, second = tills
    one, other = sell(first, "A"), sell(second, "A")
    first.sync()
    assert second.sync().excepted == 1
    code = "serial_sold_twice", other.document_id
    assert told(network) == {code: ("A", "open", "")}
    boss = network.counter("n1-owner")
    assert other.document_id in [row["document_id"] for row in boss.rows(document_exception).values()]
    first.perform(lambda ctx: decide_void(ctx, one.document_id, reason="错单"))
    assert first.sync().excepted == 0
    assert told(network) == {code: ("A", "resolved", "m1-owner")}
    boss.sync()
    open_there = [row["code"] for row in boss.rows(document_exception).values() if row["status"] == "open"]
    assert "serial_sold_twice" not in open_there


def test_taken_in_twice(network: Network, tills: Pair) -> None:
    first, second = tills
    twice = take_in(second, "A", "B")
    assert second.sync().excepted == 1
    code = "serial_taken_twice", twice.document_id
    assert told(network) == {code: ("A", "open", "")}
    first.perform(lambda ctx: decide_count(ctx, [Lotted("PHONE", 2000, serials=("A", "B"))]))
    first.sync()
    assert told(network)[code][1] == "open", "a count that finds both says nothing of how often"
    put_right(first, -1000, "A")
    first.sync()
    assert told(network) == {code: ("A", "resolved", "m1-owner")}


def test_shipped_twice_and_sold_after_it_was_shipped(network: Network) -> None:
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_products(ctx, [PHONE]))
    office.sync()
    first, second, shop = network.counter("n1-owner"), network.counter("n1-owner"), network.counter("m1-owner")
    take_in(first, "A", "B")
    orders = [shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted("PHONE", 1000)])) for _ in range(2)]
    shop.sync()
    first.sync()
    for one in orders:
        first.perform(partial(decide_approve, order_id=one.document_id))
    first.sync()
    second.sync()
    for counter in (first, second):
        counter.clock.ms += 60_000  # each has its own clock: what came came before it left
    lines = [Lotted("PHONE", 1000, serials=("A",))]
    sent = [
        counter.perform(partial(decide_ship, order_id=one.document_id, lines=lines))
        for counter, one in zip((first, second), orders, strict=True)
    ]
    sold = sell(first, "A")
    assert second.sync().excepted == 0
    assert first.sync().excepted == 2
    assert told(network) == {
        ("serial_shipped_twice", sent[0].document_id): ("A", "open", ""),
        ("serial_not_here", sold.document_id): ("A", "open", ""),
    }
    first.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单"))
    first.sync()
    put_right(first, 1000, "A")
    first.sync()
    assert {status for _, status, _ in told(network).values()} == {"resolved"}
    assert [row for row in shop.rows(document_exception).values() if row["code"].startswith("serial_")] == []
