"""Hands at the counter: the page in a window, scans, keys pressed where the focus is, the dialog in front."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.screen import SCREEN
from domain.kernel.channels import Row
from domain.orders import queries
from tests.support.counter import Counter

RICE, SAUCE, MILK = "6902969882347", "6902265360100", "6907992100272"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
W = TypeVar("W", bound=QWidget)


def opened(qtbot: QtBot, counter: Counter) -> OrderEntryPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.kept is not None)
    return page


def scan(qtbot: QtBot, page: OrderEntryPage, *codes: str) -> None:
    for code in codes:
        assert page.scanned(code)
    settled(qtbot, page)


def settled(qtbot: QtBot, page: OrderEntryPage) -> None:
    """What was entered is kept and shown."""
    qtbot.waitUntil(lambda: page.kept == page.edit.draft and not page.is_reading)
    qtbot.waitUntil(lambda: len(page.rows) == len(page.edit.draft.lines))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def write(text: str) -> None:
    """Type where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, text)


def in_front(qtbot: QtBot, kind: type[W]) -> W:
    """The dialog in front, with the focus in it."""

    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

    qtbot.waitUntil(has_focus)
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def paying(qtbot: QtBot, page: OrderEntryPage) -> PayDialog:
    """F9."""
    qtbot.waitUntil(lambda: page.can("pay"))
    press(Qt.Key.Key_F9)
    return in_front(qtbot, PayDialog)


def newest(counter: Counter) -> tuple[Row, dict[str, int]]:
    """The order sealed last, and what was paid by which means."""
    order_id = counter.store.ledger.recent(1)[0]["document_id"]
    with counter.store.read() as connection:
        order = queries.order_by_id(connection, order_id)
        paid = {one["method"]: int(one["amount"]) for one in queries.payments_of(connection, order_id)}
    assert order is not None
    return order, paid
