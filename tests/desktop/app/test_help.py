"""F1: every screen has its page, every link leads somewhere, every key is the one in force."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.help.book import FOLDER, HelpBook, entries, source
from desktop.app.help.declared import declared
from desktop.app.help.help_dialog import HelpDialog, HelpText
from desktop.app.main_window import MainWindow
from desktop.app.scheduler import Scheduler
from desktop.app.screens import ALL
from desktop.app.training import MANAGER_PIN
from desktop.platform.theme import Look, theme
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.key_help import KeyHelp
from desktop.widgets.scanner import Scanner
from server_stub.catalogue.pinyin import search_keys
from tests.architecture.lints.sources import ROOT
from tests.desktop.app.wires import Wire
from tests.support.counter import Counter

LANGUAGES = ("zh_CN", "en")
PAGES = [entry.id for entry in entries()]
BRACES = re.compile(r"\{[^}]*\}")
TYPED_KEY = re.compile(r"\b(F[1-9][0-9]?|Ctrl|Alt|Shift|Esc|Del|Tab)\b")
LINK = re.compile(r"\]\(([^)]*)\)")


@pytest.fixture
def book(counter: Counter) -> HelpBook:
    return HelpBook(counter.workbench.shortcuts, [screen.id for screen in ALL])


@pytest.fixture
def window(qtbot: QtBot, counter: Counter, qapp: QApplication) -> Iterator[MainWindow]:
    wire = Wire(cut=True)
    made = MainWindow(counter.workbench, Scheduler(counter.workbench, lambda: wire, jitter=lambda: 1.0), Scanner())
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.open_first()
        made.show()
        made.activateWindow()
    yield made
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))


def f1(qtbot: QtBot, window: MainWindow) -> HelpDialog:
    """The help, by its key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.focus_page()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_F1)
    found = QApplication.activeModalWidget()
    assert isinstance(found, HelpDialog)
    qtbot.waitUntil(found.isActiveWindow)
    return found


def click(dialog: HelpDialog, link: str) -> None:
    """Follow a link of the page by the keyboard: Tab goes from link to link, Enter follows."""
    dialog.text.setFocus()
    for _ in range(60):
        QTest.keyClick(dialog.text, Qt.Key.Key_Tab)
        if dialog.text.textCursor().charFormat().anchorHref() == link:
            QTest.keyClick(dialog.text, Qt.Key.Key_Return)
            return
    raise AssertionError(f"the keyboard does not reach {link}")


