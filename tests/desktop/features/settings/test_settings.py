"""What a person chooses on this PC is in force at once and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.settings.screen import SCREEN
from desktop.features.settings.settings_view import CHOSEN, SettingsPage
from desktop.platform.settings import DENSITY, LANGUAGE, SCALE, Settings
from desktop.platform.theme import Look, theme
from tests.support.counter import Counter, unnamed


def opened(qtbot: QtBot, counter: Counter) -> SettingsPage:
    page = SCREEN.make(counter.workbench)
    assert isinstance(page, SettingsPage)
    qtbot.addWidget(page)
    page.resize(1198, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.opened()
    return page


def test_a_choice_by_key_is_written_at_once(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    settings = counter.workbench.settings
    QTest.keyClick(page.choices[LANGUAGE.key], Qt.Key.Key_Down)
    QTest.keyClick(page.choices[SCALE.key], Qt.Key.Key_Down)
    assert (settings.get(LANGUAGE), settings.get(SCALE)) == ("en", 125)
    again = Settings(counter.folder / "settings.json")
    assert (again.get(LANGUAGE), again.get(SCALE)) == ("en", 125)


def test_what_was_chosen_elsewhere_is_shown(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    counter.workbench.settings.set(DENSITY, "counter")
    page.opened()
    assert page.choices[DENSITY.key].value() == "counter"


def test_every_choice_has_a_name_and_nothing_is_cut_off_at_double_size(qtbot: QtBot, counter: Counter) -> None:
    page = opened(qtbot, counter)
    assert unnamed(page) == []
    theme().apply(Look("dark", 200))
    for setting in CHOSEN:
        field = page.choices[setting.key]
        assert field.width() >= field.minimumSizeHint().width()
    theme().apply(Look("light"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_fields_of_all_cards_begin_below_each_other(qtbot: QtBot, counter: Counter, language: str) -> None:
    page = opened(qtbot, counter)
    i18n.set_language(language)
    theme().apply(Look("light", 125))
    fields = [page.choices[LANGUAGE.key], page.server.server, *page.printing.fields.values(), page.weighed.prefix]
    qtbot.waitUntil(lambda: len({field.mapTo(page, QPoint(0, 0)).x() for field in fields}) == 1)
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
