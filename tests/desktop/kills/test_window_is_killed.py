"""Real windows, killed by SIGKILL: with something in hand on every screen, and in the middle of what they do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.desktop.app.home import furnish
from tests.desktop.app.test_window_process import running

WORKER = "tests.desktop.kills.worker"
EVERYWHERE = ("sell", "hold", "sell", "part", "take_back", "order", "count_goods", "count_cash")
SOLD = "orders.complete_sale"


def told(environment: Mapping[str, str], *steps: str) -> dict[str, Any]:
    """What a window shows after these steps; then it is killed."""
    with running(environment, WORKER, *steps) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(len(steps) + 1)]
        found: dict[str, Any] = json.loads(lines[-1])
        return found


def test_what_is_in_hand_on_every_screen_is_there_again(tmp_path: Path) -> None:
    environment = furnish(tmp_path / "home")
    first = told(environment, *EVERYWHERE)
    assert first["cash"] == 312_50
    assert json.loads(first["sale"])["parts"] == [["card", 20_00]]
    assert (len(first["held"]), first["amounts"], first["order"][2]) == (1, [45_00, 45_00], "soon")
    assert told(environment) == first


def test_killed_while_it_seals_a_sale_all_of_it_is_there_or_nothing(tmp_path: Path) -> None:
    """Nobody waits for the step to be done: the kill falls somewhere into it."""
    environment = furnish(tmp_path / "home")
    with running(environment, WORKER, "sell", "pay") as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "pay":
            assert process.poll() is None
    after = told(environment)
    codes = [line["code"] for line in json.loads(after["sale"])["lines"]]
    assert (codes, after["sealed"]) in ((["A001", "A002"], []), ([], [SOLD]))
