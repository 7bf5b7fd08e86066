"""A customer's account at the counter: what he owes, money for it, and how much he may owe."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.customers.account_dialogs import CollectDialog, CreditDialog
from desktop.features.customers.customers_view import CustomersPage
from desktop.features.customers.screen import SCREEN
from desktop.features.order_entry.operations import complete_sale
from domain.kernel.ids import stable_id
from domain.orders.pricing import Wanted
from tests.support.counter import Counter, unnamed

WHO = stable_id("customer", "C2")


def opened(qtbot: QtBot, counter: Counter) -> CustomersPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, CustomersPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    counter.workbench.changes.changed.connect(page.take_changes)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    qtbot.waitUntil(lambda: page.grid.model.rowCount() == 3)
    page.shown_with(customer_id=WHO)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.customer["id"] == WHO)
    page.grid.select_key(WHO)
    page.first_focus().setFocus()
    return page


def asked(qtbot: QtBot, page: CustomersPage, key: Qt.Key, kind: type[Any]) -> Any:
    QTest.keyClick(page.search, key)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    return QApplication.activeModalWidget()


def test_what_is_owed_is_shown_and_paid_and_more_is_kept_ahead(qtbot: QtBot, counter: Counter) -> None:
    with counter.store.cache.write() as connection:
        connection.exec_driver_sql("UPDATE customer SET credit_limit = 100000")
    complete_sale(counter.store, [Wanted("A001", 2_000)], customer_id=WHO, payments=[("account", 93_60)])
    page = opened(qtbot, counter)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.balance == 93_60)
    dialog = asked(qtbot, page, Qt.Key.Key_F8, CollectDialog)
    assert (dialog.amount.value(), unnamed(dialog)) == (93_60, [])
    QTest.keyClicks(dialog.amount, "100")
    QTest.keyClick(dialog.amount, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.balance == -6_40)
    assert counter.store.ledger.recent(1)[0]["kind"] == "customers.pay_account"


def test_nothing_is_not_taken(qtbot: QtBot, counter: Counter) -> None:
    dialog = asked(qtbot, opened(qtbot, counter), Qt.Key.Key_F8, CollectDialog)
    QTest.keyClick(dialog.amount, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.errors() == {"amount": "negative_amount"})
    assert counter.store.ledger.recent(1) == []


def test_the_owner_says_how_much_may_be_owed(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    dialog = asked(qtbot, page, Qt.Key.Key_F7, CreditDialog)
    QTest.keyClicks(dialog.limit, "500")
    QTest.keyClick(dialog.limit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.customer["credit_limit"] == 500_00)


def test_a_clerk_does_not(qtbot: QtBot, counter: Counter, tmp_path: Any) -> None:
    clerks = Counter(tmp_path / "clerk", role="clerk")
    page = opened(qtbot, clerks)
    assert page.may_edit()
    assert not page.may_set_credit()
    clerks.close()
