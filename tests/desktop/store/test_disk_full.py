"""A full disk: the sale is refused in plain words before anything is sealed, and nothing is half saved.

On databases that may not grow any further, page by page, and on a small volume of its own where this account may mount
one (root on Linux).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desktop.store import archive, space
from desktop.store.space import DiskFull, Reserve
from desktop.store.store import Store
from desktop.sync.round import SyncRound
from domain.orders.model import order_line, orders
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network

GROWN = 40
"""Pages by which a database may grow before the sweep ends: more than a sale of many lines needs."""


def mountable() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def volume(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def pages(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def limit(store: Store, database: str, growth: int | None) -> None:
    """Let a database grow by so many pages and no more; None lifts the limit."""
    opened = store.ledger.transaction() if database == "ledger" else store.cache.write()
    with opened as connection:
        most = pages(connection) + growth if growth is not None else 2**30
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")


def big_sale(counter: Counter) -> None:
    wanted = [Wanted(code, 1000) for _ in range(30) for code in (TEA, RICE)]
    counter.perform(lambda ctx: decide_sale(ctx, wanted))


def assert_whole(counter: Counter, sold: int) -> None:
    """As many sales in the ledger as were acknowledged, each with all its lines, and the chain is whole."""
    assert archive.broken_link(counter.store.ledger) == (sold, None)
    assert len(counter.rows(orders)) == sold
    assert len(counter.rows(order_line)) == 60 * sold


@pytest.mark.parametrize("database", ["ledger", "cache"])
def test_no_page_too_few_saves_half_a_sale(network: Network, database: str, expected_errors: object) -> None:
    shop = network.counter("m1-clerk")
    sold = refused = 0
    for growth in range(GROWN):
        limit(shop.store, database, growth)
        try:
            big_sale(shop)
            sold += 1
        except DiskFull as error:
            refused += 1
            assert error.code == "disk_full"
        if growth % 3 == 0:
            shop.reopen()
        else:
            limit(shop.store, database, None)
        if not shop.store._behind:
            assert_whole(shop, sold)
    assert sold > 0
    assert refused > 3
    shop.reopen()
    assert_whole(shop, sold)
    big_sale(shop)
    assert shop.sync().pushed == sold + 1


def test_full_disk_is_noticed_before_anything_is_begun(network: Network) -> None:
    shop = network.counter("m1-clerk")
    room = [10**12]
    shop.store.reserve = Reserve(shop.folder, lambda _folder: room[0])
    shop.sell()
    room[0] = space.LEAST_FREE - 1
    with pytest.raises(DiskFull):
        shop.sell()
    assert shop.store.ledger.tail(1)[0] == 1
    room[0] = space.LEAST_FREE
    shop.sell()


def test_reserve_is_given_up_so_that_what_is_sealed_can_be_finished(network: Network) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("m1-owner")
    shop.sell()
    assert (shop.folder / "reserve").stat().st_size == space.RESERVE
    limit(shop.store, "cache", 0)
    for _ in range(40):
        big_sale(other)
    other.sync()
    result = SyncRound(shop.store, shop.transport).once()
    assert (result.online, result.problem) == (True, "disk_full")
    assert not (shop.folder / "reserve").exists()
    limit(shop.store, "cache", None)
    shop.sync()
    shop.sell()
    assert (shop.folder / "reserve").exists()


@pytest.mark.parametrize("size", ["14m", "20m"] if mountable() else [])
def test_small_volume(network: Network, tmp_path: Path, size: str, expected_errors: object) -> None:
    shop = network.counter("m1-clerk")
    with volume(tmp_path / "small", size):
        shop.store.close()
        shutil.copytree(shop.folder, tmp_path / "small" / "pc")
        shop.folder = tmp_path / "small" / "pc"
        shop.store = Store(shop.folder, shop.secrets, shop.clock)
        sold = 0
        for _ in range(3000):
            try:
                big_sale(shop)
            except DiskFull:
                break
            sold += 1
        assert 0 < sold < 3000
        filler = shop.folder / "filler"
        with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
            while file.write(bytes(65536)):
                pass
        with pytest.raises(DiskFull):
            big_sale(shop)
        shop.reopen()
        assert_whole(shop, sold)
        filler.unlink()
        result = SyncRound(shop.store, shop.transport).once()
        while result.problem == "disk_full":
            result = SyncRound(shop.store, shop.transport).once()
        assert shop.store.ledger.unsent().number == 0
        assert_whole(shop, sold)
        shop.store.close()
    network.counters.remove(shop)
