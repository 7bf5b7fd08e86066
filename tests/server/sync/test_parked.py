"""Parked commands: listed with their error, taken again after the fix, once, with what waited for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from desktop.store import cache as caching
from desktop.store.handled import SEEN, Handling, settle
from domain.catalogue.model import product
from domain.customers.handlers import decide_add_customer
from domain.customers.model import customer
from domain.kernel import envelope as envelopes
from domain.kernel.commands import Payload, command_named
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.envelope import open_body, seal
from domain.kernel.errors import NotFound
from domain.kernel.outcome import outcome
from domain.orders.model import orders
from server_stub.audit.service import audit
from server_stub.kit.database import refusal_of
from server_stub.sync.models import receipt, replay
from server_stub.sync.replay import Replay, Replayed
from tests.support.factories.envelopes import Sealer
from tests.support.factories.orders import new_customer, sale, sold
from tests.support.network import Counter, Network, network_at
from tests.support.processes import Said, office


def breaks(_ctx: ApplyContext, _payload: Payload) -> None:
    """A handler with a bug."""
    raise ZeroDivisionError


@contextmanager
def broken(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server whose handler of this command has a bug, until it is mended."""
    with monkeypatch.context() as patch:
        patch.setattr(command_named(name), "apply", breaks)
        yield


def replay_of(network: Network) -> Replay:
    return Replay(network.db, network.clock)


def told(done: list[Replayed]) -> list[tuple[str, str]]:
    return [(str(one.verdict.status), one.verdict.code) for one in done]


def add_customer(ctx: DecideContext) -> Decision:
    return decide_add_customer(ctx, name="李建国", phone="13812346621")


def tea_of(network: Network) -> str:
    """The id of the tea."""
    return str(next(row["id"] for row in network.rows(product).values() if row["code"] == "TEA"))


def database_fails(ctx: ApplyContext, _payload: Payload) -> None:
    """The disk is full, or the database goes away, in the midst of a command."""
    connection = ctx.rows.connection
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.exec_driver_sql("PRAGMA max_page_count = 1")
    connection.exec_driver_sql("INSERT INTO server_meta VALUES ('filler', zeroblob(10000000))")


def park_one(network: Network, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter, str]:
    """A counter whose new customer was parked, and has been told so."""
    shop = network.counter("m1-clerk")
    made = shop.perform(add_customer)
    with broken("customers.add", monkeypatch):
        assert shop.sync().parked == 1
    return shop, made.command_id


