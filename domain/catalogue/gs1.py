"""GS1 element strings, as GS1-128 and GS1 DataMatrix carry them: article, lot, last good day, serial.

Source: GS1 General Specifications, chapters 3 and 7.8. Scanners hand them over with a symbology identifier or without,
with FNC1 as GS (0x1D) behind fields of variable length, or in the parenthesised form in which people read them.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

SEPARATOR = "\x1d"
_IDENTIFIERS = ("]C1", "]d2", "]Q3", "]e0", "]J1")
_FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
"""Application identifier → length; fields of these need no separator behind them."""
_VARIABLE = {
    "10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "242": 6, "243": 20, "250": 30, "251": 30,
    "400": 30, "401": 30, "403": 30, "90": 30, **{str(number): 90 for number in range(91, 100)},
}  # fmt: skip
"""Application identifier → at most so many characters, up to a separator or the end."""
_MEASURE = re.compile(r"3[1-6]\d\d")
"""Weights and measures: four digits of identifier, six of value."""
_PARENTHESISED = re.compile(r"\((\d{2,4})\)([^(]+)")


@dataclass(frozen=True, slots=True)
class Elements:
    """What a label says.

    Attributes:
        gtin: fourteen digits, the check digit right.
        lot, serial: empty for not said.
        expires_on: the last good day, None for not said.
    """

    gtin: str
    lot: str = ""
    expires_on: str | None = None
    serial: str = ""


def read(text: str) -> Elements | None:
    """The elements of a label; None for anything that is no whole element string with an article number."""
    plain = text.strip(" ")
    for identifier in _IDENTIFIERS:
        plain = plain.removeprefix(identifier)
    plain = plain.removeprefix(SEPARATOR)
    fields = _parenthesised(plain) if plain.startswith("(") else _concatenated(plain)
    if fields is None:
        return None
    gtin = fields.get("01") or fields.get("02", "")
    day = fields.get("17") or fields.get("15")
    expires_on = _day(day) if day else None
    if not _is_gtin(gtin) or (day and expires_on is None):
        return None
    return Elements(gtin, fields.get("10", ""), expires_on, fields.get("21", ""))


def codes_of(gtin: str) -> tuple[str, ...]:
    """The ways in which an article's bar code may be kept: all fourteen digits, and without zeros before it."""
    shorter = [gtin[-length:] for length in (13, 12, 8) if not gtin[:-length].strip("0")]
    return (gtin, *shorter)


def _is_gtin(text: str) -> bool:
    if len(text) != 14 or not text.isascii() or not text.isdigit():
        return False
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(text[:13]))
    return text[13] == str(-total % 10)


def _day(text: str) -> str | None:
    """YYMMDD of this century; day 00 is the month's last."""
    if not text.isascii() or not text.isdigit():
        return None
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{day or last:02}" if day <= last else None


def _parenthesised(text: str) -> dict[str, str] | None:
    found = _PARENTHESISED.findall(text)
    if "".join(f"({name}){value}" for name, value in found) != text:
        return None
    fields = {name: value.strip().rstrip(SEPARATOR) for name, value in found}
    return fields if all(_fits(name, value) for name, value in fields.items()) else None


def _fits(name: str, value: str) -> bool:
    if name in _FIXED:
        return len(value) == _FIXED[name]
    return len(value) <= _VARIABLE.get(name, 90)


def _concatenated(text: str) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    rest = text
    while rest:
        name, length, variable = _identifier(rest)
        if not name:
            return None
        rest = rest[len(name) :]
        if variable:
            value, _, rest = rest.partition(SEPARATOR)
            if not 1 <= len(value) <= length:
                return None
        else:
            value, rest = rest[:length], rest[length:].removeprefix(SEPARATOR)
            if len(value) != length or SEPARATOR in value:
                return None
        fields[name] = value
    return fields


def _identifier(text: str) -> tuple[str, int, bool]:
    """(identifier, length, whether that is the most it may have); an empty one for unknown."""
    if text[:2] in _FIXED:
        return text[:2], _FIXED[text[:2]], False
    if _MEASURE.match(text):
        return text[:4], 6, False
    for size in (2, 3):
        if text[:size] in _VARIABLE:
            return text[:size], _VARIABLE[text[:size]], True
    return "", 0, False
