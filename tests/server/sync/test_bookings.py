"""Customers' orders on both sides: reserved by the server, fetched at another PC, fetched twice, called off."""

from __future__ import annotations

from typing import Any

from desktop.store.bookings import fetching
from desktop.store.store import Performed
from domain.catalogue.model import product
from domain.catalogue.provisional import decide_add_provisional, decide_merge_product
from domain.customers.handlers import decide_add_customer
from domain.kernel.outcome import document_exception
from domain.orders.booking_handlers import decide_booking, decide_call_off
from domain.orders.model import order_line, orders, payment
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from domain.orders.voiding_handlers import decide_void
from domain.stock.handlers import decide_count
from domain.stock.model import stock_balance
from domain.tills.handlers import decide_open_shift
from domain.tills.model import till_entry
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

CASES = Wanted(TEA, 3000)


def book(shop: Counter, deposit: int = 500) -> Performed:
    """Three of tea for a new customer, some of it paid."""
    customer_id = shop.perform(
        lambda ctx: decide_add_customer(ctx, name="李建国", phone="", note="", consent="")
    ).document_id
    return shop.perform(
        lambda ctx: decide_booking(ctx, [CASES], customer_id=customer_id, deposit=deposit, payments=[("cash", deposit)])
    )


def fetch(shop: Counter, order_id: str) -> Performed:
    """Everything of it, the rest in cash."""
    return shop.perform(lambda ctx: decide_sale(ctx, [CASES], booking_id=order_id, payments=[("cash", 10**6)]))


def stock_of(network: Network, shop: Counter) -> tuple[int, int]:
    """(on hand, reserved) of the shop's warehouse in thousandths, as the server has it."""
    rows = [row for row in network.rows(stock_balance).values() if row["party_id"] == shop.party_id]
    here = [row for row in rows if row["quantity"] >= 0 and row["place_id"] == rows[0]["place_id"]]
    return sum(row["quantity"] for row in here), sum(row["reserved"] for row in here)


def codes(network: Network) -> list[str]:
    return [row["code"] for row in network.rows(document_exception).values()]


def same(network: Network, *shops: Counter) -> bool:
    """Whether all have the same orders and lines."""
    theirs: list[Any] = [(shop.rows(orders), shop.rows(order_line)) for shop in shops]
    return all(one == (network.rows(orders), network.rows(order_line)) for one in theirs)