def test_command_is_applied_after_the_fix_and_its_device_told(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    shop, command_id = park_one(network, monkeypatch)
    assert shop.rows(customer) == {}
    [row] = replay_of(network).listed()
    assert (row["command_id"], row["reason"], row["kind"]) == (command_id, "our_fault", "customers.add")
    assert (row["party_code"], row["device_id"]) == ("M1", shop.store.known.device_id)
    assert json.loads(row["params"]) == {"detail": "ZeroDivisionError"}
    [waiting] = shop.store.ledger.list_needing()
    settle(shop.store.ledger, Handling(waiting["id"], SEEN), "", 5)

    assert told(replay_of(network).run([command_id])) == [("confirmed", "")]
    assert network.count(customer) == 1
    assert network.rows(outcome)[command_id]["status"] == "confirmed"
    result = shop.sync()
    assert (result.accepted, result.parked) == (1, 0)
    assert [row["name"] for row in shop.rows(customer).values()] == ["李建国"]
    found = shop.store.ledger.find(command_id)
    assert found is not None
    assert (found["status"], found["code"], found["settled_at"]) == ("confirmed", "", 0)
    assert len(expected_errors) == 1
    assert all(check.ok for check in audit(network.db))


def test_replay_is_idempotent_and_leaves_a_trail(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    shop, command_id = park_one(network, monkeypatch)
    with broken("customers.add", monkeypatch):
        before = network.rows(outcome)[command_id]
        assert told(replay_of(network).run()) == [("parked", "our_fault")]
        assert network.rows(outcome)[command_id] == before, "nothing new, nothing told"
    replay_of(network).run()
    assert replay_of(network).run() == []
    with pytest.raises(NotFound, match="parked_not_found"):
        replay_of(network).run([command_id])
    assert network.count(customer) == 1
    assert network.count(receipt, receipt.c.command_id == command_id) == 1
    with network.db.read() as connection:
        trail = connection.execute(select(replay).order_by(replay.c.attempt)).mappings().all()
    assert [(row["attempt"], row["before"], row["status"], row["code"]) for row in trail] == [
        (1, "our_fault", "parked", "our_fault"),
        (2, "our_fault", "confirmed", ""),
    ]
    # The counter pushes it again, as after a lost answer: it is told what became of it.
    [ack] = shop.transport.push(shop.batch()).acks
    assert (ack.status, ack.code) == ("confirmed", "")
    assert len(expected_errors) == 2


def test_what_waited_follows_in_order(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    actor, key, _ = network.enrol("m1-clerk")
    sealer, wire = Sealer(actor, key), network.transport(actor, key)
    tea = tea_of(network)
    command, data = new_customer(actor.party_id)
    poison = sealer.seal(command, data)
    second = sealer.seal(sale(actor.party_id, sold(tea)), depends_on=(open_body(poison.sealed).id,))
    third = sealer.seal(sale(actor.party_id, sold(tea)), depends_on=(open_body(second.sealed).id,))
    with broken("customers.add", monkeypatch):
        acks = wire.push(sealer.batch(poison, second, third)).acks
    assert [ack.code for ack in acks] == ["our_fault", "waits_for_parked", "waits_for_parked"]
    done = replay_of(network).run([open_body(poison.sealed).id])
    assert [one.id for one in done] == [open_body(item.sealed).id for item in (poison, second, third)]
    assert [one.verdict.status in ("confirmed", "exception") for one in done] == [True] * 3
    assert network.count(orders) == 2
    assert replay_of(network).listed() == []
    assert len(expected_errors) == 1


def test_outcome_after_the_fix_comes_with_a_snapshot_too(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    shop, command_id = park_one(network, monkeypatch)
    replay_of(network).run()
    with shop.store.cache.write() as connection:
        caching.set_meta(connection, "cursor", "")
    shop.sync()
    found = shop.store.ledger.find(command_id)
    assert found is not None and found["status"] == "confirmed"
    assert expected_errors


def test_command_of_a_newer_counter_is_taken_after_the_update(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was sealed with a schema that the server learns later; then it is judged like any other."""
    kind = command_named("orders.complete_sale")
    actor, key, _ = network.enrol("m1-clerk")
    sealer, wire = Sealer(actor, key), network.transport(actor, key)
    future = sealer.seal(sale(actor.party_id, sold(tea_of(network))), schema=kind.version + 1)
    [ack] = wire.push(sealer.batch(future)).acks
    assert (ack.status, ack.code) == ("parked", "future_schema")
    monkeypatch.setattr(kind, "version", kind.version + 1)
    [done] = replay_of(network).run()
    assert done.verdict.status in ("confirmed", "exception")
    assert network.count(orders) == 1


def test_unread_envelope_gets_its_first_receipt_when_it_can_be_read(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    actor, key, _ = network.enrol("m1-clerk")
    sealer, wire = Sealer(actor, key), network.transport(actor, key)
    body = msgspec.structs.replace(sealer.body(sale(actor.party_id, sold(tea_of(network)))), format=2)
    item = sealer.send(seal(body, key))
    [ack] = wire.push(sealer.batch(item)).acks
    assert (ack.status, ack.code) == ("parked", "envelope_future_format")
    [row] = replay_of(network).listed()
    assert (row["command_id"], row["hash"]) == (None, item.sealed.hash)
    assert told(replay_of(network).run([item.sealed.hash])) == [("parked", "envelope_future_format")]
    monkeypatch.setattr(envelopes, "FORMAT", 2)
    # Pushed again before the replay it keeps its place and is no fork.
    [ack] = wire.push(sealer.batch(item)).acks
    assert (ack.status, ack.code) == ("parked", "envelope_future_format")
    [done] = replay_of(network).run()
    assert done.verdict.status in ("confirmed", "exception")
    assert network.count(orders) == network.count(receipt, receipt.c.command_id == body.id) == 1
    assert {record.getMessage() for record in expected_errors} == {"envelope parked"}


def test_trouble_of_the_database_says_nothing_about_a_command(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither parked nor refused: the push fails as a whole, and the next one is taken."""
    shop = network.counter("m1-clerk")
    shop.sell()
    with monkeypatch.context() as patch:
        patch.setattr(command_named("orders.complete_sale"), "apply", database_fails)
        with pytest.raises(SQLAlchemyError) as caught:
            shop.transport.push(shop.batch())
    trouble = refusal_of(caught.value)
    assert trouble is not None and trouble.code == "database_unreachable"
    if network.db.dialect == "sqlite":
        with network.db.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    assert network.count(receipt, receipt.c.device_id == shop.store.known.device_id) == 0
    assert shop.sync().parked == 0
    assert network.count(orders) == 1


@pytest.mark.sqlite
def test_command_line_lists_and_replays(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    with network_at(sqlite_database, tmp_path) as network:
        _shop, command_id = park_one(network, monkeypatch)

    def run(*words: str) -> Said:
        return office(sqlite_database, tmp_path, "parked", *words)

    [item] = run("list").data["items"]
    assert (item["id"], item["error"], item["kind"]) == (command_id, "our_fault", "customers.add")
    assert (item["dealer"], item["device_number"], item["device_name"]) == ("M1", 1, "前台")
    assert item["age"] > 0
    refused = run("replay", "no-such-id")
    assert (refused.code, refused.out) == (1, "")
    assert "parked_not_found" in refused.err
    done = run("replay", command_id).data
    assert done == {
        "items": [{"id": command_id, "before": "our_fault", "status": "confirmed", "code": ""}],
        "replayed": 1,
        "parked": 0,
    }
    assert run("replay").data == {"items": [], "replayed": 0, "parked": 0}
    assert run("list").data == {"items": []}
    assert expected_errors


def test_two_replays_at_once_take_each_command_once(
    network: Network, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    shop = network.counter("m1-clerk")
    for _ in range(40):
        shop.perform(add_customer)
    with broken("customers.add", monkeypatch):
        assert shop.sync().parked == 40
    with ThreadPoolExecutor(4) as pool:
        done = [one.id for part in pool.map(lambda _: replay_of(network).run(), range(4)) for one in part]
    assert len(done) == len(set(done)) == 40
    assert network.count(customer) == 40
    assert shop.sync().accepted == 40
    assert expected_errors
