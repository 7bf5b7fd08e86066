"""In-store codes of a shop's own scale: EAN-13 with prefix 20 to 29, the weight or the price of the piece inside.

What the digits between prefix and check digit mean is for each shop to say. A layout is written as its thirteen
places: two digits of prefix, ``I`` for the item's code, ``G`` for the weight in grams, ``F`` or ``J`` for the price in
fen or jiao, before these perhaps ``K``, their own check digit, and at last ``C``: ``21IIIIIGGGGGC``, ``22IIIIKFFFFFC``.
Source of the check digits: GS1 General Specifications 7.9.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.catalogue.rules import is_ean13
from domain.kernel.errors import Invalid

GRAMS, FEN, JIAO = "G", "F", "J"
WORTH = {FEN: 1, JIAO: 10}
"""Minor units in one of what a price is printed in."""

IN_A_GRAM = {
    "kg": 1,
    "\u516c\u65a4": 1,  # gongjin
    "\u5343\u514b": 1,  # qianke
    "\u65a4": 2,  # jin, half a kilogram
    "\u5e02\u65a4": 2,  # shijin
    "\u4e24": 20,  # liang, a tenth of a jin
    "g": 1000,
    "\u514b": 1000,  # ke
}
"""Thousandths of a unit that one gram is, by the unit's name in small letters."""

PIECE = 1_000
"""Thousandths."""

_WRITTEN = re.compile(r"(?P<prefix>2\d)(?P<item>I{3,7})(?P<check>K?)(?P<value>G{3,7}|F{3,7}|J{3,7})C")
_CHECKED = (4, 5)
"""Digits of a value for which GS1 has a check digit."""

_TWO_LESS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_MORE = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_LESS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


def pieces_of(quantity: int, unit: str) -> int:
    """Thousandths of a piece that so much of a product is on a bill: weighed and measured goods count as one a line."""
    measured = unit.strip().lower() in IN_A_GRAM or quantity % PIECE
    return PIECE if measured and quantity else quantity


@dataclass(frozen=True, slots=True)
class Layout:
    """How one prefix is read.

    Attributes:
        prefix: two digits, 20 to 29.
        item: how many digits are the item's code.
        value: :data:`GRAMS`, :data:`FEN` or :data:`JIAO`.
        checked: whether a check digit of the value stands before it.
    """

    prefix: str
    item: int
    value: str
    checked: bool = False

    @property
    def digits(self) -> int:
        """How many digits are the value."""
        return 10 - self.item - self.checked

    @property
    def written(self) -> str:
        """Its thirteen places."""
        return f"{self.prefix}{'I' * self.item}{'K' * self.checked}{self.value * self.digits}C"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a code says: the item, and its weight in grams or its price in minor units; the other is None."""

    prefix: str
    item: str
    grams: int | None = None
    amount: int | None = None


@lru_cache(maxsize=16)
def parse_layouts(written: str) -> tuple[Layout, ...]:
    """Layouts apart by blanks, at most one for each prefix.

    Raises:
        Invalid: ``bad_weighed_layout`` with the first one that is none, ``layout_twice``.
    """
    found: dict[str, Layout] = {}
    for each in written.split():
        read = _WRITTEN.fullmatch(each)
        if read is None or len(each) != 13 or (read["check"] and len(read["value"]) not in _CHECKED):
            raise Invalid("bad_weighed_layout", layout=each[:20])
        if read["prefix"] in found:
            raise Invalid("layout_twice", prefix=read["prefix"])
        found[read["prefix"]] = Layout(read["prefix"], len(read["item"]), read["value"][0], bool(read["check"]))
    return tuple(found.values())


def write_layouts(layouts: Sequence[Layout]) -> str:
    """What :func:`parse_layouts` reads."""
    return " ".join(each.written for each in layouts)


def decode(code: str, layouts: Sequence[Layout]) -> Weighed | None:
    """What a scanned code says by the layout of its prefix; None for any other code, and for one that was misread."""
    layout = next((each for each in layouts if code[:2] == each.prefix), None)
    if layout is None or not is_ean13(code):
        return None
    item, rest = code[2 : 2 + layout.item], code[2 + layout.item : 12]
    if layout.checked:
        check, rest = rest[0], rest[1:]
        if check != value_check_digit(rest):
            return None
    value = int(rest)
    if not value:
        return None
    if layout.value == GRAMS:
        return Weighed(layout.prefix, item, grams=value)
    return Weighed(layout.prefix, item, amount=value * WORTH[layout.value])


def value_check_digit(digits: str) -> str:
    """The check digit of a price or a weight of four or five digits (GS1 General Specifications 7.9.2 to 7.9.4)."""
    if len(digits) == 4:
        weights = (_TWO_LESS, _TWO_LESS, _THREE, _FIVE_LESS)
        return str(_weigh(digits, weights) * 3 % 10)
    weights5 = (_FIVE_MORE, _TWO_LESS, _FIVE_LESS, _FIVE_MORE, _TWO_LESS)
    return str(_FIVE_LESS.index(-_weigh(digits, weights5) % 10))


def thousandths_of(grams: int, unit: str) -> int:
    """So many grams as thousandths of *unit*.

    Raises:
        Invalid: ``not_sold_by_weight`` for a unit that is none of weight.
    """
    times = IN_A_GRAM.get(unit.strip().lower())
    if times is None:
        raise Invalid("not_sold_by_weight", unit=unit)
    return grams * times


def _weigh(digits: str, weights: Sequence[Sequence[int]]) -> int:
    return sum(weight[int(digit)] for digit, weight in zip(digits, weights, strict=True))
