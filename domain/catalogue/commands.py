"""Commands of the catalogue; only headquarters seals them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from domain.catalogue.ranges import Grant
from domain.kernel.commands import (
    REQUEST,
    Code,
    Currency,
    Date,
    Id,
    Name,
    NonNegative,
    Payload,
    Positive,
    Rate,
    Short,
    command,
)
from domain.parties import roles
from domain.parties.rules import at_headquarters


class BarcodeSpec(Payload, frozen=True, kw_only=True):
    """A code on a pack of ``factor`` thousandths of the product's unit."""

    code: Code
    unit: Short = ""
    factor: Positive = 1000


class ProductSpec(Payload, frozen=True, kw_only=True):
    """One new product; *price* is its base retail price in 1/10000, None for none yet."""

    product_id: Id
    code: Code
    name: Name
    spec: Short = ""
    unit: Short = ""
    category_id: Id | None = None
    tax_rate_bp: Rate = 0
    stocked: bool = True
    by_lot: bool = False
    by_expiry: bool = False
    by_serial: bool = False
    barcodes: Annotated[tuple[BarcodeSpec, ...], msgspec.Meta(max_length=20)] = ()
    price: NonNegative | None = None


@command(
    "catalogue.add_products",
    nature=REQUEST,
    roles=roles.OFFICE,
    entitled=at_headquarters,
    version=2,
    upcasters={1: dict},
)
class AddProducts(Payload, frozen=True, kw_only=True):
    """New products, with their base retail prices from *valid_from* on."""

    products: Annotated[tuple[ProductSpec, ...], msgspec.Meta(min_length=1, max_length=1000)]
    currency: Currency
    valid_from: Date


@command(
    "catalogue.edit_product",
    nature=REQUEST,
    roles=roles.OFFICE,
    entitled=at_headquarters,
    version=2,
    upcasters={1: dict},
)
class EditProduct(Payload, frozen=True, kw_only=True):
    """Change a product's description; its code never changes. What it asks of its goods stays where None is said."""

    product_id: Id
    name: Name
    spec: Short
    unit: Short
    category_id: Id | None
    tax_rate_bp: Rate
    stocked: bool
    by_lot: bool | None = None
    by_expiry: bool | None = None
    by_serial: bool | None = None


@command("catalogue.set_listing", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class SetListing(Payload, frozen=True, kw_only=True):
    """List or delist a product; counters follow at their next sync."""

    product_id: Id
    status: Literal["listed", "delisted"]


@command("catalogue.add_barcode", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AddBarcode(Payload, frozen=True, kw_only=True):
    """One more code for a product."""

    barcode_id: Id
    product_id: Id
    barcode: BarcodeSpec


@command("catalogue.add_category", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AddCategory(Payload, frozen=True, kw_only=True):
    """A branch of the category tree."""

    category_id: Id
    code: Code
    name: Name
    parent_id: Id | None = None


@command(
    "catalogue.add_price_list",
    nature=REQUEST,
    roles=roles.OFFICE,
    entitled=at_headquarters,
    version=2,
    upcasters={1: dict},
)
class AddPriceList(Payload, frozen=True, kw_only=True):
    """A price list for retail or trade, for everyone, a tier, a grade or one dealer."""

    price_list_id: Id
    code: Code
    name: Name
    usage: Literal["retail", "trade", "floor"]
    scope: Literal["base", "tier", "grade", "dealer"]
    scope_value: Short
    currency: Currency


class PriceSpec(Payload, frozen=True, kw_only=True):
    """A price in 1/10000 of one *unit* (empty: the product's own) from a quantity (thousandths of the own unit) on."""

    product_id: Id
    price: NonNegative
    min_quantity: NonNegative = 0
    unit: Short = ""


@command(
    "catalogue.set_prices",
    nature=REQUEST,
    roles=roles.OFFICE,
    entitled=at_headquarters,
    version=2,
    upcasters={1: dict},
)
class SetPrices(Payload, frozen=True, kw_only=True):
    """Prices of one list, valid from a business date on; the older ones stay as history."""

    price_list_id: Id
    prices: Annotated[tuple[PriceSpec, ...], msgspec.Meta(min_length=1, max_length=5000)]
    valid_from: Date
    valid_to: Date | None = None


@command("catalogue.set_range", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class SetRange(Payload, frozen=True, kw_only=True):
    """Who may sell the goods of a range; a new id begins one. Without a grant only headquarters may."""

    range_id: Id
    name: Name
    grants: Annotated[tuple[Grant, ...], msgspec.Meta(max_length=1000)]


@command("catalogue.assign_range", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AssignRange(Payload, frozen=True, kw_only=True):
    """Products stand in a range from now on, None for everyone; so do new products of the categories."""

    range_id: Id | None
    product_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=500)] = ()
    category_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=500)] = ()
