"""Contents: a row that was damaged with its version kept is found slice by slice, mended, noted and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from desktop.store import cache as caching, slices as places
from desktop.sync.equality import REPAIRS, WEEK_MS, recount, repairs
from desktop.sync.round import SyncRound, ignore
from desktop.sync.slices import SLICES_A_ROUND, SliceCheck
from desktop.sync.transport import Offline
from domain.customers.handlers import decide_add_customer
from domain.customers.model import customer
from domain.kernel import wire
from domain.kernel.slices import digest
from domain.kernel.tables import synced_tables
from server_stub.sync import slices, snapshot
from server_stub.sync.models import device_place
from tests.server.sync.test_visibility import play
from tests.support.factories.parties import PARTIES, person_for
from tests.support.factories.products import TEA, TEA_BARCODE
from tests.support.likeness import assert_alike, cached
from tests.support.network import Counter, Network
from tests.support.online import online, sync

NOWHERE = "018bcfe5-6800-7000-8000-000000000009"


@pytest.fixture
def shop(network: Network) -> Counter:
    made = network.counter("m1-clerk")
    made.take_in((TEA_BARCODE, 9000))
    made.perform(lambda ctx: decide_add_customer(ctx, name="李"))
    made.sell((TEA_BARCODE, 1000))
    made.sync()
    return made


def damage(counter: Counter, statement: str) -> None:
    """Change the cache as a bad disk would: nobody keeps count of it."""
    with counter.store.cache.write() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1


def mended(counter: Counter) -> list[tuple[str, int]]:
    with counter.store.read() as connection:
        return [(one["table"], one["rows"]) for one in repairs(caching.get_meta(connection, REPAIRS))]


def told_the_server(network: Network, counter: Counter) -> int:
    with network.db.read() as connection:
        of = device_place.c.device_id == counter.store.known.device_id
        return int(connection.execute(select(device_place.c.repairs).where(of)).scalar_one())


def compare(counter: Counter, *, thorough: bool = True) -> None:
    """The comparison alone, without the pull that goes before it."""
    SliceCheck(counter.store, counter.transport, lambda work: work(), ignore).go_on(thorough=thorough)


DAMAGE = {
    "an amount": ("UPDATE orders SET total = total + 1", "orders"),
    "a line's quantity": ("UPDATE order_line SET quantity = quantity + 1000", "order_line"),
    "a line's order": (f"UPDATE order_line SET order_id = '{NOWHERE}'", "order_line"),
    "a customer's name": ("UPDATE customer SET name = '黎'", "customer"),
    "a name that is gone": (f"UPDATE product SET name = NULL WHERE code = '{TEA}'", "product"),
    "a version too high": ("UPDATE customer SET version = version + 5, name = '黎'", "customer"),
    "a lost row": ("DELETE FROM orders", "orders"),
    "a foreign row": (f"INSERT INTO customer (id, version, party_id) VALUES ('{NOWHERE}', 1, '{NOWHERE}')", "customer"),
    "a line without an order": (
        f"INSERT INTO order_line (id, version, order_id) VALUES ('{NOWHERE}', 1, '{NOWHERE}')",
        "order_line",
    ),
}


def test_damage_is_found_mended_noted_and_told(network: Network, shop: Counter, expected_errors: Any) -> None:
    for times, (where, (statement, table)) in enumerate(DAMAGE.items(), 1):
        damage(shop, statement)
        compare(shop)
        assert_alike(network, shop)
        assert mended(shop)[times - 1 :] == [(table, 1)], where
        assert told_the_server(network, shop) == times, where
    compare(shop)
    assert len(mended(shop)) == len(DAMAGE)
    assert expected_errors


def test_the_sums_of_versions_do_not_see_it_and_a_thorough_round_does(
    network: Network, shop: Counter, expected_errors: Any
) -> None:
    damage(shop, "UPDATE orders SET total = total + 1")
    changes: list[Any] = []
    assert shop.sync().unequal == []
    assert mended(shop) == []
    result = SyncRound(shop.store, shop.transport, on_change=changes.append, thorough=True).once()
    assert (result.unequal, result.problem) == ([], "")
    assert_alike(network, shop)
    assert mended(shop) == [("orders", 1)]
    assert [set(each) for each in changes] == [{"orders"}]
    assert expected_errors


def test_nobody_is_told_of_differences_that_are_none(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's rows after a day of everybody, in slices of a few rows: masks, inheritance and all."""
    early = {code: network.counter("admin" if code == "HQ" else person_for(code, "owner")) for code in PARTIES}
    play(network)
    for module in (slices, snapshot):
        monkeypatch.setattr(module, "CHUNK_ROWS", 20)
    for counter in early.values():
        counter.sync()
        line = counter.transport = Counted(counter.transport)
        compare(counter)
        assert mended(counter) == []
        assert line.tables() == [str(table.name) for table in synced_tables()]
        assert line.rows() == len(cached(counter)), "every row was compared"


