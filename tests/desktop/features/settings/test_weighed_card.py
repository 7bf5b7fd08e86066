"""Layouts of the scale's codes: added, replaced and taken off by keys, in force at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.settings.weighed_card import WeighedCard
from desktop.platform.settings import WEIGHED, Settings
from domain.catalogue.weighed import FEN, GRAMS
from tests.support.counter import Counter, unnamed


def opened(qtbot: QtBot, counter: Counter) -> WeighedCard:
    card = WeighedCard(counter.workbench)
    qtbot.addWidget(card)
    card.resize(600, 500)
    with qtbot.waitExposed(card):
        card.show()
    return card


def add(card: WeighedCard, prefix: str, item: int, value: str, *, checked: bool = False) -> None:
    card.prefix.set_value(prefix)
    card.item.set_value(item)
    card.value.set_value(value)
    card.check.set_value(checked)
    QTest.mouseClick(card.add, Qt.MouseButton.LeftButton)


def test_several_layouts_one_for_each_prefix(qtbot: QtBot, counter: Counter) -> None:
    card = opened(qtbot, counter)
    QTest.mouseClick(card.add, Qt.MouseButton.LeftButton)
    assert counter.workbench.settings.get(WEIGHED) == "21IIIIIGGGGGC"
    add(card, "25", 4, FEN, checked=True)
    add(card, "21", 6, GRAMS)
    assert counter.workbench.settings.get(WEIGHED) == "21IIIIIIGGGGC 25IIIIKFFFFFC"
    assert Settings(counter.folder / "settings.json").get(WEIGHED) == "21IIIIIIGGGGC 25IIIIKFFFFFC"
    assert [prefix for prefix, line in card.lines.items() if line.isVisible()] == ["21", "25"]
    assert unnamed(card) == []
    QTest.mouseClick(card.lines["21"].remove, Qt.MouseButton.LeftButton)
    assert counter.workbench.settings.get(WEIGHED) == "25IIIIKFFFFFC"


def test_a_check_digit_for_six_and_three_digits_there_is_not(qtbot: QtBot, counter: Counter) -> None:
    card = opened(qtbot, counter)
    add(card, "20", 6, GRAMS, checked=True)
    assert card.form.errors() == {"check": "bad_weighed_layout"}
    assert counter.workbench.settings.get(WEIGHED) == ""


def test_the_words_follow_the_language(qtbot: QtBot, counter: Counter) -> None:
    counter.workbench.settings.set(WEIGHED, "21IIIIIGGGGGC")
    card = opened(qtbot, counter)
    assert "重量（克）" in card.lines["21"].words.text()
    i18n.set_language("en")
    card.retranslate()
    assert "Weight (grams)" in card.lines["21"].words.text()
    i18n.set_language("zh_CN")
