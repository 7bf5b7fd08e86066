"""Limits of pushes and pulls over real HTTP, and a client that keeps to what it is told."""

from __future__ import annotations

import json
import select
import socket
from contextlib import ExitStack
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from desktop.sync.http import HttpClient
from desktop.sync.transport import ServerBusy
from domain.attachments.rules import MIB
from domain.kernel import wire
from domain.kernel.clock import FixedClock, SystemClock
from domain.kernel.remainder import MOST_BYTES
from domain.orders.model import orders
from server_stub.sync.push import LONGEST_MS, Intake
from tests.support.network import NOON, Network
from tests.support.online import Online, online, sell, sync

pytestmark = pytest.mark.sqlite


def token_of(network: Online, user: str = "m1-clerk") -> str:
    profile = network.profile(user)
    kept = profile.tokens.load()
    assert kept is not None
    return str(kept["access_token"])


def announce(stack: ExitStack, network: Online, path: str, size: int, head: str = "") -> socket.socket:
    """A line on which a body of so many bytes was announced, and of which nothing is ever sent."""
    address = urlsplit(network.url)
    line = stack.enter_context(socket.create_connection((address.hostname, address.port or 80), timeout=30))
    line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {size}\r\n\r\n".encode())
    return line


def test_device_that_asks_too_often_is_told_when_to_come_back(sqlite_database: str, tmp_path: Path) -> None:
    clock = FixedClock(SystemClock().now_ms())  # it stands: on a slow machine too nothing is given back meanwhile
    with online(sqlite_database, tmp_path, clock, sync_requests_per_device=60) as network:
        shop, other = network.profile("m1-clerk"), network.profile("m2-clerk")
        assert not sync(shop).problem
        sell(shop)
        client, kept = HttpClient(network.url), shop.tokens.load()
        assert kept is not None
        token = kept["access_token"]
        with pytest.raises(ServerBusy):
            for _ in range(61):
                client.call("GET", "/v1/sync/snapshot", token=token)
        answer = requests.get(network.url + "/v1/sync/feed", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) == answer.json()["params"]["seconds"] > 0
        result = sync(shop)
        assert (result.problem, result.online) == ("too_many_requests", True)
        assert 0 < result.retry_after <= 20
        assert shop.store.ledger.unsent().number == 1, "kept"
        client.call("GET", "/v1/sync/snapshot", token=other.tokens.load()["access_token"])  # type: ignore[index]
        client.close()


def test_uploads_beyond_the_room_are_refused_before_they_are_read(sqlite_database: str, tmp_path: Path) -> None:
    """A body of which nothing is ever sent: the refusal comes all the same, so nothing was waited for."""
    with online(sqlite_database, tmp_path, push_megabytes=64) as network:
        head = f"Authorization: Bearer {token_of(network)}\r\n"
        with ExitStack() as stack:
            lines = [announce(stack, network, "/v1/sync/push", 30 * MIB, head) for _ in range(3)]
            answers = select.select(lines, [], [], 30)[0]
            assert len(answers) == 1
            answer = HTTPResponse(answers[0])
            answer.begin()
            assert answer.status == 429
            assert json.loads(answer.read())["code"] == "server_busy"
            assert int(answer.headers["Retry-After"]) >= 1
        # The others gave up: a shop is served.
        shop = network.profile("m2-clerk")
        assert not sync(shop).problem
        sell(shop)
        assert sync(shop).pushed == 1


def test_strangers_who_announce_much_and_send_nothing_keep_no_shop_out(sqlite_database: str, tmp_path: Path) -> None:
    """What a PC that is shut out hands in is taken without a session: anybody may begin to send such a box."""
    sizes = [MOST_BYTES] * 2 + [MIB] * 17
    with online(sqlite_database, tmp_path, push_megabytes=64) as network, ExitStack() as stack:
        shop = network.profile("m1-clerk")
        assert not sync(shop).problem
        lines = [announce(stack, network, "/v1/devices/remainder", size) for size in sizes]
        assert select.select(lines, [], [], 30)[0], "some are refused: the others hold what strangers may"
        sell(shop)
        assert sync(shop).pushed == 1


def test_too_big_a_batch_and_too_much_unpacked_are_refused(sqlite_database: str, tmp_path: Path) -> None:
    with online(sqlite_database, tmp_path) as network:
        shop = network.profile("m1-clerk")
        assert not sync(shop).problem
        sell(shop)
        [(sequence, sealed)] = shop.store.ledger.push_from(1, 1, 10)
        many = wire.PushBatch(1, [wire.PushItem(sequence, sealed)] * 501)
        headers = {"Authorization": f"Bearer {shop.tokens.load()['access_token']}"}  # type: ignore[index]
        for data, code in ((wire.pack(many), "too_many_envelopes"), (wire.pack(b"0" * 80_000_000), "bad_encoding")):
            answer = requests.post(network.url + "/v1/sync/push", data=data, headers=headers, timeout=30)
            assert (answer.status_code, answer.json()["code"]) == (422, code)


class TickingClock(FixedClock):
    """Every look at it takes a while."""

    def now_ms(self) -> int:
        self.ms += LONGEST_MS // 4
        return self.ms


def test_long_batch_is_taken_in_turns(network: Network) -> None:
    """The server works on a push for a while; what is left comes again, and the counter goes on by itself."""
    shop = network.counter("m1-clerk")
    for _ in range(20):
        shop.sell()
    shop.transport.intake = Intake(network.db, TickingClock(NOON))
    answer = shop.transport.push(shop.batch())
    assert 0 < len(answer.acks) < 20
    assert answer.expected == len(answer.acks) + 1
    assert shop.sync().pushed == 20
    assert network.count(orders) == 20


@pytest.mark.parametrize("seconds", [0, -5, 10**9, "soon", None])
def test_nonsense_for_seconds_means_soon(seconds: object) -> None:
    assert ServerBusy("server_busy", seconds=seconds).seconds == 1
    assert ServerBusy("server_busy", seconds=77).seconds == 77
