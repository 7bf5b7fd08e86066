"""The access matrix, generated from the registers: role × every command × whose it is, and role × every route."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Table, func, insert, select

from domain import registry
from domain.attachments.model import order_attachment
from domain.catalogue.model import price_list, product
from domain.customers.model import customer
from domain.held.model import held_command
from domain.kernel.channels import Row
from domain.kernel.clash import field_clash
from domain.kernel.commands import command_named
from domain.kernel.ids import HQ_PARTY_ID
from domain.kernel.outcome import document_exception, outcome
from domain.kernel.tables import complete, synced_tables
from domain.kernel.wire import PushBatch, PushItem
from domain.orders.model import orders, shipment
from domain.parties import roles
from domain.parties.model import person
from server_stub.kit.database import Database
from server_stub.sync.push import Intake
from tests.server.sync.access_rules import RULES
from tests.server.sync.access_terms import AT_HQ, RELATIONS, ROLES, Rule, Target, order_row_id
from tests.support.factories.envelopes import Sealer
from tests.support.factories.parties import DEALERS, PARTIES, person_for, relation
from tests.support.network import DirectTransport, Network, network_at

IMPOSTOR = "m1-impostor"
DENY = "deny"
GOOD = {"confirmed", "exception"}
GUARDED_TWICE = {"parties.found_network", "parties.add_person", "parties.edit_person", "parties.set_password"}
"""Their ``entitled`` looks at the actor's role itself."""


def made_rows(network: Network) -> Iterator[tuple[Table, Row]]:
    """For every party: orders it sells and buys, one of each state that a command needs, and a shipment to it."""
    for code in PARTIES:
        mine = network.party_id(code)
        other = network.party_id(DEALERS.get(code, "N1"))
        sides = {
            "selling": (mine, network.party_id("E11") if code != "E11" else other, "submitted"),
            "approved": (mine, mine, "approved"),
            "received": (mine, mine, "received"),
            "buying": (other, mine, "submitted"),
        }
        for kind, (seller, buyer, state) in sides.items():
            row = {"id": order_row_id(kind, mine), "kind": "replenishment", "state": state, "number": kind}
            yield orders, {**row, "seller_id": seller, "buyer_id": buyer}
        sold = {"id": order_row_id("sold", mine), "kind": "retail", "state": "completed", "number": "sold"}
        yield orders, {**sold, "seller_id": mine}
        booked = {"id": order_row_id("booked", mine), "kind": "booking", "state": "booked", "number": "booked"}
        yield orders, {**booked, "seller_id": mine, "customer_id": order_row_id("customer", mine)}
        row = {"id": order_row_id("shipment", mine), "order_id": order_row_id("buying", mine)}
        yield shipment, {**row, "seller_id": other, "buyer_id": mine}
        above = network.party_id(DEALERS[code]) if code in DEALERS else None
        held = {"id": order_row_id("held", mine), "device_id": mine, "upline_id": above, "state": "waiting"}
        yield held_command, {**held, "party_id": mine}
        broke = {"id": order_row_id("exception", mine), "upline_id": above, "code": "product_not_authorised"}
        yield (
            document_exception,
            {**broke, "document_id": order_row_id("sold", mine), "party_id": mine, "command_id": mine},
        )
        attached = {"id": order_row_id("attached", mine), "order_id": order_row_id("selling", mine), "name": "1.jpg"}
        yield order_attachment, {**attached, "party_id": mine}
        yield customer, {"id": order_row_id("customer", mine), "party_id": mine, "name": "老客户"}
        clash = {"id": order_row_id("clash", mine), "party_id": mine, "table_name": "customer", "field": "note"}
        of = {"record_id": order_row_id("customer", mine), "command_id": order_row_id("edit", mine)}
        yield field_clash, {**clash, **of, "stays": '"甲"', "other": '"乙"'}
        own = {"id": order_row_id("provisional", mine), "party_id": mine, "code": f"{code}-P", "name": "临时"}
        yield product, own
    impostor = {"id": order_row_id("person", IMPOSTOR), "name": IMPOSTOR, "role": "hq_admin"}
    yield person, {**impostor, "party_id": network.party_id("M1")}


