"""Colours by purpose, for light, dark and high contrast. Source: UX "Look"; no Qt, so that a test can do the sums.

Each name says what a colour is for, never what it looks like. :data:`PAIRS` lists which colour is written on which.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme. Names ending in ``_bg`` are the ground for the text colour of the same name."""

    name: str
    window: str
    surface: str
    raised: str
    text: str
    secondary: str
    hint: str
    disabled: str
    border: str
    input_border: str
    hover: str
    pressed: str
    selection: str
    selection_bar: str
    focus: str
    accent: str
    primary: str
    primary_hover: str
    primary_pressed: str
    on_primary: str
    neutral: str
    neutral_bg: str
    danger: str
    danger_bg: str
    danger_fill: str
    on_danger: str
    warning: str
    warning_bg: str
    success: str
    success_bg: str
    offline: str
    offline_bg: str
    training: str
    training_bg: str
    tooltip: str
    tooltip_bg: str

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than its ground."""
        return luminance(self.text) > luminance(self.surface)

    @property
    def outlines(self) -> bool:
        """Whether coloured grounds are replaced by outlines: in high contrast."""
        return self.name == "contrast"


LIGHT = Tokens(
    name="light", window="#F5F6F8", surface="#FFFFFF", raised="#FAFBFC",
    text="#1F2933", secondary="#52606D", hint="#596675", disabled="#9AA5B1",
    border="#D9DEE4", input_border="#758290", hover="#EEF3F9", pressed="#E1E8F0",
    selection="#DCE9FB", selection_bar="#1F5FBF", focus="#1F5FBF",
    accent="#1F5FBF", primary="#1F5FBF", primary_hover="#1A52A6", primary_pressed="#15448B", on_primary="#FFFFFF",
    neutral="#52606D", neutral_bg="#EDF0F3",
    danger="#B42318", danger_bg="#FDECEA", danger_fill="#B42318", on_danger="#FFFFFF",
    warning="#8A4B00", warning_bg="#FFF6E5", success="#1B6E3C", success_bg="#E8F5EC",
    offline="#5B3E96", offline_bg="#F4F0FB", training="#3B2F00", training_bg="#FFD84D",
    tooltip="#FFFFFF", tooltip_bg="#1F2933",
)  # fmt: skip

DARK = Tokens(
    name="dark", window="#171B20", surface="#1E2329", raised="#242A31",
    text="#E6EAEE", secondary="#A9B4C0", hint="#A4AFBC", disabled="#66727F",
    border="#353D47", input_border="#84909D", hover="#283039", pressed="#303945",
    selection="#24405F", selection_bar="#7FB2FF", focus="#7FB2FF",
    accent="#8ABAFF", primary="#2F6FD0", primary_hover="#3775D4", primary_pressed="#1F5FBF", on_primary="#FFFFFF",
    neutral="#B4BEC9", neutral_bg="#2F3740",
    danger="#FF9A8F", danger_bg="#43211E", danger_fill="#B42318", on_danger="#FFFFFF",
    warning="#FFC875", warning_bg="#3D2E14", success="#86DBA6", success_bg="#1B3A27",
    offline="#CBB9F7", offline_bg="#33294D", training="#3B2F00", training_bg="#FFD84D",
    tooltip="#1F2933", tooltip_bg="#E6EAEE",
)  # fmt: skip

CONTRAST = Tokens(
    name="contrast", window="#000000", surface="#000000", raised="#000000",
    text="#FFFFFF", secondary="#FFFFFF", hint="#E4E4E4", disabled="#9C9C9C",
    border="#8C8C8C", input_border="#FFFFFF", hover="#262626", pressed="#3A3A3A",
    selection="#0B3A7E", selection_bar="#FFD84D", focus="#FFD84D",
    accent="#FFD84D", primary="#FFD84D", primary_hover="#FFE48A", primary_pressed="#FFFFFF", on_primary="#000000",
    neutral="#FFFFFF", neutral_bg="#000000",
    danger="#FFC2BA", danger_bg="#000000", danger_fill="#FFC2BA", on_danger="#000000",
    warning="#FFD27A", warning_bg="#000000", success="#8CF0B0", success_bg="#000000",
    offline="#DCCBFF", offline_bg="#000000", training="#000000", training_bg="#FFD84D",
    tooltip="#000000", tooltip_bg="#FFFFFF",
)  # fmt: skip

SCHEMES = {scheme.name: scheme for scheme in (LIGHT, DARK, CONTRAST)}

INKS = ("text", "secondary", "hint", "accent", "neutral", "danger", "warning", "success", "offline")
"""What words may be written in, on any plain ground: a list's row is hovered over, pressed and selected."""
PLAIN_GROUNDS = ("window", "surface", "raised", "hover", "pressed", "selection")
EDGES = ("input_border", "focus", "selection_bar")
"""What marks a control or where somebody is: 3 against every plain ground (WCAG 2.2, 1.4.11)."""
PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in INKS for ground in PLAIN_GROUNDS),
    *((tone, f"{tone}_bg") for tone in ("neutral", "danger", "warning", "success", "offline", "training", "tooltip")),
    *(("on_primary", ground) for ground in ("primary", "primary_hover", "primary_pressed")),
    ("on_danger", "danger_fill"),
)
"""Text colour and the ground it is written on; a test holds every pair to a contrast of 4.5, or 7 in high contrast."""


def channels(colour: str) -> tuple[int, int, int]:
    """``#RRGGBB`` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, "relative luminance")."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colour_names() -> tuple[str, ...]:
    """The names of all colours of a scheme."""
    return tuple(field.name for field in fields(Tokens) if field.name != "name")
