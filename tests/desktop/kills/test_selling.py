"""SIGKILL after any key of a sale, and within it: the same lines and the same money, no document twice, none half."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.recall_dialog import RecallDialog
from desktop.features.order_entry.screen import SCREEN
from desktop.widgets.customer_dialog import CustomerDialog
from desktop.widgets.lot_dialog import LotDialog
from desktop.widgets.second_person import SecondPersonDialog
from tests.desktop.kills.story import CTRL, SHIFT, Story
from tests.support.counter import CASE_BARCODE
from tests.support.kept_goods import HERE, PHONE, YOGHURT, add_kept_goods

RICE, SAUCE, MILK = "6902969882347", "6902265360100", "6907992100272"
RETURN, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def selling(story: Story) -> OrderEntryPage:
    """Order entry, which shows what is in hand and what was put aside."""
    page = story.open(SCREEN.make, OrderEntryPage)
    story.qtbot.waitUntil(lambda: page.kept is not None)
    story.shown = {
        "sale": lambda: page.edit.draft,
        "held": lambda: {held.id: held.draft for held in page.held},
    }
    return page


def test_prices_discounts_rounding_customer_and_notes(story: Story, pin: str) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE, SAUCE, RICE)
        story.write("*3")
        story.key(RETURN)
        story.key(Qt.Key.Key_F7)
        story.write("45")
        story.key(RETURN)
        story.key(Qt.Key.Key_F5)
        story.dialog(DiscountDialog)
        story.write("1.5")
        story.key(TAB)
        story.write("old")
        story.key(RETURN)
        story.key(Qt.Key.Key_F8)
        story.dialog(DiscountDialog)
        story.write("20")
        story.key(RETURN)
        story.key(Qt.Key.Key_F8, SHIFT)
        story.key(Qt.Key.Key_F3)
        box = story.dialog(CustomerDialog).box
        story.write("ljg")
        story.qtbot.waitUntil(box.results_shown)
        story.key(RETURN)
        assert page.edit.draft.customer_id is not None
        story.key(Qt.Key.Key_B, CTRL)
        story.dialog(NoteDialog)
        story.write("no bag")
        story.key(RETURN)
        story.key(Qt.Key.Key_Delete)
        story.key(Qt.Key.Key_Z, CTRL)
        story.key(Qt.Key.Key_F9)
        story.dialog(PayDialog)
        story.write("20")
        story.key(Qt.Key.Key_2, CTRL)
        story.write("30")
        story.key(Qt.Key.Key_4, CTRL)
        story.key(RETURN)
        story.dialog(SecondPersonDialog)
        story.key(TAB)
        story.write("vip")
        story.key(TAB)
        story.write(pin)
        story.key(RETURN)
        assert story.counter.posted == ["order_entry.sold"]


def test_put_aside_and_taken_up_again(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE, MILK)
        story.key(Qt.Key.Key_F6)
        story.scan(page, SAUCE)
        story.key(Qt.Key.Key_F6)
        story.scan(page, MILK)
        story.key(Qt.Key.Key_F6, SHIFT)
        held: Any = story.dialog(RecallDialog).grid.current()
        story.key(RETURN)
        assert page.edit.draft == held.draft
        assert len(page.held) == 2
        story.key(Qt.Key.Key_Delete, CTRL)
        story.key(Qt.Key.Key_Z, CTRL)
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F9)
        story.dialog(PayDialog)
        story.key(RETURN)
        assert len(page.held) == 2


def test_lots_serials_and_units(story: Story) -> None:
    add_kept_goods(story.counter)
    page = selling(story)
    with story.told():
        story.scan(page, YOGHURT)
        story.write("*4")
        story.key(RETURN)
        story.key(Qt.Key.Key_L, CTRL)
        dialog = story.dialog(LotDialog)
        story.key(Qt.Key.Key_End)
        assert dialog.known.value() == "LATER"
        story.key(RETURN)
        story.scan(page, PHONE, HERE, CASE_BARCODE)
        story.key(Qt.Key.Key_F9)
        story.dialog(PayDialog)
        story.key(RETURN)
        assert QApplication.activeModalWidget() is None
        assert story.counter.posted == ["order_entry.sold"]
