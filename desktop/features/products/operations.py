"""Products and prices: headquarters maintains them, everyone looks at them."""

from __future__ import annotations

from collections.abc import Sequence

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
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound


def add(store: Store, new: NewProduct) -> Performed:
    """A new product."""
    return store.perform(lambda ctx: decide_add_products(ctx, [new]))


def edit(store: Store, code: str, *, name: str, spec: str, unit: str, tax_rate_bp: int, stocked: bool) -> Performed:
    """Change a product's description."""
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
    store: Store, list_code: str, prices: Sequence[tuple[str, int, int]], valid_from: str | None = None
) -> Performed:
    """Prices of a list: (product code, 1/10000, from thousandths)."""
    return store.perform(lambda ctx: decide_set_prices(ctx, list_code=list_code, prices=prices, valid_from=valid_from))


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
