"""A command line that another process hands over to the open window."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.console.run import parser
from desktop.app.window_main import answer
from tests.desktop.app.home import furnish
from tests.desktop.app.training_shop import Shop

LONG_S, MOMENT_S = 30, 0.3


@pytest.fixture
def shop(qtbot: QtBot, tmp_path: Path) -> Iterator[Shop]:
    i18n.set_language("zh_CN")
    home = tmp_path / "home"
    made = Shop(home, furnish(home), qtbot)
    yield made
    made.desks.close()


@pytest.mark.parametrize("is_round", [True, False])
def test_while_a_round_is_handed_over_the_window_begins_none(shop: Shop, is_round: bool) -> None:
    """The window's rounds run on the network lane, one at a time: what stands in it waits for them, and they for it."""
    client = shop.desks.client

    def command() -> dict[str, Any]:
        rounds = client.threads.network.run(lambda: None)
        return {"alone": bool(wait([rounds], timeout=MOMENT_S if is_round else LONG_S).not_done)}

    assert client.run_on_writer(command, is_round=is_round)["alone"] is is_round


def test_sync_is_a_round_and_nothing_else(shop: Shop) -> None:
    assert parser().parse_args(["sync"]).is_round
    assert not hasattr(parser().parse_args(["outbox", "list"]), "is_round")
    assert answer(shop.desks, {"words": ["outbox", "list"]})["code"] == 0
    assert answer(shop.desks, {"words": ["sync"]})["data"]["online"] is False
