"""Compaction: the feed is forgotten below the slowest living cursor and nowhere else; nobody misses a row."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from domain.kernel.clock import FixedClock
from domain.kernel.ids import IdSource
from domain.parties.model import party
from server_stub.accounts import repository as accounts
from server_stub.sync import repository_retention as repository, retention
from server_stub.sync.models import feed_body, feed_commit, feed_position, receipt, tombstone
from server_stub.sync.network import Cursor
from server_stub.sync.retention import DAY_MS, Retention
from tests.server.sync.test_feed import regrade, write
from tests.support.likeness import assert_alike
from tests.support.network import NOON, Counter, Network

ids = IdSource(FixedClock(NOON))


def keeper(network: Network) -> Retention:
    return Retention(network.db, network.clock)


def place_of(counter: Counter) -> int:
    return Cursor.parse(counter.store.cursor or "").sequence


def floor_of(network: Network) -> int:
    with network.db.read() as connection:
        return repository.feed_floor(connection)


def sequences(network: Network) -> list[int]:
    with network.db.read() as connection:
        return [int(one) for one in connection.execute(select(feed_commit.c.sequence).order_by("sequence")).scalars()]


def sync_and_be_noted(network: Network, counter: Counter) -> None:
    """Pull, and pull again when the place that this brought is noted."""
    counter.sync()
    network.clock.ms += retention.NOTED_ANEW_MS
    counter.sync()


def commits(network: Network, number: int) -> None:
    """So many commits that everybody in the tree sees."""
    row_id = network.party_id("M1")
    for at in range(number):
        write(network, lambda rows: regrade(rows, row_id=row_id, grade=ids.new()), ids.new())
        if at % 50 == 49:
            network.intake.db_number()
    network.intake.db_number()


def test_the_slowest_living_cursor_is_respected(network: Network) -> None:
    quick, slow, away = (network.counter(user) for user in ("m1-clerk", "m1-owner", "n1-owner"))
    away_place = place_of(away)
    commits(network, 5)
    network.clock.ms += 29 * DAY_MS
    sync_and_be_noted(network, slow)
    commits(network, 5)
    network.clock.ms += 2 * DAY_MS
    sync_and_be_noted(network, quick)
    assert keeper(network).round() > 0
    assert away_place < floor_of(network) == place_of(slow) < place_of(quick)
    assert sequences(network)[0] == place_of(slow) + 1
    assert not slow.transport.feed(slow.store.cursor).reset
    assert away.transport.feed(away.store.cursor).reset
    for each in (quick, slow, away):
        each.sync()
        assert_alike(network, each)


def test_whole_commits_go_with_all_that_belongs_to_them_and_the_newest_stays(network: Network) -> None:
    commits(network, 3)
    before = sequences(network)
    network.clock.ms += 31 * DAY_MS
    assert keeper(network).round() == len(before) - 1
    assert sequences(network) == before[-1:]
    assert network.count(feed_body) == 1
    assert network.count(feed_position, feed_position.c.sequence < before[-1]) == 0
    assert network.count(feed_position) > 0
    commits(network, 1)
    assert sequences(network) == [before[-1], before[-1] + 1], "numbers are never given twice"
    assert keeper(network).round() == 1
    assert keeper(network).round() == 0


def test_nobody_waits_for_a_revoked_device(network: Network) -> None:
    shop, lost = network.counter("m1-clerk"), network.counter("m1-owner")
    commits(network, 5)
    shop.sync()
    network.clock.ms += DAY_MS
    shop.sync()
    network.db.run(lambda connection: accounts.mark_device_revoked(connection, lost.store.known.device_id))
    keeper(network).round()
    assert floor_of(network) > place_of(lost)


def test_receipts_never_expire(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    batch = shop.batch()
    first = shop.transport.push(batch)
    shop.sync()
    network.clock.ms += 1000 * DAY_MS
    receipts = network.count(receipt)
    keeper(network).round()
    assert shop.transport.push(batch) == first
    assert network.count(receipt) == receipts


def test_quiet_device_does_not_hold_the_feed_back(network: Network) -> None:
    """Another dealer's trade is in none of its channels; its cursor moves on all the same."""
    shop, neighbour = network.counter("e1-owner"), network.counter("m1-clerk")
    neighbour.sell()
    neighbour.sync()
    before = place_of(shop)
    assert shop.sync().pulled == 0
    assert place_of(shop) > before


