"""Snapshots survive being interrupted at every chunk, while the network goes on working. Proof I."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import pytest

from desktop.store import cache as caching
from desktop.store.aside import Aside
from desktop.sync.round import RoundResult, SyncRound
from desktop.sync.transport import Offline, ServerRefused
from domain.kernel import faults, queries_scope, wire
from domain.kernel.errors import DomainError
from domain.kernel.tables import synced_tables
from domain.orders.model import order_line, orders
from domain.parties.handlers import decide_edit_dealer
from domain.parties.model import party
from server_stub.sync import repository, snapshot
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees


class Died(Exception):
    """The program ended here."""


@dataclass
class Breaking:
    """A wire that breaks after so many chunks in each round.

    Attributes:
        chunks: how many it carries before it breaks; None for all.
        meanwhile: what others do before each chunk.
        asked: (table, key) of every chunk that was carried.
        damage: spoils the chunk with this number.
    """

    transport: Any
    chunks: int | None = 1
    meanwhile: Callable[[], object] = lambda: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    damage: int = 0
    _left: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def snapshot_start(self, *args: Any, **more: Any) -> wire.SnapshotStart:
        self._left = -1 if self.chunks is None else self.chunks
        start: wire.SnapshotStart = _coded(lambda: self.transport.snapshot_start(*args, **more))
        return start

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:
        if self._left == 0:
            raise Offline("line broke")
        self._left -= 1
        self.meanwhile()
        self.asked.append((table, after))
        chunk: wire.SnapshotChunk = _coded(lambda: self.transport.snapshot_chunk(table, after, token))
        if len(self.asked) == self.damage:
            return wire.SnapshotChunk(chunk.table, chunk.rows, "0" * 64, chunk.next)
        return chunk


def _coded(call: Callable[[], Any]) -> Any:
    """A refusal as the HTTP client would raise it."""
    try:
        return call()
    except DomainError as error:
        raise ServerRefused(error.code, **error.params) from None


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "CHUNK_ROWS", 5)
    monkeypatch.setattr(queries_scope, "PARENTS", 4)


def rounds_until_done(shop: Counter, line: Breaking, between: Callable[[], object]) -> int:
    """Sync again and again until a round goes through; how many were needed."""
    for number in range(1, 500):
        result = attempt(shop, line)
        if not result.problem:
            return number
        between()
    raise AssertionError("never done")


def attempt(shop: Counter, line: Breaking) -> RoundResult:
    shop.clock.ms += 1000
    return SyncRound(shop.store, line).once()


def busy_network(network: Network) -> Counter:
    """Another PC of the same shop with a past."""
    other = network.counter("m1-owner")
    for _ in range(12):
        other.sell()
    other.sync()
    return other


@pytest.mark.usefixtures("small_chunks")
def test_a_new_pc_goes_on_at_every_chunk_while_others_sell(network: Network) -> None:
    other = busy_network(network)
    shop = network.counter("m1-clerk", synced=False)

    def meanwhile() -> None:
        other.sell()
        other.sync()

    def restart() -> None:
        shop.reopen()
        assert not shop.rows(orders), "nothing is seen before the swap"

    line = Breaking(shop.transport, 1, meanwhile)
    rounds = rounds_until_done(shop, line, restart)
    assert len(line.asked) == len(set(line.asked)) >= 20, "no chunk came twice"
    assert rounds >= len(line.asked)
    other.sync()
    assert_agrees(network, shop)
    assert not shop.store.cache.next_path().exists()


@pytest.mark.usefixtures("small_chunks")
def test_an_order_with_more_lines_than_a_chunk_comes_whole(network: Network) -> None:
    other = network.counter("m1-owner")
    for lines in (1, 20, 3, 8, 9, 10, 2):
        other.sell(*[(TEA, 1000 + line) for line in range(lines)])
    other.sync()
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, None)
    assert not attempt(shop, line).problem
    assert len(shop.rows(order_line)) == 53
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_a_shop_sells_on_while_its_new_cache_is_built(network: Network) -> None:
    """The old cache is usable until the swap; what was sold and answered meanwhile is never out of sight."""
    other = busy_network(network)
    shop = network.counter("m1-clerk")
    with shop.store.cache.write() as connection:
        caching.set_meta(connection, "cursor", "")
    sold = [shop.sell().document_id]

    def sell_on() -> None:
        other.sell()
        other.sync()
        sold.append(shop.sell().document_id)
        assert set(sold) <= set(shop.rows(orders))

    line = Breaking(shop.transport, 2, lambda: None)
    assert rounds_until_done(shop, line, sell_on) > 5
    assert set(sold) <= set(shop.rows(orders))
    assert len(line.asked) == len(set(line.asked))
    shop.sync()
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_a_channel_goes_on_at_every_chunk_too(network: Network) -> None:
    """The shop's own channel is loaded again while it sells, is answered and is started anew."""
    busy_network(network)
    shop = network.counter("m1-clerk")
    network.db.run(lambda connection: repository.raise_generation(connection, [f"party:{shop.party_id}"]))
    sold = []

    def between() -> None:
        sold.append(shop.sell().document_id)
        shop.reopen()
        assert set(sold) <= set(shop.rows(orders))

    line = Breaking(shop.transport, 3)
    assert rounds_until_done(shop, line, between) > 5
    assert len(line.asked) == len(set(line.asked))
    shop.sync()
    assert set(sold) <= set(shop.rows(orders))
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_the_program_dies_at_every_chunk_and_when_merged(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    busy_network(network)
    shop = network.counter("m1-clerk")
    network.db.run(lambda connection: repository.raise_generation(connection, [f"party:{shop.party_id}"]))

    def die() -> None:
        raise Died

    line = Breaking(shop.transport, None)
    deaths = 0
    for point in ("client-snapshot-chunk", "client-snapshot-chunk:5", "client-snapshot-chunk", "entering-merged"):
        faults.arm(point, die)
        with pytest.raises(Died):
            attempt(shop, line)
        deaths += 1
        shop.reopen()
    faults.arm(None)
    assert attempt(shop, line).problem == ""
    assert deaths == 4
    assert len(line.asked) == len(set(line.asked)), "what was loaded is kept"
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_what_fits_no_longer_is_thrown_away(network: Network) -> None:
    """The dealer is given another price list between two chunks: the part is of another set of channels."""
    hq = network.counter("admin")
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, 4)
    assert attempt(shop, line).problem == "line broke"
    row = network.rows(party)[shop.party_id]
    known = {name: row[name] for name in ("name", "region", "grade")} | {"pause_at_zero": False}
    hq.perform(partial(decide_edit_dealer, party_id=row["id"], status="suspended", **known))
    hq.sync()
    line.chunks = None
    assert attempt(shop, line).problem == ""
    assert [at for at in line.asked if line.asked.count(at) > 1], "begun anew"
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_channels_that_change_under_a_snapshot_are_noticed(network: Network) -> None:
    hq = network.counter("admin")
    shop = network.counter("m1-clerk", synced=False)
    row = network.rows(party)[shop.party_id]
    known = {name: row[name] for name in ("name", "region", "grade")} | {"pause_at_zero": False}

    def suspend() -> None:
        if len(line.asked) == 3:
            hq.perform(partial(decide_edit_dealer, party_id=row["id"], status="suspended", **known))
            hq.sync()

    line = Breaking(shop.transport, None, suspend)
    assert attempt(shop, line).problem == "snapshot_stale"
    assert not shop.store.cache.next_path().exists()
    assert attempt(shop, line).problem == ""
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_a_spoiled_chunk_costs_itself_only(network: Network) -> None:
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, None, damage=4)
    assert attempt(shop, line).problem == "snapshot_damaged"
    assert attempt(shop, line).problem == ""
    assert len(line.asked) == len(set(line.asked)) + 1
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("where", [0.01, 0.5, 0.9])
def test_a_torn_file_is_never_swapped_in(network: Network, where: float) -> None:
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, 4)
    assert attempt(shop, line).problem == "line broke"
    with shop.store.cache.next_path().open("rb+") as file:
        file.seek(int(shop.store.cache.next_path().stat().st_size * where))
        file.write(b"\xff" * 4096)
    line.chunks = None
    for _ in range(3):
        if not attempt(shop, line).problem:
            break
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_a_row_that_is_lost_on_the_way_is_noticed(network: Network) -> None:
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, None)
    line.meanwhile = lambda: None
    assert attempt(shop, Breaking(shop.transport, 4)).problem == "line broke"
    aside = Aside.interrupted(shop.store.cache)
    assert aside is not None
    with aside._engine.begin() as connection:
        table = max(aside.place.rows, key=lambda name: aside.place.rows[name])
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table})")
    aside.close()
    assert attempt(shop, line).problem == "snapshot_damaged"
    assert attempt(shop, line).problem == ""
    assert_agrees(network, shop)


