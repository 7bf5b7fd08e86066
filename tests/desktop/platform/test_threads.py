"""Work runs off the UI thread and comes back to it; nothing comes back to a widget that has gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.platform.threads import Threads
from desktop.platform.ui_thread import UiThread


@pytest.fixture
def funnelled() -> list[BaseException]:
    return []


@pytest.fixture
def threads(ui: UiThread, funnelled: list[BaseException]) -> Iterator[Threads]:
    lanes = Threads(ui, funnelled.append)
    yield lanes
    lanes.close()


def test_result_arrives_on_the_ui_thread(qtbot: QtBot, threads: Threads) -> None:
    seen: list[tuple[str, str]] = []
    task = threads.reader.task(lambda: threading.current_thread().name)
    task.on_done(lambda name: seen.append((name, threading.current_thread().name)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("dealerdesk-reader")
    assert seen[0][1] == threading.main_thread().name


def test_writer_and_network_keep_their_order(qtbot: QtBot, threads: Threads) -> None:
    for lane in (threads.writer, threads.network):
        order: list[int] = []
        for number in range(200):
            lane.run(order.append, number)
        names = {lane.run(lambda: threading.current_thread().name).result() for _ in range(3)}
        assert order == list(range(200))
        assert len(names) == 1


def test_error_goes_to_its_asker(qtbot: QtBot, threads: Threads, funnelled: list[BaseException]) -> None:
    mine: list[BaseException] = []
    threads.writer.task(lambda: 1 // 0).on_error(mine.append)
    qtbot.waitUntil(lambda: bool(mine))
    assert isinstance(mine[0], ZeroDivisionError)
    assert not funnelled


def test_error_that_nobody_asks_for_goes_to_the_funnel(
    qtbot: QtBot, threads: Threads, funnelled: list[BaseException]
) -> None:
    threads.writer.task(lambda: 1 // 0)
    qtbot.waitUntil(lambda: bool(funnelled))
    assert isinstance(funnelled[0], ZeroDivisionError)


def test_nothing_is_delivered_to_an_owner_that_has_gone(qtbot: QtBot, threads: Threads) -> None:
    seen: list[str] = []
    parent = QObject()
    owner = QObject(parent)
    gate = threading.Event()
    threads.writer.task(gate.wait, owner).on_done(lambda _: seen.append("ghost"))
    threads.writer.task(lambda: None).on_done(lambda _: seen.append("after"))
    del parent
    gate.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["after"]


def test_cancelled_work_says_nothing(qtbot: QtBot, threads: Threads, funnelled: list[BaseException]) -> None:
    seen: list[str] = []
    gate = threading.Event()
    running = threads.writer.task(gate.wait).on_done(lambda _: seen.append("running"))
    waiting = threads.writer.task(lambda: seen.append("ran")).on_done(lambda _: seen.append("waiting"))
    running.cancel()
    waiting.cancel()
    gate.set()
    threads.writer.task(lambda: None).on_done(lambda _: seen.append("after"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["after"]
    assert not funnelled


def test_closing_finishes_what_runs_and_drops_what_waits(qtbot: QtBot, ui: UiThread) -> None:
    lanes = Threads(ui, lambda error: None)
    begun, gate, ran = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        gate.wait()
        ran.append("running")

    lanes.writer.run(work)
    dropped = lanes.writer.run(ran.append, "waiting")
    begun.wait()
    closing = threading.Thread(target=lanes.close)
    closing.start()
    try:
        qtbot.waitUntil(dropped.cancelled)
    finally:
        gate.set()
        closing.join()
    assert ran == ["running"]


def test_a_closed_lane_takes_no_more_and_says_nothing(
    qtbot: QtBot, threads: Threads, funnelled: list[BaseException]
) -> None:
    seen: list[str] = []
    for lane in (threads.network, threads.reader, threads.writer):
        lane.close()
        assert lane.run(seen.append, "ran").cancelled()
        late = lane.task(lambda: seen.append("ran")).on_done(lambda _: seen.append("told"))
        assert late.on_error(lambda _: seen.append("failed")).future.cancelled()
    threads.ui.post(lambda: seen.append("after"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["after"]
    assert not funnelled


def test_a_closed_ui_thread_runs_nothing(qtbot: QtBot, ui: UiThread) -> None:
    seen: list[str] = []
    ui.post(lambda: seen.append("too late"))
    ui.close()
    ui.post(lambda: seen.append("far too late"))
    other = UiThread()
    other.post(lambda: seen.append("other"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["other"]
