"""The program as a person starts it, on a real X display: signed in, one item sold and closed with X's own keys."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.guide_settings import OFFERED
from desktop.platform.paths import Paths
from desktop.platform.print_settings import DRAWER, PRINTER
from desktop.platform.settings import SERVER_URL, Settings
from tests.support.display import SIZE, Display
from tests.support.escpos_reader import Paper, Reader
from tests.support.factories.products import TEA_BARCODE
from tests.support.processes import Pc, Server, environment_of, office

USER, PASSWORD = "counter-7", "by-keys-4"
LEAST_COLOURS = 40


class Program:
    """``dealerdesk app`` in a process of its own."""

    def __init__(self, display: Display, home: Path) -> None:
        self._display = display
        self.errors = home.with_name("errors.txt")
        environment = environment_of(home) | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "DEALERDESK_LANGUAGE": "zh_CN",
        }
        command = [sys.executable, "-m", "desktop.app.cli", "app"]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=errors)

    @property
    def said(self) -> str:
        """What it complained of."""
        return self.errors.read_text(encoding="utf-8")

    def windows(self) -> dict[str, int]:
        """The windows that can be seen, by their titles.

        Raises:
            AssertionError: the program has ended.
        """
        assert self.process.poll() is None, self.said
        return self._display.windows(self.process.pid)

    def focused(self, title: str) -> bool:
        """Give the keys to the window of that title, once there is one."""
        found = self.windows().get(title)
        if found is not None:
            self._display.focus(found)
        return found is not None

    def stop(self) -> None:
        """End it, if it has not."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def display() -> Iterator[Display]:
    made = Display()
    yield made
    made.close()


@pytest.fixture
def pc(sqlite_server: Server, sqlite_database: str, tmp_path: Path) -> Pc:
    """A PC that belongs to nobody yet, past its first steps, with a printer and the server's address in its form."""
    said = office(
        sqlite_database, tmp_path / "hq", "user", "add", "--dealer", "M1", "--role", "clerk", "--name", USER,
        "--password-stdin", stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert said.code == 0, said
    made = Pc(tmp_path / "shop")
    settings = Settings(Paths(made.home).settings_file)
    settings.set(OFFERED, True)
    settings.set(SERVER_URL, sqlite_server.url)
    settings.set(PRINTER, f"file:{tmp_path / 'paper'}")
    settings.set(DRAWER, True)
    return made


@pytest.fixture
def program(display: Display, pc: Pc) -> Iterator[Program]:
    made = Program(display, pc.home)
    yield made
    made.stop()


def colours(picture: QImage) -> int:
    """How many different colours a picture has, looked at in every fourth place of every fourth row."""
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)})


def orders(database: str, home: Path) -> int:
    """How many sales headquarters knows of."""
    return int(office(database, home, "report", "sales").data["orders"])


def printed(paper: Path) -> Paper | None:
    """What came out of the printer, once it is whole."""
    data = paper.read_bytes() if paper.exists() else b""
    try:
        found = Reader(data).read()
    except ValueError:  # still printing
        return None
    return found if "cut" in found.events else None


def test_a_sale_by_keys_on_a_real_display(
    qtbot: QtBot, display: Display, program: Program, pc: Pc, sqlite_database: str, tmp_path: Path
) -> None:
    i18n.set_language("zh_CN")  # command lines that run in this process change it
    choose_pin, pay = i18n.tr("people.pin.title"), i18n.tr("order_entry.pay.title")

    qtbot.waitUntil(lambda: program.focused("Dealerdesk"))
    display.write(USER)
    display.press("Tab")
    display.write(PASSWORD)
    display.press("Return")

    qtbot.waitUntil(lambda: program.focused(choose_pin))
    display.press("Escape")
    qtbot.waitUntil(lambda: choose_pin not in program.windows())
    [desk] = program.windows().values()
    pc.do("sync")
    display.focus(desk)
    display.scan(TEA_BARCODE)

    def asked_to_pay() -> bool:
        display.press("F9")
        return program.focused(pay)

    qtbot.waitUntil(asked_to_pay)
    qtbot.waitUntil(lambda: colours(display.picture()) > LEAST_COLOURS)
    picture = tmp_path / "sale.png"
    assert display.picture().save(str(picture))
    saved = QImage(str(picture))
    assert (saved.width(), saved.height()) == SIZE
    assert colours(saved) > LEAST_COLOURS

    display.press("Return")
    qtbot.waitUntil(lambda: list(program.windows().values()) == [desk])
    qtbot.waitUntil(lambda: orders(sqlite_database, tmp_path / "hq") == 1)
    qtbot.waitUntil(lambda: printed(tmp_path / "paper") is not None)
    receipt = printed(tmp_path / "paper")
    assert receipt is not None
    assert any("龙井茶" in line for line in receipt.texts)
    assert any(isinstance(event, str) and event.startswith("drawer") for event in receipt.events)

    display.ask_to_close(desk)
    assert program.process.wait(60) == 0
    assert "Traceback" not in program.said
