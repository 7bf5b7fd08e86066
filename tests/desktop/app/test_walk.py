"""Every screen and dialog at every size in both languages: nothing cut off, nothing over anything; all of it by Tab."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.theme import Look, theme
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.nav_item import NavItem
from tests.desktop.app.walking import Shop, fill, opened
from tests.support.counter import Counter
from tests.support.looking import faults, named, reachable, settle, shows_focus

LANGUAGES, SCALES = ("zh_CN", "en"), (100, 125, 150, 200)
MOST_STEPS = 150


@pytest.fixture(params=[("S1", "owner"), ("HQ", "hq_admin")], ids=["shop", "headquarters"])
def shop(request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Shop]:
    i18n.set_language("zh_CN")
    theme().install(qapp, Look("light"))
    code, role = request.param
    counter = Counter(tmp_path, code=code, role=role)
    if role == "owner":
        fill(counter)
    yield opened(qtbot, counter)
    counter.close()
    theme().apply(Look("light"))
    i18n.set_language("zh_CN")


def looks(shop: Shop) -> Iterator[str]:
    """Each look in turn, chosen where a person chooses it."""
    for language, scale in product(LANGUAGES, SCALES):
        shop.window.open_screen("settings")
        settle()
        i18n.set_language(language)
        theme().apply(Look("light", scale))
        settle()
        yield f"{language} {scale} %"


def test_nothing_is_cut_off_or_overlaps(shop: Shop) -> None:
    wrong: dict[str, None] = {}
    for look in looks(shop):
        for screen in shop.screens:
            page = shop.show(screen)
            # What is around the screen is the same for all of them.
            looked_at = shop.window if screen == shop.screens[0] else page
            wrong.update(dict.fromkeys(f"{look} {screen}: {fault}" for fault in faults(looked_at)))
            for action in shop.dialogs.get(screen, ()):
                with shop.dialog(page, action) as dialog:
                    found = [*faults(dialog), *_too_large(shop, dialog)]
                    wrong.update(dict.fromkeys(f"{look} {action}: {fault}" for fault in found))
    assert not wrong, "\n".join(wrong)


def _too_large(shop: Shop, dialog: QWidget) -> Iterator[str]:
    window = shop.window
    if dialog.width() > window.width() or dialog.height() > window.height():
        yield f"{dialog.size().toTuple()} is larger than the window"


def test_tab_comes_to_every_control_and_it_shows(shop: Shop) -> None:
    wrong: list[str] = []
    for screen in shop.screens:
        page = shop.show(screen)
        wrong += [f"{screen}: no name: {named(each)}" for each in unnamed_controls(shop.window) if each.isVisible()]
        wrong += [f"{screen}: {fault}" for fault in _walk(shop.window)]
        for action in shop.dialogs.get(screen, ()):
            with shop.dialog(page, action) as dialog:
                wrong += [f"{action}: no name: {named(each)}" for each in unnamed_controls(dialog) if each.isVisible()]
                wrong += [f"{action}: {fault}" for fault in _walk(dialog)]
    assert not wrong, "\n".join(wrong)


def _walk(root: QWidget) -> Iterator[str]:
    """Tab from the first control until it is there again; the navigation is one stop, arrows go on from there."""
    waiting = reachable(root)
    seen: list[QWidget] = []
    for _ in range(MOST_STEPS):
        focus = QApplication.focusWidget()
        if focus is None or focus.window() is not root.window():
            yield f"the focus is at {named(focus) if focus else 'nobody'}"
            return
        if seen and focus is seen[0]:
            break
        if focus not in seen:  # a date has several steps inside
            seen.append(focus)
            if not shows_focus(focus):
                yield f"no sign of the focus: {named(focus)}"
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    by_arrows = any(isinstance(each, NavItem) for each in seen)
    for each in waiting:
        if each not in seen and not (by_arrows and isinstance(each, NavItem)):
            yield f"not reached: {named(each)}"
