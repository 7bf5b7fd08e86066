"""Files on a stock document: a photographed delivery note hangs on the intake it came with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.stock import operations
from desktop.platform.theme import Look, theme
from desktop.widgets.picture import as_png
from tests.desktop.features.stock.test_sheets import opened, until
from tests.support.counter import Counter, unnamed


def test_a_picture_hangs_on_the_intake_and_not_on_the_one_before(
    qtbot: QtBot, counter: Counter, tmp_path: Path
) -> None:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#884422"))
    note = tmp_path / "note.png"
    note.write_bytes(as_png(image))
    for number in range(2):
        operations.take_in(counter.store, [("A001", 1000 * (number + 1))], supplier="老王")
        counter.clock.ms += 60_000
    page = opened(qtbot, counter)
    assert not page.may_attach()
    page.show_history()
    until(qtbot, lambda: page.history and page.history.grid.model.rowCount() == 2 and page.may_attach())
    history = page.history
    assert history is not None
    QTest.keyClick(history.grid.table, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: history.files.findChild(QFileDialog))
    dialog = history.files.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(note)])
    dialog.close()
    files = history.files.grid.model
    until(qtbot, lambda: files.rowCount() == 1)
    assert unnamed(page) == []
    buttons = (history.files.add, history.files.paste, history.files.look, history.files.remove)
    for language in ("en", "zh_CN"):
        i18n.set_language(language)
        theme().apply(Look("light"))
        until(qtbot, lambda: all(each.width() >= each.sizeHint().width() for each in buttons))
    history.grid.table.go_to(1)
    until(qtbot, lambda: files.rowCount() == 0)
    history.grid.table.go_to(0)
    until(qtbot, lambda: files.rowCount() == 1)
    until(qtbot, lambda: history.moved.model.rowCount() == 1)
