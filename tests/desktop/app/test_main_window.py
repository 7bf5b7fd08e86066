"""The window around the screens: navigation by role and key, status in words, palette, help, scanner, language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.features.order_entry import operations
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.orders.orders_view import OrdersPage
from desktop.features.till.dialogs import OpenDialog
from desktop.features.till.till_view import TillPage
from desktop.platform.theme import Look, theme
from desktop.widgets.key_help import KeyHelp
from desktop.widgets.palette_popup import CommandPalette
from desktop.widgets.scanner import Scanner
from desktop.widgets.status_info import Connection
from desktop.widgets.status_item import StatusItem
from domain.orders.pricing import Wanted
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter
from tests.support.logged_errors import ErrorCollector

RICE = "6902969882347"
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scanner(qapp: QApplication) -> Iterator[Scanner]:
    made = Scanner()
    made.install(qapp)
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def wire() -> Wire:
    return Wire(cut=True)


@pytest.fixture
def window(qtbot: QtBot, counter: Counter, scanner: Scanner, wire: Wire) -> MainWindow:
    made = MainWindow(counter.workbench, Scheduler(counter.workbench, lambda: wire, jitter=lambda: 1.0), scanner)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open_first()
        made.show()
        made.activateWindow()
    made.focus_page()
    return made


def order_page(window: MainWindow) -> OrderEntryPage:
    assert isinstance(window.page, OrderEntryPage)
    return window.page


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget(), key, modifier)


def test_a_shop_begins_with_order_entry_and_the_focus_in_the_scan_box(window: MainWindow) -> None:
    assert order_page(window).box.hasFocus()
    assert window.screen_ids[:4] == ["order_entry", "orders", "replenishment", "stock"]


def test_a_warehouse_sees_no_selling(qtbot: QtBot, tmp_path: Path, scanner: Scanner, qapp: QApplication) -> None:
    counter = Counter(tmp_path / "w", role="warehouse")
    made = MainWindow(counter.workbench, Scheduler(counter.workbench, Wire), scanner)
    qtbot.addWidget(made)
    assert "order_entry" not in made.screen_ids
    assert "stock" in made.screen_ids
    made.close()
    counter.close()


def test_alt_and_a_digit_switch_screens(window: MainWindow) -> None:
    press(window, Qt.Key.Key_2, ALT)
    assert window.page is not None
    assert not isinstance(window.page, OrderEntryPage)
    press(window, Qt.Key.Key_1, ALT)
    assert order_page(window).box.hasFocus()


def test_f11_begins_a_shift_where_none_is_open(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), OpenDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, OpenDialog)
    QTest.keyClicks(dialog.amount, "200")
    QTest.keyClick(dialog.amount, Qt.Key.Key_Return)
    page = window.page
    assert isinstance(page, TillPage)
    qtbot.waitUntil(lambda: page.is_open)
    assert page.primary.words == "交班"


def test_nothing_to_print_yet_leads_to_the_documents(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_P, CTRL)
    notice = window.banner.current()
    assert notice is not None and notice.action is not None
    assert notice.code == "printing.nothing"
    notice.action.run()
    page = window.page
    assert isinstance(page, OrdersPage)
    qtbot.waitUntil(lambda: page.empty.isVisible())
    window.banner.dismiss()
    press(window, Qt.Key.Key_P, CTRL)
    notice = window.banner.current()
    assert notice is not None and notice.action is None


def test_a_message_hides_neither_the_reason_nor_what_is_wrong_with_it(
    qtbot: QtBot, counter: Counter, window: MainWindow
) -> None:
    operations.complete_sale(counter.store, [Wanted("A001", 1_000)], payments=[("cash", 46_80)])
    window.open_screen("orders")
    page = window.page
    assert isinstance(page, OrdersPage)
    qtbot.waitUntil(lambda: page.pane.shown is not None)
    page.void()
    asked = page.pane.reason
    qtbot.waitUntil(asked.line.hasFocus)
    QTest.keyClick(asked.line, Qt.Key.Key_Return)
    counter.workbench.messages.error("printing.nothing")
    qtbot.waitUntil(lambda: window.banner.isVisible() and asked.isVisible())

    def apart() -> bool:
        top = asked.mapTo(window, QPoint(0, 0))
        return not QRect(top, asked.size()).intersects(window.banner.geometry())

    qtbot.waitUntil(apart)


def test_f1_twice_lists_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_F1)
    page = QApplication.activeModalWidget()
    assert page is not None
    qtbot.waitUntil(page.isActiveWindow)
    QTest.keyClick(page, Qt.Key.Key_F1)
    found = QApplication.activeModalWidget()
    assert isinstance(found, KeyHelp)
    QTest.keyClick(found, Qt.Key.Key_Escape)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(order_page(window).box.hasFocus)


def test_the_palette_finds_by_initials_and_opens(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_K, CTRL)
    palette = window.findChild(CommandPalette)
    assert isinstance(palette, CommandPalette)
    assert palette.isVisible()
    assert i18n.tr("order_entry.action.customer") in palette.shown_texts()
    QTest.keyClicks(palette.field, "dingdan")
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert order_page(window).box.hasFocus()


def test_what_waits_is_told_in_words(qtbot: QtBot, counter: Counter, window: MainWindow) -> None:
    counter.workbench.do(lambda store: operations.complete_sale(store, [Wanted("A001", 1_000)]))
    qtbot.waitUntil(lambda: window.info.to_upload == 1)
    assert window.info.upload_sum == "¥46.80"
    assert window.info.connection is Connection.OFFLINE


def every_signal(counter: Counter, window: MainWindow) -> None:
    """Whatever makes the window ask, once each."""
    bench = counter.workbench
    bench.changes.changed.emit({"party": None, "orders": None})
    bench.performed.emit(None)
    bench.sync_requested.emit()
    window.scheduler.began.emit()
    window.scheduler.ended.emit(None)


def test_what_arrives_after_the_lanes_have_closed_asks_nobody(counter: Counter, window: MainWindow) -> None:
    sold = counter.workbench.do(lambda store: operations.complete_sale(store, [Wanted("A001", 1_000)]))
    sold.future.result()  # what it tells lies in the event loop's queue now
    counter.threads.close()
    counter.store.close()
    QApplication.processEvents()
    every_signal(counter, window)
    for timer in window.findChildren(QTimer):
        timer.timeout.emit()
    QApplication.processEvents()
    assert counter.posted == []
    assert window.info.to_upload == 0


def test_a_closed_window_asks_nothing_more(qtbot: QtBot, counter: Counter, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: order_page(window).kept is not None)
    window.close()
    told: list[object] = []
    counter.workbench.performed.connect(told.append)
    counter.workbench.do(lambda store: operations.complete_sale(store, [Wanted("A001", 1_000)]))
    qtbot.waitUntil(lambda: len(told) == 1)
    every_signal(counter, window)
    for _ in range(2):
        counter.threads.reader.run(int).result()
    counter.threads.reader.close()
    QApplication.processEvents()
    assert window.info.to_upload == 0
    assert not window.scheduler.busy
    assert not any(timer.isActive() for timer in window.findChildren(QTimer))


def test_a_sale_goes_up_and_the_bar_says_so(qtbot: QtBot, counter: Counter, window: MainWindow, wire: Wire) -> None:
    wire.cut = False
    window.scheduler.start()
    counter.workbench.do(lambda store: operations.complete_sale(store, [Wanted("A001", 1_000)]))
    qtbot.waitUntil(lambda: window.info.connection is Connection.ONLINE and window.info.to_upload == 0)
    qtbot.waitUntil(lambda: wire.pushed == 1)


def test_what_cannot_be_read_is_unknown_and_never_nothing(
    qtbot: QtBot, counter: Counter, window: MainWindow, error_collector: ErrorCollector
) -> None:
    error_collector.expected = True
    qtbot.waitUntil(lambda: window.info.to_upload == 0)
    with counter.store.ledger.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE command RENAME TO away")
    window.scheduler.ended.emit(None)
    qtbot.waitUntil(lambda: window.info.to_upload is None)
    said = [item.plain_text for item in window.status.findChildren(StatusItem) if not item.isHidden()]
    assert i18n.tr("widgets.status.all_uploaded") not in said
    assert any(i18n.tr("widgets.status.unknown") in each for each in said)


def test_a_scan_is_taken_whatever_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    page = order_page(window)
    qtbot.waitUntil(lambda: page.kept is not None)
    page.grid.table.setFocus()
    handle = window.windowHandle()
    assert handle is not None
    for sign in RICE:
        QTest.keyClick(handle, ord(sign))
    QTest.keyClick(handle, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001"])
    assert page.box.text() == ""


def test_language_switches_and_the_order_stays(qtbot: QtBot, window: MainWindow) -> None:
    page = order_page(window)
    assert page.scanned(RICE)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    i18n.set_language("en")
    theme().apply(Look("dark", 200))
    assert [line.code for line in page.rows] == ["A001"]
    assert window.nav.item("orders").accessibleName().isascii()
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
