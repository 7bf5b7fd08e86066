"""Tombstones: a row that is gone stays gone, whatever comes late, and one that another audience shows stays there."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from desktop.store import tombstones
from domain.customers.handlers import decide_add_customer
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.tables import row_values
from domain.kernel.wire import FeedCommit, FeedPage, Rows, encode
from tests.support.network import Counter, Network


def take(shop: Counter, *parts: Rows) -> None:
    """One page with one commit."""
    packed = encode(list(parts))
    commit = FeedCommit(1, [packed])  # type: ignore[list-item]  # Raw is bytes
    shop.store.apply_page(FeedPage(shop.store.cursor or "", False, False, [commit]))


def image(row: Row, version: int) -> Rows:
    """The row as the server would send it."""
    return Rows("customer", [row_values(customer, {**row, "version": version, "name": f"第{version}版"})], [])


def kept(shop: Counter) -> list[tuple[object, ...]]:
    with shop.store.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM tombstone")]


@pytest.fixture
def shop(network: Network) -> Counter:
    made = network.counter("m1-clerk")
    made.perform(lambda ctx: decide_add_customer(ctx, name="李"))
    made.sync()
    return made


@pytest.mark.parametrize("order", list(itertools.permutations(("v2", "v3", "gone 4"))))
def test_late_image_of_a_lower_version_brings_nothing_back(shop: Counter, order: tuple[str, ...]) -> None:
    [row] = shop.rows(customer).values()
    parts = {"v2": image(row, 2), "v3": image(row, 3), "gone 4": Rows("customer", [], [(row["id"], 4)])}
    for name in order:
        take(shop, parts[name])
    assert shop.rows(customer) == {}
    take(shop, *(parts[name] for name in order))
    assert shop.rows(customer) == {}


def test_row_that_comes_back_in_a_higher_version_is_there_again(shop: Counter) -> None:
    [row] = shop.rows(customer).values()
    take(shop, Rows("customer", [], [(row["id"], 2)]))
    take(shop, image(row, 3))
    assert shop.rows(customer)[row["id"]]["name"] == "第3版"
    take(shop, Rows("customer", [], [(row["id"], 2)]))
    assert row["id"] in shop.rows(customer), "the tombstone is older than the row"


def test_row_that_leaves_one_audience_and_is_in_another_stays(shop: Counter) -> None:
    [row] = shop.rows(customer).values()
    for parts in itertools.permutations([image(row, 2), Rows("customer", [], [(row["id"], 2)])]):
        take(shop, *parts)
        assert shop.rows(customer)[row["id"]]["name"] == "第2版"


def test_own_new_row_that_another_deleted_does_not_stay(shop: Counter, expected_errors: Any) -> None:
    """The deletion is numbered before the insertion that this PC made; only here did the server never delete it."""
    added = shop.perform(lambda ctx: decide_add_customer(ctx, name="王"))
    take(shop, Rows("customer", [], [(added.document_id, 2)]))
    shop.transport.push(shop.batch())
    shop.sync()
    assert added.document_id not in shop.rows(customer)


def test_tombstones_are_kept_for_400_days(shop: Counter, expected_errors: Any) -> None:
    [row] = shop.rows(customer).values()
    take(shop, Rows("customer", [], [(row["id"], 2)]))
    shop.clock.ms += tombstones.KEPT_MS
    shop.sync()
    assert [entry[:3] for entry in kept(shop)] == [("customer", row["id"], 2)]
    shop.clock.ms += 1
    shop.sync()
    assert kept(shop) == []
