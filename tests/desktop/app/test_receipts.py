"""Receipts print by themselves after a sale, never stop the counter, and wait while the printer is off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.receipts import Receipts
from desktop.features.customers.operations import collect
from desktop.features.order_entry import operations
from desktop.features.order_entry.credits import pay_out
from desktop.features.orders import returning
from desktop.features.settings.printing_card import PrintingCard
from desktop.platform.print_settings import AUTOMATIC, DRAWER, PRINTER, SHOP_NAME
from desktop.store.print_jobs import PrintJobs
from desktop.store.store import Performed, Store
from domain.customers.model import customer
from domain.orders import queries
from domain.orders.pricing import Wanted
from domain.orders.returning import Back
from tests.support.counter import Counter
from tests.support.escpos_reader import read


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "paper"


@pytest.fixture
def receipts(counter: Counter, paper: Path, tmp_path: Path) -> Iterator[Receipts]:
    counter.workbench.settings.set(PRINTER, f"file:{paper}")
    made = Receipts(counter.workbench, tmp_path / "layouts")
    yield made
    made.stop()


def _sale(store: Store) -> Performed:
    return operations.complete_sale(store, [Wanted("A001", 2000)], payments=[("cash", 10000)])


def sell(qtbot: QtBot, counter: Counter) -> str:
    with qtbot.waitSignal(counter.workbench.performed) as done:
        counter.workbench.do(_sale)
    return str(done.args[0].document_id)


def waiting(counter: Counter) -> int:
    return len(PrintJobs(counter.store.ledger).waiting())


def printed(qtbot: QtBot, counter: Counter, paper: Path) -> None:
    """The paper is out whole: a job waits until its last byte is written."""
    qtbot.waitUntil(lambda: paper.exists() and waiting(counter) == 0)


def test_a_sale_prints_by_itself(qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path) -> None:
    counter.workbench.settings.set(SHOP_NAME, "柳桥直营店")
    sell(qtbot, counter)
    printed(qtbot, counter, paper)
    assert read(paper.read_bytes()).texts[0] == "柳桥直营店"


def test_only_when_the_shop_wants_it(qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path) -> None:
    counter.workbench.settings.set(AUTOMATIC, False)
    order_id = sell(qtbot, counter)
    counter.workbench.print_requested.emit(order_id)
    counter.workbench.print_requested.emit(order_id)
    qtbot.waitUntil(lambda: paper.exists() and read(paper.read_bytes()).texts.count("副本") == 1)
    assert read(paper.read_bytes()).events.count("cut") == 2


def test_a_printer_that_is_off_is_said_once_and_tried_again(
    qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path
) -> None:
    counter.workbench.settings.set(PRINTER, f"file:{paper.parent}")
    sell(qtbot, counter)
    sell(qtbot, counter)
    qtbot.waitUntil(lambda: waiting(counter) == 2 and "printer_silent" in counter.posted)
    counter.workbench.settings.set(PRINTER, f"file:{paper}")
    receipts.send()
    qtbot.waitUntil(lambda: waiting(counter) == 0)
    assert read(paper.read_bytes()).events.count("cut") == 2
    assert counter.posted.count("printer_silent") == 1


def test_without_a_printer_it_says_where_to_set_one(qtbot: QtBot, counter: Counter, receipts: Receipts) -> None:
    counter.workbench.settings.set(PRINTER, "")
    order_id = sell(qtbot, counter)
    assert counter.posted == []
    counter.workbench.print_requested.emit(order_id)
    assert counter.posted == ["printing.no_printer"]


def test_a_broken_layout_is_said_and_the_shipped_one_prints(
    qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path, tmp_path: Path
) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "sale.toml").write_text("row = 1")
    sell(qtbot, counter)
    qtbot.waitUntil(lambda: "bad_layout" in counter.posted)
    assert "销售小票" in read(paper.read_bytes()).texts


def test_the_settings_card_checks_the_address_and_prints_a_page(
    qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path
) -> None:
    card = PrintingCard(counter.workbench)
    qtbot.addWidget(card)
    card.show()
    field = card.fields[PRINTER.key]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "lpt1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert card.form.errors() == {PRINTER.key: "bad_printer"}
    assert counter.workbench.settings.get(PRINTER) == f"file:{paper}"
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, f"file:{paper}2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not card.form.has_errors()
    card.test.click()
    other = paper.with_name("paper2")
    qtbot.waitUntil(lambda: other.exists() and "打印测试" in read(other.read_bytes()).texts)


def test_a_return_prints_by_itself(qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path) -> None:
    order_id = sell(qtbot, counter)
    printed(qtbot, counter, paper)
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, order_id)
    counter.workbench.do(lambda store: returning.take_back(store, order_id, [Back(line["id"], 1000)], reason="x"))
    qtbot.waitUntil(lambda: "退货小票" in read(paper.read_bytes()).texts)


def test_money_on_account_prints_a_slip_that_says_what_is_left(
    qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path
) -> None:
    with counter.store.read() as connection:
        who = connection.execute(customer.select()).mappings().first()
    assert who is not None
    counter.workbench.settings.set(DRAWER, True)
    counter.workbench.do(lambda store: collect(store, str(who["id"]), 20_00, "cash"))
    printed(qtbot, counter, paper)
    slip = read(paper.read_bytes())
    assert "收款凭条" in slip.texts
    assert [text.split()[0] for text in slip.texts if "20.00" in text] == ["现金", "余额"]
    assert any(str(event).startswith("drawer") for event in slip.events)


def test_the_rest_of_an_exchange_prints_a_slip_that_names_the_return(
    qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path
) -> None:
    order_id = sell(qtbot, counter)
    printed(qtbot, counter, paper)
    paper.unlink()
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, order_id)
    back = [Back(line["id"], 1000)]
    done = returning.take_back(counter.store, order_id, back, reason="x", to_exchange=True)
    counter.workbench.do(lambda store: pay_out(store, operations.load_draft(store), "wechat"))
    printed(qtbot, counter, paper)
    qtbot.waitUntil(lambda: "退换货差额" in read(paper.read_bytes()).texts)
    slip = read(paper.read_bytes())
    assert f"原单号 {done.number}" in slip.texts
    assert any(text.startswith("微信") and text.endswith("46.80") for text in slip.texts)
