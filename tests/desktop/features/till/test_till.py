"""A shift by keys: float, cash beside selling, the blind count, the report on the screen and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.receipts import Receipts
from desktop.features.order_entry.draft import DraftLine, SaleDraft
from desktop.features.order_entry.operations import complete_sale, hold
from desktop.features.till import operations
from desktop.features.till.dialogs import CashDialog, CountDialog, OpenDialog
from desktop.features.till.screen import SCREEN
from desktop.features.till.till_view import TillPage
from desktop.platform.print_settings import PRINTER
from domain.orders.pricing import Wanted
from domain.tills.model import till_entry
from domain.tills.queries import open_shift
from tests.support.counter import Counter, unnamed
from tests.support.escpos_reader import read

KEY = Qt.Key


def opened(qtbot: QtBot, counter: Counter) -> TillPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, TillPage)
    qtbot.addWidget(page)
    counter.workbench.changes.changed.connect(page.take_changes)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.opened()
    qtbot.waitUntil(lambda: page.status is not None)
    return page


@pytest.fixture
def page(qtbot: QtBot, counter: Counter) -> TillPage:
    return opened(qtbot, counter)


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        field.insert(text)  # as an input method commits it


def begin(qtbot: QtBot, page: TillPage, cash: str = "200") -> None:
    page.open_shift()
    dialog = page.dialog
    assert isinstance(dialog, OpenDialog)
    type_into(dialog.amount, cash)
    QTest.keyClick(dialog.amount, KEY.Key_Return)
    qtbot.waitUntil(lambda: page.is_open)


def sell(qtbot: QtBot, counter: Counter, page: TillPage) -> None:
    before = page.status.documents if page.status else 0
    with qtbot.waitSignal(counter.workbench.performed):
        counter.workbench.do(lambda store: complete_sale(store, [Wanted("A001", 1000)], payments=[("cash", 5000)]))
    page.opened()
    qtbot.waitUntil(lambda: page.status is not None and page.status.documents > before)


def count(page: TillPage) -> CountDialog:
    page.close_shift()
    assert isinstance(page.dialog, CountDialog)
    return page.dialog


def test_nothing_is_open_at_first(page: TillPage) -> None:
    assert page.who.figure == i18n.tr("till.none")
    assert page.report.title.text() == i18n.tr("till.report.none")
    assert not page.actions_here["till.close"].isEnabled()


def test_the_large_button_opens_and_closes(qtbot: QtBot, page: TillPage) -> None:
    assert (page.primary.words, page.primary.keycap, page.primary.isEnabled()) == ("开班", "F8", True)
    QTest.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert isinstance(page.dialog, OpenDialog)
    QTest.keyClick(page.dialog.amount, KEY.Key_Return)
    qtbot.waitUntil(lambda: page.is_open)
    assert (page.primary.words, page.primary.keycap, page.primary.isEnabled()) == ("交班", "F9", True)
    QTest.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert isinstance(page.dialog, CountDialog)
    type_into(page.dialog.other, "0")
    QTest.keyClick(page.dialog.other, KEY.Key_Return)
    qtbot.waitUntil(lambda: not page.is_open)
    assert page.primary.words == "开班"


def test_the_key_of_the_shift_change_asks_for_the_float_once(qtbot: QtBot, page: TillPage) -> None:
    page.change_shift()
    qtbot.waitUntil(lambda: isinstance(page.dialog, OpenDialog))
    assert isinstance(page.dialog, OpenDialog)
    QTest.keyClick(page.dialog.amount, KEY.Key_Return)
    qtbot.waitUntil(lambda: page.is_open)
    page.dialog = None
    with qtbot.waitSignal(page.grid.counted):
        page.change_shift()
    assert page.dialog is None


@pytest.mark.parametrize(("number", "said"), [(0, ""), (2, "本机还有 2 张挂单")])
def test_held_orders_are_mentioned_and_stop_nobody(
    qtbot: QtBot, counter: Counter, page: TillPage, number: int, said: str
) -> None:
    for _ in range(number):
        hold(counter.store, SaleDraft(lines=(DraftLine(code="A001", quantity=1_000),)))
    begin(qtbot, page)
    dialog = count(page)
    read: list[int] = []
    counter.workbench.ask(operations.held).on_done(read.append)  # as the dialog does
    qtbot.waitUntil(lambda: read == [number] and dialog.held.text() == said)
    type_into(dialog.other, "200")
    QTest.keyClick(dialog.other, KEY.Key_Return)
    qtbot.waitUntil(lambda: not page.is_open)


def test_a_shift_from_float_to_count(qtbot: QtBot, counter: Counter, page: TillPage) -> None:
    begin(qtbot, page)
    assert (page.who.figure, page.documents.figure) == ("王芳", "0")
    sell(qtbot, counter, page)
    dialog = count(page)
    type_into(dialog.notes[10_000], "2")
    type_into(dialog.other, "46.80")
    assert dialog.counted == 24_680
    QTest.keyClick(dialog.other, KEY.Key_Return)
    # A reading that was under way may see the shift closed before the page has heard that it did it.
    qtbot.waitUntil(lambda: not page.is_open and "till.closed" in counter.posted)
    [row] = page.status.shifts if page.status else []
    assert (row["state"], row["expected"], row["variance"]) == ("closed", 24_680, 0)
    assert page.report.title.text() == i18n.tr("till.report.z")
    shown = [line.amount.text() for line in page.report.lines if not line.isHidden()]
    assert shown == ["¥46.80", "¥200.00", "¥246.80", "¥246.80", "¥0.00"]


def test_a_difference_wants_a_reason_and_says_no_figure(qtbot: QtBot, counter: Counter, page: TillPage) -> None:
    begin(qtbot, page)
    dialog = count(page)
    type_into(dialog.notes[10_000], "1")
    dialog.other.setFocus()
    QTest.keyClick(dialog.other, KEY.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.errors() == {"reason": "variance_reason"})
    said = " ".join(label.text() for label in dialog.findChildren(type(dialog.form._rows["reason"].problem)))
    assert "200" not in said and page.is_open
    type_into(dialog.reason, "少了一张")
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    qtbot.waitUntil(lambda: not page.is_open)
    [row] = page.status.shifts if page.status else []
    assert (row["variance"], row["reason"]) == (-10_000, "少了一张")


def test_enter_goes_through_the_notes_and_closes_at_their_end(qtbot: QtBot, page: TillPage) -> None:
    begin(qtbot, page)
    dialog = count(page)
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.notes[10_000])
    QTest.keyClicks(dialog.focusWidget(), "2")
    for field in (*list(dialog.notes.values())[1:], dialog.other):
        QTest.keyClick(dialog.focusWidget(), KEY.Key_Return)
        assert dialog.focusWidget() is field
        assert page.is_open and dialog.form.errors() == {}
    QTest.keyClick(dialog.focusWidget(), KEY.Key_Return)
    qtbot.waitUntil(lambda: not page.is_open)
    [row] = page.status.shifts if page.status else []
    assert (row["counted"], row["variance"]) == (200_00, 0)


@pytest.mark.parametrize(("kind", "sign"), [("in", 1), ("out", -1), ("no_sale", 0)])
def test_cash_beside_selling(qtbot: QtBot, counter: Counter, page: TillPage, kind: str, sign: int) -> None:
    begin(qtbot, page)
    {"in": page.cash_in, "out": page.cash_out, "no_sale": page.no_sale}[kind]()
    dialog = page.dialog
    assert isinstance(dialog, CashDialog)
    QTest.keyClick(dialog, KEY.Key_Return)
    qtbot.waitUntil(lambda: dialog.form.has_errors())
    if kind != "no_sale":
        type_into(dialog.amount, "30")
    type_into(dialog.reason, "找零")
    with qtbot.waitSignal(counter.workbench.performed):
        QTest.keyClick(dialog.reason, KEY.Key_Return)
    [entry] = [dict(row) for row in _rows(counter)]
    assert (entry["kind"], entry["amount"], entry["reason"]) == (kind, sign * 3_000, "找零")


def _rows(counter: Counter) -> list[dict[str, object]]:
    with counter.store.read() as connection:
        return [dict(row) for row in connection.execute(till_entry.select()).mappings()]


def test_a_clerk_sees_no_figures_before_the_count(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    i18n.set_language("zh_CN")
    counter = Counter(tmp_path / "clerk", role="clerk")
    page = opened(qtbot, counter)
    begin(qtbot, page)
    sell(qtbot, counter, page)
    assert page.report.remark.text() == i18n.tr("till.report.blind")
    assert not [line for line in page.report.lines if not line.isHidden()]
    counter.close()


def printed(paper: Path) -> list[str]:
    """The lines on it, of which more may come."""
    return [" ".join(text.split()) for text in read(paper.read_bytes()).texts]


def test_the_report_prints_when_the_shift_ends(qtbot: QtBot, counter: Counter, page: TillPage, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    counter.workbench.settings.set(PRINTER, f"file:{paper}")
    receipts = Receipts(counter.workbench, tmp_path / "layouts")
    with counter.store.read() as connection:
        assert open_shift(connection, counter.store.known.device_id) is None
    operations.open_shift(counter.store, 10_000)
    page.opened()
    qtbot.waitUntil(lambda: page.is_open)
    dialog = count(page)
    type_into(dialog.other, "100")
    QTest.keyClick(dialog.other, KEY.Key_Return)
    qtbot.waitUntil(lambda: paper.exists() and "应有现金 ￥100.00" in printed(paper))
    assert "交班报表（Z）" in printed(paper)
    qtbot.waitUntil(lambda: bool(page.printable()))
    counter.workbench.print_requested.emit(page.printable())
    qtbot.waitUntil(lambda: "副本" in read(paper.read_bytes()).texts)
    receipts.stop()


def test_an_open_shift_prints_so_far(qtbot: QtBot, counter: Counter, page: TillPage, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    counter.workbench.settings.set(PRINTER, f"file:{paper}")
    receipts = Receipts(counter.workbench, tmp_path / "layouts")
    assert page.report.print.isHidden()
    begin(qtbot, page)
    sell(qtbot, counter, page)
    qtbot.waitUntil(lambda: page.report.print.isVisible())
    for times in (1, 2):
        QTest.mouseClick(page.report.print, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda n=times: paper.exists() and printed(paper).count("当班小计（X）") == n)  # type: ignore[misc]
    assert "销售 现金 ×1 ￥46.80" in printed(paper) and "备用金 ￥200.00" in printed(paper)
    dialog = count(page)
    type_into(dialog.other, "246.80")
    QTest.keyClick(dialog.other, KEY.Key_Return)
    qtbot.waitUntil(lambda: "交班报表（Z）" in printed(paper))
    assert "副本" not in printed(paper)
    receipts.stop()


def test_a_clerk_prints_no_figures_before_the_count(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    i18n.set_language("zh_CN")
    counter = Counter(tmp_path / "clerk", role="clerk")
    paper = tmp_path / "paper"
    counter.workbench.settings.set(PRINTER, f"file:{paper}")
    receipts = Receipts(counter.workbench, tmp_path / "layouts")
    page = opened(qtbot, counter)
    begin(qtbot, page)
    assert (page.printable(), page.report.print.isHidden()) == ("", True)
    [shift] = page.status.shifts if page.status else []
    counter.workbench.print_requested.emit(shift["id"])
    qtbot.waitUntil(lambda: counter.posted == ["role_not_allowed"])
    assert not paper.exists()
    receipts.stop()
    counter.close()


def test_every_control_has_a_name(qtbot: QtBot, counter: Counter, page: TillPage) -> None:
    begin(qtbot, page)
    assert unnamed(page) == []
    dialog = count(page)
    assert unnamed(dialog) == []
    dialog.reject()


def test_the_language_changes_under_the_open_report(qtbot: QtBot, counter: Counter, page: TillPage) -> None:
    begin(qtbot, page)
    sell(qtbot, counter, page)
    i18n.set_language("en")
    assert page.report.lines[0].words.text() == "Sales · Cash ×1"
    i18n.set_language("zh_CN")
    assert page.report.lines[0].words.text() == "销售 · 现金 ×1"
