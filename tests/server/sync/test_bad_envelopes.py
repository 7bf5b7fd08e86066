"""What arrives sealed and broken is kept apart and counted; it has no effect, and the chain behind it goes on."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.catalogue.model import product
from domain.customers.model import customer
from domain.kernel.commands import Payload, command_named
from domain.kernel.context import ApplyContext
from domain.kernel.envelope import Sealed, open_body, seal
from domain.kernel.errors import Invalid
from domain.kernel.outcome import outcome
from domain.kernel.wire import PushAck, PushBatch, PushItem
from domain.orders.model import orders
from server_stub.sync import repository
from server_stub.sync.models import envelope
from tests.support.factories.envelopes import Sealer, altered
from tests.support.factories.orders import new_customer, sale, sold
from tests.support.network import DirectTransport, Network

MIB = 1024 * 1024


class Bench:
    """A device that seals what it likes, and what the server says to it."""

    def __init__(self, network: Network, user: str = "m1-clerk") -> None:
        self.network = network
        actor, key, _ = network.enrol(user)
        self.sealer = Sealer(actor, key)
        self.transport: DirectTransport = network.transport(actor, key)
        self.tea = next(row["id"] for row in network.rows(product).values() if row["code"] == "TEA")

    def sale(self, **changes: Any) -> Payload:
        return sale(self.sealer.actor.party_id, sold(self.tea), **changes)

    def push(self, *items: PushItem) -> list[PushAck]:
        return self.transport.push(PushBatch(self.sealer.epoch, list(items))).acks

    def state(self, item: PushItem) -> tuple[str, str]:
        """What the server keeps of an envelope: state and reason."""
        with self.network.db.read() as connection:
            found = connection.execute(envelope.select().where(envelope.c.hash == item.sealed.hash)).mappings().one()
        return found["state"], found["reason"]


@pytest.fixture
def bench(network: Network) -> Bench:
    return Bench(network)


def resealed(bench: Bench, **changes: Any) -> Sealed:
    """A sale sealed properly, but with these fields of the body."""
    body = msgspec.structs.replace(bench.sealer.body(bench.sale()), **changes)
    return seal(body, bench.sealer.key)


def otherwise_paid(bench: Bench) -> Sealed:
    """Altered behind the seal in a way that still reads well."""
    good = resealed(bench)
    return Sealed(good.body.replace(b'"cash"', b'"card"'), good.signature)


def big_name(bench: Bench, size: int) -> Sealed:
    whole = bench.sealer.body(bench.sale())
    raw = bytes(whole.payload).replace("龙井茶".encode(), b"x" * size)
    return seal(msgspec.structs.replace(whole, payload=msgspec.Raw(raw)), bench.sealer.key)


def with_payload(bench: Bench, **changes: Any) -> Sealed:
    fields = msgspec.json.decode(msgspec.json.encode(bench.sale()))
    return resealed(bench, payload=msgspec.Raw(msgspec.json.encode({**fields, **changes})))


def not_text(whole: Sealed, bench: Bench) -> Sealed:
    """Properly sealed, but with bytes in the payload that are no text."""
    body = whole.body.replace(b"???", b"\xff\xfe\xfd")
    return Sealed(body, bench.sealer.key.sign(hashlib.sha256(body).digest()))


def foreign_person(bench: Bench) -> Sealed:
    return resealed(bench, person=bench.network.person_id("m2-clerk"))


MALFORMED: dict[str, tuple[Callable[[Bench], Sealed], str]] = {
    "altered": (otherwise_paid, "envelope_altered"),
    "altered beyond reading": (lambda bench: altered(resealed(bench), 0), "envelope_malformed"),
    "another device's seal": (
        lambda bench: seal(bench.sealer.body(bench.sale()), Ed25519PrivateKey.generate()),
        "envelope_altered",
    ),
    "no signature": (lambda bench: Sealed(resealed(bench).body, b""), "envelope_altered"),
    "not UTF-8": (lambda bench: altered(resealed(bench), 20, 0x80), "envelope_malformed"),
    "nested without end": (lambda _bench: Sealed(b'{"x":' * 100_000, b"s" * 64), "envelope_malformed"),
    "garbage": (lambda bench: Sealed(b"\x00\xff garbage", b"s" * 64), "envelope_malformed"),
    "empty": (lambda bench: Sealed(b"", b""), "envelope_malformed"),
    "a list": (lambda bench: Sealed(b"[]", b"s" * 64), "envelope_malformed"),
    "ten megabytes": (lambda bench: big_name(bench, 10 * MIB), "envelope_too_large"),
    "another device": (lambda bench: resealed(bench, device=bench.sealer.ids.new()), "envelope_misplaced"),
    "another party": (lambda bench: resealed(bench, party=bench.network.party_id("M2")), "envelope_misplaced"),
    "another epoch": (lambda bench: resealed(bench, epoch=2), "envelope_misplaced"),
    "another place": (lambda bench: resealed(bench, sequence=9), "envelope_misplaced"),
    "no id": (lambda bench: resealed(bench, id="1"), "envelope_misplaced"),
    "an id like SQL": (lambda bench: resealed(bench, id="' OR 1=1 --"), "envelope_misplaced"),
    "a person who is none": (lambda bench: resealed(bench, person="x"), "envelope_misplaced"),
    "no date": (lambda bench: resealed(bench, business_date="tomorrow"), "envelope_malformed"),
    "a date with a line behind it": (lambda bench: resealed(bench, business_date="2027-01-15\n"), "envelope_malformed"),
    "before time": (lambda bench: resealed(bench, claimed_at=-1), "envelope_malformed"),
    "after time": (lambda bench: resealed(bench, claimed_at=2**63), "envelope_malformed"),
    "NUL in the document": (lambda bench: resealed(bench, document="a\x00b"), "envelope_malformed"),
    "NUL in the kind": (lambda bench: resealed(bench, kind="orders\x00"), "envelope_malformed"),
    "a dependency that is no id": (lambda bench: resealed(bench, depends_on=("x",)), "envelope_malformed"),
}
QUARANTINED: dict[str, tuple[Callable[[Bench], Sealed], str]] = {
    "foreign person": (foreign_person, "not_entitled"),
    "foreign seller": (lambda bench: with_payload(bench, seller_id=bench.network.party_id("M2")), "not_entitled"),
    "three megabytes of name": (lambda bench: big_name(bench, 3 * MIB), "bad_payload"),
    "an unknown field": (lambda bench: with_payload(bench, role="hq_admin"), "bad_payload"),
    "a negative total": (lambda bench: with_payload(bench, total=-1), "bad_payload"),
    "a wrong type": (lambda bench: with_payload(bench, lines="all"), "bad_payload"),
    "an amount beyond 64 bits": (lambda bench: with_payload(bench, total=2**64), "bad_payload"),
    "NUL in a name": (lambda bench: with_payload(bench, note="\x00"), "bad_payload"),
    "no payload": (lambda bench: resealed(bench, payload=msgspec.Raw(b"null")), "bad_payload"),
    "a payload that is not UTF-8": (
        lambda bench: not_text(resealed(bench, payload=msgspec.Raw(b'{"note":"???"}')), bench),
        "bad_payload",
    ),
    "schema nought": (lambda bench: resealed(bench, schema=0), "bad_payload"),
}
PARKED: dict[str, tuple[Callable[[Bench], Sealed], str]] = {
    "a future schema": (lambda bench: resealed(bench, schema=99), "future_schema"),
    "an unknown command": (lambda bench: resealed(bench, kind="moon.land"), "unknown_command"),
}


def push_among_good_ones(
    bench: Bench, cases: dict[str, tuple[Callable[[Bench], Sealed], str]], status: str
) -> list[PushItem]:
    """Each bad one between good ones, all in one chain, pushed twice; returns the bad ones."""
    bad = []
    for name, (make, code) in cases.items():
        items = [bench.sealer.seal(bench.sale()), bench.sealer.send(make(bench)), bench.sealer.seal(bench.sale())]
        before = bench.network.count(orders)
        acks = bench.push(*items)
        assert [ack.sequence for ack in acks] == [item.sequence for item in items], name
        assert (acks[1].status, acks[1].code) == (status, code), name
        assert {acks[0].status, acks[2].status} <= {"confirmed", "exception"}, name
        assert bench.push(*items) == acks, f"{name}: the same answer again"
        assert bench.network.count(orders) == before + 2, f"{name}: the good ones, once"
        assert bench.state(items[1]) == (status, code), name
        bad.append(items[1])
    with bench.network.db.read() as connection:
        assert repository.count_states(connection)[status] == len(cases)
    return bad


def test_malformed_envelopes_are_quarantined(bench: Bench, expected_errors: list[logging.LogRecord]) -> None:
    push_among_good_ones(bench, MALFORMED, "quarantined")
    assert {record.getMessage() for record in expected_errors} == {"envelope quarantined"}


def test_commands_that_are_not_entitled_or_do_not_fit_are_quarantined_with_an_outcome(bench: Bench) -> None:
    bad = push_among_good_ones(bench, QUARANTINED, "quarantined")
    told = bench.network.rows(outcome)
    codes = {open_body(item.sealed).id: code for item, (_, code) in zip(bad, QUARANTINED.values(), strict=True)}
    assert {command_id: told[command_id]["code"] for command_id in codes} == codes
    assert {told[command_id]["status"] for command_id in codes} == {"quarantined"}


def test_commands_of_a_newer_counter_are_parked(bench: Bench) -> None:
    push_among_good_ones(bench, PARKED, "parked")


def test_envelope_of_a_newer_format_is_parked(bench: Bench, expected_errors: list[logging.LogRecord]) -> None:
    push_among_good_ones(bench, {"format 2": (lambda of: resealed(of, format=2), "envelope_future_format")}, "parked")
    assert {record.getMessage() for record in expected_errors} == {"envelope parked"}


def test_poison_is_parked_and_everything_else_drains(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, expected_errors: list[logging.LogRecord]
) -> None:
    """A bug in one handler: its command waits, what depends on it waits, all the rest is taken."""

    def breaks(_ctx: ApplyContext, _payload: Payload) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(command_named("customers.add"), "apply", breaks)
    command, data = new_customer(bench.sealer.actor.party_id)
    poison = bench.sealer.seal(command, data)
    waits = bench.sealer.seal(bench.sale(), depends_on=(open_body(poison.sealed).id,))
    rest = [bench.sealer.seal(bench.sale()) for _ in range(10)]
    acks = bench.push(poison, waits, *rest)
    assert [ack.status for ack in acks[:2]] == ["parked", "parked"]
    assert [ack.code for ack in acks[:2]] == ["our_fault", "waits_for_parked"]
    assert len(acks) == 12
    assert {ack.status for ack in acks[2:]} <= {"confirmed", "exception"}
    assert bench.network.count(customer) == 0
    assert bench.network.count(orders) == 10
    assert bench.state(poison) == ("parked", "our_fault")
    assert [record.getMessage() for record in expected_errors] == ["command parked"]


def test_same_id_with_another_content_is_quarantined(bench: Bench, expected_errors: list[logging.LogRecord]) -> None:
    first = bench.sealer.seal(bench.sale())
    again = bench.sealer.seal(bench.sale(), id=open_body(first.sealed).id)
    acks = bench.push(first, again)
    assert (acks[1].status, acks[1].code) == ("quarantined", "command_id_reused")
    assert bench.network.count(orders) == 1
    assert len(expected_errors) == 1


def test_fork_of_the_chain_is_set_apart_and_alarms(bench: Bench, expected_errors: list[logging.LogRecord]) -> None:
    """Two envelopes for one place: a copied or restored counter."""
    twin = replace(bench.sealer, ids=bench.sealer.ids)
    sold = [bench.sealer.seal(bench.sale()), bench.sealer.seal(bench.sale())]
    bench.push(*sold)
    assert bench.push(twin.seal(bench.sale())) == []
    assert bench.network.count(orders) == 2
    strange = bench.sealer.seal(bench.sale(), previous="f" * 64)
    assert bench.push(strange) == [], "what it stands on may have been lost here: everything is asked for"
    assert bench.network.count(orders) == 2
    bench.push(*sold, strange)
    assert bench.network.count(orders) == 3, "a link that does not fit never stops a shop"
    assert [record.getMessage() for record in expected_errors] == ["alarm device_forked", "chain does not fit"]


def test_replaced_personal_part_is_quarantined(bench: Bench, expected_errors: list[logging.LogRecord]) -> None:
    command, data = new_customer(bench.sealer.actor.party_id)
    item = bench.sealer.seal(command, data)
    swapped = PushItem(1, Sealed(item.sealed.body, item.sealed.signature, b"s" * 16 + b'{"name":"x"}'))
    [ack] = bench.push(swapped)
    assert (ack.status, ack.code) == ("quarantined", "envelope_altered")
    assert bench.network.count(customer) == 0
    assert expected_errors


def test_numbers_that_no_database_holds_are_refused(bench: Bench) -> None:
    """A coded refusal, never an error of ours, and the next push is taken."""
    for epoch, sequence in [(1, 2**63), (1, 2**64 - 1), (2**40, 1), (-1, 1), (0, 1), (1, -5), (1, 0)]:
        with pytest.raises(Invalid, match="bad_encoding"):
            bench.transport.push(PushBatch(epoch, [PushItem(sequence, resealed(bench))]))
    [ack] = bench.push(bench.sealer.seal(bench.sale()))
    assert ack.status in {"confirmed", "exception"}
