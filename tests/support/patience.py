"""How long tests of windows wait: on a machine that does other work too, much longer than a person would.

Who gets what he waits for goes on at once, so patience costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

PATIENCE_MS = 120_000
"""For a wait that names no time; pytest-qt's own are five seconds, which a machine can stand still for."""
_WAITS = (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitActive, QtBot.waitExposed)


@pytest.fixture(autouse=True, scope="session")
def patience() -> Iterator[None]:
    """Patience for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        for wait in _WAITS:
            patch.setattr(wait, "__kwdefaults__", {**(wait.__kwdefaults__ or {}), "timeout": PATIENCE_MS})
        yield
