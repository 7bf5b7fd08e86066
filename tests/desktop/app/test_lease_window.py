"""The window of a PC that has been without its server for longer than its lease."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytestqt.qtbot import QtBot

from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.features.order_entry import operations as selling
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.stock import operations as stock
from desktop.widgets.scanner import Scanner
from domain.kernel.errors import DomainError
from domain.kernel.lease import DAY_MS, Lease, sign_lease
from domain.orders.pricing import Wanted
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter

KEY = Ed25519PrivateKey.generate()


def contact(counter: Counter) -> None:
    """The server renews the lease."""
    device = counter.store.known.device_id
    text = sign_lease(Lease(device, counter.clock.ms, 30), KEY)
    counter.store.lease.take(text, KEY.public_key().public_bytes_raw(), device)


@pytest.fixture
def window(qtbot: QtBot, counter: Counter) -> Iterator[MainWindow]:
    contact(counter)
    made = MainWindow(counter.workbench, Scheduler(counter.workbench, Wire), Scanner())
    qtbot.addWidget(made)
    made.open_first()
    made.show()
    yield made
    made.close()


def enabled(window: MainWindow) -> set[str]:
    return {each for each in window.screen_ids if window.nav.item(each).isEnabled()}


def code_of(work: object) -> str:
    try:
        work()  # type: ignore[operator]
    except DomainError as error:
        return error.code
    return ""


def test_its_end_leaves_selling_and_the_sync_centre_and_a_contact_brings_all_back(
    qtbot: QtBot, counter: Counter, window: MainWindow
) -> None:
    everything = set(window.screen_ids)
    window.open_screen("stock")
    assert not isinstance(window.page, OrderEntryPage)
    counter.clock.ms += 31 * DAY_MS
    window.scheduler.ended.emit(None)
    qtbot.waitUntil(lambda: enabled(window) == {"order_entry", "returns", "sync_centre", "settings"})
    assert isinstance(window.page, OrderEntryPage), "nobody is left on a screen that is out of reach"
    assert counter.posted == ["lease_ended"]
    window.open_screen("stock")
    assert isinstance(window.page, OrderEntryPage)
    assert code_of(lambda: stock.count(counter.store, [("A001", 1_000)])) == "lease_ended"
    assert code_of(lambda: selling.complete_sale(counter.store, [Wanted("A001", 1_000)])) == ""

    contact(counter)
    window.scheduler.ended.emit(None)
    qtbot.waitUntil(lambda: enabled(window) == everything)
    assert counter.posted[-1] == "people.lease_renewed"
    assert code_of(lambda: stock.count(counter.store, [("A001", 1_000)])) == ""