@dataclass
class Counted:
    """A wire that keeps what slices were asked for and what was told."""

    transport: Any
    slices: list[tuple[wire.SliceAsked, wire.SliceSum]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
        told: wire.SliceSum = self.transport.slice_sum(asked)
        self.slices.append((asked, told))
        return told

    def tables(self) -> list[str]:
        return list(dict.fromkeys(asked.table for asked, _ in self.slices))

    def rows(self) -> int:
        return sum(told.rows for _, told in self.slices)


def test_a_week_later_some_slices_a_round_and_on_after_a_restart(
    network: Network, shop: Counter, expected_errors: Any
) -> None:
    line = shop.transport = Counted(shop.transport)
    shop.sync()
    assert line.slices == [], "what came whole is not compared"
    damage(shop, "UPDATE stock_balance SET quantity = quantity + 1")
    shop.clock.ms += WEEK_MS
    rounds = 0
    while "stock_balance" not in line.tables():
        before = len(line.slices)
        shop.sync()
        rounds += 1
        assert 0 < len(line.slices) - before <= SLICES_A_ROUND + 1
        shop.reopen()
        line = shop.transport = Counted(line.transport, line.slices)
    assert rounds > 1
    assert_alike(network, shop)
    assert mended(shop) == [("stock_balance", 1)]
    while line.tables()[-1] != str(synced_tables()[-1].name):
        shop.sync()
    done = len(line.slices)
    shop.sync()
    assert len(line.slices) == done, "all is compared; again in a week"
    assert expected_errors


def test_doctor_has_everything_compared(network: Network, shop: Counter, expected_errors: Any) -> None:
    damage(shop, "UPDATE customer SET name = '黎'")
    recount(shop.store)
    for _ in synced_tables()[::SLICES_A_ROUND]:
        shop.sync()
    assert mended(shop) == [("customer", 1)]
    assert expected_errors


def test_what_was_not_read_yet_is_no_damage(network: Network, shop: Counter) -> None:
    other = network.counter("m1-owner")
    other.perform(lambda ctx: decide_add_customer(ctx, name="王"))
    other.sync()
    compare(shop)
    assert mended(shop) == []
    assert len(shop.rows(customer)) == 1, "it comes with the feed"


def test_a_pending_command_is_no_damage(network: Network, shop: Counter) -> None:
    shop.sell((TEA_BARCODE, 1000))
    before = cached(shop)
    compare(shop)
    assert (mended(shop), cached(shop)) == ([], before)
    with shop.store.read() as connection:
        place = places.place(connection)
    assert place is not None and not place.table, "it is begun when nothing is pending"


def test_a_server_that_gives_other_rows_than_it_counted_is_not_believed(
    network: Network, shop: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chunk was read later than the digest: what changed in between comes with the feed."""
    damage(shop, "UPDATE customer SET name = '黎'")
    later = network.counter("m1-owner")
    plain = shop.transport.snapshot_chunk

    def chunk(table: str, after: str, token: str = "") -> wire.SnapshotChunk:
        if table == "customer":
            later.perform(lambda ctx: decide_add_customer(ctx, name="王"))
            later.sync()
        told: wire.SnapshotChunk = plain(table, after, token)
        return told

    monkeypatch.setattr(type(shop.transport), "snapshot_chunk", staticmethod(chunk))
    compare(shop)
    assert mended(shop) == []


def test_over_http_what_is_asked_is_read_with_care(sqlite_database: str, tmp_path: Path) -> None:
    with online(sqlite_database, tmp_path) as network:
        shop = network.profile("m1-clerk")
        assert not sync(shop).problem
        tokens = shop.tokens.load()
        assert tokens is not None
        sound = {"cursor": shop.store.cursor or "", "columns": "3"}
        wrong = {"columns": "x", "since": "2020-13", "after": "key", "mended": "-1"}
        answers = {}
        for name, value in {"": "", "more": "1", **wrong}.items():
            told = requests.get(
                f"{network.url}/v1/sync/slices/customer",
                headers={"Authorization": f"Bearer {tokens['access_token']}"},
                params={**sound, **({name: value} if name else {})},
                timeout=30,
            )
            answers[name] = told.status_code
        assert answers == {"": 200, "more": 200, **dict.fromkeys(wrong, 422)}


def test_a_line_that_breaks_while_comparing_is_no_trouble_of_the_round(network: Network, shop: Counter) -> None:
    class Broken(Counted):
        def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
            if self.slices:
                raise Offline("offline")
            return super().slice_sum(asked)

    line = Broken(shop.transport)
    result = SyncRound(shop.store, line, thorough=True).once()
    assert (result.online, result.problem, len(line.slices)) == (True, "", 1)
    with shop.store.read() as connection:
        place = places.place(connection)
    assert place is not None and place.table == str(synced_tables()[1].name), "it goes on there"


def test_more_columns_at_one_side_are_no_difference() -> None:
    rows = [("a", 1, "x", None), ("b", 2, "y", 5)]
    assert digest(rows[::-1], 4) == digest(rows, 4) != digest(rows, 3)
    assert digest([row[:3] for row in rows], 3) == digest(rows, 3)
    assert digest([("a", 1, "")], 3) != digest([("a", 1, None)], 3)
