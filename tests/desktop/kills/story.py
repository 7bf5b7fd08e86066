"""A person at work, key by key; afterwards every state that a kill could have left is opened and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.platform.workbench import Workbench
from desktop.widgets.page import Page
from tests.desktop.kills.images import Images, State
from tests.support.counter import Counter

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {".": Qt.Key.Key_Period, "*": Qt.Key.Key_Asterisk, " ": Qt.Key.Key_Space}
Shown = Callable[[], object]
P = TypeVar("P", bound=Page)
W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the places of the images before it and after it, and what the screens showed then."""

    name: str
    before: int
    after: int
    shown: State


class Story:
    """Hands at one counter.

    Attributes:
        shown: what the screens in hand show, by the names of :func:`tests.desktop.kills.images.state_of`.
    """

    def __init__(self, qtbot: QtBot, counter: Counter, images: Images) -> None:
        self.qtbot, self.counter, self.images = qtbot, counter, images
        self.shown: dict[str, Shown] = {}
        self._keys: list[Key] = []
        self._place = 0

    @contextmanager
    def told(self) -> Iterator[None]:
        """Begin; at the end the images are judged."""
        self.quiet()
        self._place = self.images.take()
        with self.images.watching():
            yield
        self._judge()

    def open(self, make: Callable[[Workbench], QWidget], kind: type[P]) -> P:
        """A screen in a window of its own, with the focus where one begins."""
        page = make(self.counter.workbench)
        assert isinstance(page, kind)
        self.qtbot.addWidget(page)
        self.counter.workbench.changes.changed.connect(page.take_changes)
        page.resize(1198, 700)
        self.front(page)
        page.opened()
        self.quiet()
        return page

    def front(self, page: QWidget) -> None:
        """Bring a screen to the front."""
        with self.qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        assert isinstance(page, Page)
        page.first_focus().setFocus()

    def quiet(self) -> None:
        """Wait until nothing is on its way: no read, no write, none that follows from one."""
        threads = self.counter.threads
        for _ in range(3):
            for lane in (threads.writer, threads.reader, threads.reader):
                done: list[None] = []
                lane.task(lambda: None, self.counter).on_done(done.append)
                self.qtbot.waitUntil(lambda done=done: bool(done))  # type: ignore[misc]
            QApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is."""
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifier)
        self._after(f"{modifier.name} {key.name} in {focus.accessibleName() or type(focus).__name__}")

    def write(self, text: str) -> None:
        """Plain characters, each a key."""
        for sign in text:
            focus = QApplication.focusWidget()
            assert focus is not None
            QTest.keyClicks(focus, sign)
            self._after(f"{sign!r} in {focus.accessibleName()}")

    def scan(self, page: Any, *codes: str) -> None:
        """The scanner delivers codes."""
        for code in codes:
            assert page.scanned(code)
            self._after(f"scan of {code}")

    def do(self, name: str, what: Callable[[], object]) -> None:
        """Something that has no key of its own."""
        what()
        self._after(name)

    def dialog(self, kind: type[W]) -> W:
        """The dialog in front, with the focus in it."""

        def has_focus() -> bool:
            dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
            return isinstance(dialog, kind) and focus is not None and focus.window() is dialog

        self.qtbot.waitUntil(has_focus)
        found = QApplication.activeModalWidget()
        assert isinstance(found, kind)
        return found

    def _after(self, name: str) -> None:
        self.quiet()
        before, self._place = self._place, self.images.take()
        self._keys.append(Key(name, before, self._place, {of: ask() for of, ask in self.shown.items()}))

    def _judge(self) -> None:
        """After each key what was shown is there; killed within a key, what was before it, or after it, whole; and of
        what became a document nothing is in hand any more."""
        states = {self._keys[0].before: self.images.state(self._keys[0].before)} if self._keys else {}
        wrong: list[str] = []
        for key in self._keys:
            for place in range(key.before + 1, key.after + 1):
                states[place] = self.images.state(place)
            found = states[key.after]
            for of, shown in key.shown.items():
                if found[of] != shown:
                    wrong.append(f"after {key.name}: {of} is\n    {found[of]}\n  and showed\n    {shown}")
            for place in range(key.before + 1, key.after):
                if states[place] not in (states[key.before], found):
                    wrong.append(f"within {key.name}: {_differing(states[place], states[key.before], found)}")
        last = states[self._keys[-1].after]
        wrong += [f"left behind: {last[part]}" for part in ("forms", "sheets") if last[part]]
        assert not wrong, "\n".join(wrong)


def _differing(state: State, before: State, after: State) -> str:
    """Which parts are of before and which of after."""
    words = []
    for part in state:
        if before[part] != after[part]:
            is_of = "before" if state[part] == before[part] else "after" if state[part] == after[part] else "neither"
            words.append(f"{part} as {is_of}")
    return ", ".join(words)
