"""Devices tell how they are with each push and pull; the network is told of what matters, rarely."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.kernel.health import Health, health_in
from domain.kernel.ids import IdSource
from domain.kernel.release import VERSION
from domain.parties.model import device_health
from server_stub.accounts import repository as accounts
from server_stub.sync.device_health import SEEN_MS, STUCK_MS, DeviceHealth
from server_stub.sync.models import feed_commit
from tests.support.network import Counter, Network
from tests.support.online import online, sell, sync
from tests.support.processes import office

WELL = Health("1.0", 0, 0)


def reports_of(network: Network) -> DeviceHealth:
    return DeviceHealth(network.db, network.clock, IdSource(network.clock))


def known(shop: Counter) -> dict[str, object]:
    """What a counter sees of its own device."""
    return shop.rows(device_health)[shop.store.known.device_id]


def test_headquarters_and_the_own_party_see_it_and_nobody_else(network: Network) -> None:
    shop, boss, neighbour = network.counter("m1-clerk"), network.counter("admin"), network.counter("m2-clerk")
    reports = reports_of(network)
    reports.note(shop.store.known.device_id, Health("1.0", 3, 7200))
    assert reports.flush() == 1
    for each in (shop, boss, neighbour):
        each.sync()
    row = known(shop)
    assert (row["program"], row["unsent"], row["status"], row["name"]) == ("1.0", 3, "active", "前台")
    assert row["last_seen_at"] == network.clock.ms
    assert row["oldest_unsent_at"] == network.clock.ms - 7_200_000
    assert boss.rows(device_health) == {row["id"]: row}
    assert neighbour.rows(device_health) == {}


def test_feed_is_not_flooded(network: Network) -> None:
    """A day of 15-second rounds gives a line every quarter of an hour, all devices of a turn in one commit."""
    shops = [network.enrol(user)[0].device_id for user in ("m1-clerk", "m2-clerk", "n1-owner")]
    reports = reports_of(network)
    before = network.count(feed_commit)
    for turn in range(8 * 60 * 2):
        network.clock.ms += 30_000
        for device_id in shops:
            reports.note(device_id, Health("1.0", turn % 2, 5 * (turn % 2)))
            reports.note(device_id, Health("1.0", turn % 3, 5 * (turn % 3)))
        reports.flush()
    network.intake.db_number()
    quarters = 8 * 60 * 60_000 // SEEN_MS
    assert network.count(feed_commit) - before <= quarters + 1
    assert network.rows(device_health)[shops[0]]["version"] <= quarters + 1


def test_work_that_piles_up_is_told_at_once_and_its_end_too(network: Network) -> None:
    device_id = network.enrol("m1-clerk")[0].device_id
    reports = reports_of(network)

    def told(health: Health) -> bool:
        network.clock.ms += 30_000
        reports.note(device_id, health)
        return reports.flush() == 1

    assert told(WELL)
    assert not told(Health("1.0", 5, 20))
    assert told(Health("1.0", 5, STUCK_MS // 1000))
    since = network.rows(device_health)[device_id]["oldest_unsent_at"]
    assert not told(Health("1.0", 6, STUCK_MS // 1000 + 30))
    assert told(Health("2.0", 6, STUCK_MS // 1000 + 45))
    assert network.rows(device_health)[device_id]["oldest_unsent_at"] == since, "the same command waits"
    assert told(Health("2.0", 0, 0))
    assert network.rows(device_health)[device_id]["oldest_unsent_at"] == 0
    assert not told(Health("2.0", 0, 0))


def test_revoked_device_is_shown_as_such(network: Network) -> None:
    device_id = network.enrol("m1-clerk")[0].device_id
    reports = reports_of(network)
    reports.note(device_id, WELL)
    reports.flush()
    network.db.run(lambda connection: accounts.mark_device_revoked(connection, device_id))
    assert reports.flush() == 1
    row = network.rows(device_health)[device_id]
    assert (row["status"], row["program"]) == ("revoked", "1.0")
    assert reports.flush() == 0


def test_reports_of_a_failed_turn_are_kept(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    device_id = network.enrol("m1-clerk")[0].device_id
    reports = reports_of(network)
    reports.note(device_id, WELL)

    def fail(*_anything: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("server_stub.sync.repository_devices.enrolled", fail)
        with pytest.raises(ZeroDivisionError):
            reports.flush()
    assert reports.flush() == 1


@pytest.mark.sqlite
def test_program_tells_it_over_http_and_the_command_line_shows_it(sqlite_database: str, tmp_path: Path) -> None:
    with online(sqlite_database, tmp_path) as network:
        shop = network.profile("m1-clerk")
        assert not sync(shop).problem
        sell(shop, 2)
        assert sync(shop).pushed == 2
        reports = network.server.services[DeviceHealth]
        assert reports.flush() == 1
        [item] = office(sqlite_database, tmp_path, "device", "list").data["items"]
        assert (item["version"], item["unsent"], item["oldest_unsent_at"]) == (VERSION, 0, None)
        assert item["last_seen_at"]
        sell(shop)
        assert shop.store.health() == Health(VERSION, 1, shop.store.health().oldest_s)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-dealerdesk-program": "1.0"},
        {"x-dealerdesk-program": "1\n0", "x-dealerdesk-unsent": "1", "x-dealerdesk-oldest": "1"},
        {"x-dealerdesk-program": "1" * 33, "x-dealerdesk-unsent": "1", "x-dealerdesk-oldest": "1"},
        {"x-dealerdesk-program": "1.0", "x-dealerdesk-unsent": "-1", "x-dealerdesk-oldest": "1"},
        {"x-dealerdesk-program": "1.0", "x-dealerdesk-unsent": "１", "x-dealerdesk-oldest": "1"},
        {"x-dealerdesk-program": "1.0", "x-dealerdesk-unsent": "1", "x-dealerdesk-oldest": "9" * 4000},
    ],
)
def test_nonsense_is_no_report(headers: dict[str, str]) -> None:
    assert health_in(headers) is None


def test_report_comes_through_as_it_was_told() -> None:
    told = Health("1.2.3", 17, 86_400)
    assert health_in(told.headers()) == told
