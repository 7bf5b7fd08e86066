"""Writing in bulk: whatever a command writes, every audience that sees a row of it is told to take a snapshot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.clock import FixedClock
from domain.kernel.ids import IdSource
from domain.kernel.rowwriter import RowWriter
from domain.orders.model import order_line, orders
from domain.stock.model import stock_balance
from server_stub.sync import repository
from server_stub.sync.journal import FeedJournal
from server_stub.sync.models import tombstone
from server_stub.sync.network import NetworkTree
from tests.support.network import NOON, Network

ids = IdSource(FixedClock(NOON))


@pytest.fixture
def rows_of_m1(network: Network) -> dict[str, str]:
    """Ids of an order, a customer and a balance of M1, fed long ago."""
    found = {"orders": ids.new(), "customer": ids.new(), "stock_balance": ids.new()}
    seller = network.party_id("M1")

    def work(rows: RowWriter) -> None:
        rows.insert(orders, {"id": found["orders"], "seller_id": seller})
        rows.insert(customer, {"id": found["customer"], "party_id": seller, "name": "李"})
        rows.count(stock_balance, [balance(found, seller)], ["quantity"])

    written(network, work, bulk=False)
    return found


def balance(of: dict[str, str], party_id: str) -> Row:
    """One piece more of something."""
    somewhere = {"place_id": of["orders"], "product_id": of["orders"]}
    return {"id": of["stock_balance"], "party_id": party_id, "quantity": 1, "as_of": 1, **somewhere}


def written(network: Network, work: Callable[[RowWriter], object], *, bulk: bool) -> set[str]:
    """Channels whose generation a transaction raised."""
    channels = sorted({"hq", "catalogue", *(f"{kind}:{network.party_id(code)}" for code in ("M1", "M2", "N1")
                       for kind in ("party", "down"))})  # fmt: skip

    with network.db.write() as connection:
        before = repository.generations(connection, channels)
        journal = FeedJournal(connection, NetworkTree(connection), bulk, NOON)
        work(RowWriter(connection, journal, authority=True))
        journal.flush(ids.new())
        after = repository.generations(connection, channels)
    return {channel for channel in channels if after.get(channel) != before.get(channel)}


Write = Callable[[RowWriter, dict[str, str], str, str], object]
"""Given the ids of M1's rows, M1 and M2."""

WRITES: dict[str, tuple[Write, set[str]]] = {
    "a row is inserted": (
        lambda rows, of, m1, m2: rows.insert(customer, {"id": ids.new(), "party_id": m2}),
        {"party:M2", "hq"},
    ),
    "a child is inserted": (
        lambda rows, of, m1, m2: rows.insert(
            order_line, {"id": ids.new(), "order_id": of["orders"], "product_id": of["orders"]}
        ),
        {"party:M1", "down:N1", "hq"},
    ),
    "a row is updated": (
        lambda rows, of, m1, m2: rows.update(customer, of["customer"], name="王"),
        {"party:M1", "hq"},
    ),
    "a row is moved": (
        lambda rows, of, m1, m2: rows.update(customer, of["customer"], party_id=m2),
        {"party:M1", "party:M2", "hq"},
    ),
    "a row is counted": (
        lambda rows, of, m1, m2: rows.count(stock_balance, [balance(of, m1)], ["quantity"]),
        {"party:M1", "hq"},
    ),
    "a row is deleted": (lambda rows, of, m1, m2: rows.delete(customer, of["customer"]), {"party:M1", "hq"}),
}


@pytest.mark.parametrize("what", sorted(WRITES))
def test_every_audience_of_what_was_written_is_told(network: Network, rows_of_m1: dict[str, str], what: str) -> None:
    write, expected = WRITES[what]
    parties = {code: network.party_id(code) for code in ("M1", "M2", "N1")}
    raised = written(network, lambda rows: write(rows, rows_of_m1, parties["M1"], parties["M2"]), bulk=True)
    named = {f"{kind}:{parties[code]}": f"{kind}:{code}" for code in parties for kind in ("party", "down")}
    assert {named.get(channel, channel) for channel in raised} == expected


def test_deleted_row_leaves_a_tombstone_above_its_last_version(network: Network, rows_of_m1: dict[str, str]) -> None:
    written(network, lambda rows: rows.update(customer, rows_of_m1["customer"], name="王"), bulk=False)
    written(network, lambda rows: rows.delete(customer, rows_of_m1["customer"]), bulk=False)
    with network.db.read() as connection:
        [kept] = connection.execute(tombstone.select()).mappings().all()
    assert dict(kept) == {
        "table_name": "customer",
        "row_id": rows_of_m1["customer"],
        "version": 3,
        "deleted_at": NOON,
    }
