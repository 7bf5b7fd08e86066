"""What the server keeps without effect is shown to those above, who release it or turn it down; alarms."""

from __future__ import annotations

import json
from contextlib import nullcontext
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from domain.attachments.handlers import decide_attach
from domain.attachments.model import order_attachment
from domain.catalogue.ranges import Grant
from domain.customers.model import customer
from domain.held.handlers import decide_refuse, decide_release, decide_see
from domain.held.model import held_command
from domain.held.queries import list_told
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound, Refused
from domain.kernel.health import Health
from domain.kernel.ids import IdSource
from domain.kernel.outcome import Outcome, document_exception, outcome
from domain.kernel.wire import PushBatch, PushItem
from domain.orders.model import orders
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from domain.orders.voiding_handlers import decide_void
from domain.parties.handlers import decide_acknowledge_alarms
from domain.parties.model import device_health
from server_stub.audit.service import audit
from server_stub.sync import repository_devices as devices
from server_stub.sync.alarms import REMAINDER_HANDED_IN, raise_alarm
from server_stub.sync.commit import Verdict
from server_stub.sync.device_health import DeviceHealth
from server_stub.sync.models import alarm, envelope
from server_stub.sync.push import Sender
from server_stub.sync.replay import Replay
from tests.server.sync.test_parked import add_customer, broken
from tests.server.sync.test_ranges import grant
from tests.server.sync.test_visibility import limit
from tests.support.factories.parties import person_for
from tests.support.factories.products import SOAP, TEA
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees


def shown(shop: Counter) -> list[tuple[str, str, str]]:
    shop.sync()
    return [(row["kind"], row["code"], row["state"]) for row in shop.rows(held_command).values()]


def decide(network: Network, by: Counter, decide_it: Any, command_id: str, **more: Any) -> None:
    by.perform(partial(decide_it, command_id=command_id, **more))
    by.sync()
    Replay(network.db, network.clock).take_released()
    by.sync()


def in_quarantine(network: Network, office: Counter, shop: Counter) -> tuple[str, str, str]:
    """(command, order, range) of an order with goods that its shop may no longer sell."""
    range_id = limit(network, office, SOAP, Grant(kind="below", value=network.party_id("E1")))
    ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(SOAP, 1000)]))
    assert shop.sync().quarantined == 1
    return ordered.command_id, ordered.document_id, range_id


def told(shop: Counter) -> list[tuple[str, str]]:
    """What a party is told of unauthorised sales below: (status, who looked at it)."""
    shop.sync()
    with shop.store.read() as connection:
        return [(row["status"], row["seen_by"]) for row in list_told(connection, shop.party_id)]


def sold_unauthorised(network: Network, office: Counter, shop: Counter) -> tuple[str, str]:
    """(exception, order) of a sale with goods that its shop was no longer authorised for and did not know."""
    limit(network, office, SOAP, Grant(kind="below", value=network.party_id("E1")))
    sold = shop.sell((SOAP, 1000))
    assert shop.sync().excepted == 1
    [raised] = [row for row in shop.rows(document_exception).values() if row["code"] == "product_not_authorised"]
    assert msgspec.json.decode(raised["params"]) == {"code": SOAP, "name": "香皂", "number": sold.number}
    return raised["id"], sold.document_id


