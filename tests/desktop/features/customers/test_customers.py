"""Finding, looking at, adding and changing customers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.customers import operations
from desktop.features.customers.customers_view import CustomersPage
from desktop.features.customers.screen import SCREEN
from desktop.widgets.entry_dialog import SAVE
from desktop.widgets.figures import masked_phone
from domain.kernel.ids import stable_id
from domain.orders.booking_handlers import decide_booking
from domain.orders.pricing import Wanted
from domain.orders.sale_handlers import decide_sale
from tests.support.counter import Counter, unnamed


def opened(qtbot: QtBot, counter: Counter) -> CustomersPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, CustomersPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    counter.workbench.changes.changed.connect(page.take_changes)
    with qtbot.waitExposed(page):
        page.show()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.pane.shown is not None)
    return page


def names(page: CustomersPage) -> list[str]:
    return [str(page.grid.model.index(row, 0).data()) for row in range(page.grid.model.rowCount())]


def find(qtbot: QtBot, page: CustomersPage, text: str, expected: list[str]) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, text)
    qtbot.waitUntil(lambda: names(page) == expected)


def test_found_by_name_digits_and_initials_with_the_phone_masked(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert page.grid.model.rowCount() == 3
    find(qtbot, page, "zjcg", ["张记餐馆"])
    find(qtbot, page, "6621", ["李建国"])
    assert page.grid.model.index(0, 1).data() == "138****6621"
    page.search.setText("秀英")
    qtbot.waitUntil(lambda: names(page) == ["陈秀英"])


def test_purchases_of_the_customer_on_view(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(10)
    page = opened(qtbot, counter)
    find(qtbot, page, "ljg", ["李建国"])
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.orders == 2)
    assert page.pane.shown is not None
    assert page.pane.shown.spent == {"CNY": 18_720}
    bought = page.pane.bought
    assert bought is not None
    qtbot.waitUntil(lambda: bought.model.rowCount() == 2)
    opened_orders: list[str] = []
    counter.workbench.open_requested.connect(lambda screen, params: opened_orders.append(params["order_id"]))
    QTest.keyClick(page.search, Qt.Key.Key_F6)
    QTest.keyClick(bought.table, Qt.Key.Key_Return)
    assert opened_orders == [stable_id("order", "0")]


def test_what_is_only_ordered_is_not_spent(counter: Counter) -> None:
    li, goods = stable_id("customer", "C1"), [Wanted("A001", 2_000)]
    before = operations.show(counter.store, li).spent.get("CNY", 0)
    booked = counter.store.perform(lambda ctx: decide_booking(ctx, goods, customer_id=li, payments=[]))
    assert operations.show(counter.store, li).spent.get("CNY", 0) == before
    counter.store.perform(
        lambda ctx: decide_sale(ctx, goods, customer_id=li, payments=[("cash", 93_60)], booking_id=booked.document_id)
    )
    assert operations.show(counter.store, li).spent == {"CNY": before + 93_60}


def test_a_new_customer_with_consent_is_on_view_afterwards(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    QTest.keyClick(page.search, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = page.dialog
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.form.errors() == {"name": "no_name"}
    dialog.name.setText("赵敏")
    QTest.keyClicks(dialog.phone, "13700001234")
    QTest.keyClick(dialog.consent, Qt.Key.Key_Space)
    QTest.keyClick(dialog.phone, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.grid.model.rowCount() == 4)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.customer["name"] == "赵敏")
    assert page.pane.shown is not None
    assert page.pane.shown.customer["consent"].startswith("2026-11-18 同意保存")


def test_a_file_is_changed(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    find(qtbot, page, "cxy", ["陈秀英"])
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.customer["name"] == "陈秀英")
    QTest.keyClick(page.search, Qt.Key.Key_F4)
    dialog = page.dialog
    assert dialog is not None
    dialog.note.setText("needs an invoice")
    dialog.button(SAVE).click()
    wanted = stable_id("customer", "C3")
    qtbot.waitUntil(lambda: operations.show(counter.store, wanted).customer["note"] == "needs an invoice")
    assert operations.show(counter.store, wanted).customer["grade"] == "银卡"


def test_a_list_without_hits_offers_the_next_step(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    find(qtbot, page, "nobody", [])
    qtbot.waitUntil(lambda: page.pane.shown is None)
    assert not page.may_edit()


def test_names_in_both_languages(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert unnamed(page) == []
    i18n.set_language("en")
    assert page.note.text() == "3 customers"
    assert unnamed(page) == []


def test_a_phone_is_masked_whatever_its_length() -> None:
    phones = ("13812346621", "5551234", "12", "")
    assert [masked_phone(phone) for phone in phones] == ["138****6621", "*****34", "12", ""]


def test_every_kind_of_document_that_a_customer_has_is_named() -> None:
    kinds = {key.removeprefix("orders.kind.") for key in i18n.keys("orders") if key.startswith("orders.kind.")}
    assert "booking" in kinds
    assert kinds <= {key.removeprefix("customers.kind.") for key in i18n.keys("customers")}