def write_rows(connection: Connection, network: Network) -> None:
    """Write them without a command: the matrix wants them in every state at once."""
    for table, row in made_rows(network):
        connection.execute(insert(table), complete(table, {**row, "version": 1}))


@dataclass
class Actors:
    """Somebody of every role, each with a device, and what lies ready to be aimed at."""

    network: Network

    def __post_init__(self) -> None:
        self.network.db.run(lambda connection: write_rows(connection, self.network))
        self.sealers = {role: Sealer(*self.network.enrol(self.name_of(role))[:2]) for role in ROLES}
        self.tea = next(row["id"] for row in self.network.rows(product).values() if row["code"] == "TEA")
        self.base = next(row["id"] for row in self.network.rows(price_list).values() if row["code"] == "BASE")

    @staticmethod
    def home(role: str) -> str:
        """The party of the actor who stands for a role."""
        return "HQ" if role in AT_HQ else "M1"

    def name_of(self, role: str) -> str:
        """The name of that actor."""
        return IMPOSTOR if role == "hq_admin@shop" else person_for(self.home(role), role.removesuffix("@hq"))

    def targets(self, role: str) -> Iterator[tuple[str, str]]:
        """(relation, party code): a party in every position that the actor sees, and headquarters."""
        codes = ("HQ", "N1", "M1") if role in AT_HQ else ("M1", "N1", "C1", "M2", "E11", "HQ")
        for code in codes:
            yield relation(self.home(role), code), code

    def target(self, code: str) -> Target:
        """What there is to aim at of a party."""
        mine = self.network.party_id(code)
        clerk = "hq-warehouse" if code == "HQ" else person_for(code, "clerk")
        kinds = ("customer", "selling", "approved", "received", "buying", "sold", "booked", "provisional")
        made = {kind: order_row_id(kind, mine) for kind in kinds}
        return Target(
            party_id=mine,
            parent_id=self.network.party_id(DEALERS[code]) if code in DEALERS else self.network.party_id("N1"),
            clerk=self.network.person_id(clerk),
            shipment=order_row_id("shipment", mine),
            attached=order_row_id("attached", mine),
            product=self.tea,
            price_list=self.base,
            leaf=self.network.party_id("E11"),
            leaf_parent=self.network.party_id("E1"),
            **made,
        )

    def transport(self, role: str) -> DirectTransport:
        """The wire of an actor's device."""
        sealer = self.sealers[role]
        return self.network.transport(sealer.actor, sealer.key)

    def seal(self, sealer: Sealer, rule: Rule, code: str) -> PushItem:
        """The command, aimed at a party, in the next place of a chain."""
        return sealer.seal(rule.make(self.target(code)), rule.personal() if rule.personal else None)

    def verdict(self, role: str, rule: Rule, code: str) -> str:
        """What the server makes of the command; nothing stays."""
        item = self.seal(replace(self.sealers[role]), rule, code)
        intake = Intake(cast(Database, Undone(self.network.db)), self.network.clock)
        [ack] = intake.take(self.transport(role).sender, PushBatch(1, [item])).acks
        if (ack.status, ack.code) == ("quarantined", "not_entitled"):
            return DENY
        return ack.status if ack.status in GOOD else f"{ack.status} {ack.code}"


class Undo(Exception):
    """Ends a transaction without its effects."""


@dataclass
class Undone:
    """A database on which nothing stays."""

    db: Database

    @property
    def dialect(self) -> str:
        return self.db.dialect

    def read(self) -> AbstractContextManager[Connection]:
        return self.db.read()

    def run(self, work: Callable[[Connection], Any]) -> Any:
        result = None
        with contextlib.suppress(Undo), self.db.write() as connection:
            result = work(connection)
            raise Undo
        return result


@pytest.fixture
def actors(network: Network) -> Actors:
    return Actors(network)


