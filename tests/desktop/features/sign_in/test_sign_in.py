"""Signing in by keyboard: progress, errors at their field, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import i18n
from desktop.features.sign_in.sign_in_view import SignInPage
from desktop.platform.task import Task
from desktop.store.identity import Identity
from domain.kernel.errors import NotEntitled, Refused
from tests.support.counter import Counter, unnamed

SERVER = "http://127.0.0.1:8000"


class Desk:
    """Signs in on the network's lane; what happens there is set by the test.

    Attributes:
        asked: server, user and password of each attempt.
        outcome: an error to raise, None to let in.
        open: cleared to keep an attempt under way.
    """

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.asked: list[tuple[str, str, str]] = []
        self.outcome: Exception | None = None
        self.open = Event()
        self.open.set()

    def enrol(self, server: str, user: str, password: str) -> Task[Identity]:
        """One attempt."""
        self.asked.append((server, user, password))

        def work() -> Identity:
            self.open.wait()
            if self.outcome is not None:
                raise self.outcome
            return self._counter.store.known

        return self._counter.threads.network.task(work)


@pytest.fixture
def desk(counter: Counter) -> Desk:
    return Desk(counter)


@pytest.fixture
def page(qtbot: QtBot, counter: Counter, desk: Desk) -> SignInPage:
    made = SignInPage(desk.enrol, counter.messages, "")
    qtbot.addWidget(made)
    made.resize(900, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.first_focus().setFocus()
    return made


def fill(page: SignInPage) -> None:
    QTest.keyClicks(page.server, SERVER)
    QTest.keyClick(page.server, Qt.Key.Key_Tab)
    QTest.keyClicks(page.user, "wangfang")
    QTest.keyClick(page.user, Qt.Key.Key_Tab)
    QTest.keyClicks(page.password, "correct horse")
    QTest.keyClick(page.password, Qt.Key.Key_Return)


def test_by_keyboard_from_the_first_field_to_the_shop(qtbot: QtBot, page: SignInPage, desk: Desk) -> None:
    assert page.server.hasFocus()
    with qtbot.waitSignal(page.signed_in):
        fill(page)
    assert desk.asked == [(SERVER, "wangfang", "correct horse")]
    assert page.password.text() == ""


def test_while_it_works_a_second_enter_does_nothing(qtbot: QtBot, page: SignInPage, desk: Desk) -> None:
    desk.open.clear()
    fill(page)
    assert not page.primary.isEnabled()
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.signed_in):
        desk.open.set()
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Refused("server_unreachable", server=SERVER), "server"),
        (lambda: NotEntitled("bad_credentials"), "password"),
        (lambda: Refused("other_dealer", code="S1"), "user"),
    ],
)
def test_an_error_stands_at_its_field_and_the_entry_stays(
    qtbot: QtBot, page: SignInPage, desk: Desk, make: Callable[[], Exception], field: str
) -> None:
    desk.outcome = make()
    fill(page)
    qtbot.waitUntil(page.form.has_errors)
    assert list(page.form.errors()) == [field]
    assert page.primary.isEnabled()
    assert (page.server.text(), page.user.text()) == (SERVER, "wangfang")


def test_a_missing_keyring_is_said_plainly(qtbot: QtBot, page: SignInPage, desk: Desk, counter: Counter) -> None:
    desk.outcome = Refused("keyring_unavailable", detail="NoKeyringError")
    fill(page)
    qtbot.waitUntil(lambda: counter.posted == ["keyring_unavailable"])
    for language in i18n.available():
        i18n.set_language(language)
        assert i18n.message("keyring_unavailable", {"detail": "NoKeyringError"})


def test_an_empty_field_is_asked_for(page: SignInPage, desk: Desk) -> None:
    QTest.keyClick(page.server, Qt.Key.Key_Return)
    assert page.form.errors() == {"server": "nothing_entered"}
    assert desk.asked == []


def test_every_control_has_a_name(page: SignInPage) -> None:
    assert unnamed(page) == []
