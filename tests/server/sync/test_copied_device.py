"""A PC that was put back to an older copy, or copied: its sales are kept once, no number comes twice, all is told."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from functools import partial

import pytest

from desktop.store import archive, reseal
from desktop.store.daily import daily_work
from desktop.store.store import Performed, Store
from desktop.store.undo import pending
from desktop.sync.round import SyncRound
from desktop.sync.transport import Offline
from domain.catalogue.model import product
from domain.catalogue.provisional import decide_add_provisional
from domain.kernel.envelope import open_body
from domain.orders.model import orders
from domain.stock.model import stock_document, stock_move
from server_stub.accounts import repository as accounts
from server_stub.audit.service import audit
from server_stub.sync import alarms, chains
from server_stub.sync.models import alarm, envelope, receipt
from tests.support.backups import Backups
from tests.support.copies import backup, clone, restore
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network

pytestmark = pytest.mark.usefixtures("expected_errors")


def alarms_of(network: Network) -> list[str]:
    with network.db.read() as connection:
        return [row.kind for row in connection.execute(alarm.select().order_by(alarm.c.at))]


def numbers(network: Network) -> list[str]:
    return [row["number"] for table in (orders, stock_document) for row in network.rows(table).values()]


def assert_sound(network: Network, *shops: Counter) -> None:
    """No number twice, every command answered once, chains whole, and each cache shows what the server has."""
    assert len(set(numbers(network))) == len(numbers(network))
    assert [check for check in audit(network.db) if not check.ok] == []
    for shop in shops:
        ledger = shop.store.ledger
        assert archive.broken_link(ledger)[1] is None
        assert ledger.unsent().number == 0
        with shop.store.read() as connection:
            assert pending(connection) == []
        assert shop.rows(orders) == network.rows(orders)
        for row in ledger.recent(10_000):
            digest = (ledger.find(row["id"]) or {})["hash"]
            assert network.count(receipt, receipt.c.command_id == row["id"], receipt.c.hash == digest) == 1


def test_sales_of_a_restored_pc_are_taken_under_new_numbers(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    shop.sell()
    shop.sync()
    copy = backup(shop)
    lost = [shop.sell() for _ in range(3)]
    shop.sync()
    restore(shop, copy)
    again = [shop.sell((TEA, 2000)) for _ in range(2)]
    assert [one.number for one in again] == [one.number for one in lost[:2]], "so it stands on two papers"
    result = shop.sync()
    assert (result.pushed, result.problem) == (2, "")
    found = network.rows(orders)
    assert len(found) == 6
    assert [found[one.document_id]["number"] for one in lost] == [one.number for one in lost]
    renamed = [found[one.document_id]["number"] for one in again]
    assert renamed == [one.number.replace("-01-", "-01.2-") for one in again]
    told = shop.store.ledger.list_needing()
    assert {row["code"] for row in told} == {"renumbered"}
    assert {row["number"] for row in told} == set(renamed)
    assert again[0].number in told[-1]["params"]
    assert alarms_of(network) == [alarms.DEVICE_FORKED]
    assert_sound(network, shop)
    assert shop.sell().number not in numbers(network)
    shop.sync()
    shop.reopen()
    shop.sync()
    assert alarms_of(network) == [alarms.DEVICE_FORKED]
    assert_sound(network, shop)


def test_a_shops_own_product_of_a_restored_pc_gets_a_code_of_the_new_series(network: Network) -> None:
    """Its code is a number of the PC: two products must not have the same one."""
    shop = network.counter("m1-clerk")
    copy = backup(shop)

    def make(name: str) -> Performed:
        return shop.perform(partial(decide_add_provisional, name=name, unit="", price=10_000))

    lost = make("散装糖")
    shop.sync()
    restore(shop, copy)
    again = make("散装米")
    assert again.number == lost.number
    shop.sync()
    found = network.rows(product)
    assert found[lost.document_id]["code"] == lost.number
    assert found[again.document_id]["code"] == again.number.replace("-01-", "-01.2-")
    assert shop.rows(product)[again.document_id]["code"] == found[again.document_id]["code"]
    told = {row["id"]: row["code"] for row in shop.store.ledger.list_needing()}
    assert told == {again.command_id: "renumbered"}


def test_pc_that_is_behind_learns_it_before_it_sells(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    shop.sync()
    copy = backup(shop)
    lost = shop.sell()
    shop.sync()
    restore(shop, copy)
    shop.sync()
    assert shop.store.known.epoch == 2
    assert lost.document_id in shop.rows(orders)
    new = shop.sell()
    assert new.number == lost.number.replace("-01-", "-01.2-")
    assert new.sequence == lost.sequence == 2, "counted on through all epochs"
    shop.sync()
    assert shop.store.ledger.list_needing()[0]["code"] == "stock_below_zero"
    assert alarms_of(network) == [alarms.DEVICE_FORKED]
    assert_sound(network, shop)


def test_a_sound_pc_never_gets_a_new_epoch(network: Network) -> None:
    shop = network.counter("m1-clerk")
    for _ in range(3):
        shop.sell()
        shop.reopen()
        shop.sync()
        shop.reopen()
        shop.sync()
    assert shop.store.known.epoch == 1
    assert alarms_of(network) == []


@pytest.mark.parametrize("seed", range(2))
def test_two_copies_of_one_pc_go_on_side_by_side(network: Network, seed: int) -> None:
    chance = random.Random(seed)
    first = network.counter("m1-clerk")
    first.take_in((TEA, 9000))
    first.sell()
    first.sync()
    first.sell()
    twins = [first, clone(network, first)]
    made = 2
    for _ in range(30):
        twin = chance.choice(twins)
        deed = chance.random()
        if deed < 0.6:
            twin.sell((chance.choice((TEA, RICE)), 1000))
            made += 1
        elif deed < 0.9:
            twin.sync()
        else:
            twin.reopen()
    for twin in [*twins, *twins]:
        twin.sync()
    assert network.count(orders) == made
    assert network.count(stock_move) == made + 1
    assert first.store.known.epoch != twins[1].store.known.epoch
    assert alarms.DEVICE_FORKED in alarms_of(network)
    assert_sound(network, *twins)


@pytest.mark.parametrize(("lost", "others"), [(1, 1), (3, 1), (1, 3), (2, 2)])
def test_what_a_copy_had_confirmed_comes_again_though_the_first_pc_came_before(
    network: Network, backups: Backups, lost: int, others: int
) -> None:
    """A restore lost it, another command has its place, and the copy asks with what it sold since."""
    first = network.counter("m1-clerk")
    first.take_in((TEA, 50_000))
    first.sell()
    first.sync()
    twin = clone(network, first)
    backup = backups.take()
    sold = [twin.sell() for _ in range(lost)]
    assert twin.sync().accepted == lost
    backups.restore(backup)
    sold += [first.sell() for _ in range(others)]
    first.sync()
    sold.append(twin.sell())
    for shop in (twin, first, twin, first):
        assert shop.sync().problem == ""
    assert {one.document_id for one in sold} <= set(network.rows(orders))
    assert network.count(orders) == 1 + len(sold)
    assert alarms.DEVICE_FORKED in alarms_of(network)
    assert_sound(network, first, twin)


def test_an_epoch_that_begins_with_what_had_come_before_has_no_hole(network: Network) -> None:
    """The copy seals anew what the first PC has brought meanwhile; the chain begins there, not at its first place."""
    first = network.counter("m1-clerk")
    first.sell()
    first.sync()
    first.sell()
    twin = clone(network, first)
    first.sync()
    twin.store.begin_epoch(2, 2)
    assert twin.sync().problem == ""
    assert network.count(orders) == 2
    assert [check for check in audit(network.db) if not check.ok] == []


def test_lost_answer_of_a_fork_loses_nothing(network: Network) -> None:
    shop = network.counter("m1-clerk")
    copy = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, copy)
    shop.sell()
    dealt = shop.transport.push(shop.batch())
    assert (dealt.epoch, dealt.forked, dealt.acks) == (2, 1, [])
    assert shop.sync().pushed == 1
    assert shop.store.known.epoch == 3, "an epoch is dealt once"
    assert_sound(network, shop)


def test_epoch_of_the_ledger_that_the_cache_has_not_seen_is_caught_up(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended between the two commits of a new epoch."""
    shop = network.counter("m1-clerk")
    copy = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, copy)
    sold = shop.sell()

    def dead(_store: object) -> None:
        raise Offline("dead")

    monkeypatch.setattr(type(shop.store), "replay_gap", dead)
    assert SyncRound(shop.store, shop.transport).once().problem == "dead"
    monkeypatch.undo()
    shop.reopen()
    assert shop.rows(orders)[sold.document_id]["number"] == reseal.number_prefix(shop.store.known, 2) + sold.number[-7:]
    shop.sync()
    assert_sound(network, shop)


