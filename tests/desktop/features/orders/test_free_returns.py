"""Goods come back without their receipt, by keys alone; the rest of an exchange is paid out; kills lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations as entry
from desktop.features.order_entry.draft import DraftLine, SaleDraft
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.payout import PayOutDialog
from desktop.features.order_entry.screen import SCREEN as ENTRY
from desktop.features.orders import free_returns, returning
from desktop.features.orders.free_return_view import FreeReturnPage
from desktop.features.orders.refund_dialog import RefundDialog
from desktop.features.orders.return_dialog import ReturnDialog
from desktop.features.orders.return_draft import BackLine, ReturnDraft
from desktop.features.orders.return_table import back_result
from desktop.features.orders.screen import RETURNS
from desktop.widgets.second_person import SecondPersonDialog
from domain.kernel.ids import stable_id
from domain.orders import queries
from domain.orders.model import order_line, orders
from domain.orders.pricing import Wanted
from domain.orders.returning import Back
from domain.parties.model import person
from domain.stock.model import stock_move
from tests.support import unauthorised
from tests.support.counter import SHOP, Counter, unnamed
from tests.support.unauthorised import hold_unauthorised

RICE, SAUCE = "6902969882347", "6902265360100"
PAY_OUT = "order_entry.pay_out"
OWNER, PIN = stable_id("person", "S1", "boss"), "271828"


@pytest.fixture
def clerks(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """A clerk's counter, on which the owner has a PIN."""
    made = Counter(tmp_path / "clerk", role="clerk")
    made.write(person, [{"id": OWNER, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    made.vault.keep((OWNER, "李店长", "owner"), "pin", PIN, made.secrets.database_key)
    yield made
    made.close()


def opened(qtbot: QtBot, counter: Counter) -> FreeReturnPage:
    page = RETURNS.make(counter.workbench)
    assert isinstance(page, FreeReturnPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.is_ready)
    return page


def scan(qtbot: QtBot, page: FreeReturnPage, code: str) -> None:
    assert page.scanned(code)
    qtbot.waitUntil(lambda: len(page.rows) == len(page.edit.draft.lines) > 0 and not page.is_reading)


def in_front(qtbot: QtBot, kind: type[QWidget]) -> Any:
    def has_focus() -> bool:
        dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
        return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

    qtbot.waitUntil(has_focus)
    return QApplication.activeModalWidget()


def came_back(counter: Counter) -> list[tuple[int, str]]:
    with counter.store.read() as connection:
        found = connection.execute(orders.select().where(orders.c.kind == "return")).mappings().all()
    return [(row["total"], row["reason"]) for row in found]


def test_scanned_priced_scrapped_and_refunded_by_keys(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    for code in (RICE, RICE, SAUCE):
        scan(qtbot, page, code)
    QTest.keyClick(page.box, Qt.Key.Key_F7)
    QTest.keyClicks(page.price, "10")
    QTest.keyClick(page.price, Qt.Key.Key_Return)
    QTest.keyClick(page.box, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: [(line.amount, line.to) for line in page.rows] == [(93_60, "warehouse"), (10_00, "scrap")])
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = in_front(qtbot, RefundDialog)
    assert unnamed(dialog) == []
    QTest.keyClick(dialog.why.why, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    assert came_back(counter) == [(-103_60, "不合适")]
    with counter.store.read() as connection:
        lines = {row["product_code"]: row for row in connection.execute(order_line.select()).mappings()}
        to = {move["product_id"]: move["to_place"] for move in connection.execute(stock_move.select()).mappings()}
    assert to[lines["A001"]["product_id"]] != to[lines["A002"]["product_id"]]
    assert free_returns.load_draft(counter.reopen()) == ReturnDraft()


def test_goods_that_are_no_longer_authorised_come_back_too(qtbot: QtBot, counter: Counter) -> None:
    hold_unauthorised(counter, 7_000)
    page = opened(qtbot, counter)
    scan(qtbot, page, unauthorised.BARCODE)
    [line] = page.rows
    assert (line.name, line.amount, line.authorised) == (unauthorised.NAME, 50_00, False)
    assert "已无授权" in str(page.grid.model.index(0, 0).data())
    [hit] = free_returns.search(counter.store, "限定")
    assert "已无授权" in back_result(hit).secondary
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    dialog = in_front(qtbot, RefundDialog)
    QTest.keyClick(dialog.why.why, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    [(total, _)] = came_back(counter)
    assert total == -50_00


def test_a_receipt_is_taken_back_by_its_sale(qtbot: QtBot, counter: Counter) -> None:
    sold = entry.complete_sale(counter.store, [Wanted("A001", 2_000)], payments=[("card", 93_60)])
    page = opened(qtbot, counter)
    assert page.scanned(sold.number)
    dialog = in_front(qtbot, ReturnDialog)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_F4)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    assert came_back(counter) == [(-93_60, "不合适")]
    qtbot.waitUntil(page.box.hasFocus)


def test_more_than_it_costs_is_agreed_to_and_the_draft_stays_until_then(qtbot: QtBot, clerks: Counter) -> None:
    page = opened(qtbot, clerks)
    scan(qtbot, page, RICE)
    page.edit.put_price("A001", 500_000)
    page.keep()
    qtbot.waitUntil(lambda: page.total == 50_00 and page.can("refund"))
    QTest.keyClick(page.box, Qt.Key.Key_F9)
    QTest.keyClick(in_front(qtbot, RefundDialog).why.why, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    second = in_front(qtbot, SecondPersonDialog)
    assert free_returns.load_draft(clerks.store).lines == (BackLine(code="A001", quantity=1_000, price=500_000),)
    QTest.keyClicks(second.reason, "ok")
    QTest.keyClicks(second.secret, PIN)
    QTest.keyClick(second.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clerks.posted == ["orders.returned"])
    assert came_back(clerks) == [(-50_00, "不合适 · ok")]


def test_going_back_leaves_everything_as_it_was(qtbot: QtBot, clerks: Counter) -> None:
    page = opened(qtbot, clerks)
    scan(qtbot, page, RICE)
    page.edit.put_price("A001", 500_000)
    page.keep()
    qtbot.waitUntil(lambda: page.can("refund") and page.total == 50_00)
    page.refund()
    QTest.keyClick(in_front(qtbot, RefundDialog).why.why, Qt.Key.Key_Return)
    QTest.keyClick(in_front(qtbot, SecondPersonDialog), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.can("refund"))
    assert came_back(clerks) == []
    assert page.scanned(SAUCE)
    qtbot.waitUntil(lambda: [line.code for line in page.rows] == ["A001", "A002"])


@pytest.mark.parametrize(("keys", "method"), [(Qt.Key.Key_Return, "cash"), (Qt.Key.Key_4, "wechat")])
def test_what_a_cheaper_exchange_leaves_is_paid_out(qtbot: QtBot, counter: Counter, keys: Qt.Key, method: str) -> None:
    back = _exchanged(counter)
    page = _entry(qtbot, counter)
    assert page.edit.draft.credits == ((back, 93_60),)
    assert page.scanned(SAUCE)
    qtbot.waitUntil(lambda: page.can("pay"))
    page.pay()
    QTest.keyClick(in_front(qtbot, PayDialog).field, Qt.Key.Key_Return)
    dialog = in_front(qtbot, PayOutDialog)
    control = Qt.KeyboardModifier.NoModifier if keys == Qt.Key.Key_Return else Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(dialog, keys, control)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold", "order_entry.paid_out"])
    assert not page.edit.draft.credit
    assert not page.can("credit")
    with counter.store.read() as connection:
        [row] = connection.execute(orders.select().where(orders.c.kind == "return")).mappings().all()
        paid = sorted((one["method"], one["amount"]) for one in queries.payments_of(connection, row["id"]))
    assert paid == sorted([("exchange", -93_60), ("exchange", 78_10), (method, -78_10)])
    assert entry.load_draft(counter.reopen()).credits == ()


def test_what_is_kept_for_the_next_sale_waits_and_shift_f9_pays_it_out(qtbot: QtBot, counter: Counter) -> None:
    _exchanged(counter)
    page = _entry(qtbot, counter)
    qtbot.waitUntil(lambda: page.actions_of_page is not None and page.actions_of_page[PAY_OUT].isEnabled())
    QTest.keyClick(page.box, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(in_front(qtbot, PayOutDialog), Qt.Key.Key_Escape)
    assert page.edit.draft.credit == 93_60
    qtbot.waitUntil(page.box.hasFocus)
    QTest.keyClick(page.box, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(in_front(qtbot, PayOutDialog), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.paid_out"])


def test_the_credit_is_there_though_the_program_ended_right_after_the_return(counter: Counter) -> None:
    back = _exchanged(counter)
    store = counter.reopen()
    assert entry.load_draft(store).credits == ((back, 93_60),)
    assert entry.load_draft(store).credits == ((back, 93_60),)
    draft = SaleDraft(lines=(DraftLine(code="A002", quantity=1_000),), credits=((back, 93_60),))
    entry.complete_draft(store, draft, [("exchange", 15_50)])
    assert entry.load_draft(counter.reopen()).credits == ((back, 78_10),)


def _exchanged(counter: Counter) -> str:
    sold = entry.complete_sale(counter.store, [Wanted("A001", 2_000)], payments=[("cash", 93_60)])
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, sold.document_id)
    back = [Back(line["id"], 2_000)]
    return returning.take_back(counter.store, sold.document_id, back, reason="x", to_exchange=True).command_id


def _entry(qtbot: QtBot, counter: Counter) -> OrderEntryPage:
    page = ENTRY.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.kept is not None)
    return page
