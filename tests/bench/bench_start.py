"""start: from the start of the process to order entry painted and ready to scan, with 100,000 products in the cache.

The limit is a bare window of the same toolkit that has imported the libraries any such client needs. Both have their
byte code ready: one start of each is thrown away.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.app.profile import Profile
from desktop.platform.paths import Paths
from desktop.store import cache, price_index, search_index
from desktop.store.identity import Identity
from domain import registry
from domain.catalogue.model import barcode, product
from domain.kernel.clock import SystemClock
from domain.kernel.ids import stable_id
from domain.kernel.tables import complete, row_values
from domain.parties.model import party
from server_stub.catalogue.pinyin import search_keys
from tests.bench.lines import Line
from tests.support.products import MadeProduct, make_products

PRODUCTS = 100_000
STARTS = 9
RATIO = 1.6
SHOP = stable_id("p", "S1")


def measure(products: int = PRODUCTS, starts: int = STARTS) -> Iterator[Line]:
    """The median of several starts of each, taken in turn."""
    with TemporaryDirectory(prefix="bench") as name:
        home = Path(name) / "home"
        environment = environment_of(home)
        make_profile(home, environment, products)
        ours, limit = [], []
        for number in range(starts + 1):
            pair = seconds_to_ready("program", environment), seconds_to_ready("bare", environment)
            if number:
                ours.append(pair[0])
                limit.append(pair[1])
    yield Line("start to order entry, median", "s", statistics.median(ours), statistics.median(limit), ratio_goal=RATIO)
    yield Line("start to order entry, worst", "s", max(ours), max(limit))


def environment_of(home: Path) -> dict[str, str]:
    """A counter's surroundings without a screen; byte code is written, as on any PC."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEALERDESK_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "QT_QPA_PLATFORM": "offscreen",
        "DEALERDESK_HOME": str(home),
        "DEALERDESK_KEYRING": "file",
        "DEALERDESK_KEYFILE": str(home.with_name("key")),
    }


def seconds_to_ready(which: str, environment: dict[str, str]) -> float:
    """One start of one of the two programs."""
    command = [sys.executable, "-m", "tests.bench.opened_window", which]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        took = time.perf_counter() - began
        running.stdout.read()
    if line != "ready\n":
        raise RuntimeError(f"{which} did not start: {line!r}")
    return took


def make_profile(home: Path, environment: dict[str, str], products: int) -> None:
    """A signed-in shop whose cache holds that many products, as a snapshot leaves it: indexed and priced."""
    registry.commands()
    profile = Profile(Paths(home), SystemClock(), environment)
    person_id = stable_id("person", "S1")
    profile.store.set_identity(
        Identity("d" * 8, 3, 1, SHOP, "S1", "城东店", person_id, "王芳", "owner", "db", "http://127.0.0.1:1")
    )
    profile.tokens.save({"access_token": "", "refresh_token": "", "expires_at": 2**60})
    with profile.store.cache.write() as connection:
        shop = {"id": SHOP, "code": "S1", "name": "城东店", "tier": 2, "home": 1, "currency": "CNY"}
        connection.exec_driver_sql(cache.insert_sql(party), [tuple(row_values(party, complete(party, shop)))])
        made = list(make_products(products))
        connection.exec_driver_sql(cache.insert_sql(product), [_product(each) for each in made])
        codes = [_barcode(each.id, code) for each in made for code in each.barcodes]
        connection.exec_driver_sql(cache.insert_sql(barcode), codes)
        search_index.rebuild(connection)
        price_index.renew_all(connection, SHOP)
    profile.close()


def _product(each: MadeProduct) -> tuple[object, ...]:
    pinyin, initials = search_keys(each.name)
    row = {name: getattr(each, name) for name in ("id", "code", "name", "spec", "unit", "status")}
    return tuple(row_values(product, complete(product, {**row, "pinyin": pinyin, "initials": initials})))


def _barcode(product_id: str, code: str) -> tuple[object, ...]:
    row = {"id": f"{product_id}{code}", "product_id": product_id, "code": code}
    return tuple(row_values(barcode, complete(barcode, row)))
