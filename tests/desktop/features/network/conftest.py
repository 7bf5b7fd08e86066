"""The screen of dealers and people at headquarters and at a shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.features.network.network_view import NetworkView
from tests.support.counter import Counter

Open = Callable[[str, str], tuple[Counter, NetworkView]]


@pytest.fixture
def open_screen(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Opens the screen for a dealer's code and a role."""
    counters: list[Counter] = []

    def open_it(code: str, role: str) -> tuple[Counter, NetworkView]:
        counter = Counter(tmp_path, code=code, role=role)
        counters.append(counter)
        view = NetworkView(counter.workbench)
        qtbot.addWidget(view)
        view.resize(1198, 728)
        view.show()
        view.opened()
        view.first_focus().setFocus()
        qtbot.waitUntil(lambda: view.branch is not None and view.person is not None)
        return counter, view

    yield open_it
    for counter in counters:
        counter.close()
