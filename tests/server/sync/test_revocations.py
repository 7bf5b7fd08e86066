"""A device that was shut out after the backup is shut out again by any PC that had seen it."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel import wire
from domain.kernel.ids import IdSource, stable_id
from domain.kernel.remainder import sign_revocation
from domain.parties.model import device_health
from domain.parties.queries import revocations as known_revocations
from server_stub.accounts import repository as accounts
from server_stub.accounts.keys import lease_key
from server_stub.accounts.models import device, revocation
from server_stub.sync.alarms import REVOCATION_RETURNED, SERVER_RESTORED
from server_stub.sync.device_health import DeviceHealth
from tests.server.sync.test_restored_server import alarms_of
from tests.support.backups import Backups
from tests.support.network import Counter, Network
from tests.support.seeing import assert_agrees

pytestmark = pytest.mark.usefixtures("expected_errors")


def report(network: Network, *pcs: Counter) -> None:
    reports = DeviceHealth(network.db, network.clock, IdSource(network.clock))
    for pc in pcs:
        reports.note(pc.store.known.device_id, pc.store.health())
    reports.flush()
    network.intake.db_number()


def revoke(network: Network, pc: Counter, *seen_by: Counter) -> str:
    """Shut a PC out; those others see it. Returns its id."""
    device_id = pc.store.known.device_id
    network.db.run(lambda connection: accounts.mark_device_revoked(connection, device_id))
    report(network)
    for each in seen_by:
        each.sync()
        with each.store.read() as connection:
            assert [one for one, _ in known_revocations(connection)] == [device_id]
    return device_id


def states(network: Network) -> dict[str, str]:
    with network.db.read() as connection:
        return {row.id: row.status for row in connection.execute(device.select())}


@pytest.mark.parametrize("witness", ["m1-clerk", "admin"])
def test_a_colleague_or_headquarters_brings_it_back(network: Network, backups: Backups, witness: str) -> None:
    lost, other = network.counter("m1-owner"), network.counter(witness)
    report(network, lost, other)
    backup = backups.take()
    device_id = revoke(network, lost, other)
    backups.restore(backup)
    assert states(network)[device_id] == "active"
    other.sync()
    assert states(network)[device_id] == "revoked"
    assert sorted(kind for kind, _ in alarms_of(network)) == sorted([SERVER_RESTORED, REVOCATION_RETURNED])
    report(network)
    other.sync()
    assert network.rows(device_health)[device_id]["status"] == "revoked"
    with other.store.read() as connection:
        assert [one for one, _ in known_revocations(connection)] == [device_id], (
            "told once more, should it come to that"
        )
    assert_agrees(network, other)


def test_one_that_was_enrolled_after_the_backup_too_is_remembered(network: Network, backups: Backups) -> None:
    other = network.counter("m1-clerk")
    backup = backups.take()
    lost = network.counter("m1-owner")
    report(network, lost, other)
    device_id = revoke(network, lost, other)
    backups.restore(backup)
    other.sync()
    assert device_id not in states(network)
    with network.db.read() as connection:
        assert connection.execute(revocation.select()).scalars().all() == [device_id]
        assert accounts.was_revoked(connection, device_id)


def test_only_the_servers_own_word_counts(network: Network) -> None:
    shop, other = network.counter("m1-clerk"), network.counter("n1-owner")
    victim = shop.store.known.device_id
    with network.db.read() as connection:
        key = lease_key(connection)
    lies = [
        (victim, sign_revocation(victim, Ed25519PrivateKey.generate())),
        (victim, sign_revocation(other.store.known.device_id, key)),
        (victim, ""),
        (victim, base64.b64encode(b"x" * 64).decode()),
        ("nobody", sign_revocation("nobody", key)),
        (stable_id("device", "x"), "AAAA"),
    ]
    other.transport.push(wire.PushBatch(1, [], revoked=lies))
    assert set(states(network).values()) == {"active"}
    assert network.count(revocation) == 0
    assert alarms_of(network) == []
    other.transport.push(wire.PushBatch(1, [], revoked=[*lies, (victim, sign_revocation(victim, key))]))
    assert states(network)[victim] == "revoked"
    assert [kind for kind, _ in alarms_of(network)] == [REVOCATION_RETURNED]
