"""SIGKILL after any key, and within it, in the forms about a customer: they stand there when they are opened again."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit
from sqlalchemy import select

from desktop.features.customers.account_dialogs import CollectDialog
from desktop.features.customers.customer_dialog import CustomerDialog
from desktop.features.customers.customers_view import CustomersPage
from desktop.features.customers.operations import NEW_FORM, form_of
from desktop.features.customers.screen import SCREEN
from desktop.features.orders.free_return_view import FreeReturnPage
from desktop.features.orders.screen import RETURNS
from desktop.widgets.customer_dialog import CustomerDialog as WhoDialog
from desktop.widgets.page import Page
from domain.customers.model import account_entry, customer
from domain.kernel.ids import stable_id
from tests.desktop.kills.images import plain
from tests.desktop.kills.story import CTRL, Story

RICE = "6902969882347"
RETURN, TAB, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
LI = stable_id("customer", "C1")
KEYS: dict[str, Any] = {"add": (Qt.Key.Key_N, CTRL), "edit": (Qt.Key.Key_F4,), "collect": (Qt.Key.Key_F8,)}
FIELDS = ("name", "phone", "grade", "note", "consent", "amount")
D = TypeVar("D", bound=QDialog)


def customers(story: Story) -> CustomersPage:
    """The screen with Mr Li on view."""
    page = story.open(SCREEN.make, CustomersPage)
    page.shown_with(customer_id=LI)
    story.qtbot.waitUntil(lambda: page.pane.shown is not None and page.pane.shown.customer["id"] == LI)
    story.quiet()
    page.first_focus().setFocus()
    return page


def gone(story: Story, page: Page, dialog: QDialog) -> None:
    """Nobody went back and nothing was answered: as after a kill."""
    story.shown.clear()
    dialog.hide()
    dialog.deleteLater()
    page.hide()
    story.quiet()


def ask(story: Story, what: str, kind: type[D], form: str, **first: str) -> D:
    """Open a form by its key, and watch what is typed into it; *first* is what stands in it without being typed."""
    story.key(*KEYS[what])
    dialog = story.dialog(kind)
    fields: dict[str, Any] = {of: getattr(dialog, of) for of in FIELDS if hasattr(dialog, of)}

    def typed() -> dict[str, Any]:
        texts = {of: text_of(field) for of, field in fields.items()}
        values = plain({of: text for of, text in texts.items() if text != first.get(of, "")})
        return {form: values} if values else {}

    story.shown["forms"] = typed
    return dialog


def text_of(field: QLineEdit | QCheckBox) -> str:
    if isinstance(field, QCheckBox):
        return "1" if field.isChecked() else ""
    return field.text()


def rows(story: Story, *columns: Any, **where: Any) -> list[Any]:
    with story.counter.store.read() as connection:
        statement = select(*columns).where(*(columns[0].table.c[of] == value for of, value in where.items()))
        return [tuple(row) for row in connection.execute(statement)]


def test_a_new_one(story: Story) -> None:
    page = customers(story)
    with story.told():
        dialog = ask(story, "add", CustomerDialog, NEW_FORM)
        story.write("Lu")
        story.key(TAB)
        story.write("13")
        dialog.consent.setFocus()
        story.key(Qt.Key.Key_Space)
        assert dialog.consent.isChecked()
        gone(story, page, dialog)
        page = customers(story)
        again = ask(story, "add", CustomerDialog, NEW_FORM)
        assert (again.name.text(), again.phone.text(), again.consent.isChecked()) == ("Lu", "13", True)
        again.phone.setFocus()
        again.phone.end(False)
        story.write("9")
        story.shown.clear()
        story.key(RETURN)
    [(phone, consent)] = rows(story, customer.c.phone, customer.c.consent, name="Lu")
    assert (phone, bool(consent)) == ("139", True)


@pytest.mark.parametrize("end", [RETURN, ESCAPE])
def test_what_is_changed_of_a_known_one(story: Story, end: Qt.Key) -> None:
    page, form = customers(story), form_of("edit", LI)
    known = {"name": "李建国", "phone": "13812346621", "grade": "金卡"}
    with story.told():
        dialog = ask(story, "edit", CustomerDialog, form, **known)
        dialog.note.setFocus()
        story.write("vi")
        gone(story, page, dialog)
        page = customers(story)
        again = ask(story, "edit", CustomerDialog, form, **known)
        assert (again.note.text(), again.name.text()) == ("vi", "李建国")
        again.note.setFocus()
        again.note.end(False)
        story.write("p")
        story.shown.clear()
        story.key(end)
    assert rows(story, customer.c.note, id=LI) == [("vip" if end == RETURN else "",)]


def test_money_for_his_account(story: Story) -> None:
    page, form = customers(story), form_of("collect", LI)
    with story.told():
        dialog = ask(story, "collect", CollectDialog, form)
        story.write("20.5")
        gone(story, page, dialog)
        page = customers(story)
        again = ask(story, "collect", CollectDialog, form)
        assert again.amount.value() == 20_50
        story.shown.clear()
        story.key(RETURN)
    assert rows(story, account_entry.c.amount, customer_id=LI) == [(-20_50,)]


def returns(story: Story) -> FreeReturnPage:
    """The screen of returns, which shows what is in hand."""
    page = story.open(RETURNS.make, FreeReturnPage)
    story.qtbot.waitUntil(lambda: page.is_ready)
    story.shown = {"return": lambda: page.edit.draft}
    return page


def test_who_brings_goods_back(story: Story) -> None:
    page = returns(story)
    with story.told():
        story.scan(page, RICE)
        story.do("who", page.choose_customer)
        dialog = story.dialog(WhoDialog)
        dialog.name.setFocus()
        story.write("Lu")
        gone(story, page, dialog)
        page = returns(story)
        story.do("who", page.choose_customer)
        again = story.dialog(WhoDialog)
        assert again.name.text() == "Lu"
        again.phone.setFocus()
        story.write("139")
        story.key(RETURN)
        draft = page.edit.draft
        assert draft.customer_id is not None
        assert (draft.typed, len(draft.lines)) == ({}, 1)
        story.do("somebody else", page.choose_customer)
        story.dialog(WhoDialog).name.setFocus()
        story.write("X")
        story.key(ESCAPE)
        assert page.edit.draft == draft
    assert rows(story, customer.c.id, name="Lu", phone="139") == [(draft.customer_id,)]
