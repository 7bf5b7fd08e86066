"""The start imports what order entry needs and nothing heavier; it ends ready to scan."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.bench_start import environment_of, make_profile

HEAVY = ("matplotlib", "pypinyin", "qtawesome", "pyhanko", "server_stub", "openpyxl", "psycopg", "fastapi",
         "sqlalchemy.dialects.postgresql")  # fmt: skip
AFTER_THE_WINDOW = ("requests", "urllib3", "desktop.app.console.run")
LATER = ("desktop.features.orders.orders_view", "desktop.features.products.products_view", "desktop.app.demo")


def test_the_start_imports_nothing_heavy_and_no_screen_but_the_first(tmp_path: Path) -> None:
    environment = environment_of(tmp_path / "home")
    make_profile(tmp_path / "home", environment, 50)
    command = [sys.executable, "-m", "tests.bench.opened_window", "program", "--modules"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    ready, *modules = done.stdout.splitlines()
    assert ready == "ready"
    assert "desktop.features.order_entry.order_entry_view" in modules
    assert sorted(set(modules) & {*HEAVY, *LATER}) == []


def test_network_and_grammar_are_loaded_after_the_window() -> None:
    command = [sys.executable, "-c", "import sys, desktop.app.window_main; print(*sorted(sys.modules), sep='\\n')"]
    modules = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert "desktop.app.bootstrap" in modules
    assert sorted(set(modules) & {*AFTER_THE_WINDOW, *HEAVY}) == []