def test_first_envelopes_are_kept(network: Network) -> None:
    shop = network.counter("m1-clerk")
    copy = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, copy)
    sold = shop.sell()
    first = shop.batch().items[0].sealed
    shop.sync()
    assert network.count(envelope, envelope.c.hash == first.hash, envelope.c.state == "forked") == 1
    with shop.store.ledger.transaction() as connection:
        kept = connection.exec_driver_sql("SELECT body FROM superseded").scalar_one()
    assert open_body(type(first)(bytes(kept), b"")).id == sold.command_id


def test_restored_pc_at_a_restored_server(network: Network, backups: Backups) -> None:
    shop, twin = network.counter("m1-clerk"), network.counter("m1-owner")
    shop.sell()
    shop.sync()
    old = backups.take()
    copy = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, copy)
    shop.sell()
    shop.sync()
    twin.sync()
    backups.restore(old)
    shop.sell()
    for counter in (shop, twin, shop, twin):
        counter.sync()
    assert set(alarms_of(network)) == {alarms.SERVER_RESTORED}
    assert {row["number"] for row in shop.rows(orders).values()} == set(numbers(network))
    assert_sound(network, shop, twin)
    assert network.count(orders) == 3


def test_archive_that_no_longer_reaches_back_is_an_alarm_and_no_stop(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    old = backups.take()
    shop.take_in((TEA, 9000))
    shop.sync()
    shop.clock.ms += archive.KEPT_MS + 1
    network.clock.ms = shop.clock.ms
    shop.sell()
    shop.sync()
    assert archive.forget_old(shop.store.ledger) == 1
    assert archive.broken_link(shop.store.ledger) == (1, None)
    backups.restore(old)
    shop.sync()
    assert sorted(alarms_of(network)) == [alarms.ARCHIVE_GONE, alarms.SERVER_RESTORED]
    assert network.count(orders) == 1
    assert shop.sync().pushed == 0


def test_archive_is_kept_ninety_days_by_the_servers_clock(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 9000))
    shop.sell()
    shop.sync()
    shop.clock.ms += 10 * 365 * 86_400_000
    shop.sell()
    shop.sync()
    assert archive.forget_old(shop.store.ledger) == 0, "only this PC's clock has jumped"
    network.clock.ms += archive.KEPT_MS - 1
    shop.sell()
    shop.sync()
    assert archive.forget_old(shop.store.ledger) == 0
    network.clock.ms += 2
    shop.sell((RICE, 1000))
    shop.sell()
    shop.sync()
    assert archive.forget_old(shop.store.ledger) == 3
    assert archive.forget_old(shop.store.ledger) == 0
    assert_kept(shop, [4, 5, 6])


