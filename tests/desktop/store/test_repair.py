"""Pages that go bad: the shop starts all the same, offline, with all that can still be read, and says what was done."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from desktop.store import archive
from desktop.store.copies import DAY_MS, Copies
from desktop.store.encrypted import WrongKey
from desktop.store.identity import Secrets
from desktop.store.repair import Repaired, not_closed
from desktop.store.store import Store
from domain.catalogue.model import product
from domain.orders.model import orders
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

pytestmark = pytest.mark.usefixtures("expected_errors")
PAGE = 4096


def tear(path: Path, chance: random.Random, pages: int = 3, first: int = 1) -> None:
    """Overwrite whole pages with noise, as a failing disk does."""
    size = path.stat().st_size // PAGE
    with path.open("rb+") as file:
        for page in chance.sample(range(first, size), min(pages, size - first)):
            file.seek(page * PAGE)
            file.write(chance.randbytes(PAGE))


def damage(counter: Counter, name: str, chance: random.Random, **how: int) -> None:
    """Close, damage a file, and start as after a crash."""
    counter.store.close()
    tear(counter.folder / f"{name}.db", chance, **how)
    not_closed(counter.folder).touch()
    counter.store = Store(counter.folder, counter.secrets, counter.clock)


def stocked(network: Network) -> Counter:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 50_000))
    for _ in range(5):
        shop.sell()
    shop.sync()
    return shop


@pytest.mark.parametrize("seed", range(4))
def test_damaged_cache_is_yesterdays_copy_and_the_ledger(network: Network, seed: int) -> None:
    shop = stocked(network)
    assert shop.store.keep_copies()
    sent, unsent = shop.sell(), shop.sell()
    shop.sync()
    unsent = shop.sell()
    before = set(shop.rows(orders))
    damage(shop, "cache", random.Random(seed), first=seed % 2)
    assert shop.store.repaired == Repaired(cache="copy")
    assert {sent.document_id, unsent.document_id} <= set(shop.rows(orders)) == before
    assert shop.rows(product)
    assert list(shop.folder.glob("cache.db.damaged-*"))
    shop.sell()
    assert shop.sync().pushed == 2
    assert shop.rows(orders) == network.rows(orders)
    shop.reopen()
    assert shop.store.repaired == Repaired()
    assert shop.store.known.epoch == 1


def test_damaged_cache_without_a_copy_starts_empty_and_loads_again(network: Network) -> None:
    shop = stocked(network)
    sold = shop.sell()
    damage(shop, "cache", random.Random(1))
    assert shop.store.repaired == Repaired(cache="empty")
    assert shop.store.repaired.notices == ["cache_lost"]
    assert not shop.rows(product)
    shop.sync()
    assert sold.document_id in shop.rows(orders) == network.rows(orders)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_ledger_is_the_copy_and_what_can_be_read(network: Network, seed: int) -> None:
    shop = stocked(network)
    shop.store.keep_copies()
    for _ in range(40):
        shop.sell()
    shop.sync()
    sold = [shop.sell() for _ in range(10)]
    kept = shop.store.known
    damage(shop, "ledger", random.Random(seed), pages=1 + seed, first=seed % 2)
    assert shop.store.repaired == Repaired(ledger="copy")
    assert shop.store.known.device_id == kept.device_id
    assert shop.store.known.epoch >= 10_000
    known = {row["document_id"] for row in shop.store.ledger.recent(1000)}
    saved = [one for one in sold if one.document_id in known]
    new = shop.sell()
    assert shop.sync().problem == ""
    found = network.rows(orders)
    assert {one.document_id for one in saved} | {new.document_id} <= set(found)
    assert len(found) == 45 + len(saved) + 1
    numbers = [row["number"] for row in found.values()]
    assert len(set(numbers)) == len(numbers)
    assert shop.rows(orders) == found
    assert shop.store.ledger.unsent().number == 0


def test_both_damaged(network: Network) -> None:
    shop = stocked(network)
    shop.store.keep_copies()
    shop.store.close()
    for name in ("ledger", "cache"):
        tear(shop.folder / f"{name}.db", random.Random(3), first=0, pages=1000)
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert shop.store.repaired == Repaired("copy", "copy")
    assert shop.store.repaired.notices == ["ledger_repaired", "cache_repaired"]
    sold = shop.sell()
    shop.sync()
    assert sold.document_id in network.rows(orders)
    assert shop.rows(orders) == network.rows(orders)


def test_wrong_key_is_no_damage(network: Network) -> None:
    shop = stocked(network)
    shop.store.keep_copies()
    shop.store.close()
    before = {path: path.read_bytes() for path in shop.folder.rglob("*.db")}
    with pytest.raises(WrongKey):
        Store(shop.folder, Secrets(os.urandom(32), shop.secrets.device_key), shop.clock)
    assert {path: path.read_bytes() for path in shop.folder.rglob("*.db")} == before
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert shop.store.repaired == Repaired()


def test_copies_are_made_daily_kept_few_and_no_plaintext(network: Network) -> None:
    shop = stocked(network)
    copies = Copies(shop.folder, shop.secrets.database_key)
    made = []
    for _ in range(5):
        made.append(shop.store.keep_copies())
        assert not shop.store.keep_copies()
        shop.clock.ms += DAY_MS
    assert made == [True] * 5
    assert (len(copies.made("ledger")), len(copies.made("cache"))) == (3, 2)
    assert not any(b"SQLite format" in path.read_bytes() for path in copies.folder.iterdir())
    shop.clock.ms -= 10 * 365 * DAY_MS
    assert shop.store.keep_copies(), "the clock was put back by years"
    assert (len(copies.made("ledger")), len(copies.made("cache"))) == (1, 1)


def test_every_torn_page_of_a_ledger_is_lived_with_at_the_start(network: Network) -> None:
    """Also one that only the first reading meets, not the quick look before it."""
    shop = stocked(network)
    shop.store.keep_copies()
    for _ in range(12):
        shop.sell()
    shop.store.close()
    path = shop.folder / "ledger.db"
    whole = path.read_bytes()
    met_late = 0
    for page in range(len(whole) // PAGE):
        path.write_bytes(whole[: page * PAGE] + random.Random(page).randbytes(PAGE) + whole[(page + 1) * PAGE :])
        store = Store(shop.folder, shop.secrets, shop.clock)
        assert store.known.party_id == shop.party_id
        met_late += bool(store.repaired.ledger)
        store.close()
        for left in (*shop.folder.glob("ledger.db*"), shop.folder / "suspect"):
            left.unlink(missing_ok=True)
    path.write_bytes(whole)
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert met_late


def test_copy_that_cannot_be_read_back_replaces_nothing(network: Network) -> None:
    shop = stocked(network)
    copies = Copies(shop.folder, shop.secrets.database_key)
    shop.store.keep_copies()
    [good] = copies.made("ledger")
    shop.clock.ms += DAY_MS
    shop.store.close()
    tear(shop.folder / "ledger.db", random.Random(11), pages=2)
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert not shop.store.keep_copies(), "torn where a start does not look"
    assert copies.made("ledger") == [good]
    damage(shop, "ledger", random.Random(6), first=0, pages=1000)
    assert shop.store.repaired.ledger == "copy"
    assert archive.broken_link(shop.store.ledger)[0] >= 6