def test_the_party_above_is_told_of_an_unauthorised_sale_and_looks_at_it_once(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    stranger = network.counter("e1-owner")
    exception_id, order_id = sold_unauthorised(network, office, shop)
    assert told(upline) == told(office) == [("open", "")]
    assert told(stranger) == told(shop) == []
    assert upline.rows(orders)[order_id]["customer_id"] is None

    upline.perform(partial(decide_see, exception_id=exception_id))
    upline.sync()
    assert told(upline) == told(office) == [("open", person_for("N1", "owner"))]
    shop.sync()
    assert shop.rows(document_exception)[exception_id]["status"] == "open", "the shop has yet to deal with it"
    for late in (office, upline):
        with pytest.raises(Refused, match="held_decided"):
            late.perform(partial(decide_see, exception_id=exception_id))
    with pytest.raises(NotFound, match="held_unknown"):
        stranger.perform(partial(decide_see, exception_id=exception_id))
    assert_agrees(network, upline)


def test_what_the_shop_voids_nobody_above_has_to_look_at(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    exception_id, order_id = sold_unauthorised(network, office, shop)
    assert told(upline) == [("open", "")]
    upline.perform(partial(decide_see, exception_id=exception_id))
    shop.perform(lambda ctx: decide_void(ctx, order_id, reason="不能卖"))
    shop.sync()
    assert upline.sync().refused == 1, "it was put right first"
    assert told(upline) == told(office) == [("resolved", "")]
    assert_agrees(network, upline)


def test_two_above_look_at_it_the_second_hears_so(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    exception_id, _ = sold_unauthorised(network, office, shop)
    assert told(office) == told(upline) == [("open", "")]
    for each in (office, upline):
        each.perform(partial(decide_see, exception_id=exception_id))
    assert (office.sync().refused, upline.sync().refused) == (0, 1)
    assert told(upline) == told(office) == [("open", "admin")]


def entry(shop: Counter, command_id: str) -> Row:
    found = shop.store.ledger.find(command_id)
    assert found is not None
    return found


def test_the_party_above_releases_it_once_it_may_be(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    stranger = network.counter("e1-owner")
    command_id, order_id, range_id = in_quarantine(network, office, shop)
    wanted = [("orders.submit_replenishment", "product_not_authorised", "waiting")]
    assert shown(upline) == shown(office) == wanted
    assert shown(stranger) == shown(shop) == []

    decide(network, upline, decide_release, command_id)
    assert shown(upline) == wanted, "with the rights of now it is not entitled either"
    assert order_id not in network.rows(orders)
    assert shop.sync().quarantined == 0, "the device was told that already"

    grant(network, office, range_id, Grant(kind="below", value=network.party_id("N1")))
    decide(network, upline, decide_release, command_id)
    assert shown(upline) == [("orders.submit_replenishment", "", "released")]
    assert network.rows(orders)[order_id]["state"] == "submitted"
    assert shop.sync().accepted == 1
    assert entry(shop, command_id)["status"] == "confirmed"
    assert order_id in shop.rows(orders)
    for each in (office, shop, upline, stranger):
        each.sync()
        assert_agrees(network, each)
    assert all(check.ok for check in audit(network.db))
    with pytest.raises(Refused):
        upline.perform(partial(decide_release, command_id=command_id))


def test_turned_down_it_is_refused_and_its_device_told_why(network: Network) -> None:
    office, shop, upline = network.counter("admin"), network.counter("m1-owner"), network.counter("n1-owner")
    command_id, order_id, _ = in_quarantine(network, office, shop)
    shown(upline)
    decide(network, upline, decide_refuse, command_id, reason="请订别的")
    result = shop.sync()
    assert (result.refused, result.quarantined) == (1, 0)
    told = entry(shop, command_id)
    assert (told["status"], told["code"], told["settled_at"]) == ("refused", "held_dismissed", 0)
    assert json.loads(told["params"]) == {"reason": "请订别的", "person": "n1-owner"}
    assert order_id not in network.rows(orders)
    assert shop.batch().items
    acks = shop.transport.push(shop.batch()).acks
    assert {(ack.status, ack.code) for ack in acks} == {("refused", "held_dismissed")}, "the same answer for ever"
    assert Replay(network.db, network.clock).take_released() == []
    with pytest.raises(NotFound):
        network.counter("e1-owner").perform(partial(decide_refuse, command_id=command_id, reason="x"))


def test_what_our_fault_parked_is_released_after_the_fix(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    made = shop.perform(add_customer)
    with broken("customers.add", monkeypatch):
        shop.sync()
        assert shown(office) == [("customers.add", "our_fault", "waiting")]
        decide(network, office, decide_release, made.command_id)
        assert shown(office) == [("customers.add", "our_fault", "waiting")]
    decide(network, office, decide_release, made.command_id)
    assert shown(office) == [("customers.add", "", "released")]
    assert network.count(customer) == 1
    assert shop.sync().accepted == 1


@pytest.mark.parametrize("why", ["parked", "quarantined"])
def test_a_picture_follows_the_document_that_is_released(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: Any, why: str
) -> None:
    office, shop = network.counter("admin"), network.counter("m1-owner")
    range_id = limit(network, office, SOAP, Grant(kind="below", value=network.party_id("E1")))
    goods = SOAP if why == "quarantined" else TEA
    ordered = shop.perform(lambda ctx: decide_replenishment(ctx, [Wanted(goods, 1000)]))
    about = {"name": "1.jpg", "media_type": "image/jpeg", "size": 9, "sha256": "0" * 64}
    after = (ordered.command_id,)
    attach = partial(decide_attach, subject="order", subject_id=ordered.document_id, **about)  # type: ignore[arg-type]
    picture = shop.perform(partial(attach, depends_on=after)).document_id
    alone = shop.sell()
    other = shop.perform(partial(attach, subject_id=ordered.document_id, name="2.jpg", sha256="1" * 64)).document_id
    with broken("orders.submit_replenishment", monkeypatch) if why == "parked" else nullcontext():
        shop.sync()
    assert network.rows(order_attachment) == {}
    assert alone.document_id in network.rows(orders)
    grant(network, office, range_id, Grant(kind="below", value=network.party_id("N1")))
    office.sync()
    decide(network, office, decide_release, ordered.command_id)
    assert ordered.document_id in network.rows(orders)
    assert set(network.rows(order_attachment)) == {picture}
    states = {(row["kind"], row["state"]) for row in network.rows(held_command).values()}
    pictures = {("attachments.attach", "released"), ("attachments.attach", "waiting")}
    assert states == {("orders.submit_replenishment", "released"), *pictures}, f"{other} does not say what it hangs on"
    shop.sync()
    assert_agrees(network, shop)


def test_a_replay_by_the_operator_is_no_longer_shown_as_waiting(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    shop.perform(add_customer)
    with broken("customers.add", monkeypatch):
        shop.sync()
    Replay(network.db, network.clock).run()
    assert shown(office) == [("customers.add", "", "released")]


def test_an_envelope_that_nobody_can_read_is_shown_and_closed(network: Network, expected_errors: Any) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    shop.sell()
    [item] = shop.batch().items
    bad = msgspec.structs.replace(item.sealed, signature=bytes(64))
    for _ in range(2):
        shop.transport.push(PushBatch(1, [PushItem(1, bad)]))
    office.sync()
    [row] = office.rows(held_command).values()
    assert (row["kind"], row["status"], row["party_id"]) == ("", "quarantined", shop.party_id)
    decide(network, office, decide_release, row["id"])
    assert [one[2] for one in shown(office)] == ["waiting"]
    decide(network, office, decide_refuse, row["id"], reason="假的")
    assert [one[2] for one in shown(office)] == ["refused"]
    with network.db.read() as connection:
        assert list(connection.execute(select(envelope.c.state).where(envelope.c.hash == bad.hash)).scalars()) == [
            "dismissed"
        ]


def test_a_sale_of_a_revoked_device_is_released(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    sold = shop.sell((TEA, 1000))
    sender: Sender = shop.transport.sender
    network.intake.set_aside(sender, shop.batch(), Verdict(Outcome.QUARANTINED, "device_revoked"))
    assert shown(office) == [("orders.complete_sale", "device_revoked", "waiting")]
    decide(network, office, decide_release, sold.command_id)
    assert sold.document_id in network.rows(orders)
    assert network.rows(outcome)[sold.command_id]["status"] == "exception"
    assert all(check.ok for check in audit(network.db))


def test_a_fact_that_is_turned_down_stays_in_quarantine(network: Network) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    sold = shop.sell()
    network.intake.set_aside(shop.transport.sender, shop.batch(), Verdict(Outcome.QUARANTINED, "device_revoked"))
    shown(office)
    decide(network, office, decide_refuse, sold.command_id, reason="货没出店")
    told = network.rows(outcome)[sold.command_id]
    assert (told["status"], told["code"]) == ("quarantined", "held_dismissed")
    assert sold.document_id not in network.rows(orders)


def test_alarms_are_counted_until_somebody_has_looked(network: Network, expected_errors: Any) -> None:
    office, shop = network.counter("admin"), network.counter("m1-clerk")
    device_id = shop.store.known.device_id
    reports = DeviceHealth(network.db, network.clock, IdSource(network.clock))
    reports.note(device_id, Health(program="1", unsent=0, oldest_s=0))
    shop.transport.retention.repaired(device_id, ["catalogue"])
    reports.flush()

    def seen() -> tuple[int, int, int]:
        reports.flush()
        office.sync()
        row = office.rows(device_health)[device_id]
        with network.db.read() as connection:
            return row["alarms"], row["repairs"], devices.count_unseen_alarms(connection)

    assert seen() == (0, 1, 0)
    network.db.run(lambda connection: raise_alarm(connection, REMAINDER_HANDED_IN, device_id, {"n": 1}, 5))
    network.db.run(lambda connection: raise_alarm(connection, REMAINDER_HANDED_IN, device_id, {"n": 1}, 6))
    assert seen()[0] == seen()[2] == 2
    office.perform(partial(decide_acknowledge_alarms, device_id=device_id))
    assert seen()[2] == 0
    assert seen()[0] == 0, "what was told last"
    with network.db.read() as connection:
        kept = connection.execute(select(alarm.c.seen_by, alarm.c.seen_at > 0)).all()
    assert [tuple(one) for one in kept] == [("admin", True), ("admin", True)]