def assert_kept(shop: Counter, sequences: list[int]) -> None:
    assert [row["sequence"] for row in reversed(shop.store.ledger.recent())] == sequences
    assert archive.broken_link(shop.store.ledger) == (len(sequences), None)


def test_pc_that_lost_everything_but_its_key_begins_in_an_epoch_of_its_own(network: Network) -> None:
    shop = network.counter("m1-clerk")
    lost = shop.sell()
    shop.sync()
    device_id = shop.store.known.device_id

    def enrol() -> int:
        with network.db.write() as connection:
            row = accounts.device_by_id(connection, device_id) or {}
            return chains.epoch_of_newcomer(connection, row, network.clock.ms)

    epoch = enrol()
    assert (epoch, enrol()) == (2, 2), "asked again before anything was sealed it is the same"
    known = replace(shop.store.known, epoch=epoch)
    shop.store.close()
    shutil.rmtree(shop.folder)
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    shop.store.set_identity(known)
    shop.sync()
    sold = shop.sell()
    assert sold.number == lost.number.replace("-01-", "-01.2-")
    assert sold.sequence == 1
    shop.sync()
    assert alarms_of(network) == [alarms.DEVICE_FORKED]
    assert_sound(network, shop)


def test_daily_work_forgets_what_was_answered_long_ago(network: Network, backups: Backups) -> None:
    """Day after day over real rounds; a server restored from far back says what nobody can give it any more."""
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 9000))
    shop.sync()
    old = backups.take()
    for day in range(200):
        for clock in (shop.clock, network.clock):
            clock.ms += 86_400_000
        if day % 40 == 0:
            shop.sell()
            shop.sync()
        if day % 10 == 0:
            daily_work(shop.store)
    assert_kept(shop, [4, 5, 6])
    assert archive.broken_link(shop.store.ledger) == (3, None)
    backups.restore(old)
    shop.sync()
    assert sorted(alarms_of(network)) == [alarms.ARCHIVE_GONE, alarms.SERVER_RESTORED]
    assert network.count(orders) == 3
