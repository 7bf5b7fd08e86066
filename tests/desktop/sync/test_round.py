"""A round: what the server sets aside is settled, what it refuses is said, and a cache that fell behind catches up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, update

from desktop.store import finding, ledger as ledgers, price_index
from desktop.store.store import Store
from desktop.sync.round import SyncRound
from desktop.sync.transport import ServerRefused
from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.wire import FeedPage, PushAnswer, PushBatch
from domain.orders.model import orders
from domain.orders.pricing import RETAIL
from tests.support.factories.products import TEA_BARCODE
from tests.support.network import Network


def damage(store: Store, sequence: int) -> None:
    """Flip a byte of what this PC sealed, as a failing disk would."""
    with store.ledger.transaction() as connection:
        body = (
            connection.execute(ledgers.command.select().where(ledgers.command.c.sequence == sequence))
            .mappings()
            .one()["body"]
        )
        broken = bytes(body[:-2]) + bytes([body[-2] ^ 1]) + bytes(body[-1:])
        connection.execute(update(ledgers.command).where(ledgers.command.c.sequence == sequence).values(body=broken))


def test_a_command_that_is_set_aside_unread_does_not_wait_for_ever(network: Network, expected_errors: Any) -> None:
    shop = network.counter("m1-clerk")
    shop.sync()
    first = shop.sell((TEA_BARCODE, 1000))
    second = shop.sell((TEA_BARCODE, 2000))
    damage(shop.store, first.sequence)
    result = shop.sync()
    assert (result.pushed, result.quarantined) == (2, 1)
    states = shop.store.ledger.status_of([first.document_id, second.document_id])
    assert states[first.document_id]["status"] == "quarantined"
    assert states[first.document_id]["code"] in ("envelope_altered", "envelope_malformed")
    assert states[second.document_id]["status"] in ("confirmed", "exception")
    assert set(shop.rows(orders)) & {first.document_id, second.document_id} == {second.document_id}
    assert shop.store.ledger.count_needing() >= 1
    assert shop.sync().pushed == 0


class Refusing:
    """A transport whose server answers with a coded refusal."""

    def push(self, batch: PushBatch) -> PushAnswer:
        raise ServerRefused("database_busy")

    def feed(self, cursor: str | None) -> FeedPage:
        raise ServerRefused("database_busy")

    def snapshot_start(self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()) -> Any:
        raise ServerRefused("database_busy")

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> Any:
        raise ServerRefused("database_busy")

    def slice_sum(self, asked: Any) -> Any:
        raise ServerRefused("database_busy")


def test_what_the_server_refuses_is_said_and_nothing_is_lost(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sync()
    shop.sell((TEA_BARCODE, 1000))
    result = SyncRound(shop.store, Refusing()).once()
    assert (result.online, result.problem, result.pushed) == (True, "database_busy", 0)
    assert shop.store.ledger.unsent().number == 1


def test_a_sale_that_the_ledger_has_is_no_failure_when_the_cache_falls_behind(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    shop = network.counter("m1-clerk")
    shop.sync()
    write = shop.store.cache.write

    @contextmanager
    def write_without_commit() -> Iterator[Connection]:
        with write() as connection:
            yield connection
            raise OSError("the cache's disk is full at the commit")

    with monkeypatch.context() as planted:
        planted.setattr(shop.store.cache, "write", write_without_commit)
        sold = shop.sell((TEA_BARCODE, 1000))
    assert shop.store.ledger.unsent().number == 1
    assert sold.document_id not in shop.rows(orders)
    later = shop.sell((TEA_BARCODE, 2000))
    assert {sold.document_id, later.document_id} <= set(shop.rows(orders))
    assert later.sequence == sold.sequence + 1
    assert shop.sync().pushed == 2


def test_a_round_prices_what_many_changes_left(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices to search by come bit by bit, so that no sale waits; after the round none is left."""
    monkeypatch.setattr(price_index.renew, "__defaults__", (1,))
    shop, office = network.counter("m1-clerk"), network.counter("admin")
    codes = [f"P{number}" for number in range(6)]
    goods = [NewProduct(code, f"货 {code}", 770_000) for code in codes]
    office.perform(lambda ctx: decide_add_products(ctx, goods))
    office.sync()
    bits: list[bool] = []
    price_some = shop.store.cache.price_some

    def counted() -> None:
        price_some()
        bits.append(shop.store.cache.prices_left)

    monkeypatch.setattr(shop.store.cache, "price_some", counted)
    assert shop.sync().online
    assert len(bits) > 1
    assert not bits[-1]
    assert all(bits[:-1])
    with shop.store.read() as connection:
        found = finding.find_products(shop.store, connection, "77-77", 20, usages=RETAIL)
    assert {row["code"] for row in found} == set(codes)
