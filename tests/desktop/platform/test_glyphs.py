"""Ticks and arrows for the style sheet are files in the colours of the scheme."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from desktop.platform.glyphs import Glyphs
from desktop.platform.palette import SCHEMES
from desktop.platform.theme import Look, theme


def test_each_is_drawn_once_in_its_colour_and_size(qapp: QApplication) -> None:
    glyphs = Glyphs()
    path = glyphs.path("check", "#1F5FBF", 16)
    assert path == glyphs.path("check", "#1F5FBF", 16)
    assert "\\" not in path
    image = QImage(path)
    assert (image.width(), image.height()) == (16, 16)
    inked = (image.pixelColor(x, y) for x in range(16) for y in range(16))
    assert {colour.name().upper() for colour in inked if colour.alpha() == 255} == {"#1F5FBF"}
    assert len(list(Path(path).parent.iterdir())) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_box_is_seen_ticked_and_not(qtbot: QtBot, qapp: QApplication, scheme: str) -> None:
    theme().install(qapp, Look(scheme))
    box = QCheckBox()
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    empty = box.grab().toImage()
    names = {empty.pixelColor(x, y).name().upper() for x in range(empty.width()) for y in range(empty.height())}
    assert SCHEMES[scheme].input_border in names
    box.setChecked(True)
    ticked = box.grab().toImage()
    names = {ticked.pixelColor(x, y).name().upper() for x in range(ticked.width()) for y in range(ticked.height())}
    assert SCHEMES[scheme].primary in names
