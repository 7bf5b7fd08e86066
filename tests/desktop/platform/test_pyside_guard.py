"""The fault that ``pyside_guard`` guards against; when the first test fails, delete the guard and this file."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="single objects are immortal from Python 3.12 on")


class Bell(QObject):
    rung = Signal()


def references_lost(single: object, call: Callable[[], object], times: int) -> int:
    before = sys.getrefcount(single)
    for _ in range(times):
        call()
    return before - sys.getrefcount(single)


def test_the_fault_is_still_there(qtbot: QtBot) -> None:
    bell = Bell()
    assert references_lost(True, bell.rung.emit, 1_000) >= 900
    assert references_lost(None, lambda: bell.setObjectName("x"), 1_000) >= 900


def test_the_single_objects_survive_more_calls_than_they_had_references(qtbot: QtBot) -> None:
    bell = Bell()
    for _ in range(100_000):
        bell.setObjectName("x")
        bell.rung.emit()
    assert sys.getrefcount(None) > 1_000_000
    assert sys.getrefcount(True) > 1_000_000
