"""The language reaches Qt's own words and tells widgets."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.language import language


def undo_word(qtbot: QtBot) -> str:
    field = QLineEdit()
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    word = menu.actions()[0].text()
    menu.deleteLater()
    return word


def test_installing_tells_qt_and_the_widgets(qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(language().changed):
        language().install("en")
    assert i18n.language() == "en"
    assert QLocale().language() == QLocale.Language.English
    english = undo_word(qtbot)
    with qtbot.waitSignal(language().changed):
        language().install("zh_CN")
    assert undo_word(qtbot) != english
    assert QLocale().language() == QLocale.Language.Chinese


def test_installing_the_language_in_force_still_translates_qt(qtbot: QtBot, qapp: QApplication) -> None:
    language().install("zh_CN")
    assert "\u64a4" in undo_word(qtbot)
