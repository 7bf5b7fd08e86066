"""Serials between dealers and on the shelf: shipped, compared when they come, counted, put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.errors import Invalid
from domain.orders.model import claim, shipment
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_approve, decide_replenishment
from domain.orders.shipping_handlers import decide_receive, decide_ship
from domain.stock.handlers import Lotted, decide_adjust, decide_count, decide_take_in
from domain.stock.model import stock_balance, stock_move
from domain.stock.queries_lots import serials_at
from domain.stock.rules import place_id
from tests.support.network import Counter, Network

PHONE = NewProduct("PHONE", "手机", price=1_000_000, by_serial=True)
PILLS = NewProduct("PILLS", "药", price=100_000, by_serial=True, by_lot=True)


@pytest.fixture
def sides(network: Network) -> tuple[Counter, Counter]:
    """An upline with phones A, B and C, and a shop below it."""
    office = network.counter("admin")
    office.perform(lambda ctx: decide_add_products(ctx, [PHONE, PILLS]))
    office.sync()
    upline, shop = network.counter("n1-owner"), network.counter("m1-owner")
    upline.perform(lambda ctx: decide_take_in(ctx, [Lotted("PHONE", 3000, serials=("A", "B", "C"))]))
    upline.sync()
    return upline, shop


def order(upline: Counter, shop: Counter, quantity: int, code: str = "PHONE") -> str:
    done = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(code, quantity)]))
    shop.sync()
    upline.sync()
    upline.perform(lambda ctx: decide_approve(ctx, done.document_id))
    upline.sync()
    return str(done.document_id)


def ship(upline: Counter, shop: Counter, order_id: str, *serials: str, code: str = "PHONE") -> str:
    lines = [Lotted(code, 1000 * len(serials), serials=serials)]
    done = upline.perform(lambda ctx: decide_ship(ctx, order_id, lines))
    assert upline.sync().excepted == 0
    shop.sync()
    return str(done.document_id)


def receive(shop: Counter, shipment_id: str, lines: Sequence[Any] | None, *, final: bool = True) -> None:
    shop.perform(lambda ctx: decide_receive(ctx, shipment_id, lines, final=final))
    assert shop.sync().excepted == 0


def here(counter: Counter) -> set[str]:
    ids = {row["product_id"] for row in counter.rows(stock_move).values()}
    with counter.store.read() as connection:
        found = serials_at(connection, place_id(counter.party_id, "warehouse"), ids)
    return {serial for serials in found.values() for serial in serials}


def claims(network: Network) -> list[tuple[str, int, str]]:
    return sorted((row["kind"], row["quantity"], row["serials"]) for row in network.rows(claim).values())


def on_hand(network: Network, counter: Counter, kind: str = "warehouse") -> int:
    at = place_id(counter.party_id, kind)
    return sum(row["quantity"] for row in network.rows(stock_balance).values() if row["place_id"] == at)


def test_pieces_leave_and_arrive_by_their_serials(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, shop = sides
    order_id = order(upline, shop, 2000)
    with pytest.raises(Invalid, match="serials_missing"):
        upline.perform(lambda ctx: decide_ship(ctx, order_id, [("PHONE", 2000)]))
    with pytest.raises(Invalid, match="serial_twice"):
        ship(upline, shop, order_id, "A", "A")
    sent = ship(upline, shop, order_id, "A", "C")
    assert here(upline) == {"B"}
    receive(shop, sent, [Lotted("PHONE", 2000, serials=("C", "A"))])
    assert here(shop) == {"A", "C"}
    assert claims(network) == []
    assert (on_hand(network, shop), on_hand(network, upline), on_hand(network, upline, "transit")) == (2000, 1000, 0)


def test_another_piece_than_was_sent_is_a_claim_that_names_both(
    network: Network, sides: tuple[Counter, Counter]
) -> None:
    upline, shop = sides
    sent = ship(upline, shop, order(upline, shop, 3000), "A", "B", "C")
    with pytest.raises(Invalid, match="serials_missing"):
        receive(shop, sent, [("PHONE", 2000)])
    receive(shop, sent, [Lotted("PHONE", 2000, serials=("A", "X"))])
    assert claims(network) == [("over", 1000, "X"), ("short", 2000, "B C")]
    assert here(shop) == {"A", "X"}
    assert on_hand(network, shop) == 2000


def test_part_now_and_part_later_leave_nothing_missing(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, shop = sides
    sent = ship(upline, shop, order(upline, shop, 3000), "A", "B", "C")
    receive(shop, sent, [Lotted("PHONE", 1000, serials=("B",))], final=False)
    assert here(shop) == {"B"}
    receive(shop, sent, [("PHONE", 2000)])
    assert here(shop) == {"A", "B", "C"}, "as many as were still to come are those"
    assert claims(network) == []
    assert next(iter(network.rows(shipment).values()))["state"] == "received"


def test_everything_as_it_was_sent_needs_no_scan(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, shop = sides
    receive(shop, ship(upline, shop, order(upline, shop, 2000), "A", "B"), None)
    assert here(shop) == {"A", "B"}


def test_what_left_without_serials_said_comes_without(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, shop = sides
    order_id = order(upline, shop, 1000)
    done = upline.perform(lambda ctx: decide_ship(ctx, order_id))
    upline.sync()
    shop.sync()
    receive(shop, done.document_id, [("PHONE", 1000)])
    assert here(shop) == set()
    assert on_hand(network, shop) == 1000


def test_pieces_of_several_lots_keep_them(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, shop = sides
    lots = [Lotted("PILLS", 2000, "L1", serials=("P1", "P2")), Lotted("PILLS", 1000, "L2", serials=("P3",))]
    upline.perform(lambda ctx: decide_take_in(ctx, lots))
    upline.sync()
    sent = ship(upline, shop, order(upline, shop, 3000, "PILLS"), "P1", "P2", "P3", code="PILLS")
    receive(shop, sent, [Lotted("PILLS", 2000, serials=("P3", "P1"))])
    moves = {row["serial"]: row["lot"] for row in shop.rows(stock_move).values() if row["reason"] == "receipt"}
    assert moves == {"P1": "L1", "P3": "L2"}
    assert claims(network) == [("short", 1000, "P2")]


def test_a_count_finds_misses_and_meets_strange_pieces(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, _ = sides
    with pytest.raises(Invalid, match="serials_missing"):
        upline.perform(lambda ctx: decide_count(ctx, [("PHONE", 3000)]))
    upline.perform(lambda ctx: decide_count(ctx, [Lotted("PHONE", 3000, serials=("A", "C", "X"))]))
    assert upline.sync().excepted == 0
    assert here(upline) == {"A", "C", "X"}
    assert on_hand(network, upline) == 3000
    moved = {(row["serial"], row["quantity"]) for row in upline.rows(stock_move).values() if row["reason"] == "count"}
    assert moved == {("B", 1000), ("X", 1000)}
    upline.perform(lambda ctx: decide_count(ctx, [("PHONE", 0)]))
    upline.sync()
    assert here(upline) == set()
    assert on_hand(network, upline) == 0


def test_goods_whose_serials_nobody_knew_are_known_after_a_count(
    network: Network, sides: tuple[Counter, Counter]
) -> None:
    upline, shop = sides
    order_id = order(upline, shop, 2000)
    done = upline.perform(lambda ctx: decide_ship(ctx, order_id))
    upline.sync()
    shop.sync()
    receive(shop, done.document_id, None)
    shop.perform(lambda ctx: decide_count(ctx, [Lotted("PHONE", 2000, serials=("A", "B"))]))
    shop.sync()
    assert here(shop) == {"A", "B"}
    assert on_hand(network, shop) == 2000


def test_an_adjustment_names_its_pieces(network: Network, sides: tuple[Counter, Counter]) -> None:
    upline, _ = sides
    with pytest.raises(Invalid, match="serials_missing"):
        upline.perform(lambda ctx: decide_adjust(ctx, [("PHONE", -1000)], reason="破损"))
    lines = [Lotted("PHONE", -2000, serials=("A", "B")), Lotted("PHONE", 1000, serials=("D",))]
    upline.perform(lambda ctx: decide_adjust(ctx, lines, reason="换"))
    assert upline.sync().excepted == 0
    assert here(upline) == {"C", "D"}
    assert on_hand(network, upline) == 2000
