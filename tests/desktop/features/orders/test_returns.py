"""Goods come back: chosen by keys, refunded as shown, exchanged, agreed to by an owner above the limit."""

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
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.screen import SCREEN as ENTRY
from desktop.features.orders import operations, returning
from desktop.features.orders.orders_view import OrdersPage
from desktop.features.orders.return_dialog import ReturnDialog
from desktop.features.orders.screen import SCREEN
from desktop.store.store import Performed
from desktop.widgets.second_person import SecondPersonDialog
from domain.kernel.channels import Row
from domain.kernel.envelope import open_body
from domain.kernel.ids import stable_id
from domain.orders import queries
from domain.orders.pricing import Wanted
from domain.orders.returning import Back
from domain.parties.model import person
from domain.stock import queries as stock
from domain.tills import queries as tills
from domain.tills.handlers import decide_open_shift
from tests.support.counter import SHOP, Counter, unnamed
from tests.support.kept_goods import add_kept_goods

OWNER, PIN = stable_id("person", "S1", "boss"), "271828"


@pytest.fixture
def clerks(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """A clerk's counter, on which the owner has a PIN."""
    made = Counter(tmp_path / "clerk", role="clerk")
    made.write(person, [{"id": OWNER, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    made.vault.keep((OWNER, "李店长", "owner"), "pin", PIN, made.secrets.database_key)
    yield made
    made.close()


def sell(counter: Counter, *wanted: Wanted, **more: Any) -> Performed:
    more.setdefault("payments", [("cash", 10**7)])
    return entry.complete_sale(counter.store, wanted, **more)


def opened(qtbot: QtBot, counter: Counter, order_id: str) -> OrdersPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, OrdersPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.first_focus().setFocus()
    qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.detail.order["id"] == order_id)
    return page


def in_front(qtbot: QtBot, kind: type[QWidget]) -> Any:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    return QApplication.activeModalWidget()


def asking(qtbot: QtBot, page: OrdersPage) -> ReturnDialog:
    """T."""
    QTest.keyClick(page.grid.table, Qt.Key.Key_T)
    dialog = in_front(qtbot, ReturnDialog)
    assert isinstance(dialog, ReturnDialog)
    return dialog


def state(counter: Counter, order_id: str) -> str:
    return str(operations.detail(counter.store, order_id).order["state"])


def came_back(counter: Counter, order_id: str) -> list[tuple[Row, dict[str, int]]]:
    """The returns of a sale with their money by means."""
    with counter.store.read() as connection:
        found = queries.returns_of(connection, order_id)
        return [
            (one, {paid["method"]: int(paid["amount"]) for paid in queries.payments_of(connection, one["id"])})
            for one in found
        ]


def test_a_part_comes_back_and_the_means_are_shown_before(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A001", 3_000), Wanted("A002", 1_000), payments=[("card", 100_00), ("cash", 100_00)])
    page = opened(qtbot, counter, sold.document_id)
    dialog = asking(qtbot, page)
    assert [entry.quantity.value() for entry in dialog.entries] == [None, None]
    assert not dialog.button("return").isEnabled()
    assert unnamed(dialog) == []
    QTest.keyClicks(dialog.entries[0].quantity, "2")
    assert dialog._means.text() == "刷卡 ¥93.60"
    dialog.entries[0].to.set_value("scrap")
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    [(back, money)] = came_back(counter, sold.document_id)
    assert (back["total"], back["reason"], money) == (-93_60, "不合适", {"card": -93_60})
    assert state(counter, sold.document_id) == "part_returned"


def test_of_several_lots_somebody_says_which_comes_back(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    sold = sell(counter, Wanted("B001", 5_000), Wanted("B001", 1_000, lot="LATER"))
    page = opened(qtbot, counter, sold.document_id)
    dialog = asking(qtbot, page)
    first, second = dialog.entries
    assert second.lot is None, "nobody is asked what is known"
    assert unnamed(dialog) == []
    assert first.lot is not None
    assert [first.lot.itemText(row) for row in range(first.lot.count())] == ["批号？", "LATER × 2", "SOON × 3"]
    QTest.keyClicks(first.quantity, "1")
    assert dialog._problem.text() == "商品 B001 卖出时有几个批号，请选退回的是哪个批号。"
    assert not dialog.button("return").isEnabled()
    first.lot.setFocus()
    QTest.keyClick(first.lot, Qt.Key.Key_Down)
    assert first.lot.value() == "LATER"
    assert dialog._problem.text() == ""
    QTest.keyClick(first.quantity, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    [(back, _)] = came_back(counter, sold.document_id)
    with counter.store.read() as connection:
        assert [(row["lot"], row["quantity"]) for row in stock.moves_of(connection, back["id"])] == [("LATER", 1_000)]


def test_one_key_takes_everything_back_and_then_nothing_is_offered(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A001", 3_000), Wanted("A002", 1_000), discount=5_00, rounding="jiao")
    page = opened(qtbot, counter, sold.document_id)
    dialog = asking(qtbot, page)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_F4)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    assert [money for _, money in came_back(counter, sold.document_id)] == [{"cash": -150_00}]
    qtbot.waitUntil(lambda: page.pane.shown is not None and not page.may("return"))


def test_more_than_was_sold_is_said_and_cannot_be_confirmed(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A001", 1_000))
    dialog = asking(qtbot, opened(qtbot, counter, sold.document_id))
    QTest.keyClicks(dialog.entries[0].quantity, "2")
    assert not dialog.button("return").isEnabled()
    assert "A001" in dialog._problem.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert state(counter, sold.document_id) == "completed"


def test_an_exchange_pays_for_the_next_sale(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A001", 2_000))
    orders = opened(qtbot, counter, sold.document_id)
    handed: list[tuple[str, dict[str, Any]]] = []
    counter.workbench.open_requested.connect(lambda screen, params: handed.append((screen, params)))
    dialog = asking(qtbot, orders)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_F4)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: counter.posted == ["orders.exchanged"])
    [(screen, params)] = handed
    assert (screen, params["credit"]) == ("order_entry", 93_60)
    page = ENTRY.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    page.show()
    page.shown_with(**params)
    done: list[Performed] = []
    counter.workbench.performed.connect(done.append)
    _sell_by_keys(qtbot, page, "6937220900015")
    qtbot.waitUntil(lambda: counter.posted == ["orders.exchanged", "order_entry.sold"])
    assert [(one.method, one.amount) for one in done[0].payload.payments] == [  # type: ignore[attr-defined]
        ("exchange", 93_60),
        ("cash", 35_40),
    ]
    assert page.edit.draft.credits == ()
    [(_, sealed)] = counter.store.ledger.open_commands(after=done[0].sequence - 1)
    assert params["credit_from"] in open_body(sealed).depends_on


def test_what_is_left_of_an_exchange_stays_for_the_sale_after(qtbot: QtBot, counter: Counter) -> None:
    page = ENTRY.make(counter.workbench)
    assert isinstance(page, OrderEntryPage)
    qtbot.addWidget(page)
    page.show()
    command_id = _exchanged(counter)
    assert page.scanned("6902969882347")
    qtbot.waitUntil(lambda: page.kept is not None and len(page.kept.lines) == 1)
    page.shown_with(credit=93_60, credit_from=command_id)
    page.undo()
    qtbot.waitUntil(lambda: page.kept is not None and page.kept.credit == 93_60 and not page.kept.lines)
    _sell_by_keys(qtbot, page, "6902265360100")
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    qtbot.waitUntil(lambda: page.kept is not None and page.kept.credit == 78_10)
    assert entry.load_draft(counter.reopen()).credits == ((command_id, 78_10),)


def _exchanged(counter: Counter) -> str:
    sold = sell(counter, Wanted("A001", 2_000))
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, sold.document_id)
    back = [Back(line["id"], 2_000)]
    return returning.take_back(counter.store, sold.document_id, back, reason="x", to_exchange=True).command_id


def _sell_by_keys(qtbot: QtBot, page: OrderEntryPage, code: str) -> None:
    assert page.scanned(code)
    qtbot.waitUntil(lambda: page.can("pay"))
    page.pay()
    dialog = in_front(qtbot, PayDialog)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)


def test_above_the_limit_an_owner_agrees(qtbot: QtBot, clerks: Counter) -> None:
    sold = sell(clerks, Wanted("A005", 4_000))
    page = opened(qtbot, clerks, sold.document_id)
    dialog = asking(qtbot, page)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_F4)
    QTest.keyClick(dialog.entries[0].quantity, Qt.Key.Key_Return)
    second = in_front(qtbot, SecondPersonDialog)
    QTest.keyClicks(second.reason, "ok")
    QTest.keyClicks(second.secret, PIN)
    QTest.keyClick(second.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: clerks.posted == ["orders.returned"])
    [(back, money)] = came_back(clerks, sold.document_id)
    assert (money, back["reason"]) == ({"cash": -516_00}, "不合适 · ok")


def test_v_voids_a_sale_of_today_with_a_reason(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A001", 1_000))
    page = opened(qtbot, counter, sold.document_id)
    QTest.keyClick(page.grid.table, Qt.Key.Key_V)
    QTest.keyClicks(page.pane.reason.line, "cuo")
    QTest.keyClick(page.pane.reason.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(counter, sold.document_id) == "voided")


def test_above_the_limit_an_owner_agrees_to_a_void_in_place(qtbot: QtBot, clerks: Counter) -> None:
    shift = clerks.store.perform(lambda ctx: decide_open_shift(ctx, float_amount=0))
    sold = sell(clerks, Wanted("A005", 4_000))
    page = opened(qtbot, clerks, sold.document_id)
    QTest.keyClick(page.grid.table, Qt.Key.Key_V)
    QTest.keyClicks(page.pane.reason.line, "cuo")
    QTest.keyClick(page.pane.reason.line, Qt.Key.Key_Return)
    second = in_front(qtbot, SecondPersonDialog)
    assert state(clerks, sold.document_id) == "completed"
    QTest.keyClicks(second.reason, "ok")
    QTest.keyClicks(second.secret, PIN)
    QTest.keyClick(second.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(clerks, sold.document_id) == "voided")
    with clerks.store.read() as connection:
        [entry] = [row for row in tills.entries(connection, shift.document_id) if row["kind"] == "void"]
    assert (entry["amount"], entry["approver_name"], entry["reason"]) == (-516_00, "李店长", "cuo · ok")


def test_below_the_limit_a_clerk_voids_alone(qtbot: QtBot, clerks: Counter) -> None:
    sold = sell(clerks, Wanted("A001", 1_000))
    page = opened(qtbot, clerks, sold.document_id)
    QTest.keyClick(page.grid.table, Qt.Key.Key_V)
    QTest.keyClicks(page.pane.reason.line, "cuo")
    QTest.keyClick(page.pane.reason.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(clerks, sold.document_id) == "voided")


def test_a_return_and_a_sale_of_yesterday_are_not_voided(qtbot: QtBot, counter: Counter) -> None:
    counter.add_orders(1)
    page = opened(qtbot, counter, stable_id("order", "0"))
    assert page.may("return")
    assert not page.may("void")
    sold = sell(counter, Wanted("A001", 1_000))
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, sold.document_id)
    back = returning.take_back(counter.store, sold.document_id, [Back(line["id"], 1_000)], reason="x")
    allowed = operations.show(counter.store, back.document_id).may
    assert not allowed & {"return", "void"}


def test_bottles_of_a_case_come_back(qtbot: QtBot, counter: Counter) -> None:
    sold = sell(counter, Wanted("A002", 24_000, unit="箱", factor=12_000))
    dialog = asking(qtbot, opened(qtbot, counter, sold.document_id))
    field = dialog.entries[0].quantity
    assert field.choice is not None
    assert [field.choice.itemText(index) for index in range(field.choice.count())] == ["箱", "瓶"]
    assert unnamed(dialog) == []
    QTest.keyClicks(field, "3")
    assert "2 箱" in dialog._problem.text()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, "1")
    assert dialog.back[0].quantity == 12_000
    field.choice.setCurrentIndex(1)
    assert dialog.back[0].quantity == 1_000
    assert dialog._means.text() == "现金 ¥15.50"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    line = returning.returnable(counter.store, sold.document_id).lines[0]
    assert (line["returned"], line["returned_amount"], line["own_unit"]) == (1_000, 15_50, "瓶")


def test_pieces_with_serials_come_back_by_their_serial(qtbot: QtBot, counter: Counter) -> None:
    add_kept_goods(counter)
    sold = sell(counter, Wanted("B002", 2_000, serials=("SN-1", "SN-2")))
    dialog = asking(qtbot, opened(qtbot, counter, sold.document_id))
    field = dialog.entries[0].serials
    assert field is not None
    assert unnamed(dialog) == []
    QTest.keyClicks(dialog.entries[0].quantity, "1")
    assert not dialog.button("return").isEnabled(), "which of the two?"
    QTest.keyClicks(field, "SN-9")
    assert "SN-9" in dialog._problem.text()
    field.clear()
    QTest.keyClicks(field, "SN-2")
    assert dialog._means.text() == "现金 ¥10.00"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["orders.returned"])
    assert returning.returnable(counter.store, sold.document_id).serials_of(dialog_line(counter, sold)) == ["SN-1"]


def dialog_line(counter: Counter, sold: Performed) -> str:
    return str(returning.returnable(counter.store, sold.document_id).lines[0]["id"])
