"""What a PC keeps of the past: what is open, and the months that the server names. The server keeps everything."""

from __future__ import annotations

from domain.kernel import wire
from domain.orders.model import order_line, orders, payment
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from domain.stock.model import stock_balance, stock_move
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

MONTH = 31 * 86_400_000


def past(network: Network) -> tuple[Counter, str, str]:
    """A counter that sold and ordered long ago; (counter, the closed sale, the order that is still open)."""
    shop = network.counter("m1-owner")
    shop.take_in((TEA, 90_000))
    sold = shop.sell((TEA, 2000), payments=[("cash", 10_000)])
    asked = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(TEA, 5000)]))
    shop.sync()
    return shop, sold.document_id, asked.document_id


def ids_of(shop: Counter) -> set[str]:
    return set(shop.rows(orders))


def test_what_is_closed_and_old_goes_and_what_is_open_stays(network: Network) -> None:
    shop, sold, asked = past(network)
    before = {row["id"]: row["quantity"] for row in shop.rows(stock_balance).values()}
    network.clock.ms += 23 * MONTH
    shop.sync()
    assert ids_of(shop) == {sold, asked}
    network.clock.ms += 3 * MONTH
    result = shop.sync()
    assert result.unequal == []
    assert ids_of(shop) == {asked}
    for table in (order_line, payment):
        assert {row["order_id"] for row in shop.rows(table).values()} <= {asked}
    assert {row["source_id"] for row in shop.rows(stock_move).values()} == set()
    assert {row["id"]: row["quantity"] for row in shop.rows(stock_balance).values()} == before
    assert {sold, asked} <= set(network.rows(orders))


def test_a_new_pc_gets_no_more_than_the_old_one_keeps(network: Network) -> None:
    shop, sold, asked = past(network)
    network.clock.ms += 26 * MONTH
    new_sale = shop.sell((TEA, 1000))
    shop.sync()
    fresh = network.counter("m1-owner")
    result = fresh.sync()
    assert result.unequal == []
    assert ids_of(fresh) == ids_of(shop) == {asked, new_sale.document_id}
    assert fresh.rows(order_line).keys() == shop.rows(order_line).keys()
    assert sold in network.rows(orders)


def test_a_snapshot_does_not_bring_what_would_go_at_once(network: Network) -> None:
    _shop, sold, asked = past(network)
    network.clock.ms += 26 * MONTH
    actor, key, _ = network.enrol("m1-owner")
    transport = network.transport(actor, key)
    transport.snapshot_start()
    rows = wire.ROW_LIST.decode(bytes(transport.snapshot_chunk("orders", "").rows))
    assert {row[0] for row in rows} == {asked} != {sold}
    lines = wire.ROW_LIST.decode(bytes(transport.snapshot_chunk("order_line", "").rows))
    assert len(lines) == 1


def test_what_is_not_sent_yet_stays_however_old(network: Network) -> None:
    shop, sold, _asked = past(network)
    shop.sell((TEA, 1000))
    [pending] = ids_of(shop) - set(network.rows(orders))
    network.clock.ms += 26 * MONTH
    shop.sync()
    assert sold not in ids_of(shop)
    assert pending in network.rows(orders)
    again = shop.sync()
    assert (again.unequal, again.problem) == ([], "")


def test_rows_are_let_go_of_once_a_month(network: Network) -> None:
    shop, _sold, _asked = past(network)
    network.clock.ms += 26 * MONTH
    shop.sync()
    kept = shop.rows(orders)
    shop.sync()
    assert shop.rows(orders) == kept
