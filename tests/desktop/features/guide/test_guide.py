"""First steps by keys alone: each is told, done or skipped, kept for this PC, and nothing is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.guide.guide_view import GuidePage
from desktop.features.guide.step_card import DONE, SKIPPED
from desktop.platform.guide_settings import STEPS
from desktop.platform.print_settings import FOOTER, PRINTER, SHOP_NAME
from desktop.platform.settings import Settings
from desktop.platform.theme import Look, theme
from desktop.store.vault import PIN
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.key_button import KeyButton
from tests.support.counter import Counter

RICE = "6902969882347"


@pytest.fixture
def page(qtbot: QtBot, counter: Counter) -> GuidePage:
    made = GuidePage(counter.workbench)
    qtbot.addWidget(made)
    made.resize(1166, 700)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.first_focus().setFocus()
    return made


def press(page: GuidePage, key: str) -> None:
    """Tab to the button with these words, and press it."""
    words = i18n.tr(key)
    for _ in range(40):
        has = QApplication.focusWidget()
        if isinstance(has, KeyButton) and has.words == words:
            QTest.keyClick(has, Qt.Key.Key_Space)
            return
        QTest.keyClick(has or page, Qt.Key.Key_Tab)
    raise AssertionError(f"the keyboard does not reach {words}")


def kept(counter: Counter) -> dict[str, str]:
    found: dict[str, str] = Settings(counter.folder / "settings.json").get(STEPS)
    return found


def test_it_begins_with_the_printer_and_prints_a_page(qtbot: QtBot, counter: Counter, page: GuidePage) -> None:
    assert list(page.cards) == ["printer", "scanner", "receipt", "pin", "sale"]
    assert page.turn == "printer"
    asked: list[str] = []
    counter.workbench.open_requested.connect(lambda screen, _params: asked.append(screen))
    press(page, "guide.printer.choose")
    with qtbot.waitSignal(counter.workbench.test_print_requested):
        press(page, "guide.printer.test")
    press(page, "guide.printer.done")
    assert asked == ["settings"]
    assert page.turn == "scanner"
    assert kept(counter) == {"printer": DONE}


def test_a_scan_is_shown_and_known(qtbot: QtBot, counter: Counter, page: GuidePage) -> None:
    assert page.scanned(RICE)
    qtbot.waitUntil(lambda: "金龙鱼" in page.heard.text())
    assert RICE in page.heard.text()
    assert kept(counter) == {"scanner": DONE}
    page.scanned("4000000000006")
    qtbot.waitUntil(lambda: "4000000000006" in page.heard.text())
    press(page, "guide.next")
    assert page.turn == "printer", "what was left out before comes again"


def test_the_receipt_s_texts_are_kept(counter: Counter, page: GuidePage) -> None:
    for _ in range(2):
        press(page, "guide.skip")
    assert page.turn == "receipt"
    assert QApplication.focusWidget() is page.fields[SHOP_NAME.key]
    page.fields[SHOP_NAME.key].insert("柳桥直营店")
    page.fields[FOOTER.key].insert("谢谢惠顾")
    press(page, "guide.receipt.keep")
    assert counter.workbench.settings.get(SHOP_NAME) == "柳桥直营店"
    assert counter.workbench.settings.get(FOOTER) == "谢谢惠顾"
    assert kept(counter) == {"printer": SKIPPED, "scanner": SKIPPED, "receipt": DONE}


def test_the_pin_is_asked_of_the_window_and_seen_when_it_is_there(counter: Counter, page: GuidePage) -> None:
    for _ in range(3):
        press(page, "guide.skip")
    wished: list[str] = []
    counter.workbench.action_requested.connect(wished.append)
    press(page, "guide.pin.choose")
    known = counter.store.known
    counter.vault.keep((known.person_id, known.person_name, known.role), PIN, "2581", counter.secrets.database_key)
    page.opened()
    assert page.turn == "sale"
    assert page.cards["pin"].state == DONE
    press(page, "guide.sale.begin")
    assert wished == ["app.pin", "app.training"]
    assert page.turn == ""


def test_everything_can_be_skipped_comes_back_later_and_never_stops_selling(
    qtbot: QtBot, counter: Counter, page: GuidePage
) -> None:
    asked: list[str] = []
    counter.workbench.open_requested.connect(lambda screen, _params: asked.append(screen))
    press(page, "guide.sell")
    page.first_focus().setFocus()
    for _ in page.cards:
        press(page, "guide.skip")
    assert page.turn == ""
    again = GuidePage(counter.workbench)
    qtbot.addWidget(again)
    assert {card.state for card in again.cards.values()} == {SKIPPED}
    press(page, "guide.again")
    assert page.turn == "printer"
    assert asked == ["order_entry"]


def test_a_warehouse_has_no_receipts(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    counter = Counter(tmp_path / "w", role="warehouse")
    made = GuidePage(counter.workbench)
    qtbot.addWidget(made)
    assert list(made.cards) == ["scanner", "pin", "sale"]
    counter.close()


def test_the_printer_in_force_is_named(counter: Counter, page: GuidePage) -> None:
    counter.workbench.settings.set(PRINTER, "tcp:10.0.0.9")
    page.opened()
    assert any("tcp:10.0.0.9" in each.text() for each in page.findChildren(QLabel))


def cut_off(page: QWidget) -> list[str]:
    """Words that have less room than they need, and controls beyond the page's edge."""
    found = []
    for each in page.findChildren(QWidget):
        if not each.isVisible() or not isinstance(each, (QLabel, QPushButton)):
            continue
        left = each.mapTo(page, QPoint(0, 0)).x()
        beyond = left < 0 or left + each.width() > page.width()
        flat = isinstance(each, QLabel) and not each.wordWrap() and each.width() < each.sizeHint().width()
        low = isinstance(each, QLabel) and each.wordWrap() and each.height() < each.heightForWidth(each.width())
        narrow = isinstance(each, QPushButton) and each.width() < each.minimumSizeHint().width()
        if beyond or flat or low or narrow:
            found.append(f"{each.text() or each.accessibleName()} {QRect(each.geometry())}")
    return found


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_nothing_is_cut_off_at_200_percent(qtbot: QtBot, page: GuidePage, language: str) -> None:
    i18n.set_language(language)
    theme().apply(Look("light", 200))
    page.resize(1000, 690)
    for step in page.cards:
        page.cards[step].opened.emit()
        QApplication.processEvents()
        qtbot.waitUntil(lambda: cut_off(page) == [])
    i18n.set_language("zh_CN")


def test_every_control_has_a_name(page: GuidePage) -> None:
    for step in page.cards:
        page.cards[step].opened.emit()
        assert unnamed_controls(page) == []
