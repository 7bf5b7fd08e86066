"""Channels entered and left: a PC follows its set of channels without loading everything anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from desktop.store import rebase
from desktop.sync.snapshot import SnapshotTaking
from domain.catalogue.handlers import decide_add_price_list, decide_set_prices
from domain.catalogue.model import price, price_list
from domain.kernel import wire
from domain.kernel.tables import metadata, synced_tables
from domain.orders.model import orders
from domain.parties.handlers import decide_edit_dealer
from domain.parties.model import party
from server_stub.sync import feed, repository
from server_stub.sync.network import ChannelSet, Cursor, Subscription
from tests.server.sync.test_visibility import play
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees, channels_of, held_by, shown_by


@dataclass
class Watched:
    """A wire that remembers which snapshots were begun, and of which channels."""

    transport: Any
    begun: list[wire.SnapshotStart] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def snapshot_start(self, *args: Any, **more: Any) -> wire.SnapshotStart:
        self.begun.append(self.transport.snapshot_start(*args, **more))
        return self.begun[-1]


def watch(shop: Counter) -> Watched:
    watched = shop.transport = Watched(shop.transport)
    return watched


def edit(network: Network, hq: Counter, code: str, **changes: Any) -> None:
    """Headquarters changes a dealer's file."""
    row = network.rows(party)[network.party_id(code)]
    known = {name: row[name] for name in ("name", "region", "grade", "status")}
    known["pause_at_zero"] = bool(row["pause_at_zero"])
    hq.perform(partial(decide_edit_dealer, party_id=row["id"], **{**known, **changes}))
    hq.sync()
    network.intake.db_number()


def test_only_the_raised_channel_is_taken_again(network: Network) -> None:
    shop = network.counter("m1-clerk")
    shop.sell()
    shop.sync()
    watched = watch(shop)
    network.db.run(lambda connection: repository.raise_generation(connection, ["catalogue"]))
    sold = shop.sell()
    shop.sync()
    assert [start.channels for start in watched.begun] == [["catalogue"]]
    assert sold.document_id in shop.rows(orders)
    assert_agrees(network, shop)
    shop.sync()
    assert len(watched.begun) == 1


def test_what_came_in_bulk_is_there_and_what_the_channel_lost_is_not(network: Network, expected_errors: Any) -> None:
    """A raised channel is made equal: rows that no feed told of come, rows that it lacks go.

    The rows are changed past the row-writer, so the server's sums do not know of them and the counter says so.
    """
    shop = network.counter("m1-clerk")
    product = metadata.tables["product"]
    known = sorted(network.rows(product))
    with network.db.write() as connection:
        connection.execute(product.delete().where(product.c.id == known[0]))
        connection.execute(product.update().where(product.c.id == known[1]).values(name="新名", version=9))
        row = connection.execute(product.select().where(product.c.id == known[2])).mappings().one()
        connection.execute(product.insert().values({**row, "id": known[2][:-4] + "ffff", "code": "NEW"}))
        repository.raise_generation(connection, ["catalogue"])
    shop.sync()
    assert_agrees(network, shop)


def test_a_price_list_enters_and_leaves_with_the_grade(network: Network) -> None:
    hq = network.counter("admin")
    added = hq.perform(
        partial(decide_add_price_list, code="GOLD", name="金牌价", usage="retail", scope="grade", scope_value="gold")
    )
    hq.perform(partial(decide_set_prices, list_code="GOLD", prices=[(TEA, 90_000, 0)]))
    hq.sync()
    shop = network.counter("m1-clerk")
    watched = watch(shop)

    def has_it() -> tuple[bool, bool]:
        listed = {row["price_list_id"] for row in shop.rows(price).values()}
        return added.document_id in shop.rows(price_list), added.document_id in listed

    assert has_it() == (False, False)
    edit(network, hq, "M1", grade="gold")
    shop.sync()
    assert has_it() == (True, True)
    assert [start.channels for start in watched.begun] == [[f"price-list:{added.document_id}"]]
    assert_agrees(network, shop)
    edit(network, hq, "M1", grade="")
    shop.sync()
    assert has_it() == (False, False)
    assert len(watched.begun) == 1, "what is left goes by itself"
    assert_agrees(network, shop)


