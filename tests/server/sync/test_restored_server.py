"""A server that was put back to an older backup: it notices by itself, is fed again, and nothing is there twice."""

from __future__ import annotations

import random
from uuid import UUID

import msgspec
import pytest

from desktop.store.handled import SEEN, Handling, settle
from desktop.store.ledger_tables import command
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.errors import Refused
from domain.kernel.ids import stable_id
from domain.kernel.outcome import outcome
from domain.orders.model import orders
from domain.stock.handlers import decide_take_in
from domain.stock.model import stock_move
from server_stub.accounts.keys import history_key
from server_stub.audit.service import audit
from server_stub.bootstrap import server_device
from server_stub.sync import alarms, history, repository, repository_past, repository_retention
from server_stub.sync.models import alarm, feed_past, receipt
from server_stub.sync.retention import DAY_MS, NOTED_ANEW_MS, Retention
from tests.server.sync.test_parked import add_customer, broken, replay_of
from tests.support.backups import Backups
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network

pytestmark = pytest.mark.usefixtures("expected_errors")


def alarms_of(network: Network) -> list[tuple[str, dict[str, int]]]:
    with network.db.read() as connection:
        found = connection.execute(alarm.select().order_by(alarm.c.at)).mappings().all()
    return [(row["kind"], msgspec.json.decode(row["detail"])) for row in found]


def receipts_of(network: Network) -> dict[str, Row]:
    with network.db.read() as connection:
        return {row["command_id"]: dict(row) for row in connection.execute(receipt.select()).mappings()}


def assert_agrees(network: Network) -> None:
    assert [check for check in audit(network.db) if not check.ok] == []


def assert_nothing_lost(network: Network, *shops: Counter) -> None:
    """Every command of these counters has its receipt and outcome, and their caches show what the server has."""
    receipts = receipts_of(network)
    for shop in shops:
        for row in shop.store.ledger.recent(10_000):
            assert row["id"] in receipts
            assert (row["status"], row["code"]) == (receipts[row["id"]]["status"], receipts[row["id"]]["code"])
        seen = {key: row for key, row in shop.rows(orders).items() if row["seller_id"] == shop.party_id}
        assert seen == {key: row for key, row in network.rows(orders).items() if row["seller_id"] == shop.party_id}


