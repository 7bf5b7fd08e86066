"""Pages that go bad: the shop starts all the same, offline, with all that can still be read, and says what was done."""

from __future__ import annotations

import os
import random
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from desktop.store import archive
from desktop.store.copies import DAY_MS, Copies
from desktop.store.encrypted import WrongKey
from desktop.store.identity import Secrets
from desktop.store.ledger_tables import command
from desktop.store.repair import Repaired, not_closed
from desktop.store.salvage import Salvage
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


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_one_bad_page_hides_its_own_rows_only(network: Network, seed: int, copied: bool) -> None:
    """Also when the copy is of the morning and this PC goes on under another epoch since noon."""
    shop = stocked(network)
    if copied:
        shop.store.keep_copies()
    shop.store.begin_epoch(7, shop.store.ledger.tail(1)[0] + 1)
    sold = [shop.sell().document_id for _ in range(60)]
    shop.store.ledger.save_draft("held", "sale-held", "{}", shop.clock.ms)
    damage(shop, "ledger", random.Random(seed), pages=1)
    assert shop.store.repaired.ledger
    known = {row["document_id"] for row in shop.store.ledger.recent(1000)}
    kept = [one for one in sold if one in known]
    assert len(kept) >= 55, "a page holds a few, an index none at all"
    shop.sync()
    assert set(kept) <= set(network.rows(orders)) == set(shop.rows(orders))


def test_a_draft_that_was_sold_since_the_copy_does_not_come_back(network: Network) -> None:
    shop = stocked(network)
    shop.store.ledger.save_draft("held", "sale-held", "{}", shop.clock.ms)
    shop.store.keep_copies()
    shop.store.ledger.drop_draft("held")
    for _ in range(60):
        shop.sell()
    damage(shop, "ledger", random.Random(7), pages=1)
    assert shop.store.repaired == Repaired(ledger="copy")
    assert shop.store.ledger.drafts("sale-held") == []


def test_whichever_page_is_torn_the_others_are_read(network: Network) -> None:
    """Rows may begin behind any number: what was answered long ago is forgotten."""
    shop = stocked(network)
    for _ in range(30):
        shop.sell()
    with shop.store.ledger.transaction() as connection:
        connection.exec_driver_sql("UPDATE command SET rowid = rowid + 50000")
    shop.store.close()
    path = shop.folder / "ledger.db"
    whole = path.read_bytes()
    read, total = [], 36
    for page in range(1, len(whole) // PAGE):
        path.write_bytes(whole[: page * PAGE] + random.Random(page).randbytes(PAGE) + whole[(page + 1) * PAGE :])
        with closing(Salvage(path, shop.secrets.database_key)) as salvage:
            read.append(len(salvage.table("command", ["sequence", "body"])))
    path.write_bytes(whole)
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert total in read
    assert min(count for count in read if count) >= total - 6
    assert read.count(0) <= 1, "only the root of the table hides them all"


def test_holes_that_damage_left_hold_nothing_up(network: Network) -> None:
    shop = stocked(network)
    sold = {shop.sell().document_id for _ in range(30)}
    gone = (12, 13, 20, 28)
    where = command.c.sequence.in_(gone)
    with shop.store.ledger.transaction() as connection:
        lost = set(connection.execute(select(command.c.document_id).where(where)).scalars())
        connection.execute(delete(command).where(where))
    shop.reopen()
    shop.sync()
    assert shop.store.ledger.unsent().number == 0
    assert sold - lost <= set(network.rows(orders))
    assert not lost & set(network.rows(orders))


def test_power_that_goes_before_the_new_ledger_stands_in_its_place(network: Network) -> None:
    shop = stocked(network)
    sold = [shop.sell().document_id for _ in range(60)]
    damage(shop, "ledger", random.Random(7), pages=1)
    shop.store.close()
    ledger = shop.folder / "ledger.db"
    [damaged] = shop.folder.glob("ledger.db.damaged-*")
    ledger.replace(shop.folder / "ledger.db.rebuilt")
    damaged.replace(ledger)
    (shop.folder / "ledger.db-wal").write_bytes(b"of the damaged one")
    shop.store = Store(shop.folder, shop.secrets, shop.clock)
    assert shop.store.repaired == Repaired(ledger="copy")
    known = {row["document_id"] for row in shop.store.ledger.recent(1000)}
    assert len(known.intersection(sold)) >= 55
    shop.sync()
    assert known.intersection(sold) <= set(network.rows(orders))
