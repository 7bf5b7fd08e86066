"""The audit finds what was changed behind the program's back, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, update

from domain.kernel.outcome import outcome
from domain.orders.model import order_line, orders
from domain.orders.pricing import Wanted
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.orders.sale_handlers import decide_sale
from domain.parties.model import party
from domain.stock.model import stock_balance, stock_move
from server_stub.accounts.models import device
from server_stub.audit.service import audit
from server_stub.sync.models import channel_sum, envelope
from server_stub.sync.repository_retention import add_tombstones
from server_stub.sync.retention import DAY_MS, Retention
from tests.support.factories.products import TEA_BARCODE
from tests.support.network import Network


def trade(network: Network) -> None:
    """A day with goods in, sales and a sale below zero."""
    shop = network.counter("m1-clerk")
    shop.sync()
    shop.take_in((TEA_BARCODE, 3000))
    shop.sell((TEA_BARCODE, 1000))
    shop.sell((TEA_BARCODE, 5000))
    shop.sync()


def failing(network: Network) -> set[str]:
    """Names of the checks that differ."""
    return {check.name for check in audit(network.db) if not check.ok}


def test_exceptions_and_negative_stock_are_no_differences(network: Network) -> None:
    trade(network)
    checks = audit(network.db)
    assert {check.name for check in checks if not check.ok} == set()
    empty = {"alarms raised", "deleted rows stay deleted"}
    assert all(check.compared > 0 for check in checks if check.name not in empty)


def test_a_rounded_bill_adds_up(network: Network) -> None:
    shop = network.counter("m1-owner")
    sold = shop.perform(
        lambda ctx: decide_sale(ctx, [Wanted("RICE", 1234)], rounding="jiao", payments=[("cash", 9000)])
    )
    line_id = next(row["id"] for row in shop.rows(order_line).values())
    shop.perform(lambda ctx: decide_return(ctx, sold.document_id, [Back(line_id, 1234)], reason="不合适"))
    shop.sync()
    assert sorted(row["rounding"] for row in network.rows(orders).values()) == [-11, 11]
    assert failing(network) == set()


def test_compacted_feed_is_no_difference(network: Network) -> None:
    trade(network)
    network.clock.ms += 31 * DAY_MS
    assert Retention(network.db, network.clock).round() > 0
    network.counter("m1-owner").sell((TEA_BARCODE, 1000))
    assert failing(network) == set()


def of_the_shop(at: Connection) -> list[Any]:
    """The envelopes of the counter, in order."""
    shop = at.execute(select(device.c.id)).scalars().all()
    return list(at.execute(select(envelope).where(envelope.c.device_id.in_(shop)).order_by(envelope.c.sequence)).all())


def cut_off_the_newest(at: Connection) -> None:
    at.execute(delete(envelope).where(envelope.c.hash == of_the_shop(at)[-1].hash))


def edit(at: Connection, *, restamp: bool = False) -> None:
    """Another business date in a command that was taken in."""
    row = of_the_shop(at)[1]
    body = bytes(row.body).replace(b'"claimed_at":1', b'"claimed_at":2')
    assert body != bytes(row.body)
    digest = hashlib.sha256(body).hexdigest() if restamp else row.hash
    at.execute(update(envelope).where(envelope.c.hash == row.hash).values(body=body, hash=digest))


def append_again(at: Connection) -> None:
    """The order of two commands turned round."""
    first, second = of_the_shop(at)[:2]
    for row, sequence in ((first, -1), (second, first.sequence), (first, second.sequence)):
        at.execute(update(envelope).where(envelope.c.hash == row.hash).values(sequence=sequence))


FAULTS: dict[str, tuple[Callable[[Connection], object], set[str]]] = {
    "a balance was edited": (
        lambda at: at.execute(update(stock_balance).values(quantity=stock_balance.c.quantity + 1)),
        {"stock against moves", "feed against tables"},
    ),
    "a move was deleted": (
        lambda at: at.execute(delete(stock_move).where(stock_move.c.reason == "sale")),
        {"stock against moves", "feed against tables", "sums against tables"},
    ),
    "an outcome was lost": (
        lambda at: at.execute(delete(outcome).where(outcome.c.status == "exception")),
        {"receipts against outcomes", "feed against tables", "sums against tables"},
    ),
    "an order was lost": (
        lambda at: at.execute(delete(orders).where(orders.c.kind == "retail")),
        {"receipts against orders", "feed against tables", "sums against tables"},
    ),
    "a line's amount was edited": (
        lambda at: at.execute(update(order_line).values(amount=order_line.c.amount + 1)),
        {"orders against lines", "feed against tables"},
    ),
    "a row's version was put back": (
        lambda at: at.execute(update(party).where(party.c.code == "M1").values(version=0)),
        {"feed against tables", "sums against tables"},
    ),
    "a sum was lost": (
        lambda at: at.execute(delete(channel_sum).where(channel_sum.c.table_name == "stock_move")),
        {"sums against tables"},
    ),
    "a deleted row came back": (
        lambda at: add_tombstones(
            at,
            [
                {"table_name": "orders", "row_id": row_id, "version": 2, "deleted_at": 1}
                for row_id in at.execute(select(orders.c.id)).scalars().all()
            ],
        ),
        {"deleted rows stay deleted"},
    ),
    "a row was changed without the feed": (
        lambda at: at.execute(update(party).where(party.c.code == "M1").values(name="另一家")),
        {"feed against tables"},
    ),
    "an envelope was thrown away": (
        lambda at: at.execute(delete(envelope).where(envelope.c.sequence == 2)),
        {"chains without holes", "chains as sealed"},
    ),
    "the newest envelope was cut off": (
        lambda at: cut_off_the_newest(at),
        {"chains without holes", "chains as sealed"},
    ),
    "a sealed command was edited": (lambda at: edit(at), {"chains as sealed"}),
    "a sealed command was edited and its hash set anew": (lambda at: edit(at, restamp=True), {"chains as sealed"}),
    "a command was taken out and appended again": (lambda at: append_again(at), {"chains as sealed"}),
    "a signature was replaced": (
        lambda at: at.execute(update(envelope).where(envelope.c.sequence == 2).values(signature=b"x" * 64)),
        {"chains as sealed"},
    ),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_what_was_changed_behind_the_programs_back_is_found(network: Network, fault: str) -> None:
    trade(network)
    plant, expected = FAULTS[fault]
    with network.db.write() as connection:
        plant(connection)
    assert failing(network) == expected
