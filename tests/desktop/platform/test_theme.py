"""The look: readable in every scheme, changed and scaled while the program runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import desktop
from desktop.platform import typeface
from desktop.platform.palette import (
    EDGES,
    INKS,
    PAIRS,
    PLAIN_GROUNDS,
    SCHEMES,
    Tokens,
    channels,
    colour_names,
    contrast,
)
from desktop.platform.theme import Look, Theme, theme


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
@pytest.mark.parametrize(("ink", "ground"), PAIRS, ids=lambda name: name)
def test_text_is_readable_on_its_ground(scheme: Tokens, ink: str, ground: str) -> None:
    wanted = 7.0 if scheme.outlines else 4.5
    assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= wanted


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_edges_that_carry_meaning_are_visible(scheme: Tokens) -> None:
    """WCAG 1.4.11: what marks a control or the focus has a contrast of 3 against what is around it."""
    pairs = [(edge, ground) for edge in EDGES for ground in PLAIN_GROUNDS]
    for edge, ground in [*pairs, ("primary", "surface"), ("primary", "window")]:
        assert contrast(getattr(scheme, edge), getattr(scheme, ground)) >= 3.0, (edge, ground)


def test_words_are_written_in_inks_alone() -> None:
    """Whatever the program gives a text as its colour is among those that a test holds readable."""
    used: dict[str, str] = {}
    for path in sorted(Path(desktop.__path__[0]).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                used.update(dict.fromkeys(_colours_of_words(call), path.name))
    assert len(used) > 4, "the calls are written in another way now"
    # What practising says stands on its own ground, a pair of its own.
    assert used.keys() <= {*INKS, "disabled", "training"}, used


def _colours_of_words(call: ast.Call) -> Iterator[str]:
    """The colours that a call gives to words: ``tone=``, ``colour=``, ``set_colour()``, a text's third argument."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [one.value for one in call.keywords if one.arg in ("tone", "tail_tone", "colour")]
    given += call.args[:1] if name == "set_colour" else []
    given += call.args[2:3] if name == "Text" else []
    for value in given:
        for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def test_every_ground_that_carries_text_is_among_the_pairs() -> None:
    grounds = {name for name in colour_names() if name.endswith("_bg")} | {"primary", "danger_fill", "selection"}
    assert grounds <= {ground for _, ground in PAIRS}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert channels("#1F5FBF") == (0x1F, 0x5F, 0xBF)


@pytest.fixture
def installed(qapp: QApplication) -> Theme:
    theme().install(qapp, Look("light"))
    return theme()


def test_switching_reaches_palette_and_widgets(qtbot: QtBot, installed: Theme) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    for name in ("dark", "contrast", "light"):
        with qtbot.waitSignal(installed.changed):
            installed.apply(Look(name))
        assert label.palette().color(QPalette.ColorRole.WindowText) == installed.colour("text")
        assert installed.colour("text").name().upper() == SCHEMES[name].text


@pytest.mark.parametrize("scale", [100, 125, 150, 200])
def test_scale_reaches_fonts_and_measures(qtbot: QtBot, installed: Theme, scale: int) -> None:
    installed.apply(Look("light", scale))
    label = QLabel()
    qtbot.addWidget(label)
    assert label.font().pointSizeF() == pytest.approx(10.5 * scale / 100)
    assert installed.px(16) == round(16 * scale / 100)
    assert installed.px(0) == 0
    assert installed.row_height(two_lines=False) == round(28 * scale / 100)


def test_counter_density_has_room_for_fingers(installed: Theme) -> None:
    installed.apply(Look("light", 100, "counter"))
    assert installed.row_height(two_lines=False) == 36
    assert installed.control_height() >= 40
    assert installed.line_role == typeface.LINE


def test_no_text_is_smaller_than_ten_points() -> None:
    assert all(role.points >= typeface.LEAST_POINTS for role in typeface.ROLES)


def test_fonts_are_chosen_explicitly(installed: Theme) -> None:
    for role in typeface.ROLES:
        families = typeface.KEY_FAMILIES if role.keys else typeface.FAMILIES
        assert installed.font(role).families() == list(families)


def test_a_chinese_font_is_found_on_this_machine(installed: Theme) -> None:
    assert QFontInfo(installed.font(typeface.BODY)).family() in typeface.FAMILIES


def test_following_the_system_needs_a_scheme(installed: Theme) -> None:
    installed.apply(Look("system"))
    assert installed.tokens in SCHEMES.values()
