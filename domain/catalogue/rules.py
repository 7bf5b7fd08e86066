"""Rules of the catalogue: bar codes, and which price holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from domain.kernel.channels import Row
from domain.kernel.ids import stable_id

BASE_LIST_ID = stable_id("price-list", "base")
"""The base retail list that every network has."""

SPECIFICITY = {"dealer": 3, "grade": 2, "tier": 1, "base": 0}


FOREVER = "~"
"""A day after all others, for prices without an end."""


class PriceSpan(NamedTuple):
    """A price in 1/10000 that holds on the business dates [since, until)."""

    since: str
    until: str
    price: int


def ean13_check_digit(twelve: str) -> str:
    """The last digit of an EAN-13 whose first twelve are *twelve* (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return str(-total % 10)


def is_ean13(code: str) -> bool:
    """Whether *code* is an EAN-13 with a right check digit."""
    return len(code) == 13 and code.isascii() and code.isdigit() and code[-1] == ean13_check_digit(code[:12])


def list_applies(price_list: Row, party: Row) -> bool:
    """Whether a price list is meant for this party."""
    match price_list["scope"]:
        case "base":
            return True
        case "tier":
            return bool(price_list["scope_value"] == str(party["tier"]))
        case "grade":
            return bool(party["grade"]) and bool(price_list["scope_value"] == party["grade"])
        case _:
            return bool(price_list["scope_value"] == party["id"])


def best_price(candidates: Iterable[Row], day: str, quantity: int, unit: str = "") -> Row | None:
    """The price that holds: most specific list, in it the price of the *unit* itself before that of the product's own,
    then largest quantity break, then latest date, then latest entry.

    *quantity* in thousandths of the product's own unit. *candidates* are price rows joined with their list's ``scope``
    and ``usage``; trade beats retail when both are offered, because only a replenishment order offers trade prices
    (DOMAIN "Prices and promotions").
    """
    fitting = [
        row
        for row in candidates
        if row["valid_from"] <= day
        and (row["valid_to"] is None or day < row["valid_to"])
        and row["min_quantity"] <= abs(quantity)
        and row["unit"] in ("", unit)
    ]
    return max(
        fitting,
        key=lambda row: (
            row["usage"] == "trade",
            SPECIFICITY[row["scope"]],
            row["unit"] != "",
            row["min_quantity"],
            row["valid_from"],
            row["set_at"],
            row["id"],
        ),
        default=None,
    )


def price_spans(candidates: Collection[Row], quantity: int, otherwise: int | None = None) -> list[PriceSpan]:
    """What a product costs from day to day, where it has a price: :func:`best_price` for its own unit, and *otherwise*
    on days when no price holds. The spans follow each other and do not overlap.
    """
    days = sorted({"", *(row["valid_from"] for row in candidates), *(row["valid_to"] or "" for row in candidates)})
    found: list[PriceSpan] = []
    for since, until in zip(days, (*days[1:], FOREVER), strict=True):
        row = best_price(candidates, since, quantity)
        price = row["price"] if row else otherwise
        if price is None:
            continue
        if found and found[-1].until == since and found[-1].price == price:
            since = found.pop().since
        found.append(PriceSpan(since, until, price))
    return found
