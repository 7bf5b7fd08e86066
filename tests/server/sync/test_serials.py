"""A serial exists once: what both sides of the network make of one that was sold twice."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.errors import Refused
from domain.kernel.outcome import document_exception
from domain.orders import queries
from domain.orders.pricing import Wanted
from domain.orders.queries_parts import moves_of_serial
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.orders.sale_handlers import decide_sale
from domain.stock.handlers import Lotted, decide_take_in
from tests.support.network import Counter, Network

PHONE = NewProduct("PHONE", "手机", price=1_000_000, by_serial=True)
CASH = [("cash", 10**6)]


@pytest.fixture
def shops(network: Network) -> tuple[Counter, Counter]:
    """Two PCs of one dealer and the phone in their catalogue."""
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_products(ctx, [PHONE]))
    office.sync()
    return network.counter("m1-owner"), network.counter("m1-owner")


def sell(counter: Counter, *serials: str) -> Any:
    wanted = [Wanted("PHONE", 1000 * len(serials), serials=serials)]
    return counter.perform(lambda ctx: decide_sale(ctx, wanted, payments=CASH))


def take_in(counter: Counter, *serials: str) -> None:
    lines = [Lotted("PHONE", 1000 * len(serials), serials=serials)]
    counter.perform(lambda ctx: decide_take_in(ctx, lines))


def flagged(network: Network) -> list[tuple[str, str]]:
    """(document, party) of every second sale, and who is told of it above."""
    rows = [row for row in network.rows(document_exception).values() if row["code"] == "serial_sold_twice"]
    return sorted((row["document_id"], row[whose]) for row in rows for whose in ("party_id", "upline_id"))


def test_a_serial_sold_at_two_offline_pcs_is_an_exception_here_and_at_the_upline(
    network: Network, shops: tuple[Counter, Counter]
) -> None:
    first, second = shops
    take_in(first, "SN-1", "SN-2")
    first.sync()
    second.sync()
    sell(first, "SN-1")
    twice = sell(second, "SN-1", "SN-2")
    assert first.sync().excepted == 0
    assert second.sync().excepted == 1
    shop, upline = first.party_id, network.party_id("N1")
    assert flagged(network) == sorted([(twice.document_id, shop), (twice.document_id, upline)])
    states = second.store.ledger.status_of([twice.document_id])
    assert states[twice.document_id]["status"] == "exception"
    boss = network.counter("n1-owner")
    told = [row for row in boss.rows(document_exception).values() if row["code"] == "serial_sold_twice"]
    assert [row["document_id"] for row in told] == [twice.document_id]


def test_what_came_back_may_be_sold_again(network: Network, shops: tuple[Counter, Counter]) -> None:
    shop, _ = shops
    take_in(shop, "SN-1", "SN-2")
    sold = sell(shop, "SN-1", "SN-2")
    with shop.store.read() as connection:
        [line] = queries.lines_of(connection, sold.document_id)

    def back(*serials: str) -> Any:
        wanted = [Back(line["id"], 1000, serials=serials)]
        return shop.perform(lambda ctx: decide_return(ctx, sold.document_id, wanted, reason="换货"))

    with pytest.raises(Refused, match="serial_not_sold"):
        back("SN-9")
    back("SN-1")
    with pytest.raises(Refused, match="serial_not_sold"):
        back("SN-1")
    sell(shop, "SN-1")
    assert shop.sync().excepted == 0
    assert flagged(network) == []
    with network.db.read() as connection:
        history = [row["reason"] for row in moves_of_serial(connection, "SN-1")]
    assert history == ["intake", "sale", "return", "sale"]


def test_two_dealers_pushing_at_the_same_moment_do_not_miss_each_other(
    network: Network, shops: tuple[Counter, Counter]
) -> None:
    pair = (shops[0], network.counter("m2-owner"))
    for number in range(8):
        for shop in pair:
            sell(shop, f"SN-{number}")
    start = Barrier(2)

    def push(shop: Counter) -> None:
        start.wait()
        shop.sync()

    threads = [Thread(target=push, args=(shop,)) for shop in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(flagged(network)) == 2 * 8
