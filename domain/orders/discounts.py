"""How a discount is written at a counter: an amount, a rate as Chinese shops name it, or percent off.

``12.30`` is an amount. ``9折`` and ``8.5折`` say how many tenths are paid, ``85折`` how many hundredths. ``5%`` and
``-5%`` are percent off. What is paid is rounded once, half away from zero; what is let off is the rest of it.
"""

from __future__ import annotations

import re

from domain.kernel.errors import Invalid
from domain.kernel.money import divide_half_away, parse_amount

WHOLE = 10_000
"""Basis points of everything."""
PAID = "\u6298"
"""The sign 折."""
SIGNS = (PAID, "%")
_TENTHS = re.compile(r"([1-9])(?:\.(\d{1,2}))?\u6298")
_HUNDREDTHS = re.compile(r"([1-9]\d)\u6298")
_PERCENT = re.compile(r"-?(\d{1,3})(?:\.(\d{1,2}))?%")
_UNFINISHED = re.compile(r"-?\d{0,3}(?:\.\d{0,2})?[\u6298%]?")


def paid_rate(text: str) -> int | None:
    """The basis points that are still paid, None for what is written as no rate.

    Raises:
        Invalid: ``bad_discount``: 10折 (a tenth, or all of it?), 0折, 101 %.
    """
    if not text.endswith(SIGNS):
        return None
    tenths, hundredths, percent = (one.fullmatch(text) for one in (_TENTHS, _HUNDREDTHS, _PERCENT))
    if tenths:
        return int(tenths[1]) * 1_000 + int((tenths[2] or "").ljust(2, "0")) * 10
    if hundredths and hundredths[1] != "10":
        return int(hundredths[1]) * 100
    if percent:
        off = int(percent[1]) * 100 + int((percent[2] or "").ljust(2, "0"))
        if off <= WHOLE:
            return WHOLE - off
    raise Invalid("bad_discount", value=text[:40])


def let_off(text: str, amount: int, currency: str = "CNY") -> int:
    """The minor units that *text* takes off *amount*.

    Raises:
        Invalid: ``bad_discount``, ``bad_amount``.
    """
    rate = paid_rate(text)
    return parse_amount(text, currency) if rate is None else amount - divide_half_away(amount * rate, WHOLE)


def may_become_rate(text: str) -> bool:
    """Whether more characters, or none, make a rate of it."""
    return _UNFINISHED.fullmatch(text) is not None
