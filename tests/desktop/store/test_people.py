"""The people of a PC against what the network says of them: stamps, suspension, whose drafts are whose."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop.features.network import operations
from desktop.store.people import People
from desktop.store.stretching import Cost
from desktop.store.vault import PASSWORD, PIN, Vault
from domain.kernel.errors import DomainError
from tests.support.factories.parties import person_for
from tests.support.network import Counter, Network

OWNER, CLERK = person_for("M1", "owner"), person_for("M1", "clerk")
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


class Pc:
    """A counter of the shop M1 with its people."""

    def __init__(self, network: Network, user: str) -> None:
        self.network = network
        self.counter: Counter = network.counter(user)
        key = os.urandom(32)
        self.vault = Vault(self.counter.folder / "vault.bin", lambda: key, self.counter.clock, cost=Cost(8, 1))
        self.people = People(self.vault, lambda: self.counter.store, lambda: self.counter.secrets.database_key)

    def id_of(self, name: str) -> str:
        return self.network.person_id(name)

    def arrive(self, name: str) -> None:
        """Somebody signed in online here and chose a PIN."""
        store = self.counter.store
        store.set_identity(replace(store.known, person_id=self.id_of(name), person_name=name))
        self.people.password_given(self.id_of(name), "passwort")
        self.people.set_pin("2580")

    def try_in(self, name: str, secret: str) -> str:
        """The kind of secret, or why not."""
        try:
            return self.people.enter(self.id_of(name), secret)
        except DomainError as error:
            return error.code


@pytest.fixture
def pcs(network: Network) -> Iterator[tuple[Pc, Pc]]:
    """The owner's PC, and the counter where the clerk works."""
    owner, counter = Pc(network, OWNER), Pc(network, CLERK)
    counter.arrive(OWNER)
    counter.arrive(CLERK)
    yield owner, counter


def test_a_pin_reset_elsewhere_ends_here_with_the_next_sync(pcs: tuple[Pc, Pc]) -> None:
    owner, counter = pcs
    operations.reset_pin(owner.counter.store, counter.id_of(CLERK))
    owner.counter.sync()
    assert counter.try_in(CLERK, "2580") == PIN, "nobody has told this PC yet"
    counter.counter.sync()
    assert counter.try_in(CLERK, "2580") == "pin_was_reset"
    assert counter.try_in(CLERK, "passwort") == PASSWORD, "the password goes on"
    counter.people.set_pin("7410")
    counter.people.reconcile()
    assert counter.try_in(CLERK, "7410") == PIN, "the new one was chosen under the new stamp"
    assert counter.try_in(OWNER, "2580") == PIN, "the colleague's is untouched"


def test_a_password_set_elsewhere_ends_password_and_pin_here(pcs: tuple[Pc, Pc]) -> None:
    owner, counter = pcs
    operations.set_password(owner.counter.store, counter.id_of(CLERK), password_hash=HASH)
    owner.counter.sync()
    counter.counter.sync()
    counter.people.reconcile()
    assert [counter.try_in(CLERK, secret) for secret in ("passwort", "2580")] == ["no_secret_here"] * 2


def test_changing_ones_own_password_keeps_the_pins(pcs: tuple[Pc, Pc]) -> None:
    _, counter = pcs
    operations.set_password(counter.counter.store, counter.id_of(CLERK), password_hash=HASH)
    counter.people.password_given(counter.id_of(CLERK), "neues-wort")
    counter.counter.sync()
    assert counter.people.reconcile()
    assert [counter.try_in(CLERK, secret) for secret in ("neues-wort", "2580", "passwort")] == [
        PASSWORD,
        PIN,
        "secret_wrong",
    ]


def test_somebody_suspended_does_not_come_in(pcs: tuple[Pc, Pc]) -> None:
    owner, counter = pcs
    operations.edit_person(owner.counter.store, counter.id_of(CLERK), role="clerk", status="suspended")
    owner.counter.sync()
    counter.counter.sync()
    assert counter.try_in(CLERK, "2580") == "person_suspended"
    assert CLERK not in [one.name for one in counter.people.here()]
    assert not counter.people.reconcile(), "who works here now may not go on"


def test_a_changed_role_counts_from_the_next_time(pcs: tuple[Pc, Pc]) -> None:
    owner, counter = pcs
    operations.edit_person(owner.counter.store, counter.id_of(CLERK), role="warehouse", status="active")
    owner.counter.sync()
    counter.counter.sync()
    assert counter.try_in(CLERK, "2580") == PIN
    assert counter.people.known.role == "warehouse"


def test_drafts_are_their_owners_and_held_ones_everybodys(pcs: tuple[Pc, Pc]) -> None:
    _, counter = pcs
    ledger = counter.counter.store.ledger
    ledger.save_draft("current", "sale", "clerk's", 1)
    ledger.save_draft("h1", "sale-held", "held", 1)
    assert counter.try_in(OWNER, "2580") == PIN
    assert ledger.drafts("sale") == []
    assert [row["body"] for row in ledger.drafts("sale-held")] == ["held"]
    ledger.save_draft("current", "sale", "owner's", 2)
    ledger.move_draft("h1", ("current", "sale", "recalled"), 3)
    assert ledger.drafts("sale-held") == []
    assert counter.try_in(CLERK, "2580") == PIN
    assert [(row["id"], row["body"]) for row in ledger.drafts("sale")] == [("current", "clerk's")]
    ledger.drop_draft("current")
    assert ledger.drafts("sale") == []
    assert counter.try_in(OWNER, "2580") == PIN
    assert [row["body"] for row in ledger.drafts("sale")] == ["recalled"]
