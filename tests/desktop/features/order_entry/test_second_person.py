"""What a cashier may not do alone: an owner agrees at the counter by his PIN, or nothing happens and the work stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.platform.theme import Look, theme
from desktop.widgets.entry_dialog import SAVE
from desktop.widgets.second_person import SecondPersonDialog
from domain.catalogue.model import price, price_list
from domain.kernel.ids import stable_id
from domain.orders.commands import CompleteSale
from domain.parties.model import person
from tests.desktop.features.order_entry.desk import CTRL, RICE, in_front, opened, paying, press, scan, settled
from tests.support.counter import SHOP, Counter, product_id, unnamed

OWNER = stable_id("person", "S1", "boss")
PIN = "271828"


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """A clerk's counter, on which the owner has a PIN."""
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
    made = Counter(tmp_path, role="clerk")
    made.write(person, [{"id": OWNER, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    made.vault.keep((OWNER, "李店长", "owner"), "pin", PIN, made.secrets.database_key)
    yield made
    made.close()


def floor(counter: Counter, value: int) -> None:
    """Nothing of A001 below this, in 1/10000."""
    counter.write(
        price_list,
        [{"id": stable_id("list", "FLOOR"), "code": "FLOOR", "name": "最低价", "usage": "floor", "scope": "base",
          "currency": "CNY", "status": "active"}],
    )  # fmt: skip
    counter.write(
        price,
        [{"id": stable_id("price", "FLOOR"), "price_list_id": stable_id("list", "FLOOR"),
          "product_id": product_id("A001"), "price": value, "valid_from": "2026-11-01", "set_at": 1}],
    )  # fmt: skip


def cheap(qtbot: QtBot, page: OrderEntryPage, off: int) -> None:
    """Rice with so much off, paid in cash; the question that follows is in front."""
    scan(qtbot, page, RICE)
    page.edit.put_discount("A001", off, "")
    page.keep()
    settled(qtbot, page)
    paying(qtbot, page)
    press(Qt.Key.Key_Return)


def answer(qtbot: QtBot, pin: str, reason: str = "laoke") -> SecondPersonDialog:
    dialog = in_front(qtbot, SecondPersonDialog)
    QTest.keyClicks(dialog.reason, reason)
    QTest.keyClicks(dialog.secret, pin)
    QTest.keyClick(dialog.secret, Qt.Key.Key_Return)
    return dialog


def test_the_owner_agrees_to_a_discount_by_his_pin(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    done: list[CompleteSale] = []
    counter.workbench.performed.connect(lambda performed: done.append(performed.payload))
    cheap(qtbot, page, 10_00)
    dialog = in_front(qtbot, SecondPersonDialog)
    assert "A001" in dialog.sentence.text()
    assert unnamed(dialog) == []
    answer(qtbot, PIN)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    assert [(one.what, one.person_id, one.person_name) for one in done[0].approvals] == [("discount", OWNER, "李店长")]
    assert done[0].note == "laoke"
    assert counter.store.known.person_name == "王芳"
    qtbot.waitUntil(page.box.hasFocus)


def test_a_wrong_pin_agrees_to_nothing_and_a_reason_is_asked(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    cheap(qtbot, page, 10_00)
    dialog = answer(qtbot, "999999")
    qtbot.waitUntil(lambda: dialog.form.errors() == {"secret": "secret_wrong"})
    assert counter.posted == []
    dialog.reason.clear()
    QTest.keyClicks(dialog.secret, PIN)
    QTest.keyClick(dialog.secret, Qt.Key.Key_Return)
    assert dialog.form.errors() == {"reason": "no_reason"}
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.can("pay"))
    assert [line.discount for line in page.edit.draft.lines] == [10_00]
    assert counter.posted == []


def test_below_the_floor_and_beyond_the_right_are_both_asked(qtbot: QtBot, counter: Counter) -> None:
    floor(counter, 450_000)
    page = opened(qtbot, counter)
    done: list[CompleteSale] = []
    counter.workbench.performed.connect(lambda performed: done.append(performed.payload))
    cheap(qtbot, page, 10_00)
    first = answer(qtbot, PIN)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() not in (None, first))
    answer(qtbot, PIN, "qingcang")
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    assert {one.what for one in done[0].approvals} == {"floor", "discount"}
    assert done[0].note == "laoke · qingcang"


def test_on_account_above_the_limit(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    done: list[CompleteSale] = []
    counter.workbench.performed.connect(lambda performed: done.append(performed.payload))
    scan(qtbot, page, RICE)
    page.edit.choose_customer(stable_id("customer", "C2"))
    page.keep()
    settled(qtbot, page)
    paying(qtbot, page)
    press(Qt.Key.Key_5, CTRL)
    answer(qtbot, PIN)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])
    assert [one.what for one in done[0].approvals] == ["credit"]


def test_within_the_right_nobody_is_asked(qtbot: QtBot, counter: Counter) -> None:
    cheap(qtbot, opened(qtbot, counter), 4_68)
    qtbot.waitUntil(lambda: counter.posted == ["order_entry.sold"])


def test_where_no_owner_has_a_pin_it_says_what_to_do(qtbot: QtBot, counter: Counter) -> None:
    counter.vault.forget(OWNER)
    page = opened(qtbot, counter)
    cheap(qtbot, page, 10_00)
    qtbot.waitUntil(
        lambda: (
            isinstance(QApplication.activeModalWidget(), SecondPersonDialog)
            and not isinstance(QApplication.activeModalWidget(), PayDialog)
        )
    )
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SecondPersonDialog)
    assert not dialog.button(SAVE).isEnabled()
    assert i18n.tr("people.second.nobody") in dialog.sentence.text()
    dialog.reject()
    qtbot.waitUntil(lambda: page.can("pay"))


def test_another_clerk_cannot_agree(qtbot: QtBot, counter: Counter) -> None:
    other = stable_id("person", "S1", "second")
    counter.write(person, [{"id": other, "party_id": SHOP, "name": "小陈", "role": "clerk"}])
    counter.vault.keep((other, "小陈", "clerk"), "pin", "314159", counter.secrets.database_key)
    cheap(qtbot, opened(qtbot, counter), 10_00)
    dialog = in_front(qtbot, SecondPersonDialog)
    assert [one.name for one in dialog.people] == ["李店长"]
    dialog.reject()


def test_where_the_owner_is_alone_he_agrees_himself_and_it_is_on_record(qtbot: QtBot, tmp_path: Path) -> None:
    alone = Counter(tmp_path / "alone", role="owner")
    known = alone.store.known
    alone.vault.keep((known.person_id, known.person_name, "owner"), "pin", PIN, alone.secrets.database_key)
    floor(alone, 450_000)
    page = opened(qtbot, alone)
    done: list[CompleteSale] = []
    alone.workbench.performed.connect(lambda performed: done.append(performed.payload))
    cheap(qtbot, page, 10_00)
    dialog = answer(qtbot, PIN, "")
    assert dialog.form.errors() == {"reason": "no_reason"}
    QTest.keyClicks(dialog.reason, "qingcang")
    QTest.keyClick(dialog.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: alone.posted == ["order_entry.sold"])
    assert [(one.what, one.person_id) for one in done[0].approvals] == [("floor", known.person_id)]
    assert done[0].note == "qingcang"
    alone.close()


def test_where_another_may_agree_nobody_agrees_himself(qtbot: QtBot, tmp_path: Path) -> None:
    two = Counter(tmp_path / "two", role="owner")
    known = two.store.known
    two.write(person, [{"id": OWNER, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    for who, name in ((known.person_id, known.person_name), (OWNER, "李店长")):
        two.vault.keep((who, name, "owner"), "pin", PIN, two.secrets.database_key)
    floor(two, 450_000)
    cheap(qtbot, opened(qtbot, two), 10_00)
    dialog = in_front(qtbot, SecondPersonDialog)
    assert [one.name for one in dialog.people] == ["李店长"]
    dialog.reject()
    two.close()