def state_of(network: Network) -> dict[str, tuple[int, int]]:
    """Rows and versions of every synced table but those that tell what became of commands."""
    found = {}
    with network.db.read() as connection:
        for table in synced_tables():
            if table not in (outcome, held_command):
                sums = select(func.count(), func.coalesce(func.sum(table.c.version), 0)).select_from(table)
                rows, versions = connection.execute(sums).one()
                found[str(table.name)] = (int(rows), int(versions))
    return found


def surprises(actors: Actors, names: Iterable[str]) -> Iterator[str]:
    """Cases in which the server does something else than the table says."""
    for name in names:
        rule = RULES[name]
        for role in ROLES:
            for position, code in actors.targets(role):
                allowed = (role, position) in rule.allowed
                told = actors.verdict(role, rule, code)
                fits = told in GOOD if allowed else told == DENY
                if not fits:
                    yield f"{name} by {role} on {position} {code}: {told}, but {'allowed' if allowed else DENY}"


def test_every_command_has_a_rule() -> None:
    assert sorted(RULES) == [kind.name for kind in registry.commands()]


def test_a_command_without_a_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RULES, "orders.ship")
    with pytest.raises(AssertionError):
        test_every_command_has_a_rule()


def test_matrix_covers_every_role_and_position(actors: Actors) -> None:
    assert {actor.actor.role for actor in actors.sealers.values()} == roles.ALL
    assert {position for role in ROLES for position, _ in actors.targets(role)} == set(RELATIONS)


def test_commands_do_what_the_table_says(actors: Actors) -> None:
    assert list(surprises(actors, RULES)) == []


def test_denied_commands_leave_nothing(actors: Actors) -> None:
    """Through the whole push: quarantined with an outcome, and no row written."""
    network = actors.network
    before = state_of(network)
    for role in ROLES:
        sealer = actors.sealers[role]
        items = [
            actors.seal(sealer, rule, code)
            for rule in RULES.values()
            for position, code in actors.targets(role)
            if (role, position) not in rule.allowed
        ]
        answer = actors.transport(role).push(PushBatch(1, items))
        assert {(ack.status, ack.code) for ack in answer.acks} == {("quarantined", "not_entitled")}
        assert len(answer.acks) == len(items)
        for told in (outcome, held_command):
            assert network.count(told, told.c.device_id == sealer.actor.device_id) == len(items)
    assert state_of(network) == before


@pytest.mark.sqlite
def test_every_guard_is_needed(
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected_errors: list[logging.LogRecord],
) -> None:
    """With any one guard open, or any one command open to every role, the matrix finds a surprise."""
    with network_at(sqlite_database, tmp_path) as network:
        actors = Actors(network)
        for name in RULES:
            kind = command_named(name)
            with monkeypatch.context() as patch:
                patch.setattr(kind, "entitled", lambda _ctx, _payload: True)
                assert any(surprises(actors, [name])), f"{name}: its entitled could be removed"
            if kind.roles != roles.ALL:
                with monkeypatch.context() as patch:
                    patch.setattr(kind, "roles", roles.ALL)
                    assert any(surprises(actors, [name])) or name in GUARDED_TWICE, (
                        f"{name}: its roles could be removed"
                    )
    assert expected_errors, "some commands fail outright where they do not belong"


def test_token_does_not_speak_for_a_person_of_another_party(
    actors: Actors, expected_errors: list[logging.LogRecord]
) -> None:
    """Whoever signs in, a device seals for its own party only; the person named must work there."""
    sealer = actors.sealers["clerk"]
    command = RULES["orders.complete_sale"].make(actors.target("M1"))
    foreign = sealer.seal(command, party=actors.network.party_id("M2"))
    borrowed = sealer.seal(command, person=actors.network.person_id("m2-owner"))
    unknown = sealer.seal(command, person=HQ_PARTY_ID)
    answer = actors.transport("clerk").push(PushBatch(1, [foreign, borrowed, unknown]))
    assert [ack.code for ack in answer.acks] == ["envelope_misplaced", "not_entitled", "not_entitled"]
    assert len(expected_errors) == 1
