"""Killed at any moment, on either side: what a counter acknowledged is at the server, once, and stock is right."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.scenarios.conservation import check_nothing_lost_or_doubled
from tests.support.faults import lossy_line, points
from tests.support.processes import KILLED, Pc, Server

ONCE_A_PUSH = {"push-stored", "push-numbered", "push-before-answer"}
PUSH_POINTS, CLIENT_POINTS = points("push-"), points("client-")
SNAPSHOT_POINTS = {"client-snapshot-chunk": (1,), "client-snapshot-built": (1,)}
"""Passed when a PC is new; every chunk in one process is in server/sync/test_snapshots.py."""
KILLS = int(os.environ.get("KILLS", "0"))
"""How often ``make soak-kills`` wants either side killed; 0 in the ordinary tests."""
RANDOM_KILLS = {"sqlite": KILLS or 50, "postgresql": KILLS or 6}


def finish(pc: Pc) -> None:
    """Start the counter once more and let it upload everything."""
    running = pc.sell(1)
    pc.listen(running)
    assert running.wait() == 0
    assert pc.do("outbox", "list")["unsent"] == 0


def test_points_are_there() -> None:
    assert len(PUSH_POINTS) >= 8
    assert len(CLIENT_POINTS) >= 8


def test_server_killed_at_every_point_of_a_push(server: Server, tmp_path: Path) -> None:
    pc = Pc(tmp_path / "pc")
    pc.enrol(server, "m1-clerk")
    pc.do("sync")
    for point in PUSH_POINTS:
        server.stop()
        server.start(point if point in ONCE_A_PUSH else f"{point}:3")
        running = pc.sell(4)
        pc.listen(running)
        assert running.wait() == 0, point
        assert server.died() == KILLED, f"{point} was passed"
        server.start()
        told = pc.do("sync")
        assert told["online"]
        assert pc.do("outbox", "list")["unsent"] == 0, point
        check_nothing_lost_or_doubled(server.database, pc)
    items = pc.do("orders", "list")["items"]
    assert len(items) == 4 * len(PUSH_POINTS)
    assert {item["sync"] for item in items} == {"exception"}, "sold below zero, and answered"


@pytest.mark.parametrize("point", CLIENT_POINTS)
def test_counter_killed_at_a_point(sqlite_server: Server, tmp_path: Path, point: str) -> None:
    pc = Pc(tmp_path / "pc")
    pc.enrol(sqlite_server, "m1-clerk")
    of_the_first_sync = point in SNAPSHOT_POINTS
    for count in SNAPSHOT_POINTS.get(point, ()):
        running = pc.sell(0, fault=f"{point}:{count}")
        pc.listen(running)
        assert running.wait() == KILLED
    pc.do("sync")
    if not of_the_first_sync:
        for count in (1, 2, 3):
            running = pc.sell(6, sync_every=2, fault=f"{point}:{count}")
            pc.listen(running)
            assert running.wait() == KILLED, f"{point}:{count} was passed"
    finish(pc)
    sales = check_nothing_lost_or_doubled(sqlite_server.database, pc, kills=3)
    assert len(pc.do("orders", "list", "--limit", "1000")["items"]) == sales
    assert [item["on_hand"] for item in pc.do("stock", "list")["items"]] == [str(-sales)]
    assert not sqlite_server.complaints()


def test_random_kills_of_both_sides(server: Server, tmp_path: Path, database_kind: str) -> None:
    chance = random.Random(20_270_115)
    pc = Pc(tmp_path / "pc")
    pc.enrol(server, "m1-clerk")
    pc.do("sync")
    running = pc.sell(10_000, sync_every=3)
    kills = 0
    for _ in range(RANDOM_KILLS[database_kind]):
        pc.listen(running, chance.randrange(1, 12))
        running.linger(chance.random() * 0.03)
        if chance.random() < 0.5:
            server.kill()
            server.start()
        else:
            pc.kill(running)
            kills += 1
            running = pc.sell(10_000, sync_every=3)
    pc.kill(running)
    finish(pc)
    assert check_nothing_lost_or_doubled(server.database, pc, kills=kills + 1) > RANDOM_KILLS[database_kind]


def test_answers_lost_twenty_times(server: Server, tmp_path: Path) -> None:
    pc = Pc(tmp_path / "pc")
    with lossy_line(server.port, "/v1/sync/push") as line:
        pc.do("enrol", "--server", line.url, "--user", "m1-clerk", "--password-stdin", stdin="白云山-42\n")
        pc.do("sync")
        for _ in range(3):
            pc.acknowledged.append(pc.do("order", "sale", "--line", "TEA:1")["number"])
        line.lose = 20
        for _ in range(20):
            said = pc.run("sync")
            assert (said.code, said.data["online"]) == (1, False)
        assert line.lost == 20
        assert pc.do("outbox", "list")["unsent"] == 3, "what nobody answered for is still to be uploaded"
        told = pc.do("sync")
        assert (told["pushed"], told["excepted"]) == (3, 3)
    assert check_nothing_lost_or_doubled(server.database, pc) == 3
