"""A counter with somebody who may agree, and a story at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.theme import Look, theme
from domain.kernel.ids import stable_id
from domain.parties.model import person
from tests.desktop.kills.images import Images
from tests.desktop.kills.story import Story
from tests.support.counter import SHOP, Counter

BOSS = stable_id("person", "S1", "boss")


@pytest.fixture
def pin() -> str:
    """The owner's."""
    return "271828"


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path, pin: str) -> Iterator[Counter]:
    """A clerk's counter, on which the owner has a PIN."""
    i18n.set_language("zh_CN")
    theme().apply(Look("light"))
    made = Counter(tmp_path / "counter", role="clerk")
    made.write(person, [{"id": BOSS, "party_id": SHOP, "name": "李店长", "role": "owner"}])
    made.vault.keep((BOSS, "李店长", "owner"), "pin", pin, made.secrets.database_key)
    yield made
    made.close()


@pytest.fixture
def story(qtbot: QtBot, counter: Counter, tmp_path: Path) -> Story:
    """Somebody at work at it."""
    return Story(qtbot, counter, Images(counter, tmp_path / "images"))
