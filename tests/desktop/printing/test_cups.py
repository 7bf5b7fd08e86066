"""Receipts through a real CUPS daemon: every byte arrives, and what could not be handed over is printed once later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.order_entry import operations
from desktop.printing.ports import SystemQueuePort, system_queues
from desktop.printing.receipt import Shop
from desktop.printing.service import Choices, PrintService
from domain.orders.pricing import Wanted
from tests.support.counter import Counter
from tests.support.cups import QUEUE, PrintServer
from tests.support.escpos_reader import read

EVERY_BYTE = bytes(range(256)) * 300


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrintServer]:
    """Not begun yet; ``lp`` looks for it."""
    with TemporaryDirectory(prefix="cups") as folder:
        made = PrintServer(Path(folder))
        monkeypatch.setenv("CUPS_SERVER", made.address)
        yield made
        made.stop()


@pytest.fixture
def counter(qapp: QApplication, tmp_path: Path) -> Iterator[Counter]:
    i18n.set_language("zh_CN")
    made = Counter(tmp_path / "home")
    yield made
    made.close()


def begin(qtbot: QtBot, server: PrintServer) -> None:
    server.start()
    qtbot.waitUntil(server.answers)


def wait_for(qtbot: QtBot, server: PrintServer, number: int) -> None:
    qtbot.waitUntil(lambda: len(server.papers()) >= number)


def sell(counter: Counter) -> str:
    sold = operations.complete_sale(counter.workbench.store, [Wanted("A001", 2000)], payments=[("cash", 10_000)])
    return sold.document_id


def test_the_queue_hands_on_every_byte(qtbot: QtBot, server: PrintServer) -> None:
    begin(qtbot, server)
    assert system_queues() == [QUEUE]
    SystemQueuePort(QUEUE).send(EVERY_BYTE)
    wait_for(qtbot, server, 1)
    assert server.papers() == [EVERY_BYTE]


def test_receipts_wait_for_the_daemon_and_are_printed_once(
    qtbot: QtBot, server: PrintServer, counter: Counter, tmp_path: Path
) -> None:
    store = counter.workbench.store
    choices = Choices(f"queue:{QUEUE}", 58, True, True, Shop("城东店", "", "谢谢惠顾"), tmp_path / "layouts")
    service = PrintService(store)
    first, second = sell(counter), sell(counter)
    service.take_receipt(first, choices)
    service.take_receipt(second, choices)
    away = service.send(choices)
    assert (away.printed, away.waiting) == (0, 2)
    assert away.problem
    begin(qtbot, server)
    assert service.send(choices).printed == 2
    wait_for(qtbot, server, 2)
    server.stop()
    begin(qtbot, server)
    assert service.send(choices).printed == 0
    service.take_test(choices)
    assert service.send(choices).printed == 1
    wait_for(qtbot, server, 3)
    papers = [read(paper) for paper in server.papers()]
    assert len(papers) == 3, "nothing came twice"
    for paper in papers[:2]:
        lines = [" ".join(line.split()) for line in paper.texts]
        assert "城东店" in lines
        assert "金龙鱼 东北大米 5kg" in lines
        assert "合计 ￥93.60" in lines
        assert "cut" in paper.events
        assert "drawer 0 50 500" in paper.events
    assert papers[0].texts != papers[1].texts, "each has its own number"