def test_place_is_noted_now_and_then_and_never_too_high(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = network.counter("m1-clerk")
    device_id = shop.store.known.device_id
    noted: list[int] = []
    note = repository.note_place

    def counted(connection: Any, of: str, sequence: int, now_ms: int) -> None:
        noted.append(sequence)
        note(connection, of, sequence, now_ms)

    monkeypatch.setattr(repository, "note_place", counted)
    keep = keeper(network)
    keep.acknowledge(device_id, 5)
    assert noted == [5], "a lower place counts at once: the PC was restored"
    keep.acknowledge(device_id, 5)
    keep.acknowledge(device_id, 9)
    assert noted == [5], "a higher one can wait"
    network.clock.ms += retention.NOTED_ANEW_MS
    keep.acknowledge(device_id, 9)
    assert noted == [5, 9]
    network.clock.ms -= DAY_MS
    keep.acknowledge(device_id, 10)
    assert noted == [5, 9, 10], "the clock was put back"


def test_old_tombstones_of_the_server_go_after_400_days(network: Network) -> None:
    rows = [
        {"table_name": "customer", "row_id": ids.new(), "version": 2, "deleted_at": network.clock.ms - age * DAY_MS}
        for age in (399, 401)
    ]
    network.db.run(lambda connection: repository.add_tombstones(connection, rows))
    keeper(network).round()
    with network.db.read() as connection:
        assert connection.execute(select(tombstone.c.row_id)).scalars().all() == [rows[0]["row_id"]]


def test_compaction_works_in_slices_while_the_server_serves(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SLICE", 7)
    shop = network.counter("m1-clerk")
    over = threading.Event()

    def compact() -> int:
        gone = 0
        while not over.is_set():
            gone += keeper(network).round()
        return gone + keeper(network).round()

    def trade(seed: int) -> None:
        chance = random.Random(seed)
        rows = sorted(network.rows(party))
        for _ in range(25):
            row_id = chance.choice(rows)
            write(network, lambda at: regrade(at, row_id=row_id, grade=ids.new()), ids.new())  # noqa: B023 - at once
            network.intake.db_number()

    with ThreadPoolExecutor(4) as pool:
        compacting = pool.submit(compact)
        for trading in [pool.submit(trade, seed) for seed in range(3)]:
            trading.result()
        for _ in range(10):
            shop.sell()
            network.clock.ms += retention.NOTED_ANEW_MS
            shop.sync()
        over.set()
        gone = compacting.result()
    assert gone > 7
    shop.sync()
    assert_alike(network, shop)


STEPS = st.lists(
    st.tuples(st.sampled_from(["sell", "sync", "days", "compact"]), st.integers(0, 2)), min_size=5, max_size=20
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_living_device_is_ever_sent_for_a_snapshot(network: Network, steps: list[tuple[str, int]]) -> None:
    shops = [network.counter(user) for user in ("m1-clerk", "m1-owner", "n1-owner")]
    seen = dict.fromkeys(range(len(shops)), network.clock.ms)
    for step, number in steps:
        if step == "sell":
            shops[number].sell()
        elif step == "days":
            network.clock.ms += (1, 10, 25)[number] * DAY_MS
        elif step == "compact":
            keeper(network).round()
        else:
            reset = shops[number].transport.feed(shops[number].store.cursor).reset
            assert not (reset and network.clock.ms - seen[number] <= 30 * DAY_MS), "it was alive"
            shops[number].sync()
            seen[number] = network.clock.ms
    for shop in shops:
        shop.sync()
    for shop in shops:
        shop.sync()
        assert_alike(network, shop)
