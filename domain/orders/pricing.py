"""Pricing of entered lines, once, where the person is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from domain.catalogue import queries as catalogue
from domain.catalogue.queries import Asked
from domain.kernel.channels import Row
from domain.kernel.context import DecideContext
from domain.kernel.errors import Invalid, Refused
from domain.kernel.money import LIMIT, QUANTITY_SCALE, tax_included
from domain.orders.commands import SoldLine
from domain.orders.labels import Label, gross, settle
from domain.stock.handlers import resolve

RETAIL = ("retail",)
FLOOR = ("floor",)
"""Price lists that say below which net price nothing is sold."""
TRADE = ("trade", "retail")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as entered: product or bar code, thousandths of the product's own unit, a manual price in 1/10000 or None,
    a discount on the line in minor units, and why; ``label`` is what a scale's labels say about some or all of it; the
    unit in which it is sold (empty: the product's own) has ``factor`` thousandths and the price; a note; a lot chosen
    by hand; the serial of every piece."""

    code: str
    quantity: int
    price: int | None = None
    discount: int = 0
    reason: str = ""
    label: Label | None = None
    unit: str = ""
    factor: int = QUANTITY_SCALE
    note: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()


def price_lines(
    ctx: DecideContext,
    wanted: Sequence[Wanted],
    party: Row,
    *,
    usages: Sequence[str],
    currency: str,
    promised: frozenset[str] = frozenset(),
) -> tuple[SoldLine, ...]:
    """Lines with prices, amounts, taxes and the trace of each price; *promised* products (ids) may be delisted.

    Raises:
        Invalid: ``no_lines``, ``quantity_not_positive``, ``negative_price``, ``no_price``, ``amount_too_large``,
            ``negative_discount``, ``discount_too_large``.
        NotFound: ``unknown_product``. Refused: ``product_delisted``.
    """
    if not wanted:
        raise Invalid("no_lines")
    for line in wanted:
        if line.quantity <= 0:
            raise Invalid("quantity_not_positive", code=line.code)
        if line.price is not None and line.price < 0:
            raise Invalid("negative_price", code=line.code)
        if line.discount < 0:
            raise Invalid("negative_discount")
    known = resolve(ctx, [line.code for line in wanted], to_sell=True)
    day = ctx.clock.today()
    asked = [Asked(known[line.code]["id"], line.quantity, line.unit, line.factor) for line in wanted]
    prices = catalogue.prices_for(ctx.connection, asked, party, usages=usages, day=day, currency=currency)
    for product in known.values():
        if product["status"] != "listed" and product["id"] not in promised:
            raise Refused("product_delisted", code=product["code"])
    return tuple(_line(line, known[line.code], price, currency) for line, price in zip(wanted, prices, strict=True))


def _line(wanted: Wanted, product: Row, price: Row | None, currency: str) -> SoldLine:
    if wanted.price is None and price is None:
        raise Invalid("no_price", code=product["code"])
    unit_price = wanted.price if wanted.price is not None else price["price"] if price else 0
    quantity, label = wanted.quantity, wanted.label
    if label is not None:
        quantity, label = settle(quantity, label, unit_price, currency, code=product["code"])
    amount = gross(quantity, unit_price, label, currency, wanted.factor) - wanted.discount
    if amount < 0:
        raise Invalid("discount_too_large")
    if max(amount, unit_price) >= LIMIT:
        raise Invalid("amount_too_large", code=product["code"])
    trace: dict[str, object] = {}
    if price is not None:
        trace = {"list": price["list_name"] or price["list_code"], "from": price["valid_from"], "price": price["price"]}
    if wanted.price is not None:
        trace["manual"] = wanted.price
    if label is not None:
        trace["label"] = label
    return SoldLine(
        product_id=product["id"],
        code=product["code"],
        name=product["name"],
        unit=wanted.unit or product["unit"],
        factor=wanted.factor,
        quantity=quantity,
        unit_price=unit_price,
        discount=wanted.discount,
        reason=wanted.reason.strip(),
        note=wanted.note.strip(),
        amount=amount,
        tax_rate_bp=product["tax_rate_bp"],
        tax=tax_included(amount, product["tax_rate_bp"]),
        stocked=bool(product["stocked"]),
        trace=msgspec.json.encode(trace).decode(),
    )
