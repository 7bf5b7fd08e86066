"""Every test begins with the look and the language of a fresh counter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.platform.theme import Look, theme
from desktop.platform.ui_thread import UiThread


@pytest.fixture(autouse=True)
def fresh_look(qapp: QApplication) -> Iterator[None]:
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
    yield
    i18n.set_language("zh_CN")


@pytest.fixture
def ui(qapp: QApplication) -> Iterator[UiThread]:
    thread = UiThread()
    yield thread
    thread.close()
