"""The figures for operations: well formed, counted rightly, for this machine or with the token, and naming nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from server_stub.kit.metrics import Family, Tally, exposition
from server_stub.sync.alarms import DEVICE_FORKED, raise_alarm
from tests.server.sync.test_parked import broken
from tests.support.factories.parties import PARTIES, person_for
from tests.support.online import Online, online, sell, sync

pytestmark = pytest.mark.usefixtures("expected_errors")
TOKEN = "a-token-of-the-operator"
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9.e+]+)')
Figures = dict[str, float]


@pytest.fixture
def network(database_url: str, tmp_path: Path) -> Iterator[Online]:
    with online(database_url, tmp_path, metrics_token=TOKEN) as made:
        yield made


def asked(network: Online, **headers: str) -> requests.Response:
    return requests.get(f"{network.url}/metrics", headers=headers, timeout=30)


def read(text: str) -> Figures:
    """The values by name and labels; every sample stands behind the HELP and TYPE of its name, each told once."""
    found: Figures = {}
    told: list[str] = []
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            told.append(line.split()[2])
        elif line.startswith("# TYPE "):
            assert line.split()[2] == told[-1]
            assert line.split()[3] in ("counter", "gauge")
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == told[-1]
            assert line.rpartition(" ")[0] not in found
            found[line.rpartition(" ")[0]] = float(sample[3])
    assert sorted(set(told)) == told
    return found


def test_what_happened_is_counted(network: Online, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read(asked(network).text)
    clerk = network.profile(person_for("M1", "clerk"))
    sync(clerk)
    sell(clerk)
    with broken("orders.complete_sale", monkeypatch):
        sync(clerk)
    sell(clerk, 2)
    sync(clerk)
    network.server.db.run(lambda connection: raise_alarm(connection, DEVICE_FORKED, clerk.store.known.device_id, {}, 5))
    requests.get(f"{network.url}/v1/nothing-of-ours", timeout=30)
    found = read(asked(network).text)
    assert found['dealerdesk_requests_total{method="POST",route="/v1/enrol",status="200"}'] == 1
    assert found['dealerdesk_requests_total{method="(none)",route="(none)",status="404"}'] == 1
    assert found['dealerdesk_commands_total{outcome="parked"}'] == 1
    assert found['dealerdesk_commands_total{outcome="exception"}'] == 2
    assert found['dealerdesk_held_commands{state="parked"}'] == 1
    assert found['dealerdesk_held_commands{state="quarantined"}'] == 0
    assert found["dealerdesk_feed_sequence"] >= before["dealerdesk_feed_sequence"] + 3
    assert 0 < found["dealerdesk_feed_commits"] <= found["dealerdesk_feed_sequence"]
    assert found["dealerdesk_feed_unnumbered"] == 0
    assert found["dealerdesk_devices"] == before["dealerdesk_devices"] + 1
    assert found["dealerdesk_alarms_unseen"] == 1


def test_ages_of_devices(network: Online) -> None:
    clerk = network.profile(person_for("M1", "clerk"))
    sync(clerk)
    with network.server.db.write() as connection:
        now = network.server.clock.now_ms()
        columns = "id, version, party_id, number, name, status, program, last_seen_at, unsent, oldest_unsent_at, alarms"
        row = (clerk.store.known.device_id, clerk.store.known.party_id, now - 2 * 3_600_000, now - 90_000)
        connection.exec_driver_sql(
            f"INSERT INTO device_health ({columns}, repairs, revocation)"
            f" VALUES ('{row[0]}', 1, '{row[1]}', 1, '', 'active', '', {row[2]}, 1, {row[3]}, 0, 0, '')"
        )
    found = read(asked(network).text)
    assert [found[f'dealerdesk_devices_seen{{within="{one}"}}'] for one in ("1h", "1d", "7d")] == [0, 1, 1]
    assert 89 < found["dealerdesk_oldest_unsent_seconds"] < 600


def test_for_others_there_is_no_such_route(network: Online) -> None:
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    refused = asked(network, **elsewhere)
    unknown = requests.get(f"{network.url}/v1/nothing-of-ours", timeout=30)
    assert (refused.status_code, refused.json()) == (unknown.status_code, unknown.json())
    assert asked(network, **elsewhere, Authorization=f"Bearer {TOKEN}x").status_code == 404
    assert asked(network, **elsewhere, Authorization="Bearer ").status_code == 404
    assert asked(network, **elsewhere, Authorization=f"Bearer {TOKEN}").status_code == 200
    assert asked(network).headers["Content-Type"].startswith("text/plain; version=0.0.4")


def test_nobody_is_named(network: Online) -> None:
    clerk = network.profile(person_for("M1", "clerk"))
    sync(clerk)
    sell(clerk)
    sync(clerk)
    text = asked(network).text
    known = clerk.store.known
    for word in (known.device_id, known.party_id, known.person_name, known.party_name, *PARTIES):
        assert f'"{word}"' not in text


def test_without_a_token_nobody_gets_in_by_an_empty_one(sqlite_database: str, tmp_path: Path) -> None:
    with online(sqlite_database, tmp_path) as network:
        assert asked(network, **{"X-Real-IP": "10.0.0.7"}, Authorization="Bearer ").status_code == 404
        assert asked(network).ok


def test_text_is_escaped_and_numbers_are_numbers() -> None:
    tally = Tally(("why",))
    tally.add('a "quoted" \\ line\nand another')
    tally.add("plain", by=3)
    odd = tally.family("odd_total", "What\nit says \\ means.")
    text = exposition([odd, Family("some", "gauge", "Some.", {(): 0.25})]).decode()
    assert text == (
        "# HELP odd_total What\\nit says \\\\ means.\n# TYPE odd_total counter\n"
        'odd_total{why="a \\"quoted\\" \\\\ line\\nand another"} 1\nodd_total{why="plain"} 3\n'
        "# HELP some Some.\n# TYPE some gauge\nsome 0.25\n"
    )
    assert read(text)["some"] == 0.25
