"""What a later document puts right ends by itself: at the server in that document's commit, then in the inbox."""

from __future__ import annotations

from desktop.store import cache as caching
from desktop.store.handled import RIGHTED, list_handled
from domain.kernel.outcome import document_exception
from domain.orders.model import order_line
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.stock.handlers import decide_count
from tests.server.sync.test_bookings import book, fetch
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network


def waiting(shop: Counter) -> list[str]:
    """Ids of what stands in the inbox."""
    return [row["id"] for row in shop.store.ledger.list_needing()]


def open_codes(network: Network) -> list[str]:
    return sorted(row["code"] for row in network.rows(document_exception).values() if row["status"] == "open")


def righted(shop: Counter) -> list[tuple[str, str, str]]:
    """(command, number of the document, whose) of the history, newest first."""
    return [
        (row["id"], row["reason"], row["handled_by"])
        for row in list_handled(shop.store.ledger)
        if row["way"] == RIGHTED
    ]


def test_goods_that_were_missing_and_came(network: Network) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("m1-owner")
    sold = shop.sell((TEA, 3000))
    assert shop.sync().excepted == 1
    other.take_in((TEA, 2000))
    other.sync()
    shop.sync()
    assert waiting(shop) == [sold.command_id], "one is still missing"
    came = other.take_in((TEA, 2000))
    other.sync()
    assert open_codes(network) == []
    shop.sync()
    assert waiting(shop) == []
    assert righted(shop) == [(sold.command_id, came.number, "m1-owner")]
    shop.sell((TEA, 2000))
    assert shop.sync().excepted == 1, "what is missing next is an exception of its own"
    assert righted(shop) == [(sold.command_id, came.number, "m1-owner")]


def test_a_count_of_one_of_two_is_not_enough(network: Network) -> None:
    shop = network.counter("m1-owner")
    sold = shop.sell((TEA, 1000), (RICE, 1000))
    shop.sync()
    shop.perform(lambda ctx: decide_count(ctx, [(TEA, 5000)]))
    shop.sync()
    assert waiting(shop) == [sold.command_id]
    counted = shop.perform(lambda ctx: decide_count(ctx, [(RICE, 0)]))
    shop.sync()
    assert waiting(shop) == []
    assert [(one, number) for one, number, _ in righted(shop)] == [(sold.command_id, counted.number)]


def test_of_two_sales_of_what_was_not_there_each_ends_with_its_goods(network: Network) -> None:
    shop = network.counter("m1-owner")
    tea, rice = shop.sell((TEA, 1000)), shop.sell((RICE, 1000))
    shop.sync()
    shop.take_in((RICE, 1000))
    shop.sync()
    assert waiting(shop) == [tea.command_id]
    assert [one for one, _, _ in righted(shop)] == [rice.command_id]


def test_a_booking_sold_twice_ends_when_all_of_one_comes_back(network: Network) -> None:
    shop, other = network.counter("m1-owner"), network.counter("m1-clerk")
    shop.take_in((TEA, 10_000))
    booked = book(shop)
    for counter in (shop, other):
        counter.sync()
    fetch(shop, booked.document_id)
    second = fetch(other, booked.document_id)
    shop.sync()
    assert other.sync().excepted == 1
    [line] = [row for row in other.rows(order_line).values() if row["order_id"] == second.document_id]

    def back(quantity: int) -> str:
        lines = [Back(line["id"], quantity)]
        done = other.perform(lambda ctx: decide_return(ctx, second.document_id, lines, reason="重了", to_exchange=True))
        other.sync()
        return done.number

    back(1000)
    assert waiting(other) == [second.command_id]
    last = back(2000)
    assert waiting(other) == []
    assert righted(other)[0][:2] == (second.command_id, last)


def test_what_was_put_right_comes_with_a_snapshot_too(network: Network) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("m1-owner")
    sold = shop.sell((TEA, 1000))
    shop.sync()
    other.take_in((TEA, 1000))
    other.sync()
    with shop.store.cache.write() as connection:
        caching.set_meta(connection, "cursor", "")
    shop.sync()
    assert waiting(shop) == []
    assert [one for one, _, _ in righted(shop)] == [sold.command_id]
