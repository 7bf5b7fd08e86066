"""The window that measurements use sees its lines painted, in a small catalogue too."""

from __future__ import annotations

from tests.bench.bench_scan_to_line import measure


def test_scans_of_new_and_of_known_goods_are_both_measured() -> None:
    p95, p50, worst = measure(products=80, lines=4, scans=6)
    assert 0 < p50.ours <= worst.ours
    assert p95.goal
