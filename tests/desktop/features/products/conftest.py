"""The products screen at headquarters and at a shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.features.products.products_view import ProductsView
from tests.support.counter import Counter

Open = Callable[[str, str], tuple[Counter, ProductsView]]


@pytest.fixture
def open_screen(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Opens the screen for a dealer's code and a role."""
    counters: list[Counter] = []

    def open_it(code: str, role: str) -> tuple[Counter, ProductsView]:
        counter = Counter(tmp_path, code=code, role=role)
        counters.append(counter)
        view = ProductsView(counter.workbench)
        qtbot.addWidget(view)
        view.resize(1198, 728)
        view.show()
        view.opened()
        view.first_focus().setFocus()
        qtbot.waitUntil(lambda: view.grid.model.rowCount() == 6 and view.current is not None)
        return counter, view

    yield open_it
    for counter in counters:
        counter.close()
