"""A server that was restored lacks what another PC's command stands on: that waits, and goes on by itself."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import select

from domain.held.handlers import decide_release
from domain.held.model import held_command
from domain.kernel.channels import Row
from domain.orders.model import order_line, orders
from domain.orders.return_handlers import decide_return
from domain.orders.returning import Back
from domain.parties.handlers import decide_add_person
from domain.parties.model import person
from server_stub.audit.service import audit
from server_stub.sync import lost
from server_stub.sync.models import replay
from server_stub.sync.replay import Replay
from tests.server.sync.test_codes import HASH
from tests.support.backups import Backups
from tests.support.factories.products import TEA
from tests.support.network import Counter, Network

pytestmark = pytest.mark.usefixtures("expected_errors")


def fate(shop: Counter, command_id: str) -> tuple[str, str]:
    row = shop.store.ledger.find(command_id)
    assert row is not None
    return row["status"], row["code"]


def bring_back(till: Counter, sold: str) -> str:
    """The customer brings back a sale of another PC."""
    with till.store.read() as connection:
        line = connection.execute(select(order_line.c.id).where(order_line.c.order_id == sold)).scalar_one()
    return till.perform(lambda ctx: decide_return(ctx, sold, [Back(line, 1000)], reason="不甜")).command_id


def held(network: Network) -> list[Row]:
    return [row for row in network.rows(held_command).values() if row["state"] == "waiting"]


def returned_first(network: Network, backups: Backups) -> tuple[Counter, Counter, str, str]:
    """(store room, till, sale, return): the server lost the sale, and the return from another PC comes before it."""
    store_room, till = network.counter("m1-owner"), network.counter("m1-clerk")
    store_room.take_in((TEA, 50_000))
    store_room.sync()
    backup = backups.take()
    sold = store_room.sell((TEA, 2000), payments=[("cash", 200_00)]).document_id
    store_room.sync()
    till.sync()
    given_back = bring_back(till, sold)
    backups.restore(backup)
    till.sync()
    return store_room, till, sold, given_back


def test_return_that_comes_before_its_sale_waits_for_it(network: Network, backups: Backups) -> None:
    store_room, till, sold, given_back = returned_first(network, backups)
    assert fate(till, given_back) == ("parked", lost.WAITS)
    [row] = held(network)
    assert (row["code"], msgspec.json.decode(row["params"])["why"] != "") == (lost.WAITS, True)
    again = Replay(network.db, network.clock)
    assert [one.verdict.code for one in again.take_lost()] == [lost.WAITS]
    assert again.take_lost() == [], "nothing new has come"
    assert network.count(replay) == 0, "waiting on leaves no trail"
    store_room.sync()
    network.clock.ms += 60_000
    [one] = again.take_lost()
    assert str(one.verdict.status) == "confirmed"
    for each in (till, store_room):
        each.sync()
    assert fate(till, given_back) == ("confirmed", "")
    assert network.rows(orders)[sold]["state"] == "part_returned"
    assert till.rows(orders) == network.rows(orders)
    assert held(network) == []
    assert [check for check in audit(network.db) if not check.ok] == []


def test_after_a_week_a_fact_is_recorded_with_its_exception(network: Network, backups: Backups) -> None:
    _, till, _, given_back = returned_first(network, backups)
    network.clock.ms += lost.PATIENCE_MS
    Replay(network.db, network.clock).take_lost()
    till.sync()
    assert fate(till, given_back) == ("exception", "unknown_order")


def sold_by_newcomer(network: Network, backups: Backups) -> tuple[Counter, Counter, str]:
    """(owner's PC, till, sale): the server lost the person that sold it."""
    owner, till = network.counter("m1-owner"), network.counter("m1-clerk")
    backup = backups.take()
    add = owner.perform(
        lambda ctx: decide_add_person(ctx, party_code="M1", name="新人", role="clerk", password_hash=HASH)
    )
    owner.sync()
    till.sync()
    till.store.set_identity(replace(till.store.known, person_id=add.document_id, person_name="新人"))
    sold = till.sell((TEA, 1000))
    backups.restore(backup)
    till.sync()
    assert fate(till, sold.command_id) == ("parked", lost.WAITS)
    return owner, till, sold.command_id


def test_after_a_week_people_decide_about_the_rest(network: Network, backups: Backups) -> None:
    _, till, sold = sold_by_newcomer(network, backups)
    again = Replay(network.db, network.clock)
    network.clock.ms += lost.PATIENCE_MS
    assert [one.verdict.code for one in again.take_lost()] == [lost.GIVEN_UP]
    assert again.take_lost() == []
    till.sync()
    assert fate(till, sold) == ("parked", lost.GIVEN_UP)
    office = network.counter("admin")
    office.perform(lambda ctx: decide_release(ctx, sold))
    office.sync()
    assert [(str(one.verdict.status), one.verdict.code) for one in again.take_released()] == [
        ("quarantined", "not_entitled")
    ], "what somebody has released waits no longer"


def test_person_who_was_added_after_the_backup(network: Network, backups: Backups) -> None:
    """His sales wait until the PC on which the owner added him has been heard."""
    owner, till, sold = sold_by_newcomer(network, backups)
    owner.sync()
    network.clock.ms += 60_000
    Replay(network.db, network.clock).take_lost()
    till.sync()
    assert fate(till, sold)[0] == "exception"
    assert "新人" in {row["name"] for row in network.rows(person).values()}
    assert len(network.rows(orders)) == 1


def test_what_fails_at_a_server_that_lost_nothing_does_not_wait(network: Network) -> None:
    till = network.counter("m1-clerk")
    till.take_in((TEA, 50_000))
    till.sync()
    stranger = replace(till.store.known, person_id=network.person_id("n1-clerk"))
    till.store.set_identity(stranger)
    sold = till.sell((TEA, 1000))
    till.sync()
    assert fate(till, sold.command_id) == ("quarantined", "not_entitled")
