"""The power goes: a command in the write-ahead log is there whole or not at all, and what was acknowledged is there.

A copy of the open files stands for the disk; of its logs a tail is missing, torn in the middle of a page or turned into
noise. How much may be missing is what the settings promise: with ``synchronous=FULL`` nothing of the ledger before the
end of its last commit, and nothing of the cache is written before that. With ``synchronous=OFF`` any tail may be gone,
and then the same check must find that something acknowledged is missing: that proves the check.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.store import archive
from desktop.store.store import Performed, Store
from domain.orders.model import order_line, orders
from tests.support.factories.products import RICE, TEA
from tests.support.network import Counter, Network, rows_of

pytestmark = pytest.mark.usefixtures("expected_errors")
SALES = 12


def power_cut(counter: Counter, folder: Path, lost: dict[str, int], chance: random.Random) -> Store:
    """Start on a copy of the open files of which so many bytes at the end of each log never reached the disk."""
    shutil.copytree(counter.folder, folder, ignore=shutil.ignore_patterns("*-shm"))
    for name, missing in lost.items():
        log = folder / f"{name}.db-wal"
        size = max(0, log.stat().st_size - missing)
        tail = chance.randbytes(missing) if chance.random() < 0.5 else b""
        with log.open("rb+") as file:
            file.truncate(size)
            file.seek(size)
            file.write(tail)
    return Store(folder, counter.secrets, counter.clock)


def check(store: Store, acknowledged: Sequence[Performed]) -> None:
    """What was acknowledged is stored; commands are whole; order, lines and outbox agree."""
    kept = [row["id"] for row in reversed(store.ledger.recent(10_000))]
    assert [one.command_id for one in acknowledged] == kept[: len(acknowledged)], "acknowledged and gone"
    assert archive.broken_link(store.ledger) == (len(kept), None)
    with store.read() as connection:
        sold, lines = rows_of(connection, orders), rows_of(connection, order_line)
    assert len(sold) == len(kept)
    assert {line["order_id"] for line in lines.values()} == set(sold)
    assert len(lines) == 2 * len(sold)
    assert store.ledger.unsent().number == len(kept)


def sales(shop: Counter) -> list[tuple[Performed, int, int]]:
    """(sale, ledger's and cache's log behind it) for some sales."""
    made = []
    for _ in range(SALES):
        sold = shop.sell((TEA, 1000), (RICE, 500))
        ledger, cache = ((shop.folder / f"{name}.db-wal").stat().st_size for name in ("ledger", "cache"))
        made.append((sold, ledger, cache))
    return made


@pytest.mark.parametrize("seed", range(12))
def test_what_was_not_promised_may_be_lost_and_all_else_is_whole(network: Network, tmp_path: Path, seed: int) -> None:
    """The cut comes while the last sale is written: into the ledger, or then into the cache, which is not synced."""
    chance = random.Random(seed)
    shop = network.counter("m1-clerk")
    made = sales(shop)
    ledger, cache = made[-1][1] - made[-2][1], made[-1][2] - made[-2][2]
    lost = {"ledger": 0, "cache": chance.randrange(0, made[-1][2] + 1)}
    if seed % 2:
        lost = {"ledger": chance.randrange(1, ledger + 1), "cache": chance.randrange(cache, made[-1][2] + 1)}
    store = power_cut(shop, tmp_path / "after", lost, chance)
    try:
        check(store, [sold for sold, *_ in made[: -1 if seed % 2 else SALES]])
    finally:
        store.close()


def test_without_synchronous_full_the_check_finds_what_is_gone(network: Network, tmp_path: Path) -> None:
    shop = network.counter("m1-clerk")
    with shop.store.ledger.transaction() as connection:
        promised = int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
    assert promised == 2, "FULL: nothing that was acknowledged may be missing"
    made = sales(shop)
    found = 0
    for seed in range(8):
        chance = random.Random(seed)
        lost = {"ledger": chance.randrange(1, made[-1][1]), "cache": 0}
        store = power_cut(shop, tmp_path / f"off-{seed}", lost, chance)
        try:
            check(store, [sold for sold, *_ in made])
        except AssertionError as error:
            assert "acknowledged and gone" in str(error)
            found += 1
        finally:
            store.close()
    assert found == 8
