"""What is typed becomes exactly that number of small units, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.widgets.exact_field import narrow
from desktop.widgets.money_field import MoneyField
from desktop.widgets.price_field import PriceField
from desktop.widgets.quantity_field import QuantityField
from domain.kernel.money import format_amount


@pytest.fixture
def money(qtbot: QtBot) -> MoneyField:
    field = MoneyField("sample.one")
    qtbot.addWidget(field)
    return field


@pytest.mark.parametrize(
    ("keys", "minor"),
    [
        ("12.5", 1250),
        ("0.01", 1),
        (".5", 50),
        ("7", 700),
        ("1234567890.99", 123456789099),
        ("0.10", 10),
        ("19.99", 1999),
    ],
)
def test_keys_become_minor_units(money: MoneyField, keys: str, minor: int) -> None:
    QTest.keyClicks(money, keys)
    assert money.value() == minor


@pytest.mark.parametrize(
    ("keys", "shown"), [("1.999", "1.99"), ("1e5", "15"), ("--5", "5"), ("1..2", "1.2"), ("12345678901", "1234567890")]
)
def test_what_would_need_rounding_or_is_no_number_cannot_be_typed(money: MoneyField, keys: str, shown: str) -> None:
    QTest.keyClicks(money, keys)
    assert money.text() == shown


@pytest.mark.parametrize("keys", ["", "."])
def test_nothing_usable_is_none(money: MoneyField, keys: str) -> None:
    QTest.keyClicks(money, keys)
    assert money.value() is None


def test_an_input_method_s_digits_and_stops_are_numbers(money: MoneyField) -> None:
    money.insert("\uff11\uff12\u3002\uff15")
    assert money.value() == 1250
    assert narrow("\uff0d\uff11,234\u3000.5") == "-1234.5"


def test_enter_tidies_and_values_are_told_once(qtbot: QtBot, money: MoneyField) -> None:
    told: list[int | None] = []
    money.value_changed.connect(told.append)
    QTest.keyClicks(money, "12.5")
    QTest.keyClick(money, Qt.Key.Key_Return)
    assert money.text() == "12.50"
    assert told == [100, 1200, 1250]


def test_typing_replaces_what_is_there(qtbot: QtBot, money: MoneyField) -> None:
    money.set_value(9900)
    with qtbot.waitActive(money):
        money.show()
    money.setFocus()
    qtbot.waitUntil(money.hasFocus)
    QTest.keyClicks(money, "5")
    assert money.value() == 500


def test_negative_only_where_it_makes_sense(qtbot: QtBot) -> None:
    field = MoneyField("sample.one", negative=True)
    qtbot.addWidget(field)
    QTest.keyClicks(field, "-0.05")
    assert field.value() == -5


@settings(max_examples=200)
@given(minor=st.integers(min_value=0, max_value=10**12 - 1))
def test_every_amount_survives_the_way_through_the_field(minor: int) -> None:
    field = MoneyField("sample.one")
    QTest.keyClicks(field, format_amount(minor))
    assert field.value() == minor
    field.set_value(None)
    field.set_value(minor)
    assert field.value() == minor
    field.deleteLater()


def test_a_currency_without_small_units_has_no_point(qtbot: QtBot) -> None:
    field = MoneyField("sample.one", "JPY")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "12.5")
    assert field.value() == 125


def test_quantities_are_thousandths(qtbot: QtBot) -> None:
    field = QuantityField("sample.one")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "1.5684")
    assert field.value() == 1568


def test_a_whole_quantity_takes_no_point_and_no_barcode(qtbot: QtBot) -> None:
    field = QuantityField("sample.one", whole=True)
    qtbot.addWidget(field)
    QTest.keyClicks(field, "6901234567892.5")
    assert field.value() == 6901234 * 1000


def test_prices_have_four_places(qtbot: QtBot) -> None:
    field = PriceField("sample.one")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "0.03255")
    assert field.value() == 325


def test_the_spoken_name_follows_the_language_and_the_entry_stays(money: MoneyField) -> None:
    QTest.keyClicks(money, "12.5")
    i18n.set_language("en")
    assert (money.accessibleName(), money.value()) == ("Tea", 1250)


def test_the_caret_stands_beside_the_hint_not_on_it(qtbot: QtBot, money: MoneyField) -> None:
    money.resize(120, 32)
    with qtbot.waitActive(money):
        money.show()
        money.activateWindow()

    def ink(hint: str) -> QImage:
        money.setPlaceholderText(hint)
        image = QImage(money.size(), QImage.Format.Format_RGB32)
        money.render(image)
        return image

    money.clearFocus()  # no caret: all the difference is the hint
    bare, hinted = ink(""), ink("1234.56")
    columns = [x for x in range(bare.width()) for y in range(bare.height()) if bare.pixel(x, y) != hinted.pixel(x, y)]
    assert columns
    caret = money.cursorRect()
    # Qt's rectangle has four pixels of air at each side of the line it draws.
    assert max(columns) < caret.center().x()
    money.setPlaceholderText("")
    assert money.placeholderText() == ""
