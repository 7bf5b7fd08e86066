"""Garbage is collected on the UI thread only, and what the start made is not looked at again."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.platform.collector import Collector


class Cycle:
    """Refers to itself, and notes the thread on which it ends."""

    def __init__(self, ended: list[str]) -> None:
        self._self, self._ended = self, ended

    def __del__(self) -> None:
        self._ended.append(threading.current_thread().name)


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    made.start()
    yield made
    made.stop()


def allocate(ended: list[str], kept: list[list[int]]) -> None:
    """A cycle, and enough behind it for Python to look for garbage several times over."""
    Cycle(ended)
    kept.extend([number] for number in range(20 * gc.get_threshold()[0]))


def test_what_another_thread_drops_ends_on_the_ui_thread(qtbot: QtBot, collector: Collector) -> None:
    ended: list[str] = []
    kept: list[list[int]] = []
    collector.collect()
    worker = threading.Thread(target=allocate, args=(ended, kept), name="worker")
    worker.start()
    worker.join()
    assert ended == []
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [threading.main_thread().name]


def test_what_the_start_made_is_set_aside(collector: Collector) -> None:
    gc.collect()
    before = len(gc.get_objects())
    collector.collect()
    assert len(gc.get_objects()) < before / 10
    collector.stop()
    assert len(gc.get_objects()) > before / 2
    assert gc.isenabled()


def test_nothing_is_looked_for_while_little_was_made(collector: Collector) -> None:
    gc.collect()
    collector.collect()
    runs = [each["collections"] for each in gc.get_stats()]
    collector.collect()
    assert [each["collections"] for each in gc.get_stats()] == runs
