"""The box in which customers are found: the same wherever one is asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.customer_box import CustomerBox
from desktop.widgets.result_list import ResultList
from domain.customers.model import customer
from domain.kernel.ids import stable_id
from tests.support.counter import SHOP, Counter


@pytest.mark.parametrize(("phone", "shown"), [("13977774444", "139****4444"), ("7774444", "*****44")])
def test_hits_are_told_without_their_whole_phone_number(qtbot: QtBot, counter: Counter, phone: str, shown: str) -> None:
    who = {"id": stable_id("customer", "C9"), "party_id": SHOP, "code": "C9", "name": "周敏", "status": "active"}
    counter.write(customer, [{**who, "phone": phone}])
    window = QWidget()
    qtbot.addWidget(window)
    box = CustomerBox(counter.workbench, window)
    picked: list[object] = []
    box.picked.connect(picked.append)
    with qtbot.waitActive(window):
        window.show()
    box.setFocus()
    QTest.keyClicks(box, phone[-4:])
    qtbot.waitUntil(box.results_shown)
    [hits] = window.findChildren(ResultList)
    assert hits.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == f"周敏 {shown}"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert picked == [who["id"]]
