"""What happens in between: scans during dialogs and during a commit, a PC that knows nothing yet, names and sizes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.screen import SCREEN
from desktop.platform.theme import Look, theme
from desktop.store import customers
from desktop.widgets.customer_dialog import CustomerDialog
from desktop.widgets.key_button import KeyButton
from desktop.widgets.scanner import Scanner
from domain.customers.model import customer
from tests.support.counter import Counter, Fresh, unnamed

RICE, SAUCE, MILK = "6902969882347", "6902265360100", "6907992100272"


@pytest.fixture
def scanner(qapp: QApplication) -> Iterator[Scanner]:
    """One whose clock ticks as fast as a scanner types, however busy this machine is."""
    ticks = itertools.count(100, 5)
    made = Scanner(lambda _event: next(ticks) / 1000, pause_ms=60_000)
    made.install(qapp)
    yield made
    qapp.removeEventFilter(made)
    made.settle()


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


def listen(page: OrderEntryPage, scanner: Scanner) -> None:
    """What the main window does with scans."""
    scanner.scanned.connect(page.scanned)


def burst(code: str) -> None:
    """A scanner types where the focus is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    handle = focus.window().windowHandle()
    for sign in code:
        QTest.keyClick(handle, sign)  # type: ignore[call-overload]  # takes a window and a character
    QTest.keyClick(handle, Qt.Key.Key_Return)


def scan(qtbot: QtBot, page: OrderEntryPage, code: str) -> None:
    before = page.edit.draft
    assert page.scanned(code)
    qtbot.waitUntil(lambda: page.edit.draft != before and page.kept == page.edit.draft)
    qtbot.waitUntil(lambda: len(page.rows) == len(page.edit.draft.lines))


def in_front(qtbot: QtBot, kind: type[QWidget]) -> QWidget:
    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

    qtbot.waitUntil(has_focus)
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def test_a_burst_is_a_scan_wherever_the_focus_is(qtbot: QtBot, counter: Counter, scanner: Scanner) -> None:
    page = opened(qtbot, counter)
    listen(page, scanner)
    burst(RICE)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001"] and page.kept == page.edit.draft)
    page.grid.table.setFocus()
    burst(SAUCE)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001", "A002"])
    assert page.box.text() == ""
    assert page.box.hasFocus()


def test_a_star_sets_the_quantity_of_the_line_just_scanned(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    for code in (RICE, SAUCE, RICE):
        scan(qtbot, page, code)
    QTest.keyClicks(page.box, "*")
    assert page.quantity.hasFocus()
    QTest.keyClicks(page.quantity, "7")
    QTest.keyClick(page.quantity, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [line.quantity for line in page.rows] == [7_000, 1_000])
    assert page.box.hasFocus()


def test_a_scan_while_cash_is_asked_for_is_said_and_takes_no_money(
    qtbot: QtBot, counter: Counter, scanner: Scanner
) -> None:
    page = opened(qtbot, counter)
    listen(page, scanner)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = in_front(qtbot, PayDialog)
    assert isinstance(dialog, PayDialog)
    burst(SAUCE)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.answer_first"])
    assert dialog.isVisible()
    assert dialog.field.text() == ""
    assert [line.code for line in page.edit.draft.lines] == ["A001"]


def test_a_scan_during_the_commit_begins_the_next_order(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = in_front(qtbot, PayDialog)
    assert isinstance(dialog, PayDialog)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert page.scanned(SAUCE)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A002"] and page.kept == page.edit.draft)
    assert counter.store.ledger.recent(1)[0]["amount"] == 46_80
    assert [line.code for line in operations.load_draft(counter.store).lines] == ["A002"]


def test_a_scan_before_the_draft_is_loaded_is_not_lost(qtbot: QtBot, counter: Counter) -> None:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    assert page.scanned(RICE)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001"])


def test_a_line_without_price_cannot_be_paid_until_it_has_one(qtbot: QtBot, counter: Counter) -> None:
    with counter.store.cache.write() as connection:
        connection.exec_driver_sql("DELETE FROM price")
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.rows[0].problem == "no_price")
    assert not page.primary.isEnabled()
    QTest.keyClick(page.box, Qt.Key.Key_F7)
    QTest.keyClicks(page.price, "30")
    QTest.keyClick(page.price, Qt.Key.Key_Return)
    qtbot.waitUntil(page.primary.isEnabled)


def test_a_new_customer_is_made_in_place(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    QTest.keyClick(page.box, Qt.Key.Key_F3)
    dialog = in_front(qtbot, CustomerDialog)
    assert isinstance(dialog, CustomerDialog)
    name = QInputMethodEvent()
    name.setCommitString("王小明")
    QApplication.sendEvent(dialog.box, name)
    QTest.keyClick(dialog.box, Qt.Key.Key_Return)
    assert (dialog.name.text(), dialog.phone.hasFocus()) == ("王小明", True)
    QTest.keyClicks(dialog.phone, "13900001111")
    QTest.keyClick(dialog.phone, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.edit.draft.customer_id is not None and page.kept == page.edit.draft)
    found = customers.customer_by_id(counter.store, str(page.edit.draft.customer_id))
    assert found is not None
    assert (found["name"], found["phone"]) == ("王小明", "13900001111")
    qtbot.waitUntil(page.box.hasFocus)


def test_back_to_the_walk_in(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    with counter.store.read() as connection:
        someone = connection.execute(customer.select()).mappings().first()
    assert someone is not None
    page.edit.choose_customer(str(someone["id"]))
    QTest.keyClick(page.box, Qt.Key.Key_F3)
    dialog = in_front(qtbot, CustomerDialog)
    assert isinstance(dialog, CustomerDialog)
    QTest.keyClick(dialog.button("walk_in"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.edit.draft.customer_id is None)


def test_a_fresh_pc_opens_and_fills_itself(qtbot: QtBot, tmp_path: Path) -> None:
    counter = Fresh(tmp_path / "fresh")
    page = opened(qtbot, counter)
    assert page.scanned(RICE)
    assert page.strip is not None
    assert page.strip.isVisible()
    assert page.rows == []
    counter.workbench.changes.changed.connect(page.take_changes)
    counter.receive()
    scan(qtbot, page, RICE)
    assert page.rows[0].amount == 46_80
    counter.close()


@pytest.mark.parametrize("kind", [PayDialog, CustomerDialog])
def test_controls_of_the_dialogs_have_names(qtbot: QtBot, counter: Counter, kind: type[QWidget]) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("pay"))
    QTest.keyClick(page.box, Qt.Key.Key_F9 if kind is PayDialog else Qt.Key.Key_F3)
    dialog = in_front(qtbot, kind)
    assert unnamed(dialog) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.box.hasFocus)


def test_nothing_is_clipped_at_twice_the_size(qtbot: QtBot, counter: Counter) -> None:
    theme().apply(Look("light", 200))
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    page.resize(1130, 700)
    qtbot.waitUntil(lambda: page.width() == 1130)
    inside = page.rect()
    for each in (page.primary, page.box, page.quantity, page.price):
        assert inside.contains(QRect(each.mapTo(page, QPoint(0, 0)), each.size()))
    for button in page.findChildren(KeyButton):
        assert button.width() >= button.minimumSizeHint().width()
