"""Receipts print by themselves after a sale, never stop the counter, and wait while the printer is off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.receipts import Receipts
from desktop.features.order_entry import operations
from desktop.features.orders import returning
from desktop.features.settings.printing_card import PrintingCard
from desktop.platform.print_settings import AUTOMATIC, PRINTER, SHOP_NAME
from desktop.store.print_jobs import PrintJobs
from desktop.store.store import Performed, Store
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


def test_a_sale_prints_by_itself(qtbot: QtBot, counter: Counter, receipts: Receipts, paper: Path) -> None:
    counter.workbench.settings.set(SHOP_NAME, "柳桥直营店")
    sell(qtbot, counter)
    qtbot.waitUntil(paper.exists)
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
    qtbot.waitUntil(paper.exists)
    with counter.store.read() as connection:
        [line] = queries.lines_of(connection, order_id)
    counter.workbench.do(lambda store: returning.take_back(store, order_id, [Back(line["id"], 1000)], reason="x"))
    qtbot.waitUntil(lambda: "退货小票" in read(paper.read_bytes()).texts)
