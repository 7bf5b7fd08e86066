"""Files of the shape of ``online_retail``: lines for small cases, a whole made file, and the figures they should give.

The figures are worked out by the csv module and Decimal alone, from the rules as issue 2 words them.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
PENNY = Decimal("0.01")


def line(
    number: str = "536365",
    code: str = "85123A",
    name: str = "WHITE HANGING HEART",
    quantity: str = "6",
    price: str = "2.55",
    customer: str = "17850.0",
    at: str = "2010-12-01 08:26:00",
    country: str = "United Kingdom",
) -> str:
    """One line, an ordinary one unless told otherwise."""
    return ",".join((number, code, name, quantity, at, price, customer, country))


def file(*lines: str) -> str:
    """A file with these lines."""
    return "\n".join((HEADER, *lines)) + "\n"


def write_made(path: Path, lines: int, seed: int = 1) -> Path:
    """A made file with every quirk of the real one in about its proportions, packed when the path says so."""
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for text in _made(random.Random(seed), lines):
            out.write(text + "\n")
    return path


def _made(chance: random.Random, lines: int) -> Iterator[str]:
    written, number = 0, 536_364
    previous = line()
    while written < lines:
        number += 1
        day = min(written * 370 // lines, 369)
        at = f"{2010 + (day + 335) // 365}-{(day + 335) % 365 // 31 + 1:02d}-{day % 28 + 1:02d} 1{number % 8}:26:00"
        kind = chance.choices(("", "C", "A", "off"), (800, 150, 1, 50))[0]
        customer = "" if kind in ("A", "off") or chance.random() < 0.25 else f"{12_346 + chance.randrange(4_400)}.0"
        country = chance.choice(("United Kingdom",) * 30 + ("EIRE", "Channel Islands"))
        for _ in range(1 if kind else chance.randrange(1, 50)):
            previous = (
                _made_line(chance, kind, str(number), customer, at, country) if chance.random() > 0.01 else previous
            )
            yield previous
            written += 1
            if written == lines:
                return


def _made_line(chance: random.Random, kind: str, number: str, customer: str, at: str, country: str) -> str:
    code = chance.choice(
        (f"{20_000 + chance.randrange(3_900)}", f"8{chance.randrange(1000, 5000)}a", "POST", "gift_0001_20")
    )
    price = f"{chance.randrange(1, 2000) / 100:.2f}" if chance.random() > 0.001 else "0.001"
    quantity = str(chance.randrange(1, 80))
    name = chance.choice(("ROSE CAKESTAND ", '"LANTERN, ""OLD"""', " £5 VOUCHER", "RED MUG", ""))
    if kind == "A":
        return line(f"A{number}", "B", "Adjust bad debt", "1", "-11062.06", "", at, country)
    if kind == "off":
        return line(number, code, "damages", f"-{quantity}", "0.0", "", at, country)
    if kind == "C":
        return line(f"C{number}", code, name, f"-{quantity}", price, customer, at, country)
    if chance.random() < 0.002:
        return line(number, code, name, quantity, "0.0", customer, at, country)
    return line(number, code, name, quantity, price, customer, at, country)


@dataclass
class Sum:
    """What a report should say under one key."""

    gross: Decimal = Decimal(0)
    returns: Decimal = Decimal(0)
    units: int = 0
    documents: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "gross": f"{self.gross:.2f}",
            "returns": f"{self.returns:.2f}",
            "net": f"{self.gross + self.returns:.2f}",
            "orders": len(self.documents),
            "units": self.units,
        }


def opened(path: Path) -> Iterable[dict[str, str]]:
    """The file's rows by the csv module."""
    with (
        gzip.open(path, "rt", encoding="utf-8", newline="")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8", newline="") as text
    ):
        yield from csv.DictReader(text)


@lru_cache(100_000)
def amount_of(quantity: str, price: str) -> Decimal:
    """A line's amount, rounded half away from zero to the penny."""
    return (int(quantity) * Decimal(price)).quantize(PENNY, ROUND_HALF_UP)


def expected(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The sales report by each key, the totals under the key ``whole``."""
    sums: dict[str, dict[str, Sum]] = defaultdict(lambda: defaultdict(Sum))
    for row in opened(path):
        number, quantity = row["InvoiceNo"], int(row["Quantity"])
        cancelled = number.startswith("C")
        if number.startswith("A") or (not cancelled and (quantity < 0 or float(row["UnitPrice"]) == 0)):
            continue
        amount = amount_of(row["Quantity"], row["UnitPrice"])
        keys = {
            "whole": "",
            "month": row["InvoiceDate"][:7],
            "day": row["InvoiceDate"][:10],
            "product": row["StockCode"].strip().upper(),
            "customer": row["CustomerID"].removesuffix(".0"),
            "country": row["Country"],
        }
        for by, key in keys.items():
            found = sums[by][key]
            if cancelled:
                found.returns += amount
            else:
                found.gross += amount
                found.units += quantity
                found.documents.add(number)
    return {by: {key: found.told() for key, found in of.items()} for by, of in sums.items()}
