"""A power cut brings an older cache back, and perhaps the server is put back as well: what the ledger has shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desktop.sync.round import SyncRound
from desktop.sync.transport import Offline
from domain.kernel import wire
from domain.kernel.commands import command_named
from domain.kernel.context import ApplyContext
from domain.orders.model import orders
from domain.stock.model import stock_document
from tests.support.backups import Backups
from tests.support.copies import backup, clone, restore
from tests.support.factories.products import TEA
from tests.support.network import Counter, DirectTransport, Network

pytestmark = pytest.mark.usefixtures("expected_errors")


@contextmanager
def cache_of_now_comes_back(shop: Counter) -> Iterator[None]:
    """What the cache is now it is once more after the next start; the ledger keeps what it has."""
    shop.store.close()
    kept = {path.name: path.read_bytes() for path in shop.folder.glob("cache.db*")}
    shop.reopen()
    yield
    shop.store.close()
    for path in shop.folder.glob("cache.db*"):
        path.unlink()
    for name, content in kept.items():
        (shop.folder / name).write_bytes(content)
    shop.reopen()


class CutAfterPush(DirectTransport):
    """A line that goes down as soon as the server has taken what was lost, and before anything is read from it."""

    cut = False

    def push(self, batch: wire.PushBatch) -> wire.PushAnswer:
        if self.cut:
            raise Offline("cut")
        self.cut = bool(batch.items)
        return super().push(batch)

    def snapshot_start(self, *_asked: object, **_more: object) -> wire.SnapshotStart:
        raise Offline("cut")


def cut_after_push(shop: Counter) -> CutAfterPush:
    wire_of = shop.transport
    return CutAfterPush(wire_of.db, wire_of.intake, wire_of.reading, wire_of.sender)


def statuses(shop: Counter) -> list[tuple[str, str]]:
    return [(row["status"], row["code"]) for row in shop.store.ledger.recent()]


def test_what_was_confirmed_is_in_the_lists_of_a_shop_that_stays_offline(network: Network) -> None:
    shop = network.counter("m1-clerk")
    with cache_of_now_comes_back(shop):
        shop.take_in((TEA, 50_000))
        sold = shop.sell()
        shop.sync()
        assert statuses(shop) == [("confirmed", "")] * 2
    assert sold.document_id in shop.rows(orders)
    assert shop.store.ledger.unsent().number == 0
    shop.sync()
    assert shop.rows(orders) == network.rows(orders)


def test_what_was_confirmed_shows_until_a_restored_server_has_answered_again(
    network: Network, backups: Backups
) -> None:
    shop = network.counter("m1-clerk")
    copy = backups.take()
    with cache_of_now_comes_back(shop):
        shop.take_in((TEA, 50_000))
        sold = shop.sell()
        shop.sync()
        backups.restore(copy)
    assert sold.document_id in shop.rows(orders)
    result = SyncRound(shop.store, cut_after_push(shop)).once()
    assert (result.problem, result.pushed) == ("cut", 2)
    assert statuses(shop) == [("sent", "")] * 2
    assert sold.document_id in shop.rows(orders)
    shop.sync()
    assert statuses(shop) == [("confirmed", "")] * 2
    assert shop.rows(orders) == network.rows(orders)


def test_what_had_no_effect_shows_as_pending_while_a_restored_server_thinks_about_it_again(
    network: Network, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was parked by a bug; meanwhile it is mended, and the server has forgotten that it ever came."""
    shop = network.counter("m1-clerk")
    copy = backups.take()

    def breaks(_ctx: ApplyContext, _payload: object) -> None:
        raise ZeroDivisionError

    taken_in = shop.take_in((TEA, 50_000))
    with monkeypatch.context() as patch:
        patch.setattr(command_named("stock.take_in"), "apply", breaks)
        shop.transport.push(shop.batch())
    shop.sync()
    assert statuses(shop) == [("parked", "our_fault")]
    assert taken_in.document_id not in shop.rows(stock_document)
    backups.restore(copy)
    assert SyncRound(shop.store, cut_after_push(shop)).once().problem == "cut"
    assert statuses(shop)[0][0] == "sent"
    assert taken_in.document_id in shop.rows(stock_document)
    shop.sync()
    assert statuses(shop) == [("confirmed", "")]
    assert shop.rows(stock_document) == network.rows(stock_document)


def test_server_and_pc_are_put_back_at_once(network: Network, backups: Backups) -> None:
    """The server has another sale of this device in the place of the one that this PC has: neither is lost."""
    first = network.counter("m1-clerk")
    twin = clone(network, first)
    copy = backups.take()
    sold = [first.sell() for _ in range(3)]
    first.sync()
    backups.restore(copy)
    sold += [twin.sell() for _ in range(2)]
    twin.sync()
    for each in (first, twin, first):
        each.sync()
    assert {one.document_id for one in sold} == set(network.rows(orders))
    numbers = [row["number"] for row in network.rows(orders).values()]
    assert len(set(numbers)) == len(sold)
    for each in (first, twin):
        assert each.rows(orders) == network.rows(orders)
        assert {row["status"] for row in each.store.ledger.recent()} == {"exception"}


def test_pc_that_was_put_back_with_its_server_sends_what_it_seals_anew(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    copy = backups.take()
    shop.sell()
    shop.sync()
    of_disk = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, of_disk)
    backups.restore(copy)
    sold = shop.sell()
    shop.sync()
    shop.sync()
    assert sold.document_id in network.rows(orders)
    assert shop.rows(orders) == network.rows(orders)
    assert {row["status"] for row in shop.store.ledger.recent()} == {"exception"}
