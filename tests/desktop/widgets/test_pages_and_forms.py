"""Pages, forms, cards and the layouts that keep everything reachable in a small window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform import typeface
from desktop.platform.action import Action
from desktop.platform.actions import Actions
from desktop.platform.settings import Settings
from desktop.platform.shortcuts import Shortcuts
from desktop.platform.theme import Look, theme
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.card import Card
from desktop.widgets.chip import TONES, Chip
from desktop.widgets.figure_card import FigureCard
from desktop.widgets.flow import Flow, Spread
from desktop.widgets.foot import Foot
from desktop.widgets.form import Form
from desktop.widgets.key_button import KeyButton
from desktop.widgets.layout import LARGE, MEDIUM, column, row
from desktop.widgets.money_field import MoneyField
from desktop.widgets.page import Page
from desktop.widgets.primary_button import PrimaryButton
from desktop.widgets.side_by_side import SideBySide
from desktop.widgets.strip import Strip
from desktop.widgets.text import Text


def show(qtbot: QtBot, widget: QWidget, width: int = 900, height: int = 700) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()


class OrderPage(Page):
    def __init__(self) -> None:
        super().__init__("sample.one")
        self.done: list[str] = []
        self.put_actions(KeyButton("sample.two"))
        self.tall = QLabel()
        self.tall.setMinimumHeight(500)
        self.content.put(self.tall)
        self.verbs = [KeyButton("sample.two", f"F{number}") for number in range(4, 9)]
        self.primary = PrimaryButton("sample.pay", "F9")
        self.put_foot(self.verbs, self.primary)
        self.go_live()

    def count(self) -> None:
        self.done.append("count")


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("size", [(1366, 700), (700, 380)])
def test_a_page_never_hides_its_primary_action_and_scrolls_the_rest(
    qtbot: QtBot, size: tuple[int, int], scale: int
) -> None:
    theme().apply(Look("light", scale))
    page = OrderPage()
    show(qtbot, page, *size)
    assert page.width() == size[0]
    assert page.rect().contains(page.primary.geometry())
    for button in page.verbs:
        assert button.width() >= button.sizeHint().width()
    assert unnamed_controls(page) == []


@pytest.mark.parametrize("scale", [100, 200])
def test_in_a_low_window_the_foot_is_one_line_and_the_rest_in_a_menu(qtbot: QtBot, scale: int) -> None:
    theme().apply(Look("light", scale))
    page = OrderPage()
    show(qtbot, page, 900, 1000)
    wide = page.verbs[0].width()
    page.resize(900, 400)
    qtbot.waitUntil(lambda: page.verbs[0].width() < wide or scale == 100)
    foot = page.findChildren(Foot)[0]
    tucked = foot.tucked
    assert bool(tucked) == (scale == 200) == foot.more.isVisible()
    seen = [button for button in page.verbs if button not in tucked]
    for button in (*seen, *([foot.more] if tucked else []), page.primary):
        assert page.rect().contains(button.mapTo(page, button.rect().topLeft()))
        assert page.rect().contains(button.mapTo(page, button.rect().bottomRight()))
        assert (
            button.mapTo(page, button.rect().center()).y() == page.primary.mapTo(page, page.primary.rect().center()).y()
        )
    assert seen == page.verbs[: len(seen)]
    assert page.primary.mapTo(page, page.primary.rect().topRight()).x() == 900 - 1 - theme().px(LARGE)
    with qtbot.waitSignal(page.verbs[0].clicked):
        QTest.keyClick(page, Qt.Key.Key_F4)


def test_what_found_no_room_is_done_from_the_menu_with_the_keyboard(qtbot: QtBot) -> None:
    theme().apply(Look("light", 200))
    page = OrderPage()
    show(qtbot, page, 900, 400)
    foot = page.findChildren(Foot)[0]
    qtbot.waitUntil(lambda: bool(foot.tucked))
    wanted = foot.tucked[-1]
    menu = foot.open_menu()
    assert [entry.text() for entry in menu.actions()] == [f"{each.words}\t{each.keycap}" for each in foot.tucked]
    with qtbot.waitSignal(wanted.clicked):
        QTest.keyClick(menu, Qt.Key.Key_Up)
        QTest.keyClick(menu, Qt.Key.Key_Return)
    wanted.setHidden(True)
    assert wanted not in foot.tucked
    page.resize(900, 1000)
    qtbot.waitUntil(lambda: not foot.tucked and foot.more.isHidden())
    assert all(button.isVisible() for button in page.verbs if button is not wanted)


def test_stacked_in_a_page_the_work_fills_what_is_seen(qtbot: QtBot) -> None:
    page, work, cards = Page(), QWidget(), QLabel()
    cards.setMinimumHeight(600)
    pair = SideBySide(work, cards)
    page.content.put(pair)
    page.put_foot([KeyButton("sample.two", "F4")])
    show(qtbot, page, 600, 400)
    foot = page.height() - theme().px(MEDIUM) * 2 - theme().control_height()
    qtbot.waitUntil(lambda: pair.stacked and work.height() == foot - theme().px(MEDIUM))
    assert work.mapTo(page, work.rect().bottomLeft()).y() < foot
    page.resize(600, 500)
    qtbot.waitUntil(lambda: work.height() == foot + 100 - theme().px(MEDIUM))
    page.resize(1200, 700)
    qtbot.waitUntil(lambda: not pair.stacked and work.minimumHeight() == 0)
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [page]


def test_a_character_that_no_input_took_runs_its_action(qtbot: QtBot, tmp_path: Path) -> None:
    page = OrderPage()
    shortcuts = Shortcuts(Settings(tmp_path / "settings.json"))
    page.use_actions(Actions((Action("page.count", "sample.two", "count", "*"),), page, shortcuts))
    show(qtbot, page)
    page.setFocus()
    QTest.keyClicks(page, "*")
    assert page.done == ["count"]


def test_what_a_page_does_by_default(qtbot: QtBot) -> None:
    page = Page()
    qtbot.addWidget(page)
    page.opened()
    page.take_changes({"orders": None})
    assert page.first_focus() is page
    assert page.may_leave()
    assert not page.scanned("690")


def test_words_of_a_page_follow_the_language(qtbot: QtBot) -> None:
    page = OrderPage()
    qtbot.addWidget(page)
    page.note.show_value("CD-1")
    i18n.set_language("en")
    assert (page.title.text(), page.note.text()) == ("Tea", "CD-1")


class TestForm:
    @pytest.fixture
    def form(self, qtbot: QtBot) -> Form:
        form = Form()
        form.add("amount", "sample.one", MoneyField("sample.one"), "sample.hint")
        form.add("name", "sample.two", QLineEdit())
        show(qtbot, form)
        return form

    def test_labels_name_their_fields(self, form: Form) -> None:
        assert unnamed_controls(form) == []
        assert form.field("name").accessibleName() == "大米"
        i18n.set_language("en")
        assert form.field("name").accessibleName() == "Rice"

    def test_what_is_wrong_is_said_below_and_the_first_gets_the_focus(self, form: Form) -> None:
        form.show_error("name", "platform.internal", {"ref": "X1"})
        form.show_error("amount", "platform.internal", {"ref": "X2"})
        assert form.field("name").hasFocus()
        assert "X1" in form.field("name").accessibleDescription()
        assert form.errors() == {"amount": "platform.internal", "name": "platform.internal"}
        i18n.set_language("en")
        assert form.field("name").accessibleDescription().startswith("Something")

    def test_errors_go(self, form: Form) -> None:
        form.show_error("name", "platform.internal", {"ref": "X1"})
        form.clear_errors()
        assert not form.has_errors()
        assert form.field("name").accessibleDescription() == ""


class TestFlow:
    def boxes(self, qtbot: QtBot, width: int, spread: Spread) -> list[QPushButton]:
        boxes = [QPushButton() for _ in range(6)]
        for box in boxes:
            box.setFixedHeight(30)
            box.setMinimumWidth(100)
        self.window = QWidget()
        self.window.setLayout(Flow(*boxes, spread=spread))
        show(qtbot, self.window, width, 300)
        return boxes

    @pytest.mark.parametrize(("width", "lines"), [(700, 1), (400, 2), (220, 3), (110, 6)])
    def test_it_wraps(self, qtbot: QtBot, width: int, lines: int) -> None:
        boxes = self.boxes(qtbot, width, Spread.LEFT)
        assert len({box.y() for box in boxes}) == lines
        assert all(box.geometry().right() < width for box in boxes)

    def test_equal_columns_fill_the_line(self, qtbot: QtBot) -> None:
        boxes = self.boxes(qtbot, 400, Spread.EQUAL)
        assert boxes[2].geometry().right() == 399
        assert [box.x() for box in boxes[:3]] == [box.x() for box in boxes[3:]]

    def test_no_line_of_equal_columns_has_only_one_left_over(self, qtbot: QtBot) -> None:
        boxes = self.boxes(qtbot, 540, Spread.EQUAL)
        assert [box.y() == boxes[0].y() for box in boxes] == [True, True, True, False, False, False]
        assert boxes[5].geometry().right() == 539

    def test_the_last_of_a_line_stands_at_the_right(self, qtbot: QtBot) -> None:
        boxes = self.boxes(qtbot, 900, Spread.ENDS)
        assert boxes[-1].geometry().right() == 899

    def test_the_last_of_all_stands_at_the_right_of_the_last_line(self, qtbot: QtBot) -> None:
        boxes = self.boxes(qtbot, 450, Spread.LAST)
        assert boxes[-1].geometry().right() == 449
        assert boxes[3].x() > boxes[2].geometry().right()
        assert boxes[3].geometry().right() < 449

    def test_hidden_items_leave_no_gap(self, qtbot: QtBot) -> None:
        boxes = self.boxes(qtbot, 900, Spread.LEFT)
        second = boxes[1].x()
        boxes[1].hide()
        qtbot.waitUntil(lambda: boxes[2].x() == second)

    def test_items_can_be_taken_out(self, qtbot: QtBot) -> None:
        flow = Flow(QPushButton(), QPushButton())
        assert flow.takeAt(5) is None
        assert flow.takeAt(0) is not None
        assert flow.count() == 1


def test_side_cards_go_below_in_a_narrow_window(qtbot: QtBot) -> None:
    pair = SideBySide(QLabel(), Card("sample.one"))
    show(qtbot, pair, 1000, 500)
    assert not pair.stacked
    pair.resize(600, 500)
    qtbot.waitUntil(lambda: pair.stacked)
    theme().apply(Look("light", 200))
    pair.resize(1300, 500)
    assert pair.stacked


def test_gaps_grow_with_the_scale(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    box = column(row(QLabel(), 1, None, QLabel()), gap=MEDIUM, margins=(LARGE, 0, LARGE, 0))
    holder.setLayout(box)
    theme().apply(Look("light", 200))
    assert box.spacing() == 24
    assert box.contentsMargins().left() == 32


def test_a_text_changes_font_colour_and_words(qtbot: QtBot) -> None:
    text = Text("", typeface.HEADING, "danger", right=True)
    qtbot.addWidget(text)
    text.say("sample.due", sum="<b>3</b>")
    assert text.text() == "应收 <b>3</b>"
    assert text.textFormat() == Qt.TextFormat.PlainText
    theme().apply(Look("dark", 200))
    assert text.palette().windowText().color() == theme().colour("danger")
    assert text.font().pointSizeF() == 26
    i18n.set_language("en")
    assert text.text() == "Due <b>3</b>"


def test_an_optional_text_takes_no_room_while_empty(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    text = Text(optional=True, parent=host)
    assert text.isHidden()
    text.show_value("x")
    assert not text.isHidden()
    alone = Text(optional=True)
    qtbot.addWidget(alone)
    alone.show_value("x")
    assert not alone.isVisible()


@pytest.mark.parametrize("tone", TONES)
def test_a_chip_says_its_state(qtbot: QtBot, tone: str) -> None:
    chip = Chip("sample.one", tone, dot=True)
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "龙井茶"
    chip.say("sample.two", "danger")
    assert (chip.text, chip.tone) == ("大米", "danger")
    chip.show_value("金卡", tone)
    for scheme in ("light", "contrast"):
        theme().apply(Look(scheme, 200))
        assert not chip.grab().isNull()
    assert chip.sizeHint().height() == 44


def test_a_figure_opens_what_is_behind_it_only_when_it_may(qtbot: QtBot) -> None:
    card, still = FigureCard("sample.one", clickable=True, emphasised=True), FigureCard("sample.two", centred=True)
    holder = QWidget()
    holder.setLayout(row(card, still))
    show(qtbot, holder)
    card.show_figure("¥1.00", note="14:05")
    still.show_figure("2", "warning")
    assert card.accessibleName() == "龙井茶 ¥1.00 14:05"
    with qtbot.waitSignal(card.clicked):
        QTest.keyClick(card, Qt.Key.Key_Space)
    assert still.focusPolicy() == Qt.FocusPolicy.NoFocus
    i18n.set_language("en")
    assert card.accessibleName() == "Tea ¥1.00 14:05"
    assert not holder.grab().isNull()


def test_a_card_has_a_title_and_what_stands_beside_it(qtbot: QtBot) -> None:
    card = Card("sample.one", QLabel(), beside=Chip("sample.two"))
    show(qtbot, card)
    assert card.title.text() == "龙井茶"
    plain = card.grab().toImage()
    card.emphasise(True)
    assert card.grab().toImage() != plain


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_a_strip_cannot_be_overlooked(qtbot: QtBot, scheme: str) -> None:
    theme().apply(Look(scheme))
    strip = Strip("sample.one")
    show(qtbot, strip, 600, 30)
    assert strip.sentence.text() == "龙井茶"
    assert strip.grab().toImage().pixelColor(3, 3).name().upper() == theme().tokens.training_bg
