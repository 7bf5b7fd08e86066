"""The feed: whole commits, nothing lost while many write at once, tombstones for what leaves an audience."""

from __future__ import annotations

import contextlib
import json
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection, insert, text

from domain.customers.model import customer
from domain.kernel import wire
from domain.kernel.rowwriter import RowWriter
from domain.kernel.tables import metadata
from domain.parties.model import party
from server_stub.sync import feed, repository
from server_stub.sync.journal import FeedJournal
from server_stub.sync.models import feed_body, feed_commit
from server_stub.sync.network import Cursor, NetworkTree, subscription_of
from tests.support.factories.orders import ids, new_customer
from tests.support.network import Network

WRITERS, COMMITS = 8, 25
Seen = dict[tuple[str, str], list[object]]


def head(network: Network, code: str) -> str:
    """The cursor of a party that has seen everything."""
    with network.db.read() as connection:
        subscription = subscription_of(connection, network.party_id(code), ids.new())
        return Cursor(feed.database_id(connection), subscription.version, repository.head_sequence(connection)).text()


def page_of(network: Network, code: str, cursor: str, device: str) -> wire.FeedPage:
    with network.db.read(stable=True) as connection:
        subscription = subscription_of(connection, network.party_id(code), device)
        position = Cursor.parse(cursor)
        position = Cursor(position.database, subscription.version, position.sequence)
        return feed.page(connection, subscription, position, position.database)


class Reader:
    """Follows a party's feed as a counter does: a lower version never replaces a higher one."""

    def __init__(self, network: Network, code: str, *, from_start: bool = False) -> None:
        self.network, self.code, self.device = network, code, ids.new()
        self.cursor = head(network, code)
        if from_start:
            start = Cursor.parse(self.cursor)
            self.cursor = Cursor(start.database, start.subscription, 0).text()
        self.rows: Seen = {}
        self.commits: list[int] = []

    def read_on(self) -> int:
        """Read to the end; how many pages."""
        pages = 0
        while True:
            page = page_of(self.network, self.code, self.cursor, self.device)
            pages += 1
            for commit in page.commits:
                self.commits.append(commit.sequence)
                for part in (part for packed in commit.slices for part in wire.ROWS.decode(packed)):
                    self._take(part)
            self.cursor = page.cursor
            if not page.more:
                return pages

    def _take(self, part: wire.Rows) -> None:
        for row in part.rows:
            known = self.rows.get((part.table, str(row[0])))
            if known is None or int(str(row[1])) > int(str(known[1])):
                self.rows[part.table, str(row[0])] = list(row)
        for row_id, version in part.gone:
            known = self.rows.get((part.table, row_id))
            if known is not None and int(str(known[1])) < version:
                del self.rows[part.table, row_id]


def write(
    network: Network,
    change: Callable[[RowWriter], object],
    commit_id: str,
    before_commit: Callable[[Connection], object] = lambda _: None,
) -> None:
    """One transaction through the row-writer, which may linger before it commits."""

    def work(connection: Connection) -> None:
        journal = FeedJournal(connection, NetworkTree(connection))
        change(RowWriter(connection, journal, authority=True))
        journal.flush(commit_id)
        before_commit(connection)

    network.db.run(work)


def regrade(rows: RowWriter, *, row_id: str, grade: str) -> None:
    """Change one column of one party."""
    rows.update(party, row_id, grade=grade)


