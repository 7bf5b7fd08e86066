"""Goods that no list knows: said and sounded, made in place and sold, and the scanner never waits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.platform.settings import SOUNDS, WEIGHED
from desktop.platform.sounds import alert
from desktop.widgets.unknown_strip import UnknownStrip
from domain.catalogue.model import product
from domain.catalogue.rules import ean13_check_digit
from tests.desktop.features.order_entry.desk import RICE, newest, opened, paying, press, scan, settled, write
from tests.support.counter import SHOP, Counter, unnamed

NEW, OTHER = "4006381333931", "4005808224425"


def strip_of(page: OrderEntryPage) -> UnknownStrip:
    assert page.strip is not None
    return page.strip


def asked(page: OrderEntryPage) -> list[str]:
    return [each.scanned for each in strip_of(page).waiting]


def test_an_unknown_code_is_offered_and_the_next_scans_go_on(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert not strip_of(page).isVisible()
    for code in (NEW, OTHER, NEW):
        assert page.scanned(code)
    assert asked(page) == [NEW, OTHER]
    assert strip_of(page).isVisible()
    assert NEW in strip_of(page).accessibleName()
    assert QApplication.activeModalWidget() is None
    assert page.box.hasFocus()
    scan(qtbot, page, RICE)
    assert [line.code for line in page.rows] == ["A001"]
    assert unnamed(page) == []
    press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert asked(page) == [OTHER]
    press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert not strip_of(page).isVisible()
    assert page.box.hasFocus()


def test_made_and_sold_by_keys_alone(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert page.scanned(NEW)
    press(Qt.Key.Key_Insert)
    assert strip_of(page).name.hasFocus()
    write("sugar")
    press(Qt.Key.Key_Return)
    assert strip_of(page).price.hasFocus()
    write("9.5")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    [line] = page.rows
    assert (line.name, line.unit, line.unit_price, line.amount) == ("sugar", "个", 95_000, 950)
    assert page.box.hasFocus()
    scan(qtbot, page, NEW)
    assert page.rows[0].quantity == 2000
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    assert newest(counter)[0]["total"] == 1900
    with counter.store.read() as connection:
        own = connection.execute(product.select().where(product.c.party_id.is_not(None))).mappings().one()
    assert (own["party_id"], own["code"]) == (SHOP, line.code)


def test_a_scan_while_one_is_typed_is_entered_or_waits_and_what_was_typed_stays(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert page.scanned(NEW)
    press(Qt.Key.Key_Insert)
    write("sug")
    assert page.scanned(OTHER)
    assert (asked(page), strip_of(page).name.text()) == ([NEW, OTHER], "sug")
    scan(qtbot, page, RICE)
    strip_of(page).name.setFocus()
    for text in ("ar", "3"):
        write(text)
        press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [line.name for line in page.rows][1:] == ["sugar"])
    assert asked(page) == [OTHER]


def test_a_label_of_the_scale_makes_goods_by_weight(qtbot: QtBot, counter: Counter) -> None:
    counter.workbench.settings.set(WEIGHED, "21IIIIIGGGGGC")
    page = opened(qtbot, counter)
    label = "210007701500"
    assert page.scanned(label + ean13_check_digit(label))
    press(Qt.Key.Key_Insert)
    for text in ("nuts", "20"):
        write(text)
        press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [(line.quantity, line.amount) for line in page.rows] == [(1500, 3000)])
    other = "210007700250"
    scan(qtbot, page, other + ean13_check_digit(other))
    assert page.rows[0].quantity == 1750


def test_a_word_that_is_no_product_is_only_said(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    page.box.insert("龘龘")
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.not_a_product"])
    assert asked(page) == []


def test_the_sound_can_be_turned_off(counter: Counter) -> None:
    assert alert(counter.workbench.settings)
    counter.workbench.settings.set(SOUNDS, False)
    assert not alert(counter.workbench.settings)
