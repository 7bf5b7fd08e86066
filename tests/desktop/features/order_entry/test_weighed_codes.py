"""The shop's scale at the counter: real bursts of a scanner, the layouts of the settings, lines to the fen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.platform.settings import WEIGHED
from desktop.widgets.scanner import Scanner
from domain.catalogue.model import barcode
from domain.catalogue.rules import ean13_check_digit
from domain.kernel.ids import stable_id
from domain.orders import queries
from tests.desktop.features.order_entry.desk import CTRL, newest, opened, paying, press, settled
from tests.support.counter import Counter, product_id
from tests.support.hands import MINUTE, Hands

LAYOUTS = "21IIIIIGGGGGC 22IIIIIFFFFFC"
APPLES = "00006"


def code(prefix: str, item: str, value: int) -> str:
    twelve = f"{prefix}{item}{value:05d}"
    return twelve + ean13_check_digit(twelve)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def scanner(qapp: QApplication, hands: Hands) -> Iterator[Scanner]:
    made = Scanner(hands, pause_ms=MINUTE)
    made.install(qapp)
    yield made
    qapp.removeEventFilter(made)


@pytest.fixture
def page(qtbot: QtBot, counter: Counter, hands: Hands, scanner: Scanner) -> OrderEntryPage:
    """A scanner at this counter, whose scale knows apples and rice."""
    known = {APPLES: "A006", "00001": "A001"}
    rows = [{"id": stable_id("bar", item), "product_id": product_id(of), "code": item} for item, of in known.items()]
    counter.write(barcode, [{**row, "factor": 1000} for row in rows])
    counter.workbench.settings.set(WEIGHED, LAYOUTS)
    made = opened(qtbot, counter)
    hands.window = made
    scanner.scanned.connect(made.scanned)
    return made


def test_the_weight_of_a_label_is_the_quantity(qtbot: QtBot, page: OrderEntryPage, hands: Hands) -> None:
    hands.scan(code("21", APPLES, 1234))
    hands.scan(code("21", APPLES, 66))
    settled(qtbot, page)
    assert [(line.code, line.quantity, line.amount) for line in page.rows] == [("A006", 1300, 1477)]
    assert page.box.text() == ""
    assert page.totals.pieces == 1_000  # one of what was weighed


def test_the_price_of_a_label_is_the_amount_of_the_line_to_the_fen(
    qtbot: QtBot, counter: Counter, page: OrderEntryPage, hands: Hands
) -> None:
    for amount in (1001, 773, 2):
        hands.scan(code("22", APPLES, amount))
    settled(qtbot, page)
    [line] = page.rows
    assert (line.amount, line.label) == (1776, 1776)
    assert page.totals.due == 1776
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    order, paid = newest(counter)
    with counter.store.read() as connection:
        [sealed] = queries.lines_of(connection, order["id"])
    assert (order["total"], paid, sealed["amount"], sealed["quantity"]) == (1776, {"cash": 1776}, 1776, line.quantity)


def test_a_quantity_or_a_price_by_hand_takes_the_place_of_the_label(
    qtbot: QtBot, page: OrderEntryPage, hands: Hands
) -> None:
    hands.scan(code("22", APPLES, 1001))
    settled(qtbot, page)
    page.edit.put_quantity("A006", 2000)
    page.keep()
    settled(qtbot, page)
    assert page.rows[0].amount == 2272
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert page.rows[0].amount == 1001
    page.edit.put_price("A006", 100_000)
    page.keep()
    settled(qtbot, page)
    assert (page.rows[0].amount, page.rows[0].label) == (881, 0)
    hands.scan(code("22", APPLES, 500))
    settled(qtbot, page)
    assert (page.rows[0].manual, page.rows[0].label) == (False, 500)


def test_a_label_survives_a_kill(qtbot: QtBot, counter: Counter, page: OrderEntryPage, hands: Hands) -> None:
    hands.scan(code("22", APPLES, 1001))
    settled(qtbot, page)
    page.close()
    counter.reopen()
    again = opened(qtbot, counter)
    settled(qtbot, again)
    assert again.totals.due == 1001


def test_a_weight_of_what_is_sold_by_the_bag_is_said(
    qtbot: QtBot, counter: Counter, page: OrderEntryPage, hands: Hands
) -> None:
    hands.scan(code("21", "00001", 500))
    qtbot.waitUntil(lambda: counter.posted == ["not_sold_by_weight"])
    assert page.edit.draft.lines == ()
    hands.scan(code("22", "00001", 4680))
    settled(qtbot, page)
    assert [(line.code, line.quantity, line.amount) for line in page.rows] == [("A001", 1000, 4680)]


def test_a_code_of_no_layout_and_a_misread_one_are_unknown(
    qtbot: QtBot, counter: Counter, page: OrderEntryPage, hands: Hands
) -> None:
    good = code("21", APPLES, 1234)
    for each in (code("23", APPLES, 1234), good[:-1] + str((int(good[-1]) + 1) % 10)):
        hands.scan(each)
        assert page.strip is not None
        assert page.strip.waiting[-1].barcode == each
    assert page.edit.draft.lines == ()
