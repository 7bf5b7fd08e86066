"""The channels' sums: whatever is written, in whatever order it is numbered, they are those of the rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from domain.customers.model import customer
from domain.kernel.clock import FixedClock
from domain.kernel.ids import IdSource
from domain.kernel.rowwriter import RowWriter
from domain.kernel.sums import together
from domain.orders.model import order_line, orders
from domain.parties.model import party
from domain.stock.model import stock_balance
from server_stub.audit.service import compare_sums
from server_stub.sync import repository_sums
from server_stub.sync.journal import FeedJournal
from server_stub.sync.models import channel_sum
from server_stub.sync.network import NetworkTree
from server_stub.sync.repository_numbers import number_queued
from tests.server.sync.test_visibility import play
from tests.support.network import NOON, Network

ids = IdSource(FixedClock(NOON))
Step = tuple[str, int, int, bool]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "child", "update", "move", "count", "delete", "close", "twice", "number"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.booleans(),
    ),
    min_size=5,
    max_size=24,
)


def sums_agree(network: Network) -> None:
    """Kept sums are those of the rows, as the audit counts them."""
    with network.db.read(stable=True) as connection:
        found = compare_sums(connection)
    assert found.compared > 0
    assert found.different == 0, f"{found.different} of {found.compared} sums differ"


def test_sums_agree_after_a_day_of_everybody(network: Network) -> None:
    sums_agree(network)
    play(network)
    sums_agree(network)
    with network.db.read() as connection:
        months = set(connection.execute(select(channel_sum.c.month)).scalars())
    assert {"", "2023-11"} <= months


class Rows:
    """Rows that random steps have made: customers, orders of several months with lines, balances."""

    def __init__(self, network: Network) -> None:
        self.parties = sorted(network.rows(party))
        self.customers: list[str] = []
        self.orders: list[str] = []

    def take(self, rows: RowWriter, *, steps: list[Step]) -> None:
        """Some steps in one commit."""
        for step in steps:
            self._step(rows, step)

    def _step(self, rows: RowWriter, step: Step) -> None:
        what, one, two, _bulk = step
        owner, other = self.parties[one], self.parties[two]
        if what in ("insert", "twice"):
            self.customers.append(ids.new())
            rows.insert(customer, {"id": self.customers[-1], "party_id": owner})
            self.orders.append(ids.new())
            order = {"id": self.orders[-1], "seller_id": owner, "buyer_id": other, "state": "submitted"}
            rows.insert(orders, {**order, "business_date": f"202{one}-0{two + 1}-11"})
            if what == "twice":
                rows.update(customer, self.customers[-1], name="王")
                rows.update(customer, self.customers[-1], party_id=other)
        elif what == "count":
            row = {"id": ids.new(), "party_id": owner, "place_id": owner, "product_id": owner, "quantity": 1}
            for _ in range(two):
                rows.count(stock_balance, [{**row, "as_of": 1}], ["quantity"])
        elif what in ("child", "close") and self.orders:
            order_id = self.orders[one % len(self.orders)]
            rows.insert(order_line, {"id": ids.new(), "order_id": order_id, "product_id": owner})
            if what == "close":
                rows.update(orders, order_id, state="closed", units=two)
        elif self.customers:
            self._change(rows, what, self.customers[one % len(self.customers)], other)

    def _change(self, rows: RowWriter, what: str, row_id: str, other: str) -> None:
        if what == "update":
            rows.update(customer, row_id, name=ids.new())
        elif what == "move":
            rows.update(customer, row_id, party_id=other)
        elif what == "delete":
            self.customers.remove(row_id)
            rows.delete(customer, row_id)


def write(network: Network, work: Callable[[RowWriter], object], *, bulk: bool) -> None:
    with network.db.write() as connection:
        journal = FeedJournal(connection, NetworkTree(connection), bulk, NOON)
        work(RowWriter(connection, journal, authority=True))
        journal.flush(ids.new())


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_sums_agree_whatever_is_written(network: Network, steps: list[Step]) -> None:
    """Commits of one or several steps, fed one by one or in bulk, numbered early or late."""
    known = Rows(network)
    for start in range(0, len(steps), 2):
        for step in steps[start : start + 2]:
            if step[0] == "number":
                network.intake.db_number()
        write(network, partial(known.take, steps=steps[start : start + 2]), bulk=steps[start][3])
    sums_agree(network)
    network.intake.db_number()
    sums_agree(network)


def test_sums_agree_after_many_writers_at_once(network: Network) -> None:
    parties = sorted(network.rows(party))

    def one_writer(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            row_id = chance.choice(parties)
            network.db.run(lambda connection: grade(connection, row_id))  # noqa: B023 - called at once
            network.intake.db_number()

    def grade(connection: object, row_id: str) -> None:
        journal = FeedJournal(connection, NetworkTree(connection), False, NOON)  # type: ignore[arg-type]
        RowWriter(connection, journal, authority=True).update(party, row_id, grade=ids.new())  # type: ignore[arg-type]
        journal.flush(ids.new())

    with ThreadPoolExecutor(6) as pool:
        for writing in [pool.submit(one_writer, seed) for seed in range(6)]:
            writing.result()
    sums_agree(network)


def test_what_is_told_is_the_sum_over_the_months_that_are_kept(network: Network) -> None:
    seller = network.party_id("M1")
    dates = ["2019-12-31", "2020-01-01", "2020-02-29", "2021-05-05"]
    for date in dates:
        row = {"seller_id": seller, "business_date": date}
        write(network, lambda rows: rows.insert(orders, {"id": ids.new(), **row}), bulk=False)  # noqa: B023
    network.intake.db_number()
    channel = f"party:{seller}"
    with network.db.read() as connection:
        kept = repository_sums.totals(connection, [channel])
        for since in ("", "2020-01", "2020-03", "2022-01"):
            assert repository_sums.told(connection, [channel], since) == together(kept, since)
        months = [len(repository_sums.told(connection, [channel], since)) for since in ("", "2022-01")]
    assert months[0] == months[1] + 1, "without the months there are no orders"


def test_commits_are_numbered_in_one_go_however_many_wait(network_at_pg: Network) -> None:
    """Were some left for later, a page could tell of a row's third version and the sums not of its second."""
    shop = network_at_pg.party_id("M1")
    for _ in range(7):
        write(network_at_pg, lambda rows: rows.update(party, shop, grade=ids.new()), bulk=False)
    assert network_at_pg.db.run(number_queued) == 7
    with network_at_pg.db.read() as connection:
        assert not repository_sums.waiting(connection)
    sums_agree(network_at_pg)
