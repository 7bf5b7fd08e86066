"""While somebody practises, the real counter goes on synchronising; nothing of the training shop ever gets there."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import i18n
from desktop.app.desks import Desks
from desktop.app.training_client import TrainingClient
from desktop.features.order_entry import operations as selling
from desktop.platform.guide_settings import OFFERED
from desktop.platform.paths import Paths
from desktop.platform.settings import Settings
from domain.orders.pricing import Wanted
from tests.support.factories.parties import person_for
from tests.support.processes import Pc, Server, environment_of, office

CLERK = person_for("M1", "clerk")
REAL = "real-"


@dataclass
class Ear:
    """Which threads use sockets; the interpreter tells.

    Attributes:
        on: whether it listens.
    """

    on: bool = False
    threads: set[str] = field(default_factory=set)

    def __call__(self, event: str, _arguments: object) -> None:
        if self.on and event.startswith("socket."):
            self.threads.add(threading.current_thread().name)


@pytest.fixture(scope="session")
def the_ear() -> Ear:
    """One for all: nobody can take an audit hook away again."""
    made = Ear()
    sys.addaudithook(made)
    return made


@pytest.fixture
def ear(the_ear: Ear) -> Iterator[Ear]:
    the_ear.on, the_ear.threads = True, set()
    yield the_ear
    the_ear.on = False


@pytest.fixture
def pc(sqlite_server: Server, tmp_path: Path) -> Pc:
    """A counter that has a sale of its own to upload, while its server is away."""
    made = Pc(tmp_path / "shop")
    made.enrol(sqlite_server, CLERK)
    made.do("sync")
    Settings(Paths(made.home).settings_file).set(OFFERED, True)
    made.do("order", "sale", "--line", "TEA:1")
    sqlite_server.stop()
    i18n.set_language("zh_CN")
    return made


@pytest.fixture
def desks(qapp: QApplication, pc: Pc) -> Iterator[Desks]:
    made = Desks(Paths(pc.home), environment=environment_of(pc.home) | {"DEALERDESK_LANGUAGE": "zh_CN"})
    made.start()
    yield made
    made.close()


def practise(desks: Desks, qtbot: QtBot) -> TrainingClient:
    """Into the training shop, by the palette's action."""
    assert desks.client.window is not None
    desks.client.window.ask_training()
    qtbot.waitUntil(lambda: desks.training and desks.client.window is not None)
    assert isinstance(desks.client, TrainingClient)
    return desks.client


def strip_of(client: TrainingClient) -> str:
    """What the strip says of the real counter."""
    assert client.strip is not None
    return client.strip.real.text()


def test_the_real_counter_goes_on_behind_the_training_shop(
    qtbot: QtBot, sqlite_server: Server, sqlite_database: str, desks: Desks, ear: Ear, tmp_path: Path
) -> None:
    client = practise(desks, qtbot)
    ear.threads.clear()  # the window of the real counter may have looked for its server
    qtbot.waitUntil(lambda: strip_of(client) == i18n.tr("training.real.documents", n=1))
    bench, window, behind = client.workbench, client.window, desks.behind
    assert bench is not None
    assert window is not None
    assert behind is not None
    assert behind.scheduler is not None

    with qtbot.waitSignal(bench.performed):
        bench.do(lambda store: selling.complete_sale(store, [Wanted("TEA", 1000)], payments=[("cash", 10_000_000)]))
    qtbot.waitUntil(lambda: client.profile.store.ledger.unsent().number == 0)
    assert strip_of(client) == i18n.tr("training.real.documents", n=1), "what is confirmed there is no upload"

    ear.on = False  # the server's process is started through a socket
    sqlite_server.start()
    ear.on = True
    behind.scheduler.run_now()
    qtbot.waitUntil(lambda: strip_of(client) == i18n.tr("training.real.none"))
    assert ear.threads, "the real counter has talked"
    assert {each for each in ear.threads if not each.startswith(REAL)} == set()

    desks.leave()
    qtbot.waitUntil(lambda: not desks.training and desks.client.window is not None)
    assert desks.behind is None
    assert desks.client.profile.store.ledger.unsent().number == 0
    told = office(sqlite_database, tmp_path / "hq", "report", "sales")
    assert told.data["orders"] == 1
