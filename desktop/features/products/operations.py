"""Products and prices: headquarters maintains them, everyone looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.features.products import queries as lists
from desktop.store import searching
from desktop.store.store import Performed, Store
from domain.catalogue import queries
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import (
    NewProduct,
    decide_add_barcode,
    decide_add_price_list,
    decide_add_products,
    decide_edit_product,
    decide_set_listing,
    decide_set_prices,
)
from domain.catalogue.rules import BASE_LIST_ID
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID
from domain.orders.pricing import RETAIL
from domain.parties import queries as parties, roles

ONE = 1000
"""The quantity for which a list shows a price, in thousandths."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A product in a list; *price* in 1/10000 is what this shop asks for one today, None for none."""

    id: str
    code: str
    name: str
    spec: str
    unit: str
    listed: bool
    barcode: str
    price: int | None


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One price of a product, of its pack *unit* or (empty) of its own.

    *holds*: it is the one that its list gives today. *base*: of the base list.
    """

    list_code: str
    list_name: str
    base: bool
    price: int
    unit: str
    min_quantity: int
    valid_from: str
    valid_to: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that is shown of one product. *range_name*: who may sell it, for those who may know it."""

    product: Row
    barcodes: list[Row]
    prices: list[PriceLine]
    range_name: str | None = None


def add(store: Store, new: NewProduct) -> Performed:
    """A new product."""
    return store.perform(lambda ctx: decide_add_products(ctx, [new]))


def edit(
    store: Store,
    code: str,
    *,
    name: str,
    spec: str,
    unit: str,
    tax_rate_bp: int,
    stocked: bool,
    by_lot: bool | None = None,
    by_expiry: bool | None = None,
    by_serial: bool | None = None,
) -> Performed:
    """Change a product's description; what it asks of its goods stays where None is given."""
    with store.read() as connection:
        row = queries.products_by_codes(connection, [code]).get(code)
    category_id = row["category_id"] if row else None
    return store.perform(
        lambda ctx: decide_edit_product(
            ctx,
            code=code,
            name=name,
            spec=spec,
            unit=unit,
            category_id=category_id,
            tax_rate_bp=tax_rate_bp,
            stocked=stocked,
            by_lot=by_lot,
            by_expiry=by_expiry,
            by_serial=by_serial,
        )
    )


def set_listing(store: Store, code: str, *, listed: bool) -> Performed:
    """List or delist a product."""
    return store.perform(lambda ctx: decide_set_listing(ctx, code=code, listed=listed))


def add_barcode(store: Store, code: str, barcode: str, unit: str = "", factor: int = 1000) -> Performed:
    """One more bar code; *factor* thousandths of the unit are in the pack."""
    pack = BarcodeSpec(code=barcode, unit=unit, factor=factor)
    return store.perform(lambda ctx: decide_add_barcode(ctx, code=code, pack=pack))


def add_price_list(
    store: Store, *, code: str, name: str, usage: str, scope: str, scope_value: str = "", currency: str = "CNY"
) -> Performed:
    """A price list for retail or trade, for everyone, a tier, a grade or one dealer."""
    return store.perform(
        lambda ctx: decide_add_price_list(
            ctx, code=code, name=name, usage=usage, scope=scope, scope_value=scope_value, currency=currency
        )
    )


def set_prices(
    store: Store,
    list_code: str,
    prices: Sequence[tuple[str, int, int]],
    valid_from: str | None = None,
    unit: str = "",
) -> Performed:
    """Prices of a list: (product code, 1/10000, from thousandths), for one of a pack's unit or of the products' own."""
    return store.perform(
        lambda ctx: decide_set_prices(ctx, list_code=list_code, prices=prices, valid_from=valid_from, unit=unit)
    )


def packs_of(store: Store, code: str) -> list[str]:
    """The names of a product's packs."""
    with store.read() as connection:
        return list(dict.fromkeys(unit.name for unit in queries.units_of_code(connection, code)[1:]))


def price_lists(store: Store) -> list[Row]:
    """The price lists this PC knows."""
    with store.read() as connection:
        return queries.list_price_lists(connection)


