"""What a command gives back, and how its arguments are read."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

from domain.kernel.errors import Invalid
from domain.kernel.money import parse_amount, parse_price, parse_quantity
from domain.orders.pricing import Wanted


@dataclass(frozen=True, slots=True)
class Answer:
    """*data* for ``--json``, *text* for a person, the exit code, and what goes to standard error."""

    data: Any
    text: str = ""
    code: int = 0
    error: str = ""


def sale_line(text: str) -> Wanted:
    """``CODE:QTY[@PRICE]``.

    Raises:
        Invalid: ``bad_line``, ``bad_quantity``, ``bad_price``.
    """
    code, colon, rest = text.rpartition(":")
    if not colon or not code.strip():
        raise Invalid("bad_line", value=text[:100])
    quantity, at, price = rest.partition("@")
    return Wanted(code.strip(), parse_quantity(quantity), parse_price(price) if at else None)


def stock_line(text: str) -> tuple[str, int]:
    """``CODE:QTY``.

    Raises:
        Invalid: ``bad_line``, ``bad_quantity``.
    """
    line = sale_line(text)
    if line.price is not None:
        raise Invalid("bad_line", value=text[:100])
    return line.code, line.quantity


def paid(text: str) -> tuple[str, int]:
    """``cash:AMOUNT``.

    Raises:
        Invalid: ``bad_payment``, ``bad_amount``.
    """
    method, colon, amount = text.partition(":")
    if not colon or method not in ("cash", "card", "alipay", "wechat", "account"):
        raise Invalid("bad_payment", value=text[:100])
    return method, parse_amount(amount)


def add_lines(to: argparse.ArgumentParser, *, required: bool = True) -> None:
    """``--line``, which may be repeated."""
    to.add_argument("--line", action="append", required=required, metavar="CODE:QTY[@PRICE]")
