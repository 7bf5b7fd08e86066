"""Lots, serials and notes at the counter: scanned, chosen, agreed to, undone, put aside, sold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.features.order_entry import operations
from desktop.features.order_entry.draft import DraftEdit, SaleDraft
from desktop.features.order_entry.note_dialog import NoteDialog
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.store.scanning import Found, find_scanned
from desktop.widgets.lot_dialog import LotDialog, day_of
from desktop.widgets.second_person import SecondPersonDialog
from domain.catalogue.units import OWN, Unit
from domain.orders import queries
from domain.stock import queries as stock
from tests.desktop.features.order_entry.desk import (
    CTRL,
    RICE,
    in_front,
    newest,
    opened,
    paying,
    press,
    scan,
    settled,
    write,
)
from tests.support.counter import Counter, unnamed
from tests.support.kept_goods import GTIN, HERE, PHONE, YOGHURT, add_kept_goods


@pytest.fixture
def kept(counter: Counter) -> Counter:
    add_kept_goods(counter)
    return counter


def pay(qtbot: QtBot, counter: Counter, page: OrderEntryPage) -> None:
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "order_entry.sold" in counter.posted)


def parts(counter: Counter) -> list[tuple[str, str, int]]:
    """(lot, serial, thousandths) that left with the newest order."""
    order, _ = newest(counter)
    with counter.store.read() as connection:
        moves = stock.moves_of(connection, order["id"])
    return sorted((row["lot"], row["serial"], row["quantity"]) for row in moves)


def test_what_expires_first_is_shown_and_sold(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, YOGHURT)
    press(Qt.Key.Key_F4)
    write("5")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    assert [(one.lot, one.quantity) for one in page.rows[0].lots] == [("SOON", 3_000), ("LATER", 2_000)]
    assert "SOON × 3, LATER × 2" in str(page.grid.model.index(0, 0).data())
    pay(qtbot, kept, page)
    assert parts(kept) == [("LATER", "", 2_000), ("SOON", "", 3_000)]
    scan(qtbot, page, YOGHURT)
    assert [one.lot for one in page.rows[0].lots] == ["LATER"], "own sales that nobody has heard of yet count"


def test_another_lot_is_chosen_by_key_and_taken_back(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, YOGHURT)
    press(Qt.Key.Key_L, CTRL)
    dialog = in_front(qtbot, LotDialog)
    assert unnamed(dialog) == []
    assert [dialog.known.itemText(row).split(" ")[0] for row in range(4)][1:] == ["OLD", "SOON", "LATER"]
    dialog.known.set_value("LATER")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    qtbot.waitUntil(lambda: [one.lot for one in page.rows[0].lots] == ["LATER"])
    press(Qt.Key.Key_Z, CTRL)
    settled(qtbot, page)
    assert [one.lot for one in page.rows[0].lots] == ["SOON"]


def test_a_gs1_label_says_the_lot(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, f"]C101{GTIN}17270630" + "10LATER", f"(01){GTIN}(17)261231(10)SOON", YOGHURT)
    assert [(line.lots[0].lot, line.quantity) for line in page.rows] == [
        ("LATER", 1_000),
        ("SOON", 1_000),
        ("SOON", 1_000),
    ]


def test_expired_goods_ask_for_a_second_person(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, f"01{GTIN}10OLD")
    assert page.rows[0].lots[0].expired
    assert "已过期" in str(page.grid.model.index(0, 0).data())
    paying(qtbot, page)
    press(Qt.Key.Key_Return)
    asking = in_front(qtbot, SecondPersonDialog)
    assert "OLD" in asking.sentence.text()
    assert "2026-01-31" in asking.sentence.text()
    asking.reject()
    qtbot.waitUntil(lambda: page.can("edit"))
    assert page.edit.draft.lines[0].lot == "OLD"


def test_each_piece_is_sold_with_its_serial_once(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, PHONE)
    assert page.rows[0].problem == "serial_missing"
    assert not page.can("pay")
    scan(qtbot, page, "SN-1")
    assert (page.rows[0].quantity, page.rows[0].serials, page.rows[0].problem) == (1_000, ("SN-1",), "")
    scan(qtbot, page, HERE)
    assert (page.rows[0].quantity, page.rows[0].serials) == (2_000, ("SN-1", HERE)), "its serial alone finds the phone"
    assert page.scanned(HERE)
    assert kept.posted == ["serial_twice"]
    assert page.rows[0].quantity == 2_000
    pay(qtbot, kept, page)
    assert parts(kept) == [("", "SN-1", 1_000), ("", HERE, 1_000)]


def test_a_piece_that_was_sold_is_told_in_place_and_sold_all_the_same(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, HERE)
    assert not page.rows[0].doubts
    pay(qtbot, kept, page)
    scan(qtbot, page, HERE)
    assert page.rows[0].doubts == (("piece_sold", HERE),)
    assert f"序列号 {HERE} 按记录已经卖出" in str(page.grid.model.index(0, 0).data())
    kept.posted.clear()
    pay(qtbot, kept, page)
    assert parts(kept) == [("", HERE, 1_000)]


def test_notes_on_the_line_and_on_the_order(qtbot: QtBot, kept: Counter) -> None:
    page = opened(qtbot, kept)
    scan(qtbot, page, RICE)
    press(Qt.Key.Key_B, CTRL)
    dialog = in_front(qtbot, NoteDialog)
    assert unnamed(dialog) == []
    dialog.line.insert("要大袋")
    dialog.order.insert("明天来取")
    press(Qt.Key.Key_Return)
    settled(qtbot, page)
    qtbot.waitUntil(lambda: page.rows[0].note == "要大袋")
    pay(qtbot, kept, page)
    order, _ = newest(kept)
    with kept.store.read() as connection:
        [line] = queries.lines_of(connection, order["id"])
    assert (order["note"], line["note"]) == ("明天来取", "要大袋")


def test_more_than_twenty_orders_put_aside_keep_everything_over_a_restart(kept: Counter) -> None:
    drafts = []
    for number in range(25):
        edit = DraftEdit(SaleDraft())
        edit.add(Found("B001", lot="LATER" if number % 2 else "", by_lot=True))
        edit.add(Found("B002", serial=f"SN-{number}", by_serial=True))
        edit.add(Found("A002", 24_000, unit=Unit("箱", 12_000)))
        edit.put_notes("A002\t箱\t12000", f"行 {number}", f"单 {number}")
        drafts.append(edit.draft)
        operations.save_draft(kept.store, edit.draft)
        operations.hold(kept.store, edit.draft)
    kept.reopen()
    held = operations.held_orders(kept.store)
    assert sorted(one.draft.remark for one in held) == sorted(draft.remark for draft in drafts)
    assert {one.draft.remark: one.draft for one in held} == {draft.remark: draft for draft in drafts}
    operations.recall(kept.store, held[-1])
    kept.reopen()
    assert operations.load_draft(kept.store) == held[-1].draft


def test_thirty_steps_of_every_kind_are_taken_back_one_by_one() -> None:
    edit = DraftEdit(SaleDraft())
    seen = [edit.draft]
    steps: list[Callable[[], object]] = [
        lambda: edit.add(Found("B001", by_lot=True)),
        lambda: edit.put_lot(edit.draft.last, "SOON"),
        lambda: edit.put_unit(edit.draft.last, Unit("箱", 12_000)),
        lambda: edit.put_quantity(edit.draft.last, 36_000),
        lambda: edit.put_notes(edit.draft.last, f"n{len(seen)}", f"r{len(seen)}"),
        lambda: edit.put_unit(edit.draft.last, OWN),
        lambda: edit.add(Found("B002", serial=f"S{len(seen)}", by_serial=True)),
        lambda: edit.add_serial(edit.draft.last, f"T{len(seen)}"),
        lambda: edit.put_quantity(edit.draft.last, 1_000),
        lambda: edit.remove(edit.draft.last),
    ]
    for step in steps * 3:
        step()
        assert edit.draft != seen[-1]
        seen.append(edit.draft)
    for before in reversed(seen[:-1]):
        assert edit.undo()
        assert edit.draft == before
    assert not edit.undo()


def test_a_label_of_goods_that_ask_for_nothing_is_their_bar_code(kept: Counter) -> None:
    assert find_scanned(kept.store, f"01{GTIN}21X") == Found("B001", by_lot=True)
    assert find_scanned(kept.store, f"01{GTIN}10A\x1d17261231") == Found(
        "B001", by_lot=True, lot="A", expires_on="2026-12-31"
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("261231", "2026-12-31"),
        ("20261231", "2026-12-31"),
        (" 2026-12-31 ", "2026-12-31"),
        ("2026/02/29", None),
        ("31.12.2026", None),
        ("", None),
    ],
)
def test_days_as_they_are_typed(text: str, day: str | None) -> None:
    assert day_of(text) == day
