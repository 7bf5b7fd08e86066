"""What a person chose on this PC: declared here once, kept as JSON in the home folder, written atomically.

Asking for or setting a key that is not declared is an error. A key in the *file* that this version does not know (it
was written by a newer one) is kept and listed in :attr:`Settings.problems`: a counter must start.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from desktop.platform import guide_settings, print_settings
from desktop.platform.setting import BadSetting, Setting

T = TypeVar("T")
_log = logging.getLogger(__name__)

LANGUAGE = Setting(
    "language",
    str,
    "zh_CN",
    "platform.settings.language",
    choices=("zh_CN", "en"),
    choice_texts=("platform.language.zh_CN", "platform.language.en"),
)
THEME = Setting(
    "theme",
    str,
    "system",
    "platform.settings.theme",
    choices=("system", "light", "dark", "contrast"),
    choice_texts=("platform.theme.system", "platform.theme.light", "platform.theme.dark", "platform.theme.contrast"),
)
SCALE = Setting("scale", int, 100, "platform.settings.scale", least=100, most=200)
DENSITY = Setting(
    "density",
    str,
    "mouse",
    "platform.settings.density",
    choices=("mouse", "counter"),
    choice_texts=("platform.density.mouse", "platform.density.counter"),
)
SERVER_URL = Setting("server_url", str, "", "platform.settings.server_url")
SOUNDS = Setting("sounds", bool, True, "platform.settings.sounds")
SHORTCUTS: Setting[dict[str, str]] = Setting("shortcuts", dict, {}, "platform.settings.shortcuts")
COLUMNS: Setting[dict[str, Any]] = Setting("columns", dict, {}, "platform.settings.columns")
LOCK_MINUTES = Setting("lock_minutes", int, 10, "platform.settings.lock_minutes", least=0, most=480)
"""Minutes without a touch before the window locks; 0 is never."""
WEIGHED = Setting("weighed_codes", str, "", "platform.settings.weighed_codes")
"""How the codes of the shop's scale are read, as :mod:`domain.catalogue.weighed` writes it; empty for no scale."""

DECLARED: tuple[Setting[Any], ...] = (
    LANGUAGE,
    THEME,
    SCALE,
    DENSITY,
    SERVER_URL,
    SOUNDS,
    SHORTCUTS,
    COLUMNS,
    LOCK_MINUTES,
    WEIGHED,
    *print_settings.DECLARED,
    *guide_settings.DECLARED,
)


class UnknownSetting(KeyError):
    """Nobody declared a setting of that name."""


class Settings:
    """The chosen values, over the defaults.

    Attributes:
        problems: what was wrong with the file, in English, for the log and the diagnostics.
    """

    def __init__(self, file: Path, declared: tuple[Setting[Any], ...] = DECLARED) -> None:
        self._file = file
        self._declared = {setting.key: setting for setting in declared}
        self._values: dict[str, Any] = {}
        self._unknown: dict[str, Any] = {}
        self._listeners: list[tuple[str, Callable[[Any], None]]] = []
        self.problems: list[str] = []
        self._load()

    def get(self, setting: Setting[T]) -> T:
        """The chosen value or the default."""
        self._known(setting.key)
        value: T = self._values.get(setting.key, setting.default)
        return value

    def set(self, setting: Setting[T], value: T) -> None:
        """Choose a value, write the file and tell the listeners.

        Raises:
            BadSetting: the declaration does not allow the value.
            UnknownSetting: the setting is not declared.
        """
        self._known(setting.key)
        checked = setting.check(value)
        if checked == self.get(setting):
            return
        self._values[setting.key] = checked
        self._save()
        for key, callback in tuple(self._listeners):
            if key == setting.key:
                callback(checked)

    def on_change(self, setting: Setting[T], callback: Callable[[T], None]) -> Callable[[], None]:
        """Call ``callback`` with each new value; returns the function that ends it."""
        self._known(setting.key)
        entry = (setting.key, callback)
        self._listeners.append(entry)

        def unsubscribe() -> None:
            if entry in self._listeners:
                self._listeners.remove(entry)

        return unsubscribe

    def by_key(self, key: str) -> Setting[Any]:
        """The declaration of ``key``: the command line sets by name.

        Raises:
            UnknownSetting: nobody declared it.
        """
        return self._known(key)

    def declared(self) -> tuple[Setting[Any], ...]:
        """Every setting, in the order of its declaration."""
        return tuple(self._declared.values())

    def chosen(self) -> dict[str, Any]:
        """What was chosen, by key; none of it is a secret."""
        return dict(self._values)

    def _known(self, key: str) -> Setting[Any]:
        try:
            return self._declared[key]
        except KeyError:
            raise UnknownSetting(key) from None

    def _load(self) -> None:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            if not isinstance(stored, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return
        except (ValueError, OSError) as error:
            self._note(f"{self._file.name} cannot be read, the defaults apply: {error}")
            self._set_aside()
            return
        for key, value in stored.items():
            setting = self._declared.get(key)
            if setting is None:
                self._unknown[key] = value
                self._note(f"unknown setting {key}")
                continue
            try:
                self._values[key] = setting.check(value)
            except BadSetting as error:
                self._note(str(error))

    def _note(self, problem: str) -> None:
        self.problems.append(problem)
        _log.warning("settings: %s", problem)

    def _set_aside(self) -> None:
        """Keep the broken file for whoever mends it; the next choice writes a new one."""
        try:
            os.replace(self._file, self._file.with_suffix(".broken"))
        except OSError as error:
            self._note(f"cannot set {self._file.name} aside: {error}")

    def _save(self) -> None:
        text = json.dumps({**self._unknown, **self._values}, ensure_ascii=False, indent=2, sort_keys=True)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, self._file)
