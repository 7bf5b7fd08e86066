"""empty-sync: a round with nothing new, against one bare authenticated request to the same server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from desktop.sync.http import HttpTransport
from tests.bench.lines import Line
from tests.bench.network import served, sync

ROUNDS = 200


def measure() -> Iterator[Line]:
    """Median round against median request, and how many requests a round makes."""
    with served(50) as network:
        shop = network.profile("shop", "shop")
        sync(shop)
        counted = counting(shop.transport)
        sync(shop)
        requests = counted[0]
        ours, bare = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            shop.transport.get("/v1/me")
            bare.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            sync(shop)
            ours.append((time.perf_counter() - start) * 1000)
        shop.close()
    yield Line("round with nothing new, p50", "ms", statistics.median(ours), statistics.median(bare), ratio_goal=4.0)
    yield Line("requests of such a round", "", float(requests), goal=3.0)


def counting(transport: HttpTransport) -> list[int]:
    """Counts the requests that go out from now on."""
    counted = [0]
    session = transport.client._http
    session.hooks["response"].append(lambda *_args, **_more: counted.__setitem__(0, counted[0] + 1))
    return counted
