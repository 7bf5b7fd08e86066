"""Settings: declared once, typed, kept atomically; a broken file does not stop a counter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import i18n
from desktop.platform.setting import BadSetting, Setting
from desktop.platform.settings import (
    DECLARED,
    LANGUAGE,
    SCALE,
    SHORTCUTS,
    SOUNDS,
    THEME,
    Settings,
    UnknownSetting,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def test_default_until_chosen_and_kept_afterwards(file: Path) -> None:
    settings = Settings(file)
    assert settings.get(THEME) == "system"
    settings.set(THEME, "dark")
    settings.set(SCALE, 150)
    again = Settings(file)
    assert (again.get(THEME), again.get(SCALE), again.get(LANGUAGE)) == ("dark", 150, "zh_CN")
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [(SCALE, 99), (SCALE, 201), (SCALE, "150"), (SCALE, True), (THEME, "pink"), (SOUNDS, 1), (LANGUAGE, "fr")],
)
def test_a_value_that_is_not_allowed_is_refused_and_not_kept(file: Path, setting: Setting[Any], value: object) -> None:
    settings = Settings(file)
    with pytest.raises(BadSetting, match=setting.key):
        settings.set(setting, value)
    assert settings.get(setting) == setting.default
    assert not file.exists()


def test_an_undeclared_setting_is_an_error(file: Path) -> None:
    settings = Settings(file)
    stranger = Setting("stranger", str, "", "platform.settings.stranger")
    with pytest.raises(UnknownSetting):
        settings.get(stranger)
    with pytest.raises(UnknownSetting):
        settings.set(stranger, "x")
    with pytest.raises(UnknownSetting):
        settings.by_key("stranger")
    assert settings.by_key("scale") is SCALE


def test_listeners_hear_a_new_value_once(file: Path) -> None:
    settings = Settings(file)
    heard: list[int] = []
    leave = settings.on_change(SCALE, heard.append)
    settings.set(SCALE, 150)
    settings.set(SCALE, 150)
    settings.set(THEME, "dark")
    leave()
    settings.set(SCALE, 200)
    assert heard == [150]


def test_what_a_newer_version_wrote_survives(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"scale": 150, "hologram": true}', encoding="utf-8")
    settings = Settings(file)
    assert settings.problems == ["unknown setting hologram"]
    settings.set(THEME, "dark")
    assert json.loads(file.read_text(encoding="utf-8")) == {"scale": 150, "hologram": True, "theme": "dark"}


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00\x00"])
def test_a_broken_file_is_set_aside_and_the_defaults_apply(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    settings = Settings(file)
    assert settings.get(SCALE) == 100
    assert settings.problems
    settings.set(SCALE, 125)
    assert Settings(file).get(SCALE) == 125
    assert file.with_suffix(".broken").read_text(encoding="utf-8") == text


def test_a_value_spoiled_by_hand_is_named_and_the_default_applies(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"scale": "huge", "theme": "dark"}', encoding="utf-8")
    settings = Settings(file)
    assert (settings.get(SCALE), settings.get(THEME)) == (100, "dark")
    assert "scale" in settings.problems[0]


def test_mappings_are_settings_too(file: Path) -> None:
    Settings(file).set(SHORTCUTS, {"order.pay": "F12"})
    assert Settings(file).get(SHORTCUTS) == {"order.pay": "F12"}


def test_every_declaration_has_words_and_a_legal_default() -> None:
    for setting in DECLARED:
        assert setting.check(setting.default) == setting.default
        assert i18n.tr(setting.description)
        assert len(setting.choices) == len(setting.choice_texts)
        assert all(i18n.tr(key) for key in setting.choice_texts)