def test_suspended_dealer_keeps_its_outcomes_and_gets_everything_back(network: Network) -> None:
    hq = network.counter("admin")
    shop = network.counter("m1-owner")
    shop.sell()
    shop.sync()
    edit(network, hq, "M1", status="suspended")
    shop.sync()
    assert {table for table, _ in held_by(shop)} == {"outcome"}
    assert_agrees(network, shop)
    edit(network, hq, "M1", status="active")
    shop.sync()
    assert_agrees(network, shop)
    assert shop.rows(orders)


def test_a_pc_clears_by_the_rules_of_the_server(network: Network) -> None:
    """From all that headquarters sees to ever fewer channels: exactly what these show, masked as they are."""
    play(network)
    hq = network.counter("admin")
    above, below = network.party_id("N1"), network.party_id("M1")
    lists = [f"price-list:{row_id}" for row_id in network.rows(price_list)]
    channels = ["catalogue", *lists, f"up:{below}", f"down:{above}", f"up:{above}"]
    while True:
        SnapshotTaking(hq.store, hq.transport, lambda work: work()).clear(wire.SetChange([], ["hq"], channels, "x"))
        assert held_by(hq) == shown_by(network, channels), channels
        if not channels:
            break
        channels = channels[1:]
    assert hq.store.cursor == "x"


def test_a_pending_sale_survives_leaving_and_entering(network: Network) -> None:
    """What only this PC knows is of no channel: it stays until the server has spoken."""
    shop = network.counter("m1-clerk")
    sold = shop.sell()
    taking = SnapshotTaking(shop.store, shop.transport, lambda work: work())
    shown = [f"party:{shop.party_id}"]
    taking.clear(wire.SetChange([], ["catalogue"], shown, shop.store.cursor or ""))
    assert sold.document_id in shop.rows(orders)
    assert not shop.rows(metadata.tables["product"])
    taking.take(shop.store.cursor, channels_of(network, shop))
    assert sold.document_id in shop.rows(orders)
    shop.sync()
    assert shop.rows(orders)[sold.document_id]["version"] == 1
    assert_agrees(network, shop)


def test_the_image_that_shows_more_holds(network: Network) -> None:
    """A device that reads two channels of a row gets the whole one, in whatever order the channels are named."""
    seller, upline = network.party_id("M1"), network.party_id("N1")
    generations = {f"down:{upline}": 0, f"party:{seller}": 0}
    subscription = Subscription("device:none", ChannelSet(generations))
    shop = network.counter("m1-clerk")
    with network.db.read() as connection:
        start = repository.head_sequence(connection)
    sold = shop.sell((TEA, 1000), note="急")
    shop.sync()
    with network.db.read(stable=True) as connection:
        cursor = Cursor(feed.database_id(connection), subscription.version, start)
        page = feed.page(connection, subscription, cursor, cursor.database)
    images = [row for row in rebase.stage(page).rows["orders"] if row[0] == sold.document_id]
    at = [column.name for column in orders.columns].index("note")
    assert [row[at] for row in images] == ["", "急"], "two images, the whole one last"
    other = network.counter("admin", synced=False)
    other.store.merge(rebase.stage(page), cursor="x")
    assert other.rows(orders)[sold.document_id]["note"] == "急"


def test_every_table_is_asked(network: Network) -> None:
    """Nothing of a shop stays when it has no channel at all."""
    shop = network.counter("m1-clerk")
    shop.sell()
    shop.sync()
    assert len(held_by(shop)) > len(synced_tables())
    SnapshotTaking(shop.store, shop.transport, lambda work: work()).clear(wire.SetChange([], [], [], ""))
    assert held_by(shop) == {}
