"""What a set of channels shows, as the server reads it, to compare caches with."""

from __future__ import annotations

from collections.abc import Sequence

from domain.kernel.queries_scope import Scope
from domain.kernel.tables import row_values, synced_tables
from domain.parties.queries import ids_below
from server_stub.sync.network import subscription_of
from tests.support.network import Counter, Network

Images = dict[tuple[str, str], list[object]]
"""(table, id) → the row as an array."""


def shown_by(network: Network, channels: Sequence[str]) -> Images:
    """Every row that the server shows these channels, masked for them."""
    scope = Scope(tuple(channels), ids_below)
    found: Images = {}
    with network.db.read() as connection:
        for table in synced_tables():
            after = ""
            while True:
                rows, after = scope.rows_after(connection, table, after, 5000)
                found.update({(str(table.name), str(row[0])): list(row) for row in rows})
                if not after:
                    break
    return found


def channels_of(network: Network, shop: Counter) -> tuple[str, ...]:
    """The channels of a PC, as they are now."""
    with network.db.read() as connection:
        return subscription_of(connection, shop.party_id, shop.store.known.device_id).channels


def held_by(shop: Counter) -> Images:
    """Every row of a PC's cache."""
    return {
        (str(table.name), row_id): row_values(table, row)
        for table in synced_tables()
        for row_id, row in shop.rows(table).items()
    }


def assert_agrees(network: Network, shop: Counter) -> None:
    """A PC with nothing pending holds what the server shows its channels: no more, no less, no other."""
    wanted, held = shown_by(network, channels_of(network, shop)), held_by(shop)
    assert held.keys() - wanted.keys() == set(), "rows that it may not see"
    assert wanted.keys() - held.keys() == set(), "rows that it lacks"
    assert held == wanted
