"""The demo's invented data, read from ``resources/demo``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct
from domain.catalogue.rules import ean13_check_digit
from domain.kernel.money import parse_price

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "demo"
TWELVE = 12


@dataclass(frozen=True, slots=True)
class DemoData:
    """Everything that is made up.

    Attributes:
        dealers: code, name, parent, region and grade of each, parents first.
        people: (dealer, sign-in name, role).
        customers: (name, phone) of the shop that the window opens.
        window: who is signed in at the window.
        lists: names of price lists by code.
        gold: the grade that has a price list of its own.
    """

    headquarters: str
    password: str
    window: str
    dealers: list[dict[str, str]]
    people: list[tuple[str, str, str]]
    customers: list[tuple[str, str]]
    products: list[NewProduct]
    lists: dict[str, str]
    gold: str


def load(folder: Path = FOLDER) -> DemoData:
    """Read it."""
    network = _read(folder / "network.toml")
    return DemoData(
        headquarters=network["headquarters"],
        password=network["password"],
        window=network["window"],
        dealers=network["dealer"],
        people=[(dealer, name, role) for dealer, name, role in network["people"]],
        customers=[(name, phone) for name, phone in network["customers"]],
        products=_products(_read(folder / "products.toml")),
        lists=network["lists"],
        gold=network["gold"],
    )


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _products(table: dict[str, Any]) -> list[NewProduct]:
    """Each kind by some of the brands, with a bar code that holds."""
    made: list[NewProduct] = []
    brands, makers = table["brands"], int(table["makers"])
    for group in table["group"]:
        in_group = 0
        for kind, spec, unit, price, tax in group["kinds"]:
            for turn in range(makers):
                in_group += 1
                brand = brands[(len(made) + turn) % len(brands)]
                # Dearer brands: one tenth more per turn, in whole jiao.
                asked = parse_price(price) * (10 + turn) // 10 // 1000 * 1000
                code = f"{table['bar']}{len(made) + 1:0{TWELVE - len(table['bar'])}d}"
                made.append(
                    NewProduct(
                        code=f"{group['code']}{in_group:03d}",
                        name=f"{brand}{kind}",
                        price=asked,
                        spec=spec,
                        unit=unit,
                        tax_rate_bp=tax,
                        barcodes=[BarcodeSpec(code=code + ean13_check_digit(code))],
                    )
                )
    return made
