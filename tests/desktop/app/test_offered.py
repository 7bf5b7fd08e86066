"""Screens that are of no use here are not offered, and are once they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.app.screens import screens_for
from desktop.widgets.scanner import Scanner
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID
from tests.desktop.app.wires import Wire
from tests.support.counter import SHOP, Counter

ALT = Qt.KeyboardModifier.AltModifier
EVERYBODY = {"orders", "stock", "products", "sync_centre", "settings"}
AT_DEALER = {"guide"}
SELLING = {"order_entry", "customers", "approvals"}


@pytest.mark.parametrize(
    ("party", "role", "seen"),
    [
        (SHOP, "clerk", EVERYBODY | SELLING | AT_DEALER | {"returns", "replenishment", "till"}),
        (SHOP, "owner", EVERYBODY | SELLING | AT_DEALER | {"returns", "replenishment", "till", "network"}),
        (SHOP, "warehouse", EVERYBODY | AT_DEALER),
        (HQ_PARTY_ID, "hq_staff", EVERYBODY | SELLING | {"network"}),
        (HQ_PARTY_ID, "hq_admin", EVERYBODY | SELLING | {"network"}),
    ],
)
def test_each_role_sees_its_screens_and_nothing_else(party: str, role: str, seen: set[str]) -> None:
    actor = Actor(person_id="p", person_name="王芳", party_id=party, role=role, device_id="d")
    assert {screen.id for screen in screens_for(actor)} == seen


def shown(qtbot: QtBot, counter: Counter) -> MainWindow:
    window = MainWindow(counter.workbench, Scheduler(counter.workbench, Wire), Scanner())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.open_first()
        window.show()
        window.activateWindow()
    return window


def approvals_offered(window: MainWindow) -> bool:
    return not window.nav.item("approvals").isHidden()


def test_approvals_only_with_somebody_below(qtbot: QtBot, counter: Counter, tmp_path: Path) -> None:
    window = shown(qtbot, counter)
    assert approvals_offered(window)
    low = Counter(tmp_path / "low", code="S11")
    below = shown(qtbot, low)
    qtbot.waitUntil(lambda: not approvals_offered(below))
    front = below.page
    QTest.keyClick(below, Qt.Key.Key_7, ALT)
    assert below.page is front
    with low.store.cache.write() as connection:
        connection.exec_driver_sql("UPDATE party SET parent_id = ? WHERE code = 'S1'", (low.store.known.party_id,))
    low.workbench.changes.broadcast({"party": None})
    qtbot.waitUntil(lambda: approvals_offered(below))
    below.close()
    low.close()