def test_what_is_there_is_reserved_until_it_is_fetched_at_another_pc(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    shop.take_in((TEA, 10_000))
    booked = book(shop)
    assert shop.sync().excepted == 0
    assert stock_of(network, shop) == (10_000, 3000)
    other.sync()
    fetched = fetch(other, booked.document_id)
    assert other.rows(orders)[booked.document_id]["state"] == "closed"
    assert other.sync().excepted == 0
    shop.sync()
    other.sync()
    assert stock_of(network, shop) == (7000, 0)
    assert network.rows(orders)[fetched.document_id]["deposit"] == 500
    assert codes(network) == []
    assert same(network, shop, other)


def test_fetched_at_two_pcs_the_second_is_an_exception_and_nothing_is_let_go_twice(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    shop.take_in((TEA, 10_000))
    booked, waiting = book(shop), book(shop)
    for counter in (shop, other):
        counter.sync()
    sales = [fetch(counter, booked.document_id) for counter in (shop, other)]
    assert shop.sync().excepted == 0
    assert other.sync().excepted == 1
    heads = [network.rows(orders)[sale.document_id] for sale in sales]
    assert [(row["deposit"], row["payment_state"]) for row in heads] == [(500, "paid"), (0, "part")], "counted once"
    for counter in (shop, other):
        counter.sync()
    assert codes(network) == ["booking_gone"]
    assert stock_of(network, shop) == (4000, 3000), "the other booking is still promised"
    assert network.rows(orders)[waiting.document_id]["state"] == "booked"
    assert same(network, shop, other)


def test_called_off_and_fetched_elsewhere(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    shop.take_in((TEA, 10_000))
    booked = book(shop)
    for counter in (shop, other):
        counter.sync()
    fetch(other, booked.document_id)
    shop.perform(lambda ctx: decide_call_off(ctx, booked.document_id, reason="不要了"))
    other.sync()
    assert shop.sync().excepted == 1
    for counter in (shop, other):
        counter.sync()
    assert codes(network) == ["booking_gone"]
    assert stock_of(network, shop) == (7000, 0)
    assert network.rows(orders)[booked.document_id]["state"] == "closed"
    given = [row["amount"] for row in network.rows(payment).values() if row["order_id"] == booked.document_id]
    assert sorted(given) == [-500, 500], "what left the drawer is counted"
    assert same(network, shop, other)


def test_a_deposit_that_was_used_is_not_kept_as_well(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    opened = shop.perform(lambda ctx: decide_open_shift(ctx, float_amount=0)).document_id
    booked = book(shop)
    for counter in (shop, other):
        counter.sync()
    fetch(other, booked.document_id)
    shop.perform(lambda ctx: decide_call_off(ctx, booked.document_id, reason="过期", keep=True))
    assert [row["kind"] for row in shop.rows(till_entry).values()] == ["deposit", "kept"]
    other.sync()
    assert shop.sync().excepted == 1
    assert codes(network).count("booking_gone") == 1
    entries = [(row["shift_id"], row["kind"], row["amount"]) for row in network.rows(till_entry).values()]
    assert entries == [(opened, "deposit", 500)]
    assert shop.rows(till_entry) == network.rows(till_entry)


def test_called_off_what_was_reserved_is_free(network: Network) -> None:
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 2000))
    booked = book(shop)
    shop.sync()
    assert stock_of(network, shop) == (2000, 2000), "as far as it is there"
    shop.perform(lambda ctx: decide_call_off(ctx, booked.document_id, reason="不要了"))
    shop.sync()
    assert stock_of(network, shop) == (2000, 0)
    assert network.rows(orders)[booked.document_id]["payment_state"] == "refunded"


def allocated(network: Network, order_id: str) -> list[int]:
    return [row["allocated"] for row in network.rows(order_line).values() if row["order_id"] == order_id]


def ready(shop: Counter | Network, *order_ids: str) -> list[bool]:
    return [bool(shop.rows(orders)[one]["ready"]) for one in order_ids]


def test_what_comes_later_is_reserved_as_it_comes_for_who_ordered_first(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    shop.take_in((TEA, 1000))
    first, second = book(shop).document_id, book(shop).document_id
    shop.sync()
    assert (allocated(network, first), allocated(network, second)) == ([1000], [0])
    other.sync()
    other.take_in((TEA, 3000))
    other.sync()
    assert (allocated(network, first), allocated(network, second)) == ([3000], [1000])
    assert stock_of(network, shop) == (4000, 4000)
    shop.sync()
    assert ready(network, first, second) == ready(shop, first, second) == [True, False]
    shop.take_in((TEA, 5000))
    shop.sync()
    assert ready(shop, first, second) == [True, True]
    assert stock_of(network, shop) == (9000, 6000), "the rest is free for whoever comes"
    fetch(shop, second)
    shop.sync()
    assert stock_of(network, shop) == (6000, 3000)
    assert codes(network) == []
    other.sync()
    assert same(network, shop, other)


def test_what_somebody_called_off_is_reserved_for_who_waits_next(network: Network) -> None:
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 3000))
    first, second = book(shop).document_id, book(shop).document_id
    shop.sync()
    assert ready(shop, first, second) == [True, False]
    shop.perform(lambda ctx: decide_call_off(ctx, first, reason="不要了"))
    shop.sync()
    assert (allocated(network, first), allocated(network, second)) == ([0], [3000])
    assert ready(shop, second) == [True]
    assert stock_of(network, shop) == (3000, 3000)


def test_what_comes_back_and_what_is_counted_is_reserved_too(network: Network) -> None:
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 2000))
    sold = shop.perform(lambda ctx: decide_sale(ctx, [Wanted(TEA, 2000)], payments=[("cash", 10**6)]))
    booked = book(shop).document_id
    shop.sync()
    assert allocated(network, booked) == [0]
    shop.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="错单"))
    shop.sync()
    assert allocated(network, booked) == [2000]
    shop.perform(lambda ctx: decide_count(ctx, [(TEA, 7000)]))
    shop.sync()
    assert (allocated(network, booked), ready(shop, booked)) == ([3000], [True])
    assert stock_of(network, shop) == (7000, 3000)


def test_a_shops_own_product_that_headquarters_merged_is_fetched_as_what_it_is(network: Network) -> None:
    shop, office = network.counter("m1-owner"), network.counter("admin")
    own = shop.perform(lambda ctx: decide_add_provisional(ctx, name="散茶", unit="", price=100_000)).document_id
    code = shop.rows(product)[own]["code"]
    customer_id = shop.perform(
        lambda ctx: decide_add_customer(ctx, name="李建国", phone="", note="", consent="")
    ).document_id
    wanted = [Wanted(code, 2000)]
    booked = shop.perform(
        lambda ctx: decide_booking(ctx, wanted, customer_id=customer_id, deposit=500, payments=[("cash", 500)])
    ).document_id
    shop.sync()
    office.sync()
    office.perform(lambda ctx: decide_merge_product(ctx, product_id=own, into_code=TEA))
    office.sync()
    shop.sync()
    known = fetching(shop.store, booked).again.lines
    assert [(line.found.code, line.price) for line in known] == [(code, 100_000)]
    again = [Wanted(line.found.code, line.found.quantity, line.price) for line in known]
    sale = shop.perform(lambda ctx: decide_sale(ctx, again, booking_id=booked, payments=[("cash", 10**6)])).document_id
    shop.sync()
    assert network.rows(orders)[booked]["state"] == "closed"
    assert network.rows(orders)[sale]["deposit"] == 500
    tea = next(row["id"] for row in network.rows(product).values() if row["code"] == TEA)
    assert [row["product_id"] for row in network.rows(order_line).values() if row["order_id"] == sale] == [tea]
