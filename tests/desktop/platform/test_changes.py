"""Change sets add up, and every screen hears them on the UI thread."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from desktop.platform.changes import Changes, ChangeSet, merged, touches, touches_row
from desktop.platform.ui_thread import UiThread


def test_merging_keeps_ids_and_many_wins() -> None:
    first: ChangeSet = {"orders": {"a"}, "stock": None, "people": {"p"}}
    second: ChangeSet = {"orders": {"b"}, "stock": {"s"}, "people": None, "lots": {"l"}}
    assert merged(first, second) == {"orders": {"a", "b"}, "stock": None, "people": None, "lots": {"l"}}


def test_questions_to_a_change_set() -> None:
    change_set: ChangeSet = {"orders": {"a"}, "stock": None}
    assert touches(change_set, "lots", "stock")
    assert not touches(change_set, "lots")
    assert touches_row(change_set, "orders", "a")
    assert not touches_row(change_set, "orders", "b")
    assert touches_row(change_set, "stock", "anything")
    assert not touches_row(change_set, "lots", "a")


def test_told_at_once_on_the_ui_thread(qtbot: QtBot, ui: UiThread) -> None:
    changes = Changes(ui)
    heard: list[ChangeSet] = []
    changes.changed.connect(heard.append)
    changes.broadcast({})
    changes.broadcast({"orders": {"a"}})
    assert heard == [{"orders": {"a"}}]


def test_what_another_thread_reports_arrives_as_one(qtbot: QtBot, ui: UiThread) -> None:
    changes = Changes(ui)
    heard: list[tuple[ChangeSet, threading.Thread]] = []
    changes.changed.connect(lambda change_set: heard.append((change_set, threading.current_thread())))

    def pull() -> None:
        for number in range(100):
            changes.broadcast({"orders": {str(number)}})

    thread = threading.Thread(target=pull)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(heard))
    assert len(heard) == 1
    assert heard[0] == ({"orders": {str(number) for number in range(100)}}, threading.main_thread())
