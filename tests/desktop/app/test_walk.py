"""Every screen and dialog at every size in both languages: nothing cut off, nothing over anything; all of it by Tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

import i18n
from desktop.platform.palette import SCHEMES
from desktop.platform.theme import Look, theme
from desktop.widgets.accessible import unnamed_controls
from desktop.widgets.dialog import Dialog
from desktop.widgets.entry_dialog import EntryDialog
from desktop.widgets.key_button import KeyButton, Weight
from desktop.widgets.nav_item import NavItem
from desktop.widgets.side_by_side import SideBySide
from tests.desktop.app.walking import Shop, fill, opened
from tests.support.counter import Counter, Fresh
from tests.support.looking import faults, named, reachable, settle, shows_focus, visible
from tests.support.reading import unreadable

LANGUAGES, SCALES = ("zh_CN", "en"), (100, 125, 150, 200)
LOOKS = {
    **{f"{scale} %": [("light", language, scale) for language in LANGUAGES] for scale in SCALES},
    "dark and contrast": [("dark", "en", 200), ("contrast", "zh_CN", 200)],
}
"""Scheme, language and scale; schemes have the same measures, so that the others are looked at once each."""
FIELDS = (QComboBox, QAbstractSpinBox)
"""With a line inside that is no field of its own."""
ROOM_BELOW = 12
"""Pixels between a form and what stands below it, besides the gap of the dialog."""
MOST_STEPS = 150
"""Of Tab in one window."""


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


def looks(shop: Shop, group: str) -> Iterator[str]:
    """Each look of a group in turn, chosen where a person chooses it."""
    for scheme, language, scale in LOOKS[group]:
        shop.window.open_screen("settings")
        settle()
        i18n.set_language(language)
        theme().apply(Look(scheme, scale))
        settle()
        yield f"{scheme} {language} {scale} %"


def wrong_with(shown: QWidget) -> Iterator[str]:
    """Faults of a window or a dialog; contrasts where strokes are wide enough to have a colour of their own."""
    yield from faults(shown)
    if theme().look.scale == max(SCALES):
        yield from unreadable(shown)


@pytest.mark.parametrize("group", LOOKS)
def test_nothing_is_cut_off_overlaps_or_fades(shop: Shop, group: str) -> None:
    wrong: dict[str, None] = {}
    for look in looks(shop, group):
        for screen in shop.screens:
            page = shop.show(screen)
            # What is around the screen is the same for all of them.
            looked_at = shop.window if screen == shop.screens[0] else page
            wrong.update(dict.fromkeys(f"{look} {screen}: {fault}" for fault in wrong_with(looked_at)))
            for way in shop.ways_on(screen):
                with shop.dialog(page, way) as dialog:
                    found = [*wrong_with(dialog), *_too_large(shop, dialog)]
                    wrong.update(dict.fromkeys(f"{look} {way.name}: {fault}" for fault in found))
    assert not wrong, "\n".join(wrong)


def _too_large(shop: Shop, dialog: QWidget) -> Iterator[str]:
    window = shop.window
    if dialog.width() > window.width() or dialog.height() > window.height():
        yield f"{dialog.size().toTuple()} is larger than the window"
    for area in dialog.findChildren(QScrollArea):
        if area.isVisible() and area.horizontalScrollBar().maximum() > 0:
            yield f"a form is {area.horizontalScrollBar().maximum()} wider than what is seen of it"


def test_every_dialog_answers_at_the_same_place(shop: Shop) -> None:
    wrong: list[str] = []
    for screen in shop.screens:
        page = shop.show(screen)
        for way in shop.ways_on(screen):
            with shop.dialog(page, way) as dialog:
                wrong += [f"{way.name}: {fault}" for fault in _misplaced(dialog)] if isinstance(dialog, Dialog) else []
    assert not wrong, "\n".join(wrong)


def _misplaced(dialog: Dialog) -> Iterator[str]:
    """Esc stands first and what one came for last, with its key on it, where the fields of the form end."""
    last_row = [each for each in visible(dialog) if isinstance(each, KeyButton) and each.parent() is dialog]
    bottom = max(each.geometry().bottom() for each in last_row)
    buttons = sorted((each for each in last_row if each.geometry().bottom() == bottom), key=lambda each: each.x())
    if buttons[0].keycap != "Esc":
        yield f"{buttons[0].words} stands before the way back"
    for each in buttons[:-1]:
        if each.weight in (Weight.PRIMARY, Weight.DANGER):
            yield f"{each.words} is not the last"
    if buttons[-1].weight in (Weight.PRIMARY, Weight.DANGER) and not buttons[-1].keycap:
        yield f"{buttons[-1].words} shows no key"
    edge = buttons[-1].geometry().right()
    if isinstance(dialog, EntryDialog) and not _scrolls(dialog):
        holder = dialog.form.parentWidget()
        room = holder.height() - dialog.form.height() if holder is not None else 0
        if room > ROOM_BELOW:
            yield f"{room} pixels are blank below the form"
        for field in visible(dialog.form):
            right = field.mapTo(dialog, field.rect().topRight()).x()
            if isinstance(field, QLineEdit | QComboBox) and not isinstance(field.parent(), FIELDS) and right != edge:
                yield f"{named(field)} ends at {right}, the verbs at {edge}"


def _scrolls(dialog: QWidget) -> bool:
    return any(area.verticalScrollBar().isVisible() for area in dialog.findChildren(QScrollArea))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tab_comes_to_every_control_and_it_shows(shop: Shop, scheme: str) -> None:
    theme().apply(Look(scheme))
    wrong: list[str] = []
    for screen in shop.screens:
        page = shop.show(screen)
        wrong += [f"{screen}: no name: {named(each)}" for each in unnamed_controls(shop.window) if each.isVisible()]
        wrong += [f"{screen}: {fault}" for fault in _walk(shop.window)]
        for way in shop.ways_on(screen):
            with shop.dialog(page, way) as dialog:
                wrong += [
                    f"{way.name}: no name: {named(each)}" for each in unnamed_controls(dialog) if each.isVisible()
                ]
                wrong += [f"{way.name}: {fault}" for fault in _walk(dialog)]
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
        if len(seen) > 1 and focus is seen[0]:
            break
        if focus not in seen:  # a date and a page of help have several steps inside
            seen.append(focus)
            if not shows_focus(focus):
                yield f"no sign of the focus: {named(focus)}"
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    by_arrows = any(isinstance(each, NavItem) for each in seen)
    for each in waiting:
        if each not in seen and not (by_arrows and isinstance(each, NavItem)):
            yield f"not reached: {named(each)}"


@pytest.mark.parametrize(("code", "role"), [("S1", "owner"), ("HQ", "hq_admin")], ids=["shop", "headquarters"])
def test_no_side_of_a_screen_is_blank_where_nothing_is_there_yet(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, code: str, role: str
) -> None:
    theme().install(qapp, Look("light"))
    counter = Fresh(tmp_path, code=code, role=role)
    shop = opened(qtbot, counter, scan=False)
    blank = []
    for screen in shop.window.screen_ids:
        for halves in shop.show(screen).findChildren(SideBySide):
            blank += [f"{screen}: {named(half)}" for half in halves.halves if half.isVisible() and not _says(half)]
    assert not blank, "\n".join(blank)
    counter.close()


def _says(side: QWidget) -> bool:
    """Whether there is a word on it, for whoever looks."""
    return any(isinstance(each, QLabel) and each.text().strip() for each in visible(side))
