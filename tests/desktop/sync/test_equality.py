"""Equality: a counter that lost, kept or invented a row notices it at the next pull and mends that channel alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.store import cache as caching, sums
from desktop.sync.equality import AGAIN_MS, REPAIRS, WEEK_MS, EqualityCheck, recount, repairs
from desktop.sync.round import SyncRound
from domain.catalogue.provisional import decide_add_provisional, decide_merge_product
from domain.customers.handlers import decide_add_customer
from domain.orders.model import orders
from server_stub.sync.models import device_place
from tests.server.sync.test_visibility import play
from tests.support.factories.parties import PARTIES, person_for
from tests.support.factories.products import TEA_BARCODE
from tests.support.likeness import assert_alike
from tests.support.network import Counter, Network


@pytest.fixture
def shop(network: Network) -> Counter:
    made = network.counter("m1-clerk")
    made.take_in((TEA_BARCODE, 9000))
    made.perform(lambda ctx: decide_add_customer(ctx, name="李"))
    made.sell((TEA_BARCODE, 1000))
    made.sync()
    return made


def behind_its_back(counter: Counter, statement: str, *, drift: bool = False) -> None:
    """Change the cache as a bug would: with the sums (*drift* False: the sums follow) or past them."""
    with counter.store.cache.write() as connection:
        connection.exec_driver_sql(statement)
        if not drift:
            channels = sums.channels_of(connection)
            assert channels is not None
            found = sums.count(connection, channels)
            assert found is not None
            sums.keep(connection, channels, found, counter.clock.ms)


def repaired(counter: Counter) -> list[str]:
    with counter.store.read() as connection:
        return [one["channel"].partition(":")[0] for one in repairs(caching.get_meta(connection, REPAIRS))]


def places(network: Network) -> list[Any]:
    with network.db.read() as connection:
        return list(connection.execute(device_place.select()).mappings())


def kept_equal_counted(counter: Counter) -> None:
    """The kept sums are those of the rows that are here."""
    with counter.store.read() as connection:
        channels = sums.channels_of(connection)
        assert channels is not None
        assert sums.kept(connection) == sums.count(connection, channels)


def test_kept_sums_are_those_of_the_rows_for_everybody(network: Network) -> None:
    early = {code: network.counter("admin" if code == "HQ" else person_for(code, "owner")) for code in PARTIES}
    play(network)
    for counter in early.values():
        result = counter.sync()
        assert result.unequal == []
        assert_alike(network, counter)
        kept_equal_counted(counter)
        with counter.store.read() as connection:
            assert len({table for _, table, _ in sums.kept(connection)}) > 10


FAULTS: dict[str, tuple[str, str]] = {
    "an order was lost": ("DELETE FROM orders", "party"),
    "a line was lost": ("DELETE FROM order_line", "party"),
    "an older version stayed": ("UPDATE stock_balance SET version = version - 1 WHERE version > 1", "party"),
    "a product was lost": ("DELETE FROM product WHERE id = (SELECT min(id) FROM product)", "catalogue"),
    "a price was lost": ("DELETE FROM price WHERE id = (SELECT min(id) FROM price)", "price-list"),
    "a party of the upline was lost": (
        "DELETE FROM party WHERE id = (SELECT parent_id FROM party WHERE id IN (SELECT party_id FROM place))",
        "up",
    ),
    "a row stayed that is gone": (
        "INSERT INTO customer (id, version, party_id) SELECT '018bcfe5-6800-7000-8000-000000000001', 1, party_id"
        " FROM customer",
        "party",
    ),
    "an outcome was lost": ("DELETE FROM outcome", "device"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("drift", [False, True])
def test_what_differs_is_taken_anew_channel_by_channel(
    network: Network, shop: Counter, fault: str, drift: bool, expected_errors: Any
) -> None:
    statement, channel = FAULTS[fault]
    behind_its_back(shop, statement, drift=drift)
    result = SyncRound(shop.store, shop.transport, thorough=drift).once()
    assert (result.online, result.problem) == (True, "")
    assert repaired(shop) == [channel]
    assert result.unequal == []
    assert_alike(network, shop)
    kept_equal_counted(shop)
    assert shop.sync().unequal == []
    assert len(repaired(shop)) == 1
    counts = [row["repairs"] for row in places(network) if row["device_id"] == shop.store.known.device_id]
    assert counts == [1], "the server has counted it"
    assert expected_errors


def test_what_a_pending_command_shows_to_others_is_no_difference(network: Network) -> None:
    shop, office = network.counter("m1-clerk"), network.counter("admin")
    own = shop.perform(
        lambda ctx: decide_add_provisional(ctx, name="散装糖", unit="", price=1000, code="6900000000002")
    )
    shop.sync()
    office.sync()
    with office.store.read() as connection:
        told = office.transport.feed(caching.get_meta(connection, "cursor")).equality
    assert told is not None
    check = EqualityCheck(office.store, lambda work: work())
    office.perform(lambda ctx: decide_merge_product(ctx, product_id=own.document_id, into_code="TEA"))
    assert check.wrong_channels(told, thorough=True) == [], "the bar code is everybody's, and that is pending"
    assert office.sync().unequal == []
    kept_equal_counted(office)


def test_what_the_kept_sums_cannot_see_is_found_by_the_weekly_count(
    network: Network, shop: Counter, expected_errors: Any
) -> None:
    behind_its_back(shop, "DELETE FROM orders", drift=True)
    shop.sync()
    assert shop.rows(orders) == {}
    shop.clock.ms += WEEK_MS
    shop.sync()
    assert_alike(network, shop)
    assert expected_errors


def test_sums_that_drifted_are_counted_and_nothing_is_fetched(network: Network, shop: Counter) -> None:
    with shop.store.cache.write() as connection:
        connection.exec_driver_sql("UPDATE local_sum SET total = total + 1")
    assert shop.sync().pulled == 0
    kept_equal_counted(shop)
    assert repaired(shop) == []


def test_doctor_counts_and_the_next_pull_mends(network: Network, shop: Counter, expected_errors: Any) -> None:
    assert recount(shop.store)[1] == 0
    behind_its_back(shop, "DELETE FROM orders", drift=True)
    compared, different = recount(shop.store)
    assert compared > different > 0
    shop.sync()
    assert_alike(network, shop)
    assert recount(shop.store) == (compared, 0)


def test_pending_commands_are_in_no_sum(network: Network, shop: Counter) -> None:
    with shop.store.read() as connection:
        before = sums.kept(connection)
    shop.sell((TEA_BARCODE, 1000))
    kept_equal_counted(shop)
    with shop.store.read() as connection:
        assert sums.kept(connection) == before
    page = shop.transport.feed(shop.store.cursor)
    shop.store.apply_page(page)
    kept_equal_counted(shop)
    shop.sync()
    kept_equal_counted(shop)


def test_a_channel_that_still_differs_is_not_taken_again_and_again(
    network: Network, shop: Counter, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    """The server's own sums are wrong: the counter says so once a day and goes on working."""
    with network.db.write() as connection:
        connection.exec_driver_sql("UPDATE channel_sum SET total = total + 1 WHERE channel LIKE 'party:%'")
    assert SyncRound(shop.store, shop.transport).once().unequal != []
    again: list[Any] = []
    start = type(shop.transport).snapshot_start

    def counted(*given: Any, **more: Any) -> Any:
        again.append(given)
        return start(*given, **more)

    monkeypatch.setattr(type(shop.transport), "snapshot_start", counted)
    shop.sync()
    assert again == []
    shop.clock.ms += AGAIN_MS
    shop.sync()
    assert len(again) == 1
    assert_alike(network, shop)


def test_every_write_keeps_count(network: Network, shop: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proof of the proof: a merge that forgets what was there before is found out."""
    add: Callable[..., None] = sums._add_rows

    def only_after(connection: Any, ids: Any, channels: Any, into: Any, sign: int) -> None:
        if sign > 0:
            add(connection, ids, channels, into, sign)

    monkeypatch.setattr(sums, "_add_rows", only_after)
    shop.sell((TEA_BARCODE, 1000))
    shop.transport.push(shop.batch())
    shop.store.apply_page(shop.transport.feed(shop.store.cursor))
    with pytest.raises(AssertionError):
        kept_equal_counted(shop)