def prices_of(store: Store, code: str) -> list[Row]:
    """Every price of a product.

    Raises:
        NotFound: ``unknown_product``.
    """
    with store.read() as connection:
        row = queries.products_by_codes(connection, [code]).get(code)
        if row is None:
            raise NotFound("unknown_product", code=code)
        return queries.prices_of(connection, row["id"])


def barcodes_of(store: Store, product_id: str) -> list[Row]:
    """A product's bar codes."""
    with store.read() as connection:
        return queries.barcodes_of(connection, [product_id]).get(product_id, [])


def may_maintain(actor: Actor) -> bool:
    """Whether this person maintains products and prices: the rule that the commands name."""
    return actor.role in roles.OFFICE and actor.party_id == HQ_PARTY_ID


def count(store: Store) -> int:
    """How many products this PC knows."""
    with store.read() as connection:
        return lists.count_products(connection)


def page(store: Store, after: lists.Position | None, skip: int, n: int, *, descending: bool = False) -> list[Shown]:
    """Products by code with today's price."""
    with store.read() as connection:
        rows = lists.product_page(connection, after, skip, n, descending=descending)
        return _shown(store, connection, rows)


def search(store: Store, text: str, limit: int) -> list[Shown]:
    """What a person may have meant, the likeliest first."""
    with store.read() as connection:
        hits = searching.find(connection, text, limit)
        rows = queries.products_by_ids(connection, [hit.product_id for hit in hits])
        return _shown(store, connection, [rows[hit.product_id] for hit in hits if hit.product_id in rows])


def detail(store: Store, product_id: str) -> Detail | None:
    """One product with bar codes and every price this PC knows; None when it is gone."""
    today = store.clock.today()
    with store.read() as connection:
        product = queries.products_by_ids(connection, [product_id]).get(product_id)
        if product is None:
            return None
        barcodes = queries.barcodes_of(connection, [product_id]).get(product_id, [])
        prices = queries.prices_of(connection, product_id)
        limited = queries.range_by_id(connection, product["range_id"]) if product["range_id"] else None
    return Detail(product, barcodes, _price_lines(prices, today), limited["name"] if limited else None)


def dealers(store: Store) -> list[Row]:
    """The dealers for whom a list can be made."""
    with store.read() as connection:
        return [row for row in parties.list_parties(connection) if row["id"] != HQ_PARTY_ID]


def _shown(store: Store, connection: Connection, rows: Sequence[Row]) -> list[Shown]:
    ids = [row["id"] for row in rows]
    party = parties.party_by_id(connection, store.known.party_id)
    prices: Sequence[Row | None] = [None] * len(ids)
    if party and ids:
        asked = [queries.Asked(product_id, ONE) for product_id in ids]
        day, currency = store.clock.today(), party["currency"]
        prices = queries.prices_for(connection, asked, party, usages=RETAIL, day=day, currency=currency)
    codes = queries.barcodes_of(connection, ids)
    return [
        Shown(
            id=row["id"],
            code=row["code"],
            name=row["name"],
            spec=row["spec"],
            unit=row["unit"],
            listed=row["status"] == "listed",
            barcode=codes[row["id"]][0]["code"] if codes.get(row["id"]) else "",
            price=price["price"] if price else None,
        )
        for row, price in zip(rows, prices, strict=True)
    ]


def _price_lines(prices: Sequence[Row], today: str) -> list[PriceLine]:
    """Newest first within a list; the first that has begun and not ended holds for its quantity."""
    lines: list[PriceLine] = []
    held: set[tuple[str, str, int]] = set()
    for row in prices:
        of = (row["price_list_id"], row["unit"], row["min_quantity"])
        running = row["valid_from"] <= today and (row["valid_to"] is None or today < row["valid_to"])
        holds = running and of not in held
        if holds:
            held.add(of)
        lines.append(
            PriceLine(
                list_code=row["list_code"],
                list_name=row["list_name"],
                base=row["price_list_id"] == BASE_LIST_ID,
                price=row["price"],
                unit=row["unit"],
                min_quantity=row["min_quantity"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                holds=holds,
            )
        )
    return lines
