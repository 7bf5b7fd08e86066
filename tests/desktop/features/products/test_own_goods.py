"""Headquarters goes through what shops made themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.features.products.own_goods import find_targets
from desktop.features.products.own_goods_dialog import OwnGoodsDialog
from desktop.features.products.products_view import ProductsView
from desktop.store import search_index
from desktop.store.scanning import find_scanned
from domain.catalogue.model import barcode, price_list, product
from domain.catalogue.rules import BASE_LIST_ID
from domain.kernel.ids import stable_id
from tests.support.counter import SHOP, Counter, product_id, unnamed

Open = Callable[[str, str], tuple[Counter, ProductsView]]
SUGAR, NUTS = stable_id("own", "sugar"), stable_id("own", "nuts")


def opened(qtbot: QtBot, counter: Counter, view: ProductsView) -> OwnGoodsDialog:
    own = {"party_id": SHOP, "own_price": 95_000, "status": "listed", "stocked": 1}
    counter.write(
        product,
        [
            {**own, "id": SUGAR, "code": "S1-03-P000001", "name": "手工糖", "unit": "袋", "created_at": 1},
            {**own, "id": NUTS, "code": "S1-03-P000002", "name": "坚果", "unit": "kg", "created_at": 2},
        ],
    )
    rows = [(SUGAR, "4006381333931"), (NUTS, "4005808224425")]
    counter.write(
        barcode,
        [{"id": stable_id("bar", code), "product_id": of, "code": code, "party_id": SHOP} for of, code in rows],
    )
    counter.write(price_list, [{"id": BASE_LIST_ID, "code": "BASE", "name": "基准", "status": "active"}])
    with counter.store.cache.write() as connection:
        search_index.rebuild(connection)
    QTest.keyClick(view, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), OwnGoodsDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, OwnGoodsDialog)
    qtbot.waitUntil(lambda: len(dialog.waiting) == 2)
    return dialog


def test_one_is_merged_and_one_adopted_by_keys(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    dialog = opened(qtbot, counter, view)
    assert [(one.shop, one.name, one.barcode) for one in dialog.waiting] == [
        ("城东店", "手工糖", "4006381333931"),
        ("城东店", "坚果", "4005808224425"),
    ]
    assert unnamed(dialog) == []
    assert not dialog.button("merge").isEnabled()
    QTest.keyClicks(dialog.box, "A001")
    qtbot.waitUntil(dialog.box.results_shown)
    QTest.keyClick(dialog.box, Qt.Key.Key_Return)
    assert dialog.target == "A001"
    QTest.mouseClick(dialog.button("merge"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.name for one in dialog.waiting] == ["坚果"])
    dialog.name.setText("混合坚果")
    QTest.mouseClick(dialog.button("adopt"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.waiting == [])
    found = find_scanned(counter.store, "4006381333931")
    assert found is not None
    assert found.code == "A001"
    with counter.store.read() as connection:
        rows = {row["id"]: row for row in connection.execute(product.select()).mappings()}
    assert rows[SUGAR]["merged_into"] == product_id("A001")
    assert (rows[NUTS]["name"], rows[NUTS]["party_id"]) == ("混合坚果", None)
    dialog.reject()


def test_another_shops_goods_are_no_target(qtbot: QtBot, open_screen: Open) -> None:
    counter, view = open_screen("HQ", "hq_admin")
    dialog = opened(qtbot, counter, view)
    assert [hit.code for hit in find_targets(counter.store, "坚果")] == []
    assert [hit.code for hit in find_targets(counter.store, "A002")] == ["A002"]
    dialog.reject()
