"""Lots, serials and the customer of goods that come back without a receipt; a known serial leads to its sale."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations as entry
from desktop.features.orders import free_returns, returning
from desktop.features.orders.free_return_view import FreeReturnPage
from desktop.features.orders.known_sale_dialog import KnownSaleDialog
from desktop.features.orders.refund_dialog import RefundDialog
from desktop.features.orders.return_dialog import ReturnDialog
from desktop.features.orders.return_draft import BackLine, Refund, ReturnDraft
from desktop.widgets.customer_dialog import CustomerDialog
from desktop.widgets.lot_dialog import LotDialog
from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ids import stable_id
from domain.orders.model import orders
from domain.orders.pricing import Wanted
from domain.stock.model import stock_move
from tests.desktop.features.orders.test_free_returns import in_front, opened, scan
from tests.support.counter import Counter, unnamed
from tests.support.kept_goods import HERE, PHONE, YOGHURT, add_kept_goods

CTRL = Qt.KeyboardModifier.ControlModifier
LI = stable_id("customer", "C1")


@pytest.fixture
def kept(counter: Counter) -> Counter:
    add_kept_goods(counter)
    return counter


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def settled(qtbot: QtBot, page: FreeReturnPage) -> None:
    qtbot.waitUntil(lambda: len(page.rows) == len(page.edit.draft.lines) and not page.is_reading)


def refund(qtbot: QtBot, counter: Counter, page: FreeReturnPage) -> None:
    qtbot.waitUntil(lambda: page.can("refund"))
    press(Qt.Key.Key_F9)
    in_front(qtbot, RefundDialog)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])


def returned(counter: Counter) -> tuple[dict[str, Any], list[tuple[str, str, int]]]:
    """The one return, and (lot, serial, thousandths) of its moves."""
    with counter.store.read() as connection:
        [order] = connection.execute(orders.select().where(orders.c.kind == "return")).mappings()
        moves = connection.execute(stock_move.select().where(stock_move.c.source_id == order["id"])).mappings()
        return dict(order), sorted((row["lot"], row["serial"], row["quantity"]) for row in moves)


def sold_phone(counter: Counter, *serials: str) -> Any:
    wanted = [Wanted("B002", 1_000 * len(serials), serials=serials)]
    return entry.complete_sale(counter.store, wanted, payments=[("card", 10_00 * len(serials))])


def test_each_piece_asks_for_its_serial_and_goods_by_lot_for_their_lot(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, PHONE)
    assert page.rows[0].problem == "serial_missing"
    assert not page.can("refund")
    scan(qtbot, page, "SN-7")
    assert page.rows[0].serials == ("SN-7",)
    scan(qtbot, page, YOGHURT)
    assert page.rows[1].asks_lot
    assert "批号没说" in str(page.grid.model.index(1, 0).data())
    press(Qt.Key.Key_L, CTRL)
    dialog = in_front(qtbot, LotDialog)
    assert not dialog.day.isVisible()
    dialog.lot.setText("SOON")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    qtbot.waitUntil(lambda: [row.lot for row in page.rows] == ["", "SOON"])
    assert free_returns.load_draft(kept.store) == page.edit.draft
    refund(qtbot, kept, page)
    _, moves = returned(kept)
    assert moves == [("", "SN-7", 1_000), ("SOON", "", 1_000)]


def test_a_piece_that_is_here_already_is_told_in_place_and_taken_all_the_same(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, HERE)
    assert page.rows[0].doubts == (("piece_here", HERE),)
    assert f"序列号 {HERE} 按记录就在店里" in str(page.grid.model.index(0, 0).data())
    refund(qtbot, kept, page)
    assert returned(kept)[1] == [("", HERE, 1_000)]


def test_a_lot_that_cannot_be_read_stops_nobody(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, YOGHURT)
    refund(qtbot, kept, page)
    assert returned(kept)[1] == [("", "", 1_000)]


def test_a_known_serial_leads_to_its_sale(qtbot: QtBot, kept: Counter) -> None:
    sale = sold_phone(kept, HERE, "SN-2")
    page = opened(qtbot, kept)
    assert page.scanned(HERE)
    asking = in_front(qtbot, KnownSaleDialog)
    assert unnamed(asking) == []
    assert sale.number in asking.sentence.text()
    assert HERE in asking.sentence.text()
    press(Qt.Key.Key_Return)
    dialog = in_front(qtbot, ReturnDialog)
    assert [entry.serials.text() for entry in dialog.entries] == [HERE]
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: kept.posted == ["orders.returned"])
    order, moves = returned(kept)
    assert (order["original_id"], order["total"]) == (sale.document_id, -10_00)
    assert moves == [("", HERE, 1_000)]
    assert page.edit.draft.lines == ()
    qtbot.waitUntil(page.box.hasFocus)
    scan(qtbot, page, HERE)
    assert QApplication.activeModalWidget() is None, "it came back: no sale has it any more"
    assert page.rows[0].serials == (HERE,)


def test_a_known_serial_after_its_article_and_the_other_way(qtbot: QtBot, kept: Counter) -> None:
    sold_phone(kept, "SN-2")
    page = opened(qtbot, kept)
    scan(qtbot, page, PHONE)
    assert page.scanned("SN-2")
    in_front(qtbot, KnownSaleDialog)
    press(Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    settled(qtbot, page)
    qtbot.waitUntil(lambda: [row.serials for row in page.rows] == [("SN-2",)])
    assert page.rows[0].quantity == 1_000
    assert page.scanned("SN-2")
    assert kept.posted == ["serial_twice"]
    kept.posted.clear()
    refund(qtbot, kept, page)
    order, moves = returned(kept)
    assert (order["original_id"], moves) == (None, [("", "SN-2", 1_000)])


def test_going_back_from_the_question_enters_nothing(qtbot: QtBot, kept: Counter) -> None:
    sold_phone(kept, HERE)
    page = opened(qtbot, kept)
    assert page.scanned(HERE)
    in_front(qtbot, KnownSaleDialog)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(page.box.hasFocus)
    assert page.edit.draft == ReturnDraft()


def test_the_customer_is_chosen_by_key_and_may_have_it_on_account(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    qtbot.waitUntil(lambda: page.who.text() != "")
    scan(qtbot, page, YOGHURT)
    press(Qt.Key.Key_F3)
    dialog = in_front(qtbot, CustomerDialog)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, "6621")
    qtbot.waitUntil(dialog.box.results_shown)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.who.text() == "李建国")
    settled(qtbot, page)
    qtbot.waitUntil(lambda: page.can("refund"))
    press(Qt.Key.Key_F9)
    asked = in_front(qtbot, RefundDialog)
    assert "account" in asked.means
    press(Qt.Key.Key_5, CTRL)
    qtbot.waitUntil(lambda: kept.posted == ["orders.returned"])
    order, _ = returned(kept)
    assert order["customer_id"] == LI
    qtbot.waitUntil(lambda: page.edit.draft.customer_id is None)


def test_nobody_known_has_no_account(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, YOGHURT)
    qtbot.waitUntil(lambda: page.can("refund"))
    press(Qt.Key.Key_F9)
    assert "account" not in in_front(qtbot, RefundDialog).means


@pytest.mark.parametrize(
    ("line", "customer_id", "error", "code"),
    [
        (BackLine(code="B002", quantity=1_000), None, Invalid, "serials_missing"),
        (BackLine(code="B002", quantity=2_000, serials=("A", "A")), None, Invalid, "serial_twice"),
        (BackLine(code="A001", quantity=1_000), stable_id("customer", "strange"), NotFound, "unknown_customer"),
    ],
)
def test_what_is_not_said_right_is_not_sealed(
    kept: Counter, line: BackLine, customer_id: str | None, error: type[Exception], code: str
) -> None:
    draft = ReturnDraft(lines=(line,), customer_id=customer_id)
    with pytest.raises(error, match=code):
        returning.take_back_free(kept.store, draft, Refund("cash", "x"))


def test_an_older_draft_of_a_return_is_taken_up(kept: Counter) -> None:
    body = '{"lines":[{"code":"A001","quantity":2000,"price":null,"to":"scrap","unit":"","factor":1000}],"last":"A001"}'
    kept.store.ledger.save_draft("return", "return", body, 1)
    assert free_returns.load_draft(kept.store).lines == (BackLine(code="A001", quantity=2_000, to="scrap"),)
