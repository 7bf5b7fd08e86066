"""Measurements that look into the product's own tables still find there what they look for: each once, very small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import CHILD

SMALL = {
    "push": {"BENCH_PUSH_ORDERS": "5"},
    "feed": {"BENCH_FEED_WRITERS": "2", "BENCH_FEED_ORDERS": "3"},
    "shops": {"BENCH_SHOPS": "2", "BENCH_SHOPS_COMMANDS": "3"},
}


@pytest.mark.parametrize("name", SMALL)
def test_a_measurement_measures(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, **SMALL[name], "BENCH_OUTPUT": str(tmp_path)}
    command = [sys.executable, "-m", "tests.bench", CHILD, name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode in (0, 1), done.stderr  # a goal may be missed at this size
    kept = tmp_path / f"{name}.json"
    assert kept.exists(), done.stderr
    first = json.loads(kept.read_text(encoding="utf-8"))[0]
    assert first["ours"] > 0
    assert first["limit"] > 0
