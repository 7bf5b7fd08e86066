"""The fault that ``pyside_guard`` guards against; when the first test fails, delete the guard and this file."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

LOST = 900 if sys.version_info < (3, 12) else 0
"""Of 1,000 calls; from Python 3.12 on single objects are immortal and nothing can be lost."""


class Bell(QObject):
    rung = Signal()


def references_lost(single: object, call: Callable[[], object], times: int) -> int:
    before = sys.getrefcount(single)
    for _ in range(times):
        call()
    return before - sys.getrefcount(single)


def test_the_fault_is_still_there(qtbot: QtBot) -> None:
    bell = Bell()
    assert references_lost(True, bell.rung.emit, 1_000) >= LOST
    assert references_lost(None, lambda: bell.setObjectName("x"), 1_000) >= LOST


def test_the_single_objects_survive_more_calls_than_they_had_references(qtbot: QtBot) -> None:
    bell = Bell()
    for _ in range(100_000):
        bell.setObjectName("x")
        bell.rung.emit()
    assert sys.getrefcount(None) > 1_000_000
    assert sys.getrefcount(True) > 1_000_000
