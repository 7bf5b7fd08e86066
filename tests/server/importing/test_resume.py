"""An import that is killed leaves whole batches; the next run goes on behind them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from server_stub.importing.runner import AFTER_BATCH
from server_stub.importing.sales import SalesImporter
from server_stub.sync.commit import AFTER_APPLY, AFTER_RECEIPT
from tests.server.importing.desk import Desk, desk_at
from tests.server.importing.retail import expected, write_made
from tests.support.data import ROOT

LINES, BATCH = 1_000, 300
KILLED = 137


@pytest.fixture
def past(tmp_path: Path) -> Path:
    return write_made(tmp_path / "past.csv", LINES)


def run(url: str, past: Path, folder: Path, fault: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.server.importing.clerk", url, str(past), str(folder), str(BATCH)]
    environment = {**os.environ, "DEALERDESK_FAULT": fault}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def check_whole(desk: Desk, past: Path) -> None:
    """Everything is there, once."""
    assert len(desk.remembered()) == LINES
    report = desk.sales("product")
    assert {row.pop("key"): row for row in report.pop("rows")} == expected(past)["product"]
    assert report == expected(past)["whole"][""]
    assert desk.differences() == []


@pytest.mark.parametrize("fault", [f"{AFTER_APPLY}:2", f"{AFTER_RECEIPT}:3", f"{AFTER_BATCH}:1", f"{AFTER_BATCH}:4"])
def test_killed_and_run_again(database_url: str, tmp_path: Path, past: Path, fault: str) -> None:
    killed = run(database_url, past, tmp_path, fault)
    assert (killed.returncode, killed.stdout) == (KILLED, ""), killed.stderr
    again = run(database_url, past, tmp_path)
    assert again.returncode == 0, again.stderr
    imported, duplicates, rejected = map(int, again.stdout.split())
    assert (imported + duplicates, rejected) == (LINES, 0)
    with desk_at(database_url, tmp_path) as desk:
        check_whole(desk, past)


def test_two_imports_of_one_file_at_once(
    database_url: str, tmp_path: Path, past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SalesImporter, "most", 50)
    results: list[int] = []

    def take(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        with desk_at(database_url, folder) as desk:
            results.append(desk.take("sales", past).imported)

    clerks = [threading.Thread(target=take, args=(name,)) for name in ("one", "two")]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sum(results) == LINES
    with desk_at(database_url, tmp_path) as desk:
        check_whole(desk, past)
