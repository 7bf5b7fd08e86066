"""The pages of ``resources/help``: Markdown with words in braces that are filled in when a page is shown.

``{key:id}`` the key in force of an action, its words where it has none · ``{action:id}`` the words of an action ·
``{do:id}`` a link that does it · ``{screen:id}`` a link that goes there · ``{page:id}`` a link to a page ·
``{training_pin}`` the PIN of the training shop's manager.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import i18n
from desktop.app.help.declared import declared
from desktop.app.screens import ALL
from desktop.app.training import MANAGER_PIN
from desktop.platform.action import key_label
from desktop.platform.shortcuts import Shortcuts

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "help"
_BRACES = re.compile(r"\{(?:(key|action|do|screen|page):([a-z0-9_.]+)|(training_pin))\}")
_SPECIAL, _ESCAPED = re.compile(r"([\\`*_\[\]<>#|])"), r"\\\1"
_MARKS = re.compile(r"[*`#\[\]]|\([a-z]+:[a-z0-9_.]+\)")


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Attributes:
        screens: ids of the screens whose F1 opens it.
        pinyin, initials: of its Chinese title, to find it by.
    """

    id: str
    screens: tuple[str, ...]
    pinyin: str
    initials: str


@cache
def entries() -> tuple[PageEntry, ...]:
    """All pages, in the order of the list."""
    found = tomllib.loads((FOLDER / "pages.toml").read_text(encoding="utf-8"))["page"]
    return tuple(PageEntry(one["id"], tuple(one.get("screens", ())), one["pinyin"], one["initials"]) for one in found)


@cache
def source(page_id: str, language: str) -> str:
    """A page as it stands in its file."""
    return (FOLDER / language / f"{page_id}.md").read_text(encoding="utf-8")


class HelpBook:
    """The pages for somebody who sees some of the screens.

    Raises, wherever a page is filled in, KeyError for an action, screen or page that is not there.
    """

    def __init__(self, shortcuts: Shortcuts, screens: Sequence[str]) -> None:
        self._shortcuts, self._seen = shortcuts, frozenset(screens)
        self._actions = declared()
        self._titles = {screen.id: screen.title_key for screen in ALL}
        self._ids = {entry.id for entry in entries()}

    def page_for(self, screen_id: str) -> str:
        """The page of a screen."""
        return next(entry.id for entry in entries() if screen_id in entry.screens)

    def title(self, page_id: str) -> str:
        """What a page is called, in the language in force."""
        if page_id not in self._ids:
            raise KeyError(page_id)
        return source(page_id, i18n.language()).partition("\n")[0].removeprefix("# ").strip()

    def markdown(self, page_id: str) -> str:
        """A page in the language in force, everything filled in."""
        # Qt draws a heading of the third level in the size that the look has for headings.
        return "##" + _BRACES.sub(self._filled, source(page_id, i18n.language()))

    def find(self, typed: str) -> list[str]:
        """The pages that *typed* finds, best first: title, pinyin or initials, text; all of them for nothing."""
        wanted = typed.casefold().strip()
        if not wanted:
            return [entry.id for entry in entries()]
        ranked = [(self._rank(entry, wanted), number, entry.id) for number, entry in enumerate(entries())]
        return [page_id for rank, _, page_id in sorted(ranked) if rank < _NONE]

    def _rank(self, entry: PageEntry, wanted: str) -> int:
        title = self.title(entry.id).casefold()
        if wanted in title:
            return 0 if title.startswith(wanted) else 1
        letters = wanted.replace(" ", "")
        if letters.isascii() and any(letters in word for word in f"{entry.initials} {entry.pinyin}".split()):
            return 2
        text = _MARKS.sub("", self.markdown(entry.id)).casefold()
        return 3 if all(part in text for part in wanted.split()) else _NONE

    def _filled(self, found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        if found[3]:
            return f"**{MANAGER_PIN}**"
        if kind == "page":
            return f"[{self.title(name)}](page:{name})"
        if kind == "screen":
            title = i18n.tr(self._titles[name])
            return f"[{title}](screen:{name})" if name in self._seen else f"**{title}**"
        action = self._actions[name]
        words = i18n.tr(action.text_key)
        if kind == "do":
            return f"[{words}](do:{name})"
        key = key_label(self._shortcuts.key_of(action)) if kind == "key" else ""
        return f"**{_SPECIAL.sub(_ESCAPED, key or words)}**"


_NONE = 9
