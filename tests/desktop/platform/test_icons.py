"""Every icon draws something, in the theme's colour of the moment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.platform.icon_paths import ICONS
from desktop.platform.icons import icon
from desktop.platform.theme import Look, theme


def inked(made: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> list[str]:
    """Colours of the pixels that are drawn fully."""
    image = made.pixmap(QSize(32, 32), mode).toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return [image.pixelColor(x, y).name().upper() for x, y in points if image.pixelColor(x, y).alpha() == 255]


@pytest.mark.parametrize("name", ICONS)
def test_draws_something(qapp: QApplication, name: str) -> None:
    assert len(inked(icon(name))) > 5


def test_the_colour_is_the_themes(qapp: QApplication) -> None:
    made = icon("plus", "accent")
    assert set(inked(made)) == {theme().tokens.accent}
    theme().apply(Look("dark"))
    assert set(inked(made)) == {theme().tokens.accent}
    assert set(inked(made, QIcon.Mode.Disabled)) == {theme().tokens.disabled}


def test_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match="unicorn"):
        icon("unicorn")
