"""What a strip of paper holds, before any printer's language: rows of text, rules, codes, and what the printer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
CodeKind = Literal["code128", "qr"]


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line, no wider than the paper.

    Attributes:
        size: 1 for normal, 2 for twice as wide and high.
    """

    text: str
    align: Align = "left"
    bold: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A bar code or QR code in the middle of the paper."""

    kind: CodeKind
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the paper after feeding it to the knife."""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Kick the cash drawer that hangs on the printer."""


PaperRow = TextRow | CodeRow | Feed | Cut | OpenDrawer


@dataclass(frozen=True, slots=True)
class Paper:
    """A roll.

    Attributes:
        cells: characters of normal width in a line; a Chinese one takes two.
        dots: printable width.
    """

    cells: int
    dots: int


PAPERS = {58: Paper(32, 384), 80: Paper(48, 576)}
CELL_DOTS = 12
LINE_DOTS = 30
