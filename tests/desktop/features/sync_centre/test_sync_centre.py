"""The sync centre: what waits, what was refused and why, and the ways out."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.features.sync_centre import operations
from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from desktop.features.sync_centre.table_model import kind_words, reason_words
from desktop.platform import log_file
from desktop.platform.settings import SERVER_URL
from desktop.store import forms
from desktop.store.scanning import Found
from desktop.store.store import Performed
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.dialog import Dialog
from domain.customers.handlers import decide_add_customer
from domain.kernel.release import VERSION
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment
from domain.orders.sale_handlers import decide_sale
from tests.support.counter import CUSTOMERS, Counter


def open_screen(qtbot: QtBot, counter: Counter) -> SyncCentreView:
    view = SyncCentreView(counter.workbench)
    qtbot.addWidget(view)
    view.resize(1198, 728)
    with qtbot.waitExposed(view):
        view.show()
    view.opened()
    qtbot.waitUntil(lambda: view.figures.upload.figure != "")
    view.first_focus().setFocus()
    return view


def order_goods(counter: Counter) -> Performed:
    return counter.store.perform(lambda ctx: decide_replenishment(ctx, [Wanted("A001", 3_000), Wanted("A002", 12_000)]))


def answer(counter: Counter, done: Performed, status: str, code: str, /, **params: Any) -> None:
    """What the server says of a command."""
    counter.store.ledger.mark_sent(1, [done.sequence])
    counter.store.ledger.record_outcomes(
        [{"id": done.command_id, "status": status, "code": code, "params": json.dumps(params), "at": 1}]
    )


def test_what_is_unsent_stands_there_with_its_sum(qtbot: QtBot, counter: Counter) -> None:
    counter.store.perform(lambda ctx: decide_sale(ctx, [Wanted("A002", 2_000)]))
    counter.store.perform(lambda ctx: decide_sale(ctx, [Wanted("A001", 1_000)]))
    view = open_screen(qtbot, counter)
    assert view.figures.upload.figure == "2 单 ¥77.80"
    assert view.figures.needing.figure == "0"
    QTest.keyClick(view.grid.table, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.grid.model.rowCount() == 2)


def test_nothing_unsent_says_so(qtbot: QtBot, counter: Counter) -> None:
    view = open_screen(qtbot, counter)
    assert view.figures.upload.figure == "没有"
    assert view.pane.card.isHidden()


def test_a_refused_order_is_changed_and_sent_again(qtbot: QtBot, counter: Counter) -> None:
    done = order_goods(counter)
    answer(counter, done, "refused", "unknown_product", code="A002")
    view = open_screen(qtbot, counter)
    qtbot.waitUntil(lambda: view.entry is not None)
    assert view.pane.reason.text() == "没有货号或条码为 A002 的商品。"
    with qtbot.waitSignal(counter.workbench.open_requested) as asked:
        QTest.keyClick(view.grid.table, Qt.Key.Key_F4)
    assert asked.args == [
        "replenishment",
        {"lines": [Found("A001", 3_000), Found("A002", 12_000)], "note": "", "answers": done.command_id},
    ]
    assert counter.store.ledger.count_needing() == 1


def test_an_exception_is_acknowledged_and_the_document_stays(qtbot: QtBot, counter: Counter) -> None:
    done = counter.store.perform(lambda ctx: decide_sale(ctx, [Wanted("A005", 1_000)]))
    answer(counter, done, "exception", "stock_below_zero", products=1, product_id="x", on_hand=-1000)
    view = open_screen(qtbot, counter)
    QTest.keyClick(view.grid.table, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: view.entry is None)
    assert counter.store.ledger.count_needing() == 0
    assert [row["id"] for row in operations.documents(counter.store)] == [done.command_id]


def test_what_is_parked_can_only_wait(qtbot: QtBot, counter: Counter) -> None:
    answer(counter, order_goods(counter), "parked", "some_new_code")
    view = open_screen(qtbot, counter)
    assert view.entry is not None
    assert not view.actions_here["sync_centre.dismiss"].isEnabled()
    assert reason_words(view.entry) == "服务器给出的代码：some_new_code"


def test_f9_asks_for_a_round(qtbot: QtBot, counter: Counter) -> None:
    view = open_screen(qtbot, counter)
    with qtbot.waitSignal(counter.workbench.sync_requested):
        QTest.keyClick(view.grid.table, Qt.Key.Key_F9)


def test_the_examination_says_that_all_is_well(qtbot: QtBot, counter: Counter) -> None:
    order_goods(counter)
    view = open_screen(qtbot, counter)
    QTest.keyClick(view.grid.table, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Dialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    assert dialog.sentence.text() == "本机数据完好。"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert [(check.name, check.ok) for check in operations.check(counter.store)] == [
        ("chain", True),
        ("applied", True),
        ("schema", True),
    ]


def test_diagnostics_hold_no_person_and_no_key(qtbot: QtBot, counter: Counter, tmp_path: Path) -> None:
    answer(counter, order_goods(counter), "refused", "name_taken", name="李建国", code="A002")
    counter.store.perform(lambda ctx: decide_add_customer(ctx, name="欧阳娜娜", phone="13955558888", note="怕狗"))
    counter.workbench.settings.set(SERVER_URL, "https://hq.example")
    handler = log_file.begin(tmp_path)
    try:
        logging.getLogger("desktop.shop").warning("customer %s calls %s", "欧阳娜娜", "13955558888")
        view = open_screen(qtbot, counter)
        QTest.keyClick(view.grid.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        dialog = view.findChild(QFileDialog)
        assert dialog is not None
        target = tmp_path / "diagnostics.json"
        dialog.fileSelected.emit(str(target))
        dialog.reject()
        qtbot.waitUntil(lambda: counter.posted == ["sync_centre.exported"])
    finally:
        log_file.end(handler)
    text = target.read_text(encoding="utf-8")
    told = json.loads(text)
    assert (told["dealer"], told["needing"], told["unsent"]["number"]) == ("S1", 1, 1)
    assert [(row["code"], row["params"]) for row in told["inbox"]] == [("name_taken", {"code": "A002"})]
    assert told["settings"] == {"server_url": "https://hq.example"}
    assert told["rows"]["customer"] == len(CUSTOMERS) + 1
    assert told["versions"]["program"] == VERSION
    assert told["sums"] == {"counted_at": None, "channels": {}, "repairs": []}
    assert told["log"][-1].endswith("WARNING desktop.shop: customer %s calls %s")
    keys = [counter.secrets.database_key, counter.secrets.device_key]
    forms = [form for key in keys for form in (key.hex(), base64.b64encode(key).decode(), repr(key)[2:-1])]
    people = ["王芳", "欧阳娜娜", "13955558888", "怕狗", *(part for row in CUSTOMERS for part in row[1:3] if part)]
    assert [found for found in (*forms, *people) if found in text] == []


def test_the_log_has_an_errors_class_and_place_but_not_its_words(tmp_path: Path) -> None:
    handler = log_file.begin(tmp_path)
    try:
        raise_name("欧阳娜娜")
    except ValueError:
        logging.getLogger("desktop.shop").warning("cannot read", exc_info=True)
    finally:
        lines = log_file.tail(5)
        log_file.end(handler)
    [line] = lines
    assert "cannot read [ValueError at test_sync_centre.py:" in line
    assert log_file.tail(5) == []


def raise_name(name: str) -> None:
    raise ValueError(name)


def test_a_folder_that_takes_nothing_is_said(qtbot: QtBot, counter: Counter, tmp_path: Path) -> None:
    view = open_screen(qtbot, counter)
    view.export_to(str(tmp_path / "no such folder" / "x.json"))
    qtbot.waitUntil(lambda: counter.posted == ["sync_centre.not_written"])


def test_every_control_has_a_name(qtbot: QtBot, counter: Counter) -> None:
    assert unnamed_controls(open_screen(qtbot, counter)) == []


def test_everything_in_hand_has_words_and_a_screen_and_half_filled_forms_are_no_documents(counter: Counter) -> None:
    ledger = counter.store.ledger
    for kind in ("sale", "sale-held", "credit-held", "again-held", "return", "replenishment", "stock"):
        ledger.save_draft(f"one of {kind}", kind, "{}", 1)
    forms.keep(counter.store, "till.count", {"other": "12"})
    drafts = [row for row in operations.documents(counter.store) if row["status"] == "draft"]
    assert {row["kind"] for row in drafts} == set(operations.DRAFT_SCREENS)
    for row in drafts:
        assert "sync_centre." not in kind_words(row)
