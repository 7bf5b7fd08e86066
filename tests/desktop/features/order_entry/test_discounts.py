"""Discounts on lines and on the order, and how the bill is rounded: what is shown is what is sealed."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations
from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.draft import DraftLine, SaleDraft
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from domain.orders import queries
from domain.tills.model import till_policy
from tests.desktop.features.order_entry.desk import (
    CTRL,
    RICE,
    SAUCE,
    SHIFT,
    in_front,
    newest,
    opened,
    paying,
    press,
    scan,
    settled,
    write,
)
from tests.support.counter import SHOP, Counter, unnamed


def let_off(qtbot: QtBot, page: OrderEntryPage, key: Qt.Key, amount: str, reason: str = "") -> None:
    qtbot.waitUntil(lambda: page.can("pay") or page.totals.too_much)
    press(key)
    dialog = in_front(qtbot, DiscountDialog)
    write(amount)
    QTest.keyClicks(dialog.reason, reason)
    press(Qt.Key.Key_Return)
    settled(qtbot, page)


def shown_in(dialog: DiscountDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if not label.isHidden()]


def sell(qtbot: QtBot, counter: Counter, page: OrderEntryPage) -> None:
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])


def test_off_a_line_with_the_reason(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    let_off(qtbot, page, Qt.Key.Key_F5, "1.50", "jj")
    assert [line.amount for line in page.rows] == [46_80, 14_00]
    assert page.totals.due == 60_80
    assert page.box.hasFocus()
    sell(qtbot, counter, page)
    order, paid = newest(counter)
    with counter.store.read() as connection:
        lines = queries.lines_of(connection, order["id"])
    assert [(line["discount"], line["amount"]) for line in lines] == [(0, 46_80), (1_50, 14_00)]
    assert (order["total"], paid) == (60_80, {"cash": 60_80})


def test_off_the_order_and_rounded_as_shown(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    let_off(qtbot, page, Qt.Key.Key_F8, "2.05")
    assert page.totals.due == 60_25
    press(Qt.Key.Key_F8, SHIFT)
    settled(qtbot, page)
    assert (page.totals.way, page.totals.rounding, page.totals.due) == ("fen", -5, 60_20)
    assert "60.20" in page.primary.words
    sell(qtbot, counter, page)
    order, paid = newest(counter)
    assert (order["total"], order["discount"], order["rounding"], paid) == (60_20, 2_05, -5, {"cash": 60_20})


def test_the_key_goes_through_the_ways_of_rounding_and_each_step_is_taken_back(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    seen = []
    for _ in range(4):
        press(Qt.Key.Key_F8, SHIFT)
        settled(qtbot, page)
        seen.append((page.totals.way, page.totals.due))
    assert seen == [("fen", 46_80), ("jiao", 46_00), ("jiao_half", 47_00), ("", 46_80)]
    for _ in range(3):
        press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert page.totals.way == "fen"
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert page.edit.draft.rounding is None


def test_the_dealers_policy_rounds_until_another_way_is_chosen(qtbot: QtBot, counter: Counter) -> None:
    counter.write(till_policy, [{"id": SHOP, "party_id": SHOP, "rounding": "jiao"}])
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.totals.due == 46_00)
    sell(qtbot, counter, page)
    assert newest(counter)[0]["rounding"] == -80


def test_discounts_are_taken_back(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    let_off(qtbot, page, Qt.Key.Key_F5, "3")
    let_off(qtbot, page, Qt.Key.Key_F8, "4")
    assert page.totals.due == 39_80
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert page.totals.due == 43_80
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert page.totals.due == 46_80


def test_more_than_the_line_is_not_accepted(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("pay"))
    press(Qt.Key.Key_F5)
    dialog = in_front(qtbot, DiscountDialog)
    write("47")
    press(Qt.Key.Key_Return)
    assert dialog.form.errors() == {"amount": "discount_too_large"}
    assert unnamed(dialog) == []
    press(Qt.Key.Key_Escape)
    assert page.edit.draft.lines[0].discount == 0


@pytest.mark.parametrize(
    ("keys", "off", "said"),
    [
        ("9z", 4_68, "= 减 ¥4.68，还收 ¥42.12"),
        ("85z", 7_02, "= 减 ¥7.02，还收 ¥39.78"),
        ("8.5z", 7_02, "= 减 ¥7.02，还收 ¥39.78"),
        ("5%", 2_34, "= 减 ¥2.34，还收 ¥44.46"),
        ("-5%", 2_34, "= 减 ¥2.34，还收 ¥44.46"),
        ("1.5", 1_50, "= 减 ¥1.50，还收 ¥45.30"),
    ],
)
def test_a_rate_says_what_it_comes_to(qtbot: QtBot, counter: Counter, keys: str, off: int, said: str) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    qtbot.waitUntil(lambda: page.can("pay"))
    press(Qt.Key.Key_F5)
    dialog = in_front(qtbot, DiscountDialog)
    assert said not in shown_in(dialog)
    write(keys)
    assert said in shown_in(dialog)
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    assert (page.edit.draft.lines[0].discount, page.totals.due) == (off, 46_80 - off)


def test_a_rate_off_the_order_is_sealed_as_an_amount(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    qtbot.waitUntil(lambda: page.can("pay"))
    press(Qt.Key.Key_F8)
    dialog = in_front(qtbot, DiscountDialog)
    dialog.amount.insert("９５折")  # as an input method commits it
    assert dialog.amount.text() == "95折"
    press(Qt.Key.Key_Tab)
    assert dialog.amount.text() == "95折"
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    assert page.totals.due == 59_19  # 62.30 by 0.95 is 59.185
    sell(qtbot, counter, page)
    order, paid = newest(counter)
    assert (order["discount"], order["total"], paid) == (3_11, 59_19, {"cash": 59_19})


@pytest.mark.parametrize("keys", ["10z", "-", "101%"])
def test_what_says_nothing_clear_is_not_taken_for_nothing(qtbot: QtBot, counter: Counter, keys: str) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE)
    let_off(qtbot, page, Qt.Key.Key_F5, "3")
    press(Qt.Key.Key_F5)
    dialog = in_front(qtbot, DiscountDialog)
    write(keys)
    press(Qt.Key.Key_Return)
    assert dialog.form.errors() == {"amount": "bad_discount"}
    press(Qt.Key.Key_Escape)
    assert page.edit.draft.lines[0].discount == 3_00


def test_lines_taken_off_below_the_discount_cannot_be_paid(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    scan(qtbot, page, RICE, SAUCE)
    let_off(qtbot, page, Qt.Key.Key_F8, "60")
    page.grid.select_key("A001")
    press(Qt.Key.Key_Delete)
    settled(qtbot, page)
    assert page.totals.too_much
    assert not page.can("pay")


def test_a_draft_of_the_version_before_is_taken_up(qtbot: QtBot, counter: Counter) -> None:
    before = b'{"lines":[{"code":"A001","quantity":2000,"price":null}],"customer_id":null,"note":"","last":"A001"}'
    counter.store.ledger.save_draft("sale", "sale", before.decode(), 1)
    page = opened(qtbot, counter)
    qtbot.waitUntil(lambda: page.totals.due == 93_60)
    assert page.edit.draft.discount == 0


@pytest.mark.parametrize("rounding", [None, "", "jiao"])
def test_what_was_let_off_survives_a_kill(counter: Counter, rounding: str | None) -> None:
    line = DraftLine(code="A001", quantity=1_000, discount=100, reason="临期")
    draft = SaleDraft(lines=(line,), discount=5, rounding=rounding)
    operations.save_draft(counter.store, draft)
    assert operations.load_draft(counter.reopen()) == msgspec.structs.replace(draft)
