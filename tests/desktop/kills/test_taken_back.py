"""SIGKILL while a sale is taken back and entered anew: its lines are in hand with the document that took it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import i18n
from desktop.features.order_entry import operations as entry
from desktop.features.order_entry.order_entry_view import OrderEntryPage
from desktop.features.order_entry.pay_dialog import PayDialog
from desktop.features.order_entry.screen import SCREEN as ENTRY
from desktop.features.sync_centre.reason_dialog import ReasonDialog
from desktop.features.sync_centre.screen import SCREEN as CENTRE
from desktop.features.sync_centre.sync_centre_view import SyncCentreView
from domain.orders import queries
from domain.orders.pricing import Wanted
from tests.desktop.kills.story import Story
from tests.support.counter import Counter

RICE, SAUCE = "6902969882347", "6902265360100"
RETURN = Qt.Key.Key_Return


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    """The owner's: voiding is his."""
    i18n.set_language("zh_CN")
    made = Counter(tmp_path / "counter")
    yield made
    made.close()


@pytest.fixture
def order_id(counter: Counter) -> str:
    """A sale that the server recorded with an exception."""
    wanted = [Wanted("A001", 3_000, discount=1_00, reason="old"), Wanted("A002", 1_000)]
    done = entry.complete_sale(counter.store, wanted, payments=[("cash", 154_90)], note="no bag")
    told: dict[str, Any] = {"id": done.command_id, "status": "exception", "code": "stock_below_zero", "at": 1}
    counter.store.ledger.mark_sent(1, [done.sequence])
    counter.store.ledger.record_outcomes([{**told, "params": json.dumps({"products": 1})}])
    return done.document_id


def selling(story: Story) -> OrderEntryPage:
    """Order entry, which shows what is in hand and what was put aside, and answers who hands it something."""
    page = story.open(ENTRY.make, OrderEntryPage)
    story.qtbot.waitUntil(lambda: page.kept is not None)
    story.shown = {"sale": lambda: page.edit.draft, "held": lambda: {held.id: held.draft for held in page.held}}

    def go_on(screen: str, params: dict[str, Any]) -> None:
        assert screen == "order_entry"
        story.front(page)
        page.shown_with(**params)

    story.counter.workbench.open_requested.connect(go_on)
    return page


def change(story: Story) -> None:
    """In the sync centre, by its key and with a reason."""
    view = story.open(CENTRE.make, SyncCentreView)
    story.qtbot.waitUntil(lambda: view.entry is not None)
    story.key(Qt.Key.Key_F4)
    story.dialog(ReasonDialog)
    story.write("two")
    story.key(RETURN)


def codes(page: OrderEntryPage) -> list[tuple[str, int]]:
    return [(line.code, line.quantity) for line in page.edit.draft.lines]


def test_taken_back_with_nothing_in_hand(story: Story, order_id: str) -> None:
    page = selling(story)
    with story.told():
        change(story)
        assert codes(page) == [("A001", 3_000), ("A002", 1_000)]
        story.key(Qt.Key.Key_Delete)
        story.key(Qt.Key.Key_F9)
        story.dialog(PayDialog)
        story.key(RETURN)
        assert story.counter.posted[-1] == "order_entry.sold"
    with story.counter.store.read() as connection:
        assert (queries.order_by_id(connection, order_id) or {})["state"] == "voided"


def test_taken_back_with_an_order_in_hand(story: Story, order_id: str) -> None:
    page = selling(story)
    with story.told():
        story.scan(page, SAUCE)
        change(story)
        assert codes(page) == [("A001", 3_000), ("A002", 1_000)]
        assert [one.draft.units for one in page.held] == [1_000]
        story.scan(page, RICE)
        assert codes(page) == [("A001", 4_000), ("A002", 1_000)]


def test_a_screen_made_afterwards_has_it_once(story: Story, order_id: str) -> None:
    """Killed in between, or the screen was never open: it begins with what was taken back, and what is handed over to
    it then is the same."""
    opened: list[dict[str, Any]] = []
    story.counter.workbench.open_requested.connect(lambda _screen, params: opened.append(params))
    with story.told():
        change(story)
        assert opened == [{"again": True}]
        page = story.open(ENTRY.make, OrderEntryPage)
        page.shown_with(**opened[0])
        story.qtbot.waitUntil(lambda: page.kept is not None)
        story.quiet()
        assert codes(page) == [("A001", 3_000), ("A002", 1_000)]
        assert page.held == []
