"""Fonts by purpose: an explicit chain of families, tabular figures, sizes in points, scaled as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont

FAMILIES = ("Microsoft YaHei UI", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
"""Windows, a Debian desktop, an older one. Chosen explicitly: the system's default may lack a glyph or hint badly."""

KEY_FAMILIES = ("Cascadia Mono", "Consolas", "DejaVu Sans Mono", "Noto Sans Mono CJK SC")

LEAST_POINTS = 10.0
"""Nothing on screen is smaller (UX "Look")."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a text is for: its size at 100 % and its weight."""

    points: float
    bold: bool = False
    keys: bool = False


SMALL = Role(10.0)
SMALL_BOLD = Role(10.0, bold=True)
KEYCAP = Role(10.0, keys=True)
BODY = Role(10.5)
STRONG = Role(10.5, bold=True)
LINE = Role(12.0)
"""A line of a document at the counter, read from an arm's length."""
LINE_STRONG = Role(12.0, bold=True)
HEADING = Role(13.0, bold=True)
FIGURE = Role(16.0, bold=True)
TOTAL = Role(24.0, bold=True)

ROLES = (SMALL, SMALL_BOLD, KEYCAP, BODY, STRONG, LINE, LINE_STRONG, HEADING, FIGURE, TOTAL)


def make_font(role: Role, scale: float) -> QFont:
    """The font of ``role`` at ``scale`` (1.0 is 100 %), with figures of equal width."""
    font = QFont()
    font.setFamilies(list(KEY_FAMILIES if role.keys else FAMILIES))
    font.setPointSizeF(role.points * scale)
    font.setBold(role.bold)
    if not role.keys:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