def linger_on(connection: Connection, *, seconds: float) -> None:
    """Where several may write at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


def overtaken(network: Network) -> Reader:
    """Of two transactions the first to write is the last to commit, and a reader looks in between and at the end."""
    slow, quick = sorted(network.rows(party))[:2]
    reader, written, go_on = Reader(network, "HQ"), threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        written.set()
        go_on.wait()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write, network, partial(regrade, row_id=slow, grade="slow"), ids.new(), wait)
        try:
            assert written.wait(60)
            write(network, partial(regrade, row_id=quick, grade="quick"), ids.new())
            network.intake.db_number()
            reader.read_on()
        finally:
            go_on.set()
        writing.result()
    network.intake.db_number()
    reader.read_on()
    return reader


def storm(network: Network) -> tuple[Reader, dict[str, str]]:
    """Many writers on few rows while a reader follows; returns it at the end, and the grades that the rows have."""
    parties = sorted(network.rows(party))
    reader, over = Reader(network, "HQ"), threading.Event()

    def one_writer(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(COMMITS):
            row_id, grade = chance.choice(parties), f"{seed}-{number}"
            linger = partial(linger_on, seconds=chance.random() * 0.004)
            write(network, partial(regrade, row_id=row_id, grade=grade), ids.new(), linger)

    def follow() -> None:
        while not over.is_set():
            network.intake.db_number()
            reader.read_on()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follow)
        for writing in [pool.submit(one_writer, seed) for seed in range(WRITERS)]:
            writing.result()
        over.set()
        following.result()
    network.intake.db_number()
    reader.read_on()
    return reader, {row_id: row["grade"] for row_id, row in network.rows(party).items()}


def grades(reader: Reader) -> dict[str, object]:
    at = [column.name for column in party.columns].index("grade")
    return {row_id: row[at] for (table, row_id), row in reader.rows.items() if table == "party"}


def test_reader_ends_with_the_last_version_of_every_row(network: Network) -> None:
    with contextlib.ExitStack() as idle:
        if network.db.dialect == "postgresql":
            connection = idle.enter_context(network.db.engine.connect())
            connection.execute(text("SELECT txid_current()"))  # an idle transaction that never ends
        reader, expected = storm(network)
    assert grades(reader) == expected
    assert len(reader.commits) == WRITERS * COMMITS
    assert reader.commits == sorted(set(reader.commits))


@pytest.mark.postgresql
def test_numbers_given_before_the_commit_would_lose_rows(
    pg_database: str, network_at_pg: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof of the proof: with a bigserial in place of the sequencer a commit is never seen."""
    assert len(overtaken(network_at_pg).commits) == 2
    with network_at_pg.db.write() as connection:
        connection.execute(text("CREATE SEQUENCE naive START 100000"))

    def numbered_at_once(
        connection: Connection, commit_id: str, body: bytes, entries: str, personal: str | None, sums: str
    ) -> None:
        values = {"commit_id": commit_id, "body": body, "entries": entries, "personal": personal, "sums": sums}
        connection.execute(insert(feed_body), values)
        sequence = connection.execute(text("SELECT nextval('naive')")).scalar_one()
        connection.execute(insert(feed_commit), {"sequence": sequence, "commit_id": commit_id})
        position = metadata.tables["feed_position"]
        for channel, slices in json.loads(entries).items():
            connection.execute(
                insert(position), {"channel": channel, "sequence": sequence, "slices": json.dumps(slices)}
            )

    monkeypatch.setattr(repository, "store_commit", numbered_at_once)
    assert len(overtaken(network_at_pg).commits) == 1


def test_page_never_splits_a_commit(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE_ROWS", 12)
    whole = Reader(network, "N1", from_start=True)
    pages = whole.read_on()
    assert pages > 1
    assert whole.commits == sorted(set(whole.commits)), "each commit in one page only"
    monkeypatch.setattr(feed, "PAGE_BYTES", 1)
    smallest = Reader(network, "N1", from_start=True)
    assert smallest.read_on() > pages
    monkeypatch.undo()
    at_once = Reader(network, "N1", from_start=True)
    assert at_once.read_on() == 1
    assert at_once.commits == whole.commits == smallest.commits
    assert at_once.rows == whole.rows == smallest.rows


def test_row_that_leaves_an_audience_leaves_a_tombstone(network: Network) -> None:
    """M1 → M2: gone from the one, there for the other, headquarters sees the change; deleted: gone from all."""
    readers = {code: Reader(network, code) for code in ("M1", "M2", "N1", "HQ")}
    add, data = new_customer(network.party_id("M1"))
    row = {"id": add.customer_id, "party_id": add.party_id, "name": data.name}

    def seen() -> set[str]:
        network.intake.db_number()
        for reader in readers.values():
            reader.read_on()
        return {code for code, reader in readers.items() if ("customer", add.customer_id) in reader.rows}

    write(network, lambda rows: rows.insert(customer, row), ids.new())
    assert seen() == {"M1", "HQ"}
    write(
        network,
        lambda rows: rows.update(customer, add.customer_id, party_id=network.party_id("M2")),
        ids.new(),
    )
    assert seen() == {"M2", "HQ"}
    write(network, lambda rows: rows.delete(customer, add.customer_id), ids.new())
    assert seen() == set()


def test_raised_generation_asks_for_a_snapshot_and_keeps_what_is_pending(network: Network) -> None:
    shop = network.counter("m1-clerk")
    cursor = shop.store.cursor
    sold = shop.sell()
    network.db.run(lambda connection: repository.raise_generation(connection, ["catalogue"]))
    change = shop.transport.feed(cursor).change
    assert change is not None
    assert (change.entered, change.left) == (["catalogue"], [])
    assert sold.document_id in shop.rows(metadata.tables["orders"])
    result = shop.sync()
    assert result.pushed == 1
    assert shop.rows(metadata.tables["orders"])[sold.document_id]["version"] == 1
    assert shop.transport.feed(shop.store.cursor).change is None


def test_cursor_of_another_database_asks_for_a_snapshot(network: Network) -> None:
    shop = network.counter("m1-clerk")
    position = Cursor.parse(shop.store.cursor or "")
    foreign = Cursor("another", position.subscription, position.sequence)
    assert shop.transport.feed(foreign.text()).reset
    assert shop.transport.feed(None).reset
