"""A filled counter for the first steps, with the look of a fresh PC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import i18n
from desktop.platform.theme import Look, theme
from tests.support.counter import Counter


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
    made = Counter(tmp_path)
    yield made
    made.close()
    theme().apply(Look("light"))
