"""How the shops' PCs are, as their own server told it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.widgets.accessible import unnamed_controls
from domain.kernel.health import Health
from domain.kernel.ids import IdSource
from server_stub.sync.device_health import DeviceHealth
from tests.desktop.features.sync_centre.conftest import Sit
from tests.support.bench import Bench
from tests.support.network import Network

CONTROL = Qt.KeyboardModifier.ControlModifier
HOUR_S = 3600


def opened(qtbot: QtBot, bench: Bench) -> SyncCentreView:
    view = SyncCentreView(bench.workbench)
    qtbot.addWidget(view)
    view.resize(1198, 728)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.opened()
    view.first_focus().setFocus()
    QTest.keyClick(view.grid.table, Qt.Key.Key_4, CONTROL)
    return view


def table(view: SyncCentreView) -> list[list[str]]:
    model = view.grids["devices"].model
    return [[str(model.index(row, place).data()) for place in range(6)] for row in range(model.rowCount())]


def tell(network: Network, *told: tuple[Bench, int, int]) -> None:
    """PCs tell (unsent, age of the oldest in seconds)."""
    reports = DeviceHealth(network.db, network.clock, IdSource(network.clock))
    for bench, unsent, age in told:
        reports.note(bench.counter.store.known.device_id, Health("0.1.0", unsent, age))
    reports.flush()


def test_headquarters_sees_every_pc_and_the_one_that_needs_somebody_first(
    qtbot: QtBot, network: Network, sit: Sit
) -> None:
    good, bad, office = sit("m1-owner"), sit("m2-clerk"), sit("admin")
    tell(network, (good, 0, 0), (bad, 7, 50 * HOUR_S))
    office.counter.sync()
    view = opened(qtbot, office)
    qtbot.waitUntil(lambda: len(table(view)) == 2)
    assert [(row[0].split(" ")[0], row[3].split(" ")[0], row[4], row[5]) for row in table(view)] == [
        ("城西店", "7", "0.1.0", "积压未传"), ("城东店", "—", "0.1.0", "正常"),
    ]  # fmt: skip
    assert view.pane.isHidden()
    assert unnamed_controls(view) == []
    office.counter.clock.ms += 30 * HOUR_S * 1000
    view.opened()
    qtbot.waitUntil(lambda: [row[5] for row in table(view)] == ["积压未传", "失去联系"])


def test_an_owner_sees_his_own_and_a_clerk_has_no_such_list(qtbot: QtBot, network: Network, sit: Sit) -> None:
    owner, clerk, other = sit("m1-owner"), sit("m1-clerk"), sit("m2-clerk")
    tell(network, (owner, 0, 0), (clerk, 2, 60), (other, 0, 0))
    for bench in (owner, clerk):
        bench.counter.sync()
    view = opened(qtbot, owner)
    qtbot.waitUntil(lambda: len(table(view)) == 2)
    assert {row[0].split(" ")[0] for row in table(view)} == {"城东店"}
    assert opened(qtbot, clerk).tab == "inbox"
