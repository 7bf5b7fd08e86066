"""A file's envelopes are weighed one by one: known, new, altered, forked, or with a hole before them."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import update

from desktop.store import archive
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ledger_file import Chain, LedgerFile, close, open_file
from domain.kernel.sealedbox import public_key_of
from domain.kernel.wire import PushItem
from domain.orders.model import orders
from server_stub.accounts.models import device
from server_stub.sync.ledger_import import take_in
from server_stub.sync.models import alarm
from tests.support.copies import backup, restore
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

pytestmark = pytest.mark.usefixtures("expected_errors")
KEY = bytes(range(32))


def file_of(shop: Counter, **changes: object) -> LedgerFile:
    """What ``outbox export`` writes, through its bytes."""
    known, ledger = shop.store.known, shop.store.ledger
    chains = [
        Chain(epoch, [PushItem(*item) for item in archive.of_epoch(ledger, epoch)]) for epoch in archive.epochs(ledger)
    ]
    content = LedgerFile(1, known.database_id, known.device_id, known.party_id, shop.clock.ms, 0, chains)
    return open_file(close(msgspec.structs.replace(content, **changes), public_key_of(KEY)), KEY)


def test_counts_say_what_became_of_each(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.take_in((TEA, 2000))
    shop.sell()
    shop.sync()
    shop.sell()
    shop.sell()
    content = file_of(shop)
    items = list(content.chains[0].items)
    sealed = items[2].sealed
    items[2] = PushItem(3, type(sealed)(sealed.body.replace(b"2023-", b"2024-"), sealed.signature, sealed.personal))
    altered = msgspec.structs.replace(content, chains=[Chain(1, items)])
    told = take_in(network.intake, altered)
    assert (told.taken, told.duplicates, told.quarantined, told.codes) == (1, 2, 1, {"envelope_altered": 1})
    again = take_in(network.intake, altered)
    assert (again.taken, again.duplicates, again.quarantined) == (0, 4, 0)
    assert network.count(orders) == 2


def test_hole_is_told_and_filled_by_the_next_file(network: Network) -> None:
    shop = network.counter("m1-clerk")
    for _ in range(4):
        shop.sell()
    whole = file_of(shop)
    later = take_in(network.intake, msgspec.structs.replace(whole, chains=[Chain(1, whole.chains[0].items[:1])]))
    assert later.taken == 1
    rest = [*whole.chains[0].items[:1], *whole.chains[0].items[2:]]
    told = take_in(network.intake, msgspec.structs.replace(whole, chains=[Chain(1, rest)]))
    assert (told.duplicates, told.taken, told.left) == (1, 0, 2)
    told = take_in(network.intake, whole)
    assert (told.duplicates, told.taken, told.left) == (1, 3, 0)


def test_forked_ones_are_left_to_their_pc(network: Network) -> None:
    shop = network.counter("m1-clerk")
    copy = backup(shop)
    shop.sell()
    shop.sync()
    restore(shop, copy)
    shop.sell()
    shop.sell()
    told = take_in(network.intake, file_of(shop))
    assert (told.taken, told.forked) == (0, 2)
    assert network.count(alarm) == 0, "nobody was dealt an epoch"
    shop.sync()
    assert network.count(orders) == 3
    told = take_in(network.intake, file_of(shop))
    assert (told.duplicates, told.taken, told.forked) == (2, 0, 0)


def test_file_of_a_revoked_pc_is_taken(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    with network.db.write() as connection:
        connection.execute(update(device).where(device.c.id == shop.store.known.device_id).values(status="revoked"))
    assert take_in(network.intake, file_of(shop)).taken == 1


def test_foreign_files_are_refused(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    with pytest.raises(Invalid, match="other_network"):
        take_in(network.intake, file_of(shop, database_id="elsewhere"))
    for wrong in ("x", network.party_id("HQ")):
        with pytest.raises(NotFound, match="device_not_found"):
            take_in(network.intake, file_of(shop, device_id=wrong))
    with pytest.raises(NotFound, match="device_not_found"):
        take_in(network.intake, file_of(shop), network.party_id("HQ"))
    with pytest.raises(Invalid, match="box_future_version"):
        file_of(shop, format=2)
    assert network.count(orders) == 0
