"""One bridge for messages and one funnel for errors: refusals are told, bugs are logged and shown once."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.messages import Messages, reference_of
from desktop.platform.notice import Kind, Notice, NoticeAction
from desktop.platform.ui_thread import UiThread
from domain.kernel.errors import Refused


@pytest.fixture
def messages(ui: UiThread) -> Messages:
    return Messages(ui)


@pytest.fixture
def posted(messages: Messages) -> list[Notice]:
    notices: list[Notice] = []
    messages.posted.connect(notices.append)
    return notices


def broken() -> None:
    raise KeyError("nobody expected this")


def caught() -> Exception:
    try:
        broken()
    except KeyError as error:
        return error
    raise AssertionError


def test_each_kind_is_posted_with_its_code(messages: Messages, posted: list[Notice]) -> None:
    step = NoticeAction("platform.app.name", lambda: None)
    messages.info("N01")
    messages.success("N02", step, order="CD-1")
    messages.warning("N03")
    messages.error("N04")
    assert [notice.kind for notice in posted] == [Kind.INFO, Kind.SUCCESS, Kind.WARNING, Kind.ERROR]
    assert posted[1] == Notice(Kind.SUCCESS, "N02", {"order": "CD-1"}, step)


def test_words_follow_the_language(messages: Messages, posted: list[Notice]) -> None:
    messages.error("platform.internal", ref="X1")
    chinese = posted[0].text
    i18n.set_language("en")
    assert "X1" in posted[0].text
    assert posted[0].text != chinese


def test_a_refusal_is_a_message_and_no_bug(
    messages: Messages, posted: list[Notice], caplog: pytest.LogCaptureFixture
) -> None:
    messages.report(Refused("order_closed", number="CD-1"))
    assert posted == [Notice(Kind.ERROR, "order_closed", {"number": "CD-1"})]
    assert not caplog.records


def test_a_bug_is_logged_each_time_and_shown_once(
    messages: Messages, posted: list[Notice], expected_errors: list[logging.LogRecord]
) -> None:
    first, second = caught(), caught()
    messages.report(first, screen="order")
    messages.report(second, screen="order")
    assert [notice.code for notice in posted] == ["platform.internal"]
    assert posted[0].params["ref"] == reference_of(first) == reference_of(second)
    assert len(expected_errors) == 2
    assert "order" in expected_errors[0].getMessage()
    assert expected_errors[0].exc_info


def test_other_threads_speak_on_the_ui_thread(qtbot: QtBot, messages: Messages, posted: list[Notice]) -> None:
    thread = threading.Thread(target=messages.warning, args=("N03",))
    thread.start()
    thread.join()
    assert not posted
    qtbot.waitUntil(lambda: bool(posted))


def test_what_nobody_caught_reaches_the_funnel(
    qtbot: QtBot,
    messages: Messages,
    posted: list[Notice],
    monkeypatch: pytest.MonkeyPatch,
    expected_errors: list[logging.LogRecord],
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    messages.install()
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(posted))
    sys.excepthook(ValueError, ValueError("elsewhere"), None)
    assert [notice.code for notice in posted] == ["platform.internal"] * 2
    assert len(expected_errors) == 2
