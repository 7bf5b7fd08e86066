"""The window as a real process: it is killed, and command lines are handed to it while it is open."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desktop.app.home import furnish
from tests.support.processes import run_process

CLI = "desktop.app.cli"
RICE, SAUCE = "6902969882347", "6902265360100"
THREE = [["A001", 2_000], ["A002", 1_000]]


@contextmanager
def running(environment: Mapping[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed at the end, without a chance to tidy up."""
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str], wanted: list[list[Any]]) -> list[list[Any]]:
    """What the window says is kept, up to what is wanted."""
    assert process.stdout is not None
    said: list[list[Any]] = []
    for line in process.stdout:
        said = json.loads(line)
        if said == wanted:
            return said
    return said


def test_lines_just_scanned_survive_a_kill(tmp_path: Path) -> None:
    environment = furnish(tmp_path / "home")
    with running(environment, "tests.desktop.app.cashier", RICE, SAUCE, RICE) as first:
        assert told(first, THREE) == THREE
    with running(environment, "tests.desktop.app.cashier") as second:
        assert told(second, THREE) == THREE


def test_a_command_line_is_handed_to_the_open_window(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = furnish(home)
    with running(environment, CLI, "app") as window:
        while not (home / "instance.json").exists():
            assert window.poll() is None
        sold = run_process(CLI, ["order", "sale", "--line", "A001:2", "--pay", "cash:100", "--json"], environment)
        assert (sold.code, sold.err) == (0, "")
        assert (sold.data["total"], sold.data["state"]) == ("93.60", "completed")
        listed = run_process(CLI, ["outbox", "list", "--json"], environment)
        assert (listed.data["unsent"], listed.data["amount"]) == (1, "93.60")
        refused = run_process(CLI, ["order", "sale", "--line", "NOWHERE:1"], environment)
        assert refused.code == 1
        assert refused.err
        assert run_process(CLI, ["app"], environment).code == 1