def test_every_screen_has_one_page() -> None:
    told = [screen for entry in entries() for screen in entry.screens]
    assert sorted(told) == sorted(screen.id for screen in ALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_and_no_other(language: str) -> None:
    assert sorted(path.stem for path in (FOLDER / language).glob("*")) == sorted(PAGES)
    assert 12 <= len(PAGES) <= 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_everything_in_a_page_resolves(book: HelpBook, page: str, language: str) -> None:
    i18n.set_language(language)
    text = book.markdown(page)
    assert not BRACES.search(text), "a word in braces that nobody fills in"
    kinds = {"page": set(PAGES), "screen": {screen.id for screen in ALL}, "do": set(declared())}
    for link in LINK.findall(text):
        kind, _, name = link.partition(":")
        assert name in kinds[kind], link
    assert len(text) < 1_600, "a page is read at one go"
    i18n.set_language("zh_CN")


@pytest.mark.parametrize("page", PAGES)
def test_no_key_is_typed_in_and_both_languages_say_the_same(page: str) -> None:
    told = []
    for language in LANGUAGES:
        text = source(page, language)
        assert not TYPED_KEY.search(BRACES.sub("", text)), "name the action, not its key"
        told.append(sorted(set(BRACES.findall(text))))
    assert told[0] == told[1]


def test_a_key_that_somebody_chose_is_the_one_shown(book: HelpBook, counter: Counter) -> None:
    assert "**F9**" in book.markdown("first_sale")
    counter.workbench.shortcuts.assign(declared()["order_entry.pay"], "Ctrl+B", ())
    assert "**F9**" not in book.markdown("first_sale")
    shown = QTextDocument()
    for key in ("Ctrl+B", "Ctrl+*", "Ctrl+\\", "Ctrl+_"):
        counter.workbench.shortcuts.assign(declared()["order_entry.pay"], key, ())
        shown.setMarkdown(book.markdown("first_sale"))
        assert f"按 {key} 收款" in shown.toPlainText()


def test_pages_are_found_by_initials_pinyin_title_and_text(book: HelpBook) -> None:
    assert book.find("thhh")[0] == "returns"
    assert book.find("tuihuo")[0] == "returns"
    assert book.find("收款")[0] == "paying"
    assert "offline" in book.find("诊断")
    assert book.find("没有这样的词") == []
    assert book.find("") == PAGES
    i18n.set_language("en")
    assert book.find("shift")[0] == "shift"
    i18n.set_language("zh_CN")


def test_titles_are_spelled_as_the_server_would() -> None:
    for entry in entries():
        title = source(entry.id, "zh_CN").partition("\n")[0].removeprefix("# ")
        assert (entry.pinyin, entry.initials) == search_keys(title), entry.id


def test_the_pin_that_is_told_is_the_one_that_opens(book: HelpBook) -> None:
    assert f"**{MANAGER_PIN}**" in book.markdown("training")


def test_f1_opens_the_page_of_each_screen(qtbot: QtBot, window: MainWindow) -> None:
    for screen in window.screen_ids:
        window.open_screen(screen)
        dialog = f1(qtbot, window)
        entry = next(each for each in entries() if screen in each.screens)
        assert dialog.shown == entry.id
        assert dialog.text.toPlainText().startswith(source(entry.id, "zh_CN").partition("\n")[0].removeprefix("# "))
        assert dialog.titles.currentItem().text() in dialog.text.toPlainText()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_links_lead_from_page_to_page_and_to_the_screen(qtbot: QtBot, window: MainWindow) -> None:
    dialog = f1(qtbot, window)
    click(dialog, "page:paying")
    assert dialog.shown == "paying"
    click(dialog, "page:shift")
    click(dialog, "screen:till")
    assert not dialog.isVisible()
    assert window.page is not None
    assert window.nav.item("till").isChecked()
    dialog = f1(qtbot, window)
    dialog.show_page("first_sale")
    with qtbot.waitSignal(window.training_asked):
        click(dialog, "do:app.training")


def test_a_screen_that_one_does_not_see_is_no_link(counter: Counter) -> None:
    book = HelpBook(counter.workbench.shortcuts, ["order_entry"])
    assert "(screen:till)" not in book.markdown("shift")
    assert i18n.tr("till.title") in book.markdown("shift")


def test_typing_finds_and_enter_reads(qtbot: QtBot, window: MainWindow) -> None:
    dialog = f1(qtbot, window)
    QTest.keyClicks(dialog.field, "thhh")
    assert dialog.shown == "returns"
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.text.hasFocus()
    dialog.field.clear()
    QTest.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.shown == PAGES[PAGES.index("returns") + 1]


def test_all_keys_are_one_key_away(qtbot: QtBot, window: MainWindow) -> None:
    dialog = f1(qtbot, window)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert isinstance(QApplication.activeModalWidget(), KeyHelp)


def test_another_screen_asks_for_a_page(window: MainWindow, counter: Counter) -> None:
    counter.workbench.help_requested.emit("receipts")
    found = QApplication.activeModalWidget()
    assert isinstance(found, HelpDialog)
    assert found.shown == "receipts"


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_it_follows_language_look_and_size_while_open(qtbot: QtBot, window: MainWindow, scheme: str) -> None:
    window.resize(1366, 768)
    dialog = f1(qtbot, window)
    i18n.set_language("en")
    theme().apply(Look(scheme, 200))
    qtbot.waitUntil(lambda: dialog.text.toPlainText().startswith("Your first sale"))
    assert dialog.width() <= window.width()
    assert dialog.height() <= window.height()
    assert dialog.text.horizontalScrollBar().maximum() == 0
    assert dialog.text.width() > dialog.width() // 2
    assert unnamed_controls(dialog) == []


def test_a_page_fetches_nothing(qtbot: QtBot) -> None:
    shown = HelpText()
    qtbot.addWidget(shown)
    shown.setMarkdown("![x](http://127.0.0.1:1/x.png) ![y](file:///etc/hostname)")
    shown.show()
    assert shown.loadResource(2, QUrl("file:///etc/hostname")) is None


def test_the_pages_are_packaged() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert "*.md" in patterns["package-data"]["*"]
    assert "resources*" in patterns["packages"]["find"]["include"]