def test_a_small_shop_has_everything_in_one_journey(network: Network) -> None:
    shop = network.counter("m1-clerk", synced=False)
    line = Breaking(shop.transport, None)
    assert not attempt(shop, line).problem
    assert len(line.asked) == 1
    assert_agrees(network, shop)


@pytest.mark.usefixtures("small_chunks")
def test_an_older_program_takes_only_the_first_part_of_a_chunk(network: Network) -> None:
    """It does not know that more follows, and asks for each table by itself."""

    class Older(Breaking):
        def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:
            return msgspec.structs.replace(super().snapshot_chunk(table, after, token), more=[])

    shop = network.counter("m1-clerk", synced=False)
    line = Older(shop.transport, None)
    assert not attempt(shop, line).problem
    assert len(line.asked) >= len(synced_tables())
    assert_agrees(network, shop)


@pytest.mark.parametrize("spoiled", ["sha256", "order"])
def test_a_later_part_that_is_not_what_was_sent_is_not_taken(network: Network, spoiled: str) -> None:
    class Spoiling(Breaking):
        def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:
            told = super().snapshot_chunk(table, after, token)
            first, *rest = told.more
            if len(self.asked) > 1:
                return told
            if spoiled == "sha256":
                first = msgspec.structs.replace(first, sha256="0" * 64)
            return msgspec.structs.replace(told, more=[*rest, first] if spoiled == "order" else [first, *rest])

    shop = network.counter("m1-clerk", synced=False)
    line = Spoiling(shop.transport, None)
    assert attempt(shop, line).problem == ("snapshot_damaged" if spoiled == "sha256" else "")
    assert attempt(shop, line).problem == ""
    assert_agrees(network, shop)
