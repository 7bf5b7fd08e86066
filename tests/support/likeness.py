"""Whether a counter's cache is what the server shows its device: row by row, by the rules, not by the feed."""

from __future__ import annotations

from domain.kernel.queries_scope import Scope
from domain.kernel.tables import metadata, row_values, synced_tables
from domain.parties.queries import ids_below
from server_stub.sync.network import subscription_of
from tests.support.network import Counter, Network

Rows = dict[tuple[str, str], list[object]]


def shown(network: Network, counter: Counter) -> Rows:
    """What the server's tables show the counter's device, masked for it."""
    found: Rows = {}
    known = counter.store.known
    with network.db.read(stable=True) as connection:
        scope = Scope(subscription_of(connection, known.party_id, known.device_id).channels, ids_below)
        for table in synced_tables():
            after = ""
            while True:
                rows, after = scope.rows_after(connection, table, after, 1000)
                found.update({(str(table.name), str(row[0])): list(row) for row in rows})
                if not after:
                    break
    return found


def cached(counter: Counter) -> Rows:
    """What the counter has."""
    return {
        (name, row_id): row_values(metadata.tables[name], row)
        for name in (str(table.name) for table in synced_tables())
        for row_id, row in counter.rows(metadata.tables[name]).items()
    }


def assert_alike(network: Network, counter: Counter) -> None:
    """The cache has every row that the server shows, as it shows it, and no other; nothing may be pending."""
    truth, mine = shown(network, counter), cached(counter)
    assert sorted(truth.keys() - mine.keys()) == [], "missing at the counter"
    assert sorted(mine.keys() - truth.keys()) == [], "only at the counter"
    assert {key for key, row in mine.items() if truth[key] != row} == set(), "other contents"
