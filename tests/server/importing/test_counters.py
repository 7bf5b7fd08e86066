"""What was imported reaches whom it concerns: by the feed when it is little, by a snapshot when it is much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.catalogue.model import product
from domain.customers.model import customer
from domain.orders.model import order_line, order_transition, orders
from domain.stock.model import stock_balance, stock_move
from server_stub.importing.sales import SalesImporter
from tests.server.importing.desk import Desk, desk_at
from tests.server.importing.retail import file, line, write_made
from tests.support.network import Counter, Network, network_at

TABLES = (orders, order_line, order_transition, stock_move, stock_balance, customer, product)


@pytest.fixture
def network(database_url: str, tmp_path: Path) -> Iterator[Network]:
    """One whose PCs keep the whole past: what the files tell is older than the months that are usual."""
    with network_at(database_url, tmp_path, history_months=0) as made:
        yield made


@pytest.fixture
def office(network: Network, database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The office of that network."""
    folder = tmp_path / "office"
    folder.mkdir()
    with desk_at(database_url, folder) as made:
        yield made


def same(counter: Counter, office: Desk, seller: str) -> None:
    """The counter has what the server has of a seller's orders, and everything below them."""
    counter.sync()
    mine = {row["id"]: row for row in office.rows(orders, orders.c.seller_id == seller)}
    theirs = counter.rows(orders)
    assert {row["id"]: (row["version"], row["total"]) for row in mine.values()} == {
        row["id"]: (row["version"], row["total"]) for row in theirs.values()
    }
    lines = {row["id"] for row in office.rows(order_line, order_line.c.order_id.in_(list(mine)))}
    assert lines == set(counter.rows(order_line))
    assert {row["id"] for row in office.rows(product)} == set(counter.rows(product))


@pytest.mark.parametrize("batch", [100, 10_000], ids=["in bulk", "by the feed"])
def test_history_reaches_its_seller_and_nobody_else(
    network: Network, office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(SalesImporter, "most", batch)
    shop, neighbour = network.counter("m1-owner"), network.counter("m2-owner")
    past = write_made(tmp_path / "past.csv", 500)
    assert office.take("sales", past, dealer="M1").imported == 500
    same(shop, office, network.party_id("M1"))
    assert set(shop.rows(customer)) == {row["id"] for row in office.rows(customer)}
    assert shop.rows(stock_balance) == {row["id"]: row for row in office.rows(stock_balance)}
    neighbour.sync()
    assert all(not neighbour.rows(table) for table in TABLES if table is not product)
    assert set(neighbour.rows(product)) == {row["id"] for row in office.rows(product)}


@pytest.mark.parametrize("batch", [100, 10_000], ids=["in bulk", "by the feed"])
def test_lines_that_come_later_reach_it_too(
    network: Network, office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(SalesImporter, "most", batch)
    shop, upline = network.counter("m1-owner"), network.counter("n1-owner")
    past = write_made(tmp_path / "past.csv", 500)
    header, *lines = past.read_text(encoding="utf-8").splitlines(keepends=True)
    assert office.take("sales", header + "".join(lines[::2]), dealer="M1").imported == 250
    same(shop, office, network.party_id("M1"))
    assert office.take("sales", past, dealer="M1").imported == 250
    same(shop, office, network.party_id("M1"))
    same(upline, office, network.party_id("M1"))


def test_documents_that_only_grow_reach_the_upline(
    network: Network, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SalesImporter, "most", 5)
    upline = network.counter("n1-owner")
    lines = [line(code="POST", quantity=str(count)) for count in range(1, 41)]
    for until in (10, 40):
        office.take("sales", file(*lines[:until]), dealer="M1")
        same(upline, office, network.party_id("M1"))
