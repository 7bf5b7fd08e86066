"""SIGKILL after any key, and within it, while goods are taken in, counted, put right and ordered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.features.replenishment.replenishment_view import ReplenishmentPage
from desktop.features.replenishment.screen import SCREEN as REPLENISHMENT
from desktop.features.stock.list_views import IncomingView
from desktop.features.stock.screen import SCREEN as STOCK
from desktop.features.stock.sheet import Sheet
from desktop.features.stock.stock_view import StockPage
from desktop.widgets.lot_dialog import LotDialog
from tests.desktop.kills.images import State
from tests.desktop.kills.story import CTRL, Story
from tests.support.counter import CASE_BARCODE
from tests.support.kept_goods import PHONE, YOGHURT, add_kept_goods

RICE, SAUCE = "6902969882347", "6902265360100"
RETURN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def stock(story: Story) -> StockPage:
    """The stock screen, which shows the sheet in front."""
    page = story.open(STOCK.make, StockPage)

    def shown() -> State:
        sheet = page.sheet.edit.draft if page.sheet is not None else Sheet(kind="")
        return {sheet.draft_id: sheet} if sheet.lines or sheet.about else {}

    story.shown["sheets"] = shown
    return page


def test_a_shipment_in_two_parts(story: Story) -> None:
    story.counter.add_shipment()
    page = stock(story)
    with story.told():
        story.key(Qt.Key.Key_2, CTRL)
        incoming = page.findChild(IncomingView)
        assert incoming is not None
        story.key(RETURN)
        story.scan(page, RICE, CASE_BARCODE)
        story.key(Qt.Key.Key_Z, CTRL)
        story.scan(page, CASE_BARCODE)
        story.key(Qt.Key.Key_F6)
        assert story.counter.posted == ["stock.booked"]
        story.key(RETURN)
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F9)
        assert QApplication.activeModalWidget() is not None
        story.key(RETURN)
        assert story.counter.posted == ["stock.booked"] * 2


def test_goods_of_a_local_supplier_by_lot_and_serial(story: Story) -> None:
    add_kept_goods(story.counter)
    page = stock(story)
    with story.told():
        story.key(Qt.Key.Key_3, CTRL)
        sheet = page.sheet
        assert sheet is not None
        sheet.supplier.setFocus()
        story.write("Liu")
        story.key(RETURN)
        story.scan(page, YOGHURT)
        story.key(Qt.Key.Key_L, CTRL)
        dialog = story.dialog(LotDialog)
        dialog.lot.setFocus()
        story.write("N1")
        dialog.day.setFocus()
        story.write("2027-08-31")
        story.key(RETURN)
        story.scan(page, PHONE, "SN-NEW")
        story.key(Qt.Key.Key_F9)
        assert story.counter.posted == ["stock.booked"]


def test_counted_and_put_right(story: Story) -> None:
    page = stock(story)
    with story.told():
        story.key(Qt.Key.Key_4, CTRL)
        story.scan(page, RICE, SAUCE)
        story.write("*41")
        story.key(RETURN)
        story.key(Qt.Key.Key_F9)
        story.key(Qt.Key.Key_5, CTRL)
        sheet = page.sheet
        assert sheet is not None
        sheet.reason.setFocus()
        story.key(Qt.Key.Key_Down)
        assert sheet.reason.value() == "loss"
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F9)
        assert story.counter.posted == ["stock.booked"] * 2


def test_an_order_to_the_upline(story: Story) -> None:
    page = story.open(REPLENISHMENT.make, ReplenishmentPage)
    story.qtbot.waitUntil(lambda: page.is_ready)
    story.shown["replenishment"] = lambda: page.edit.draft
    with story.told():
        story.scan(page, RICE, CASE_BARCODE)
        story.write("*24")
        story.key(RETURN)
        story.key(Qt.Key.Key_F7)
        story.write("by Fri")
        story.key(RETURN)
        story.key(Qt.Key.Key_Delete)
        story.key(Qt.Key.Key_Z, CTRL)
        story.key(Qt.Key.Key_F9)
        assert story.counter.posted == ["replenishment.submitted"]
