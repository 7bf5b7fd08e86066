"""Numbers and dates as files write them, in the product's integers. What is not clear is refused, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from domain.kernel.errors import Invalid
from domain.kernel.money import parse_price, parse_quantity
from server_stub.importing.mapping import FileFormat

T = TypeVar("T")

REMEMBERED = 65_536
"""Values of each kind that are kept once read: files repeat them."""
SHORT = 200
MOST = 10**12
"""No imported quantity, price or amount may reach this, so that sums over millions of lines stay inside 64 bits."""
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?|[+-]?\.[0-9]+")
WHOLE_NUMBER = re.compile(r"([0-9]+)\.0*")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LONGEST_NUMBER = 40


class Values:
    """Reads the values of one file; each method gives None for what it cannot read."""

    def __init__(self, form: FileFormat) -> None:
        """Raises Invalid ``mapping_bad`` for a form of dates that there is not."""
        self._form = form
        _check_dates(form.dates)
        self.line = _remembering(one_line)
        self.quantity = _remembering(self._quantity)
        self.price = _remembering(self._price)
        self.moment = _remembering(self._moment)

    def _plain(self, text: str) -> str | None:
        """The number with a point and without blanks or parted thousands."""
        text = text.strip()
        if self._form.thousands:
            text = text.replace(self._form.thousands, "")
        if self._form.decimal == ",":
            text = "" if "." in text else text.replace(",", ".")
        return text if len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) else None

    def _quantity(self, text: str) -> int | None:
        """Thousandths of a unit."""
        plain = self._plain(text)
        try:
            value = None if plain is None else parse_quantity(plain)
        except Invalid:
            return None
        return value if value is not None and abs(value) < MOST else None

    def _price(self, text: str) -> int | None:
        """1/10000 of the currency unit; more places are refused, never rounded."""
        plain = self._plain(text)
        try:
            value = None if plain is None else parse_price(plain)
        except Invalid:
            return None
        return value if value is not None and abs(value) < MOST else None

    def _moment(self, text: str) -> tuple[int, str] | None:
        """(milliseconds since 1970 as if it were UTC, business date)."""
        text = text.strip()
        for form in self._form.dates:
            try:
                written = dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC)
            except ValueError:
                continue
            if written >= EPOCH:
                return int((written - EPOCH) / dt.timedelta(milliseconds=1)), written.date().isoformat()
        return None


def _remembering(read: Callable[[str], T]) -> Callable[[str], T]:
    """*read*, which remembers what it made of short texts; long ones would fill the memory."""
    remembered = lru_cache(REMEMBERED)(read)
    return lambda text: remembered(text) if len(text) <= SHORT else read(text)


def _check_dates(forms: tuple[str, ...]) -> None:
    for form in forms:
        try:
            dt.datetime.strptime("", form).replace(tzinfo=dt.UTC)
        except ValueError as error:
            if "does not match" not in str(error):
                raise Invalid("mapping_bad", detail=form[:40]) from None


def one_line(text: str) -> str:
    """*text* trimmed; line ends and tabs inside become blanks."""
    text = text.strip()
    return text if text.isprintable() else " ".join(text.split())


def whole_number(text: str) -> str:
    """``17850.0`` as ``17850``; anything else as it stands."""
    found = WHOLE_NUMBER.fullmatch(text)
    return found[1] if found else text
