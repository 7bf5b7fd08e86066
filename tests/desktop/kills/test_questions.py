"""SIGKILL while a question of order entry is being answered: it stands there when it is asked again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from sqlalchemy import select

from desktop.features.order_entry import operations
from desktop.features.order_entry.discount_dialog import DiscountDialog
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.screen import SCREEN
from desktop.widgets.customer_dialog import CustomerDialog
from domain.customers.model import customer
from tests.desktop.kills.story import CTRL, Story

RICE = "6902969882347"
RETURN, TAB, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape


def selling(story: Story) -> OrderEntryPage:
    """Order entry as after a start; it shows what is in hand."""
    page = story.open(SCREEN.make, OrderEntryPage)
    story.qtbot.waitUntil(lambda: page.kept is not None)
    story.shown = {"sale": lambda: page.edit.draft}
    return page


def killed(story: Story, page: OrderEntryPage, dialog: QDialog) -> OrderEntryPage:
    """Nobody went back and nothing was answered; what the next start shows."""
    dialog.hide()
    dialog.deleteLater()
    page.hide()
    story.quiet()
    return selling(story)


def names(story: Story) -> list[str]:
    """Of the customers, those of the fixture aside."""
    with story.counter.store.read() as connection:
        found = connection.execute(select(customer.c.name).where(customer.c.phone == "139")).scalars()
        return [str(name) for name in found]


def test_what_is_let_off(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F5)
        dialog = story.dialog(DiscountDialog)
        story.write("1.5")
        story.key(TAB)
        story.write("ol")
        page = killed(story, page, dialog)
        story.key(Qt.Key.Key_F5)
        again = story.dialog(DiscountDialog)
        assert (again.amount.value(), again.reason.text()) == (1_50, "ol")
        story.key(ESCAPE)
        assert page.edit.draft.typed == {}
        story.key(Qt.Key.Key_F5)
        story.dialog(DiscountDialog)
        story.write("2")
        story.key(RETURN)
        [line] = page.edit.draft.lines
        assert line.discount == 2_00
        assert page.edit.draft.typed == {}


def test_notes_go_with_the_order(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE)
        story.key(Qt.Key.Key_B, CTRL)
        dialog = story.dialog(NoteDialog)
        story.write("gift")
        page = killed(story, page, dialog)
        story.key(Qt.Key.Key_F6)
        assert page.edit.draft.typed == {}
        story.scan(page, RICE)
        story.key(Qt.Key.Key_B, CTRL)
        assert story.dialog(NoteDialog).line.text() == ""
        story.key(ESCAPE)
    [held] = operations.held_orders(story.counter.store)
    assert list(held.draft.typed.values()) == [{"line": "gift"}]


def test_a_new_customer(story: Story) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, RICE)
        story.key(Qt.Key.Key_F3)
        dialog = story.dialog(CustomerDialog)
        dialog.name.setFocus()
        story.write("Li")
        story.key(TAB)
        story.write("13")
        page = killed(story, page, dialog)
        story.key(Qt.Key.Key_F3)
        again = story.dialog(CustomerDialog)
        assert (again.name.text(), again.phone.text()) == ("Li", "13")
        again.phone.setFocus()
        again.phone.end(False)
        story.write("9")
        story.key(RETURN)
        assert page.edit.draft.customer_id is not None
        assert page.edit.draft.typed == {}
    assert names(story) == ["Li"]
