"""Key events carry the time of the key press; compositions are put on the same clock."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent

from desktop.widgets.event_clock import EventClock


class Wall:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def key(seconds: float) -> QKeyEvent:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    event.setTimestamp(round(seconds * 1000))
    return event


def test_the_stamp_counts_and_not_when_it_is_handled() -> None:
    wall = Wall()
    clock = EventClock(wall)
    wall.now += 0.5
    assert clock(key(7.000)) == pytest.approx(7.000)
    assert clock(key(7.100)) == pytest.approx(7.100)


def test_a_composition_is_put_on_the_clock_of_the_keys() -> None:
    wall = Wall()
    clock = EventClock(wall)
    clock(key(7.0))
    wall.now += 0.5
    clock(key(7.2))
    wall.now += 0.1
    assert clock(QInputMethodEvent()) == pytest.approx(7.6)


def test_without_any_stamp_our_own_clock_serves() -> None:
    wall = Wall()
    clock = EventClock(wall)
    assert clock(QInputMethodEvent()) == 1000.0
    assert clock(key(0)) == 1000.0


def test_a_counter_that_overflowed_begins_anew() -> None:
    wall = Wall()
    clock = EventClock(wall)
    clock(key(4_294_967.0))
    clock(key(1.0))
    assert clock(QInputMethodEvent()) == pytest.approx(1.0)
