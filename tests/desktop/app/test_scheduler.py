"""When rounds run: after a command, on demand, and by themselves after a failure."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.app.scheduler import Scheduler
from desktop.features.order_entry import operations
from domain.orders.pricing import Wanted
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter


def sell(counter: Counter) -> None:
    counter.workbench.do(lambda store: operations.complete_sale(store, [Wanted("A001", 1_000)]))


def test_a_command_is_uploaded_soon_without_being_asked(qtbot: QtBot, counter: Counter) -> None:
    wire = Wire()
    scheduler = Scheduler(counter.workbench, lambda: wire)
    scheduler.start()
    qtbot.waitUntil(lambda: scheduler.online is True)
    sell(counter)
    qtbot.waitUntil(lambda: wire.pushed == 1 and not scheduler.busy)
    assert counter.store.ledger.unsent().number == 0
    scheduler.stop()


def test_a_failure_schedules_the_next_attempt(qtbot: QtBot, counter: Counter) -> None:
    wire = Wire(cut=True)
    scheduler = Scheduler(counter.workbench, lambda: wire, jitter=lambda: 0.0)
    scheduler.start()
    qtbot.waitUntil(lambda: scheduler.online is False)
    wire.cut = False
    qtbot.waitUntil(lambda: scheduler.online is True)
    scheduler.stop()


def test_a_wish_during_a_round_gets_a_round_of_its_own(qtbot: QtBot, counter: Counter) -> None:
    wire = Wire()
    scheduler = Scheduler(counter.workbench, lambda: wire)
    scheduler.start()
    scheduler.run_now()
    qtbot.waitUntil(lambda: wire.asked == 2 and not scheduler.busy)
    scheduler.stop()


def test_nothing_runs_after_the_stop(qtbot: QtBot, counter: Counter) -> None:
    wire = Wire()
    scheduler = Scheduler(counter.workbench, lambda: wire)
    scheduler.stop()
    counter.workbench.sync_requested.emit()
    assert not scheduler.busy
    assert wire.asked == 0


def test_a_busy_server_is_asked_again_when_it_said_never_sooner(qtbot: QtBot, counter: Counter) -> None:
    wire = Wire(busy=40)
    scheduler = Scheduler(counter.workbench, lambda: wire, jitter=lambda: 1.0)
    scheduler.start()
    qtbot.waitUntil(lambda: scheduler.last is not None)
    assert scheduler.online is True
    assert scheduler.wait_ms == 60_000
    scheduler.stop()
