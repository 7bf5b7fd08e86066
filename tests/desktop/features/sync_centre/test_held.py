"""What is held of the shops below, as the party above sees it and decides; every kind of command has words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.widgets.accessible import unnamed_controls
from domain import registry
from domain.catalogue.ranges import Grant
from domain.held.model import held_command
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from domain.orders.voiding_handlers import decide_void
from server_stub.sync.alarms import DEVICE_FORKED, raise_alarm
from server_stub.sync.replay import Replay
from tests.desktop.features.sync_centre.conftest import Sit
from tests.desktop.features.sync_centre.test_devices import opened, tell
from tests.server.sync.test_visibility import limit
from tests.support.entering import dialog_of, enter, type_in
from tests.support.factories.products import SOAP
from tests.support.network import Network

CONTROL = Qt.KeyboardModifier.ControlModifier


def lines(view: SyncCentreView) -> list[list[str]]:
    model = view.grids["held"].model
    return [[str(model.index(row, place).data()) for place in range(5)] for row in range(model.rowCount())]


def test_every_kind_of_command_has_words() -> None:
    words = i18n.keys("sync_centre")
    wanted = {f"sync_centre.kind.{each.name.replace('.', '_')}" for each in registry.commands()}
    assert wanted - words == set()


def test_the_party_above_releases_and_turns_down(qtbot: QtBot, network: Network, sit: Sit) -> None:
    office, shop, upline = sit("admin"), sit("m1-owner"), sit("n1-owner")
    limit(network, office.counter, SOAP, Grant(kind="below", value=network.party_id("E1")))
    ordered = [
        shop.counter.perform(lambda ctx: decide_replenishment(ctx, [Wanted(SOAP, 1000)])).command_id for _ in range(2)
    ]
    shop.counter.sync()
    upline.counter.sync()
    view = opened(qtbot, upline)
    QTest.keyClick(view.grid.table, Qt.Key.Key_5, CONTROL)
    qtbot.waitUntil(lambda: len(lines(view)) == 2 and view.held_waits)
    assert view.pane.isHidden()
    assert unnamed_controls(view) == []
    assert lines(view)[0][0].startswith("城东店")
    assert lines(view)[0][1].startswith("订货单")
    assert "没有授权" in lines(view)[0][2]
    assert lines(view)[0][4].startswith("待决定")

    QTest.keyClick(view.grid.table, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: any("正在放行" in line[4] for line in lines(view)))
    view.grid.table.go_to(next(at for at, line in enumerate(lines(view)) if "待决定" in line[4]))
    qtbot.waitUntil(lambda: view.held_waits)
    QTest.keyClick(view.grid.table, Qt.Key.Key_D, CONTROL)
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, reason="先订别的")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: any("已驳回" in line[4] and "先订别的" in line[2] for line in lines(view)))
    upline.counter.sync()
    Replay(network.db, network.clock).take_released()
    states = {row["id"]: row["state"] for row in network.rows(held_command).values()}
    assert sorted(states[one] for one in ordered) == ["refused", "waiting"]


def test_the_party_above_looks_at_a_sale_without_authorisation(qtbot: QtBot, network: Network, sit: Sit) -> None:
    office, shop, upline = sit("admin"), sit("m1-owner"), sit("n1-owner")
    limit(network, office.counter, SOAP, Grant(kind="below", value=network.party_id("E1")))
    sold = shop.counter.sell((SOAP, 1000))
    shop.counter.sync()
    upline.counter.sync()
    view = opened(qtbot, upline)
    QTest.keyClick(view.grid.table, Qt.Key.Key_5, CONTROL)
    qtbot.waitUntil(lambda: len(lines(view)) == 1 and view.has_told)
    assert not view.held_waits
    [line] = lines(view)
    assert line[0].startswith("城东店")
    assert sold.number in line[1]
    assert "香皂" in line[2]
    assert line[4].startswith("待查看")
    assert unnamed_controls(view) == []

    QTest.keyClick(view.grid.table, Qt.Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: lines(view)[0][4].startswith("已看") and not view.has_told)
    upline.counter.sync()
    shop.counter.perform(lambda ctx: decide_void(ctx, sold.document_id, reason="不能卖"))
    shop.counter.sync()
    upline.counter.sync()
    view.opened()
    qtbot.waitUntil(lambda: lines(view)[0][4].startswith("店里已处理"))


def test_headquarters_acknowledges_the_alarms_of_a_pc(
    qtbot: QtBot, network: Network, sit: Sit, expected_errors: Any
) -> None:
    office, shop = sit("admin"), sit("m1-owner")
    device_id = shop.counter.store.known.device_id
    network.db.run(lambda connection: raise_alarm(connection, DEVICE_FORKED, device_id, {"epoch": 1}, 5))
    tell(network, (shop, 0, 0))
    office.counter.sync()
    view = opened(qtbot, office)
    model = view.grids["devices"].model
    qtbot.waitUntil(lambda: model.rowCount() == 1 and "1 个告警" in str(model.index(0, 5).data()))
    qtbot.waitUntil(lambda: view.has_alarms)
    QTest.keyClick(view.grid.table, Qt.Key.Key_G, CONTROL)
    qtbot.waitUntil(lambda: "告警" not in str(model.index(0, 5).data()))


def test_a_clerk_decides_nothing(qtbot: QtBot, network: Network, sit: Sit) -> None:
    clerk = sit("m1-clerk")
    view = opened(qtbot, clerk)
    assert not view.tabs.isTabVisible(4)
