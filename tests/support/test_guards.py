"""The guards themselves: each is given the carelessness it is there for."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QThread, QTimer

from tests.support import data
from tests.support.logged_errors import ErrorCollector
from tests.support.no_dangling import QtWatch, dangling_threads
from tests.support.no_network import OutsideConnection

ROOT = Path(__file__).resolve().parents[2]


def test_outside_connection_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnection, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        server.accept()[0].close()


def test_logged_error_becomes_a_complaint() -> None:
    collector = ErrorCollector()
    collector.handle(
        logging.makeLogRecord({"name": "sync", "levelno": logging.ERROR, "msg": "push %s", "args": ("x",)})
    )
    assert collector.complaint() == "errors were logged: sync: push x"


def test_expected_errors_are_handed_to_the_test(expected_errors: list[logging.LogRecord]) -> None:
    logging.getLogger("sync").error("gone")
    assert [record.getMessage() for record in expected_errors] == ["gone"]


def test_thread_that_runs_on_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.no_dangling.GRACE_SECONDS", 0.0)
    before, release = set(threading.enumerate()), threading.Event()
    thread = threading.Thread(target=release.wait, name="careless")
    thread.start()
    assert dangling_threads(before) == ["careless"]
    release.set()
    thread.join()
    assert dangling_threads(before) == []


def test_daemon_thread_is_left_alone() -> None:
    before, release = set(threading.enumerate()), threading.Event()
    threading.Thread(target=release.wait, daemon=True).start()
    assert dangling_threads(before) == []
    release.set()


def test_timer_that_runs_on_is_named(qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = QtWatch(monkeypatch)
    timer = QTimer(qapp)
    timer.start(60_000)
    assert "timer" in watch.dangling()[0]
    timer.stop()
    timer.start(60_000)
    timer.deleteLater()
    assert watch.dangling() == []


def test_qt_thread_that_runs_on_is_named(qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.no_dangling.GRACE_SECONDS", 0.05)
    watch = QtWatch(monkeypatch)
    thread = QThread(qapp)
    thread.start()
    assert "Qt thread" in watch.dangling()[0]
    thread.quit()
    thread.wait()
    assert watch.dangling() == []


@pytest.mark.parametrize("fixture_test", ["error", "thread"])
def test_careless_test_fails(tmp_path: Path, fixture_test: str) -> None:
    """The guards are really installed: a run of a careless test ends with a failure that says why."""
    bodies = {
        "error": "import logging\ndef test_it():\n    logging.error('lost')\n",
        "thread": "from threading import *\ndef test_it():\n    Thread(target=Event().wait, args=(3,)).start()\n",
    }
    reasons = {"error": "errors were logged: root: lost", "thread": "left running: thread"}
    (tmp_path / "test_careless.py").write_text(bodies[fixture_test], encoding="utf-8")
    plugins = ["-p", "tests.support.logged_errors", "-p", "tests.support.no_dangling", "-p", "no:pytest-qt"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(tmp_path),
        *plugins,
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert reasons[fixture_test] in done.stdout


def test_domain_tests_cannot_reach_the_window_library() -> None:
    program = "import tests.support.without_qt as plugin; plugin.pytest_configure(); import PySide6"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "PySide6 is not available to the domain's tests" in done.stderr


class TestCustomerData:
    def test_named_folder_is_used(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("DEALERDESK_DATA", str(tmp_path))
        (tmp_path / "orders.csv").touch()
        assert data.find_data("orders.csv") == tmp_path / "orders.csv"
        assert data.find_data("other.csv") is None
        assert data.absence() is None

    def test_absence_is_said_on_the_terminal(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("DEALERDESK_DATA", str(tmp_path / "nowhere"))
        assert data.find_data("orders.csv") is None
        assert "absent" in (data.absence() or "")
