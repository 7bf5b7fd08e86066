"""stall: the longest time for which the window's thread answers nothing while 100,000 rows and more come down.

Twice: by the feed, as after days without network, and by a snapshot, as on a new PC. The limit beside it is the worst
tick of the same window while it only waits: what the machine itself does to a thread.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.bench.bench_first_sync import MAPPING, write_history
from tests.bench.bench_start import environment_of
from tests.bench.lines import Line
from tests.bench.network import Served, run_server, sell, served, sync

ROWS = 100_000
SALES, LINES_EACH = 2000, 25
PRODUCTS = 200
GOAL_MS = 100.0


def measure() -> Iterator[Line]:
    """The worst lateness of each pull."""
    with served(PRODUCTS) as network:
        shop, other = network.profile("shop", "shop"), network.profile("other", "shop")
        sync(shop)
        sync(other)
        shop.close()
        sell(other, SALES, LINES_EACH, PRODUCTS)
        sync(other)
        other.close()
        yield line("by the feed", used(network, "shop"), SALES)
        quiet = used(network, "shop")
        history = network.folder / "history.csv"
        write_history(history)
        words = ("import", "sales", str(history), "--mapping", str(MAPPING), "--dealer", "S1")
        run_server(network.folder, network.database, *words)
        network.profile("new", "shop").close()
        yield line("by a snapshot", used(network, "new"), ROWS)
        yield Line("longest stall, nothing to pull", "ms", quiet["late"][-1])


def line(what: str, told: dict[str, Any], least: int) -> Line:
    """One result, which must have pulled what there was."""
    if told["problem"] or told["pulled"] < least:
        raise RuntimeError(f"pulled {told['pulled']} ({told['problem']})")
    return Line(f"longest stall, {what}", "ms", told["late"][-1], goal=GOAL_MS)


def used(network: Served, name: str) -> dict[str, Any]:
    """The window of a client, opened until its first round has ended."""
    environment = environment_of(network.folder / name)
    environment["DEALERDESK_KEYFILE"] = str(network.folder / f"{name}.key")
    command = [sys.executable, "-m", "tests.bench.used_window", "stall"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=900)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
