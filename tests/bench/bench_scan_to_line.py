"""scan-to-line: from a burst's last key to the painted line, in the program's own window with 100,000 products.

The order has a hundred lines when the measured scans begin; half of these add a line, half add to one that is there.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from desktop.store import cache
from domain.catalogue.model import price, price_list
from domain.kernel.clock import SystemClock
from domain.kernel.ids import stable_id
from domain.kernel.tables import complete, row_values
from tests.bench.bench_start import PRODUCTS, environment_of, make_profile
from tests.bench.lines import Line
from tests.support.products import MadeProduct, make_products

LINES = 100
MEASURED = 60
GOAL_MS = 50.0


def measure(products: int = PRODUCTS, lines: int = LINES, scans: int = MEASURED) -> Iterator[Line]:
    """Median and p95 of the scans behind the hundredth line."""
    with TemporaryDirectory(prefix="bench") as name:
        home = Path(name) / "home"
        environment = environment_of(home)
        make_profile(home, environment, products)
        made = [each for each in make_products(products) if each.barcodes and each.status == "listed"]
        give_prices(home, environment, made)
        step = max(1, len(made) // (lines + scans))
        codes = [each.barcodes[0] for each in made[::step]]
        first, more = codes[:lines], codes[lines : lines + scans // 2]
        asked = [*first, *(code for pair in zip(more, first, strict=False) for code in pair)]
        command = [sys.executable, "-m", "tests.bench.used_window", "scan", *asked]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
        told = json.loads(done.stdout)
        found = told["ms"][lines:]
        if told["lines"] != len(set(asked)) or len(found) < scans - 1:
            raise RuntimeError(f"{told['lines']} lines of {len(set(asked))}")
    yield Line("scan to painted line, p95", "ms", statistics.quantiles(found, n=20)[18], goal=GOAL_MS)
    yield Line("scan to painted line, p50", "ms", statistics.median(found))
    yield Line("scan to painted line, worst", "ms", max(found))


def give_prices(home: Path, environment: dict[str, str], made: list[MadeProduct]) -> None:
    """A retail list with a price for every product."""
    profile = Profile(Paths(home), SystemClock(), environment)
    list_id = stable_id("list", "RETAIL")
    prices = [
        {"id": stable_id("price", each.id), "price_list_id": list_id, "product_id": each.id, "price": 50_000 + at,
         "valid_from": "2020-01-01"}
        for at, each in enumerate(made)
    ]  # fmt: skip
    with profile.store.cache.write() as connection:
        retail = {"id": list_id, "code": "RETAIL", "name": "零售价"}
        connection.exec_driver_sql(
            cache.insert_sql(price_list), [tuple(row_values(price_list, complete(price_list, retail)))]
        )
        rows = [tuple(row_values(price, complete(price, each))) for each in prices]
        connection.exec_driver_sql(cache.insert_sql(price), rows)
    profile.close()
