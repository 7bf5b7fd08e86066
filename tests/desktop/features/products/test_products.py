"""Products and prices as headquarters maintains them and a shop reads them, by key presses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from desktop.features.products import actions, operations, ranges
from desktop.features.products.products_view import ProductsView
from desktop.widgets.accessible import unnamed_controls
from domain.catalogue.handlers import NewProduct, decide_add_category, decide_add_products
from domain.catalogue.model import category, product
from domain.catalogue.rules import ean13_check_digit, is_ean13
from tests.support.counter import Counter
from tests.support.entering import dialog_of, enter, type_in, type_text

Open = Callable[[str, str], tuple[Counter, ProductsView]]
TWELVE = "699912345678"


def test_a_new_product_is_typed_in_and_then_found(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    QTest.keyClick(view.search, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(qtbot)
    barcode = TWELVE + ean13_check_digit(TWELVE)
    type_in(qtbot, dialog, code="b007", name="西湖龙井", unit="盒", barcode=barcode, price="128")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: view.grid.model.rowCount() == 1 and view.current is not None)
    assert view.current is not None
    assert (view.current.code, view.current.barcode, view.current.price) == ("B007", barcode, None)
    assert counter.posted == ["products.added"]
    assert QApplication.activeModalWidget() is None


def test_the_search_names_its_key_also_another(open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    assert view.search.placeholderText() == "名称、货号、条码、拼音或首字母  F2"
    view.grid.table.setFocus()
    QTest.keyClick(view.grid.table, Qt.Key.Key_F2)
    assert view.search.hasFocus()
    counter.workbench.shortcuts.assign(actions.FIND, "Ctrl+G", ())
    assert view.search.placeholderText().endswith("  Ctrl+G")


def test_a_wrong_check_digit_is_said_before_anything_happens(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    view.add()
    dialog = dialog_of(qtbot)
    wrong = TWELVE + str((int(ean13_check_digit(TWELVE)) + 1) % 10)
    assert not is_ean13(wrong)
    type_in(qtbot, dialog, code="B008", name="龙井", barcode=wrong)
    enter(qtbot, dialog)
    assert dialog.form.errors() == {"barcode": "barcode_check_digit"}
    assert counter.store.ledger.unsent().number == 0


def test_what_is_missing_is_said_at_its_field_and_the_entry_stays(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    view.add()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, unit="箱")
    enter(qtbot, dialog)
    assert dialog.form.errors() == {"name": "name_missing", "code": "code_missing"}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


def test_a_code_that_is_taken_is_refused_at_its_field(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    view.add()
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, code="A001", name="另一种大米")
    enter(qtbot, dialog)
    qtbot.waitUntil(dialog.form.has_errors)
    assert dialog.form.errors() == {"code": "code_taken"}
    assert dialog.isVisible()


def test_a_price_from_a_date_on_joins_the_history(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_staff")
    QTest.keyClick(view.search, Qt.Key.Key_F7)
    dialog = dialog_of(qtbot)
    qtbot.waitUntil(lambda: dialog.form.field("list").value() == "RETAIL")  # type: ignore[attr-defined]
    type_in(qtbot, dialog, price="49.90")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: len(operations.prices_of(counter.store, "A001")) == 3)
    qtbot.waitUntil(lambda: view.current is not None and view.current.price == 499_000)
    found = operations.detail(counter.store, view.current.id) if view.current else None
    assert found is not None
    assert [(line.price, line.holds) for line in found.prices if line.list_code == "RETAIL"] == [
        (499_000, True),
        (468_000, False),
    ]


def test_delisting_and_listing_again(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    view.actions_here["products.delist"].trigger()
    qtbot.waitUntil(lambda: view.current is not None and not view.current.listed)
    assert view.actions_here["products.list"].isEnabled()
    view.actions_here["products.list"].trigger()
    qtbot.waitUntil(lambda: view.current is not None and view.current.listed)


def test_a_case_gets_a_barcode_of_its_own(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    QTest.keyClick(view.search, Qt.Key.Key_F8)
    dialog = dialog_of(qtbot)
    type_in(qtbot, dialog, barcode=TWELVE + ean13_check_digit(TWELVE), unit="箱", factor="12")
    enter(qtbot, dialog)
    assert view.current is not None
    product_id = view.current.id
    qtbot.waitUntil(lambda: len(operations.barcodes_of(counter.store, product_id)) == 2)
    assert {row["factor"] for row in operations.barcodes_of(counter.store, product_id)} == {1000, 12_000}


def test_a_price_list_for_one_dealer(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    QTest.keyClick(view.search, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(qtbot)
    dialog.form.field("scope").set_value("dealer")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: dialog.form.field("dealer").value() is not None)  # type: ignore[attr-defined]
    type_in(qtbot, dialog, code="east", name="城东店特价")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: any(row["code"] == "EAST" for row in operations.price_lists(counter.store)))


@pytest.mark.parametrize(
    ("typed", "code"), [("htsc", "A002"), ("龙鱼", "A001"), ("6937220900015", "A005"), ("a003", "A003")]
)
def test_the_search_understands_initials_names_and_codes(
    qtbot: QtBot, open_screen: Open, typed: str, code: str
) -> None:
    _, view = open_screen("S1", "clerk")
    type_text(qtbot, view.search, typed)
    qtbot.waitUntil(lambda: view.current is not None and view.current.code == code)


def test_a_shop_reads_only(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("S1", "owner")
    enabled = [action.id for action in view.actions_here.declared if view.actions_here[action.id].isEnabled()]
    assert enabled == ["products.find"]
    assert view.current is not None
    assert view.current.price == 468_000


def test_every_control_has_a_name(qtbot: QtBot, open_screen: Open) -> None:
    _, view = open_screen("HQ", "hq_admin")
    assert unnamed_controls(view) == []
    view.add()
    assert unnamed_controls(dialog_of(qtbot)) == []


def test_headquarters_says_who_may_sell_a_product(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    QTest.keyClick(view.search, Qt.Key.Key_F6)
    dialog = dialog_of(qtbot)
    assert not dialog.form.field("dealers").isEnabled()
    dialog.form.field("range").setCurrentIndex(1)  # type: ignore[attr-defined]
    type_in(qtbot, dialog, name="专供", dealers="s1", below="T1,S11", grades="金牌")
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    [made] = ranges.ranges(counter.store)
    assert (made.name, made.dealers, made.below, made.grades) == ("专供", "S1", "S11 T1", "金牌")
    qtbot.waitUntil(lambda: "专供" in view.detail.range.text())
    assert view.current is not None
    found = operations.detail(counter.store, view.current.id)
    assert found is not None
    assert found.product["range_id"] == made.id

    view.set_range()
    dialog = dialog_of(qtbot)
    qtbot.waitUntil(lambda: dialog.form.field("dealers").text() == "S1")  # type: ignore[attr-defined]
    type_in(qtbot, dialog, dealers="NOBODY")
    enter(qtbot, dialog)
    qtbot.waitUntil(dialog.form.has_errors)
    assert dialog.form.errors() == {"dealers": "unknown_dealer"}
    dialog.form.field("range").setCurrentIndex(0)  # type: ignore[attr-defined]
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    qtbot.waitUntil(lambda: view.detail.range.text() == "")


def test_a_whole_category_goes_into_a_range(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    store = counter.store
    dear = store.perform(lambda ctx: decide_add_category(ctx, code="D", name="高端")).document_id
    new = [NewProduct(f"W{number:04d}", "酒", category_id=dear) for number in range(700)]
    store.perform(lambda ctx: decide_add_products(ctx, new))
    view.search.setText("W0001")
    qtbot.waitUntil(lambda: view.current is not None and view.current.code == "W0001")
    view.set_range()
    dialog = dialog_of(qtbot)
    dialog.form.field("range").setCurrentIndex(1)  # type: ignore[attr-defined]
    type_in(qtbot, dialog, name="专供", grades="金牌")
    dialog.form.field("whole").setChecked(True)  # type: ignore[attr-defined]
    before = store.ledger.unsent().number
    enter(qtbot, dialog)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    [made] = ranges.ranges(store)
    with store.read() as connection:
        limited = connection.execute(select(product.c.id).where(product.c.range_id == made.id)).all()
        [begins] = connection.execute(select(category.c.range_id).where(category.c.id == dear)).scalars()
    assert (len(limited), begins) == (700, made.id)
    assert store.ledger.unsent().number - before == 3, "the range, and twice so many as one command takes"