def test_what_the_server_lost_is_offered_again_once(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    shop.sell()
    shop.sync()
    backup = backups.take()
    for _ in range(5):
        shop.sell((TEA, 2000))
        shop.sync()
    before = network.rows(orders)
    backups.restore(backup)
    assert len(network.rows(orders)) == 1
    result = shop.sync()
    assert result.pushed == 5
    assert network.rows(orders).keys() == before.keys()
    assert network.count(stock_move) == 7
    assert_nothing_lost(network, shop)
    [(kind, detail)] = alarms_of(network)
    assert kind == alarms.SERVER_RESTORED
    assert detail["seen"] > detail["had"]
    again = shop.sync()
    assert (again.pushed, again.pulled, len(alarms_of(network))) == (0, 0, 1)
    shop.sell()
    assert shop.sync().accepted == 1
    assert_agrees(network)


def test_restore_is_noticed_though_the_server_has_gone_on_further_than_the_counter_saw(
    network: Network, backups: Backups
) -> None:
    """Numbers alone would not tell: the commits behind them do."""
    shop, other = network.counter("m1-clerk"), network.counter("n1-clerk")
    backup = backups.take()
    sold = shop.sell()
    shop.sync()
    backups.restore(backup)
    for _ in range(9):
        other.sell()
    other.sync()
    assert alarms_of(network) == []
    shop.sync()
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    assert sold.document_id in network.rows(orders)
    assert_nothing_lost(network, shop, other)


def test_restore_is_noticed_though_the_same_commands_take_the_same_numbers_again(
    network: Network, backups: Backups
) -> None:
    """A counter that sold more pushes first and gives again what was lost: what it had seen is not what is there."""
    shop = network.counter("m1-clerk")
    backup = backups.take()
    sold = shop.sell((TEA, 1000))
    shop.sync()
    backups.restore(backup)
    network.clock.ms += 60_000
    shop.sell((TEA, 1000))
    shop.sync()
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    assert sold.document_id in network.rows(orders)
    assert_nothing_lost(network, shop)


def test_counter_that_saw_nothing_of_what_was_lost_gives_again_what_it_had_pushed(
    network: Network, backups: Backups
) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("n1-clerk")
    backup = backups.take()
    sold = shop.sell()
    shop.transport.push(shop.batch())
    shop.store.ledger.mark_sent(1, [sold.sequence])
    other.sync()
    backups.restore(backup)
    shop.sync()
    assert sold.document_id in network.rows(orders)
    other.sync()
    shop.sync()
    assert_nothing_lost(network, shop, other)


def test_a_restore_between_a_page_and_its_snapshot_is_not_hidden(network: Network, backups: Backups) -> None:
    """What a counter enters comes by a snapshot: its place must not be that of a server that lost what was seen."""
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    shop.sync()
    backup = backups.take()
    shop.sell()
    shop.sync()
    backups.restore(backup)
    with pytest.raises(Refused, match="snapshot_stale"):
        shop.transport.snapshot_start(shop.store.cursor, again=[f"party:{shop.party_id}"])
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    shop.sync()
    assert_nothing_lost(network, shop)
    assert_agrees(network)


def test_outcome_that_is_another_one_now_is_told(network: Network, backups: Backups) -> None:
    store_room, till = network.counter("m1-owner"), network.counter("m1-clerk")
    backup = backups.take()
    store_room.take_in((TEA, 1000))
    store_room.sync()
    sold = till.sell((TEA, 1000))
    till.sync()
    assert till.store.ledger.status_of([sold.document_id])[sold.document_id]["status"] == "confirmed"
    settle(till.store.ledger, Handling(sold.command_id, SEEN), "", 5)
    backups.restore(backup)
    till.sync()
    [told] = till.store.ledger.list_needing()
    assert (told["id"], told["status"], told["code"]) == (sold.command_id, "exception", "stock_below_zero")
    store_room.sync()
    till.sync()
    assert_nothing_lost(network, store_room, till)
    assert_agrees(network)


def test_what_waits_again_after_the_restore_is_said_to_wait(
    network: Network, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our bug was mended after the backup: what was taken again then waits once more, and nobody offers it anew."""
    shop = network.counter("m1-clerk")
    added = shop.perform(add_customer)
    with broken("customers.add", monkeypatch):
        shop.sync()
    backup = backups.take()

    def fate() -> str:
        shop.sync()
        found = shop.store.ledger.status_of([added.document_id])[added.document_id]["status"]
        assert (added.document_id in shop.rows(customer)) == (found == "confirmed")
        return str(found)

    assert fate() == "parked"
    for again in (False, True):
        assert [str(one.verdict.status) for one in replay_of(network).run()] == ["confirmed"]
        assert fate() == "confirmed"
        if not again:
            backups.restore(backup)
            assert fate() == "parked"
            assert [row["id"] for row in shop.store.ledger.list_needing()] == [added.command_id]
    assert_nothing_lost(network, shop)
    assert_agrees(network)


def test_outcome_that_is_the_same_again_is_not_told_twice(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    backup = backups.take()
    sold = shop.sell((RICE, 1000))
    shop.sync()
    assert shop.store.ledger.count_needing() == 1
    settle(shop.store.ledger, Handling(sold.command_id, SEEN), "", 5)
    backups.restore(backup)
    assert shop.sync().excepted == 1
    assert shop.store.ledger.count_needing() == 0


def test_headquarters_own_numbers_go_on_in_a_new_series(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    backup = backups.take()

    def take_in() -> str:
        return server_device(network.db, network.clock).issue(lambda ctx: decide_take_in(ctx, [(TEA, 1000)])).number

    lost = take_in()
    shop.sell()
    shop.sync()
    backups.restore(backup)
    shop.sync()
    assert take_in() == lost.replace("HQ-00-", "HQ-00.1-")


def test_restored_twice_to_the_same_backup(network: Network, backups: Backups) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("m1-owner")
    backup = backups.take()
    for _ in range(2):
        shop.sell()
        shop.sync()
        other.sync()
        backups.restore(backup)
    shop.sync()
    other.sync()
    shop.sync()
    assert network.count(orders) == 2
    assert_nothing_lost(network, shop, other)
    with network.db.read() as connection:
        assert history.restores(connection) >= 1


def test_what_a_damaged_ledger_lost_does_not_hold_up_what_is_behind_it(network: Network, backups: Backups) -> None:
    """A hole in what the server asks for again: it is told that nothing will come, and alarms."""
    shop = network.counter("m1-clerk")
    shop.sync()
    backup = backups.take()
    sold = [shop.sell().document_id for _ in range(10)]
    shop.sync()
    with shop.store.ledger.transaction() as connection:
        connection.execute(command.delete().where(command.c.sequence.in_((4, 5, 8))))
    shop.reopen()
    backups.restore(backup)
    sold.append(shop.sell().document_id)
    shop.sync()
    assert set(network.rows(orders)) == {one for at, one in enumerate(sold, 1) if at not in (4, 5, 8)}
    assert {kind for kind, _ in alarms_of(network)} == {alarms.ARCHIVE_GONE, alarms.SERVER_RESTORED}
    assert shop.sync().pushed == 0


@pytest.mark.parametrize("seed", range(2))
def test_any_earlier_backup(network: Network, backups: Backups, seed: int) -> None:
    """Counters sell, take in and synchronise as they like; the server goes back to any of its backups, repeatedly."""
    chance = random.Random(seed)
    shops = [network.counter(user) for user in ("m1-clerk", "m1-owner", "n1-clerk")]
    kept = [backups.take()]
    for _ in range(40):
        shop = chance.choice(shops)
        deed = chance.random()
        if deed < 0.4:
            shop.sell((chance.choice((TEA, RICE)), 1000))
        elif deed < 0.5:
            shop.take_in((TEA, 2000))
        elif deed < 0.85:
            shop.sync()
        elif deed < 0.95:
            kept.append(backups.take())
        else:
            backups.restore(chance.choice(kept))
    for shop in [*shops, *shops]:
        shop.sync()
    assert_nothing_lost(network, *shops)
    assert network.count(outcome) == network.count(receipt)
    numbers = [row["number"] for row in network.rows(orders).values()]
    assert len(set(numbers)) == len(numbers)
    assert_agrees(network)


def test_nobody_can_make_the_server_believe_that_it_was_restored(network: Network) -> None:
    shop = network.counter("m1-clerk")
    cursor, _, _ = (shop.store.cursor or "").partition(".")
    lie = history.Witness(b"12345678", 10**9, bytes(16))
    for text in (history.attach(cursor, lie, b"a guessed key"), cursor + ".AAAA", cursor + "." + "x" * 5, cursor):
        assert not shop.transport.feed(text).reset
    assert alarms_of(network) == []
    with network.db.read() as connection:
        genuine = history.attach(cursor, lie, history_key(connection))
    assert shop.transport.feed(genuine).reset
    assert len(alarms_of(network)) == 1


def compacted_beyond(network: Network, place: int) -> None:
    """A month of others' trade, read by them and forgotten by the feed, *place* included."""
    other = network.counter("n1-clerk")
    for _ in range(place):
        other.take_in((TEA, 1000))
    other.sync()
    network.clock.ms += 31 * DAY_MS
    other.take_in((TEA, 1000))
    for _ in range(2):
        other.sync()
        network.clock.ms += NOTED_ANEW_MS
    Retention(network.db, network.clock).round()
    with network.db.read() as connection:
        assert repository_retention.feed_floor(connection) > place


def seen_by(network: Network, shop: Counter) -> history.Witness:
    with network.db.read() as connection:
        _, seen = history.detach(shop.store.cursor or "", history_key(connection))
    assert seen is not None
    return seen


def test_restored_and_compacted_since_is_noticed_all_the_same(network: Network, backups: Backups) -> None:
    shop = network.counter("m1-clerk")
    backup = backups.take()
    shop.sell()
    shop.sync()
    seen = seen_by(network, shop)
    backups.restore(backup)
    compacted_beyond(network, seen.sequence)
    with network.db.read() as connection:
        assert repository.commit_at(connection, seen.sequence) is None
        assert history.is_lost(connection, seen)
    assert network.count(orders) == 0
    shop.sync()
    shop.sync()
    assert network.count(orders) == 1, "what the server lost was offered again"
    assert [kind for kind, _ in alarms_of(network)] == [alarms.SERVER_RESTORED]
    assert_nothing_lost(network, shop)
    assert_agrees(network)


def test_a_witness_of_this_past_is_believed_when_its_commit_was_compacted_away(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    shop.sync()
    seen = seen_by(network, shop)
    compacted_beyond(network, seen.sequence)
    with network.db.read() as connection:
        mine = history.past(connection)
        assert history.is_ours(connection, mine, seen)
        assert not history.is_lost(connection, seen)
        for other in (msgspec.structs.replace(seen, commit=bytes(16)), msgspec.structs.replace(seen, sequence=1)):
            assert not history.is_ours(connection, mine, other)
            assert history.is_lost(connection, other)
    assert shop.transport.feed(shop.store.cursor).reset, "a snapshot, and no alarm"
    shop.sync()
    assert alarms_of(network) == []
    assert_nothing_lost(network, shop)


def test_digests_of_what_was_forgotten_are_packed_and_found(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository_past, "MOST", 7)
    commits = [(number, stable_id("commit", str(number))) for number in range(100, 160)]
    for start in range(0, 60, 4):
        with network.db.write() as connection:
            repository_past.remember(connection, commits[start : start + 4])
    with network.db.read() as connection:
        rows = connection.execute(feed_past.select()).all()
        assert [len(row.digests) for row in rows] == [8 * repository_past.SIZE] * 7 + [4 * repository_past.SIZE]
        for number, commit_id in commits:
            assert repository_past.digest_at(connection, number) == repository_past.digest_of(UUID(commit_id).bytes)
        assert [repository_past.digest_at(connection, number) for number in (1, 99, 160, 10**9)] == [None] * 4
    holed = [(number + 100, commit_id) for number, commit_id in commits if number % 5]
    network.db.run(lambda connection: repository_past.remember(connection, holed))
    with network.db.read() as connection:
        for number, commit_id in holed:
            assert repository_past.digest_at(connection, number) == repository_past.digest_of(UUID(commit_id).bytes)
