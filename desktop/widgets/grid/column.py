"""What a grid shows in one column, and how one cell looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Align(Enum):
    """Where a column's text stands; figures stand right."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, already formatted.

    Attributes:
        text: the first line.
        secondary: the smaller line below (barcode, lot, rule).
        tone: colour of the first line, a text colour of the theme (``danger`` for what was taken back).
        tail: a second piece on the first line (``近效期`` behind a date).
        tail_tone: its colour.
        chip: draw the first line as a chip of this tone; empty for plain text.
        bold: whether the first line is bold.
    """

    text: str = ""
    secondary: str = ""
    tone: str = "text"
    tail: str = ""
    tail_tone: str = "warning"
    chip: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid.

    Attributes:
        id: stable name: sources sort by it, settings remember it.
        title_key: key of its heading.
        cell: a row of the source → what to show, a string or a :class:`Cell`; called for visible rows only.
        width: pixels at 100 %.
        align: where its text stands.
        stretch: takes the room that is left, with others an equal part of it; one column of a grid should.
        sortable: whether the source can sort by it with an index.
        shown: whether it is visible until somebody chooses.
        needed: whether it can be hidden at all.
        spare: where not all columns fit, those with a number go first, the highest before the others; 0 stays.
    """

    id: str
    title_key: str
    cell: Callable[[Any], Cell | str]
    width: int = 100
    align: Align = Align.LEFT
    stretch: bool = False
    sortable: bool = False
    shown: bool = True
    needed: bool = False
    spare: int = 0

    def cell_of(self, row: Any) -> Cell:
        """The cell of this column for ``row``."""
        made = self.cell(row)
        return Cell(made) if isinstance(made, str) else made
