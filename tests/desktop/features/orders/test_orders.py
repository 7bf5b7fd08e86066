"""The list of all documents."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.orders import operations
from desktop.features.orders.orders_view import KINDS, OrdersPage
from desktop.features.orders.screen import SCREEN
from desktop.features.orders.table_model import document_source
from desktop.store.ledger import FINAL, OPEN
from desktop.widgets.grid import Query
from domain.kernel.ids import stable_id
from domain.orders.states import TRANSITIONS
from tests.support.counter import Counter, unnamed


def opened(qtbot: QtBot, counter: Counter) -> OrdersPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrdersPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.pane.shown is not None)
    return page


def test_newest_documents_come_first_with_their_state_of_upload(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(130)
    counter.add_request()
    page = opened(qtbot, counter)
    assert page.grid.model.rowCount() == 131
    cells = [str(page.grid.model.index(0, number).data()) for number in range(7)]
    assert "S11-01-R000001 订货" in cells
    assert cells[-1] == "已确认"


def test_before_the_first_sale_one_sentence_and_one_way_on(qtbot: QtBot, counter: Counter) -> None:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrdersPage)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.grid.counted), qtbot.waitExposed(page):
        page.show()
        page.opened()
    assert page.empty.sentence.text() == "还没有单据。卖出第一单，就在这里。"
    assert page.empty.verb is not None
    with qtbot.waitSignal(counter.workbench.open_requested) as asked:
        QTest.mouseClick(page.empty.verb, Qt.MouseButton.LeftButton)
    assert asked.args is not None and asked.args[0] == "order_entry"
    page.search.setText("x")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.empty.sentence.text().startswith("没有符合条件的单据。")
    page.search.clear()
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.empty.sentence.text().startswith("还没有单据。")


def test_typing_in_the_search_narrows_the_list(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(30)
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_F2)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "S000007")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.grid.model.rowCount() == 1)
    assert page.grid.table.hasFocus()


def test_a_customers_initials_find_his_orders(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(30)
    page = opened(qtbot, counter)
    page.search.setText("ljg")
    qtbot.waitUntil(lambda: page.grid.model.rowCount() == 6)


def test_pages_by_key_are_the_list_in_order_both_ways(counter: Counter) -> None:
    counter.add_orders(150)
    source = document_source(counter.store)
    for query in (Query(), Query("time", descending=True), Query("time"), Query("number"), Query("number", True)):
        count = source.count(query)
        pages = [row for first in range(0, count, 64) for row in source.rows(query, first, 64)]
        assert len({row["id"] for row in pages}) == count == 150
        column = "number" if query.sort == "number" else "ordered_at"
        found = [row[column] for row in pages]
        assert found == sorted(found, reverse=query.descending or not query.sort)


def test_another_screen_opens_one_order(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(90)
    wanted = stable_id("order", "70")
    page = opened(qtbot, counter)
    page.shown_with(order_id=wanted)
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.detail.order["id"] == wanted)


def test_the_pane_tells_price_payment_and_steps_in_both_languages(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(1)
    page = opened(qtbot, counter)
    assert "零售价 ¥46.80" in page.pane._why.text()
    assert "现金 ¥93.60" in page.pane._facts.text()
    i18n.set_language("en")
    assert "Cash ¥93.60" in page.pane._facts.text()
    assert unnamed(page) == []


def test_w_withdraws_an_own_order_with_a_reason(qtbot: QtBot, counter: Counter) -> None:
    order_id = counter.add_request("5", seller_id=stable_id("p", "T1"), buyer_id=stable_id("p", "S1"))
    page = opened(qtbot, counter)
    QTest.keyClick(page.grid.table, Qt.Key.Key_W)
    QTest.keyClicks(page.pane.reason.line, "wrong")
    QTest.keyClick(page.pane.reason.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: operations.detail(counter.store, order_id).order["state"] == "cancelled")
    qtbot.waitUntil(lambda: "已撤回" in str(page.grid.model.index(0, 4).data()))


def test_every_state_kind_and_way_of_paying_has_words() -> None:
    methods = ("cash", "card", "alipay", "wechat", "account", "exchange")
    states = {state for pair in TRANSITIONS for state in pair}
    known = i18n.keys("orders", "zh_CN") & i18n.keys("orders", "en")
    wanted = {f"orders.method.{one}" for one in methods} | {f"orders.state.{one}" for one in states}
    wanted |= {f"orders.kind.{one}" for one in KINDS} | {f"orders.sync.{one}" for one in (*OPEN, *FINAL)}
    wanted |= {f"orders.payment.{one}" for one in ("unpaid", "part", "paid", "refunded")}
    assert wanted <= known
