"""A server that was put back while a device took a snapshot: what came first and what comes later are of two pasts."""

from __future__ import annotations

import pytest

from desktop.store.aside import Aside
from desktop.sync.round import SyncRound
from domain.kernel.errors import Refused
from server_stub.sync import alarms
from tests.server.sync.test_restored_server import alarms_of, assert_agrees, assert_nothing_lost
from tests.support.backups import Backups
from tests.support.factories.products import TEA
from tests.support.network import Network

pytestmark = pytest.mark.usefixtures("expected_errors")


@pytest.mark.parametrize("taken_up_again", [True, False])
def test_a_restore_in_the_middle_of_a_snapshot_is_not_hidden(
    network: Network, backups: Backups, taken_up_again: bool
) -> None:
    """Its parts would be of two pasts: what came first has what this server lost, what comes later has not."""
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    shop.sync()
    backup = backups.take()
    shop.sell()
    shop.sync()
    begun = shop.transport.snapshot_start(None)
    assert shop.transport.snapshot_start(None, begun.token).token == begun.token, "the same one goes on"
    assert shop.transport.snapshot_chunk("orders", "", begun.token).table == "orders"
    backups.restore(backup)
    with pytest.raises(Refused, match="snapshot_stale"):
        if taken_up_again:
            shop.transport.snapshot_start(None, begun.token)
        else:
            shop.transport.snapshot_chunk("orders", "", begun.token)
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    shop.sync()
    assert_nothing_lost(network, shop)
    assert_agrees(network)


def test_a_restore_between_two_parts_of_a_snapshot_to_after_its_beginning_is_noticed(
    network: Network, backups: Backups
) -> None:
    """What its beginning saw is there still; what its first part showed is not."""
    shop, other = network.counter("m1-clerk"), network.counter("m1-owner")
    shop.take_in((TEA, 50_000))
    shop.sync()
    begun = other.transport.snapshot_start(None)
    backup = backups.take()
    shop.sell()
    shop.sync()
    part = other.transport.snapshot_chunk("orders", "", begun.token)
    backups.restore(backup)
    with pytest.raises(Refused, match="snapshot_stale"):
        other.transport.snapshot_chunk("product", "", part.token)
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    assert other.transport.snapshot_start(None, part.token).token != part.token, "another one begins"
    assert other.transport.feed(part.cursor).reset
    for counter in (shop, other, shop, other):
        counter.sync()
    assert_nothing_lost(network, shop)
    assert_agrees(network)


def test_a_part_of_a_snapshot_that_the_server_lost_is_thrown_away(network: Network, backups: Backups) -> None:
    """A PC that was interrupted in the middle begins anew; it does not ask for the same part for ever."""
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    shop.sync()
    backup = backups.take()
    shop.sell()
    shop.sync()
    late = network.counter("m1-owner", synced=False)
    start = late.transport.snapshot_start(None)
    Aside.begin(late.store.cache, start).close()
    backups.restore(backup)
    with pytest.raises(Refused, match="snapshot_stale"):
        SyncRound(late.store, late.transport).once()
    assert Aside.interrupted(late.store.cache) is None
    late.sync()
    for counter in (shop, late):
        counter.sync()
    assert_nothing_lost(network, shop)
    assert_agrees(network)
