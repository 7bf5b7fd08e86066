"""What a person types to find goods: words, and beside them a price range and a category, in one line.

``10-20``, ``>50`` and ``<9.9`` are prices, ``#`` before a word a category: ``tea 10-20``, ``#snacks <5``. A range that
is a code as well is looked for as a code first, which is for the caller to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.kernel.errors import Invalid
from domain.kernel.money import LIMIT, parse_price

_NUMBER = r"[¥\uffe5]?(\d{1,9}(?:\.\d{1,4})?)"
_RANGE = re.compile(rf"{_NUMBER}[-~\uff5e]{_NUMBER}")
_BOUND = re.compile(rf"([<>\uff1c\uff1e])=?{_NUMBER}")
_ABOVE = (">", "\uff1e")
_CATEGORY = ("#", "\uff03")
MOST = LIMIT - 1


@dataclass(frozen=True, slots=True)
class Wish:
    """A line that was read.

    Attributes:
        words: what is looked for by name, code and so on; may be empty.
        least, most: bounds of the price in 1/10000, both included.
        category: a part of the category's name or code, empty for any.
    """

    words: str
    least: int = 0
    most: int = MOST
    category: str = ""

    @property
    def by_price(self) -> bool:
        """Whether the price matters."""
        return (self.least, self.most) != (0, MOST)

    @property
    def is_plain(self) -> bool:
        """Whether nothing but words was typed."""
        return not self.by_price and not self.category

    def fits(self, price: int | None) -> bool:
        """Whether a price is inside the bounds; without a price nothing is."""
        return not self.by_price or (price is not None and self.least <= price <= self.most)


def read_wish(text: str) -> Wish:
    """Take prices and categories out of *text*; what cannot be read as one is a word. No text is an error."""
    words: list[str] = []
    least, most, category = 0, MOST, ""
    for part in text.split():
        bounds = _bounds(part)
        if bounds is not None:
            least, most = max(least, bounds[0]), min(most, bounds[1])
        elif part.startswith(_CATEGORY) and len(part) > 1:
            category = part[1:]
        else:
            words.append(part)
    if not category and (least, most) == (0, MOST):
        return Wish(text)
    return Wish(" ".join(words), least, most, category)


def _bounds(part: str) -> tuple[int, int] | None:
    try:
        between = _RANGE.fullmatch(part)
        if between:
            ends = sorted((parse_price(between[1]), parse_price(between[2])))
            return ends[0], ends[1]
        bound = _BOUND.fullmatch(part)
        if bound:
            value = parse_price(bound[2])
            return (value, MOST) if bound[1] in _ABOVE else (0, value)
    except Invalid:
        return None
    return None
