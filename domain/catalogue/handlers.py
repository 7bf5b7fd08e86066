"""Decide and apply for the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.catalogue import queries
from domain.catalogue.commands import (
    AddBarcode,
    AddCategory,
    AddPriceList,
    AddProducts,
    BarcodeSpec,
    EditProduct,
    PriceSpec,
    ProductSpec,
    SetListing,
    SetPrices,
)
from domain.catalogue.kept import follow
from domain.catalogue.model import barcode, category, price, price_list, product
from domain.catalogue.range_handlers import put_in_range, range_of_category
from domain.catalogue.rules import BASE_LIST_ID
from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.events import reacts
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties.events import NetworkFounded
from domain.parties.rules import by_office


@reacts(NetworkFounded)
def open_base_list(ctx: ApplyContext, event: NetworkFounded) -> None:
    """Every network has one base retail price list."""
    ctx.rows.insert(
        price_list, {"id": BASE_LIST_ID, "code": "BASE", "name": event.base_list_name, "currency": event.currency}
    )


@dataclass(slots=True)
class NewProduct:
    """What a person gives for a new product; *price* in 1/10000."""

    code: str
    name: str
    price: int | None = None
    spec: str = ""
    unit: str = ""
    category_id: str | None = None
    tax_rate_bp: int = 0
    stocked: bool = True
    by_lot: bool = False
    by_expiry: bool = False
    by_serial: bool = False
    barcodes: list[BarcodeSpec] = field(default_factory=list)


def decide_add_products(ctx: DecideContext, new: Sequence[NewProduct], currency: str = "CNY") -> Decision:
    """New products with base retail prices from today on.

    Raises:
        Refused: ``code_taken``. Invalid: ``negative_price``.
    """
    taken = queries.products_by_codes(ctx.connection, [one.code for one in new])
    if taken:
        raise Refused("code_taken", code=next(iter(taken)))
    if len({one.code for one in new}) != len(new):
        raise Invalid("code_twice")
    for one in new:
        if one.price is not None and one.price < 0:
            raise Invalid("negative_price", code=one.code)
    products = tuple(
        ProductSpec(
            product_id=ctx.new_id(),
            code=one.code,
            name=one.name,
            spec=one.spec,
            unit=one.unit,
            category_id=one.category_id,
            tax_rate_bp=one.tax_rate_bp,
            stocked=one.stocked,
            by_lot=one.by_lot or one.by_expiry,
            by_expiry=one.by_expiry,
            by_serial=one.by_serial,
            barcodes=tuple(one.barcodes),
            price=one.price,
        )
        for one in new
    )
    payload = AddProducts(products=products, currency=currency, valid_from=ctx.clock.today())
    return Decision(payload, document_id=products[0].product_id, number=products[0].code)


@applies(AddProducts)
def apply_add_products(ctx: ApplyContext, add: AddProducts) -> None:
    """Write products, bar codes and base prices; the server adds pinyin keys on the way."""
    products: list[Row] = []
    barcodes: list[Row] = []
    prices: list[Row] = []
    for spec in add.products:
        pinyin, initials = ctx.search_keys(spec.name) if ctx.search_keys else ("", "")
        range_id = range_of_category(ctx, spec.category_id)
        products.append(
            {
                "id": spec.product_id,
                "code": spec.code,
                "name": spec.name,
                "spec": spec.spec,
                "unit": spec.unit,
                "category_id": spec.category_id,
                "tax_rate_bp": spec.tax_rate_bp,
                "stocked": int(spec.stocked),
                **asked_of(spec),
                "pinyin": pinyin,
                "initials": initials,
                "created_at": ctx.at,
                "range_id": range_id,
            }
        )
        for pack in spec.barcodes:
            barcodes.append(
                {
                    "id": ctx.derive("barcode", len(barcodes)),
                    "product_id": spec.product_id,
                    "code": pack.code,
                    "unit": pack.unit,
                    "factor": pack.factor,
                    "range_id": range_id,
                }
            )
        if spec.price is not None:
            prices.append(
                {
                    "id": ctx.derive("price", len(prices)),
                    "price_list_id": BASE_LIST_ID,
                    "product_id": spec.product_id,
                    "price": spec.price,
                    "valid_from": add.valid_from,
                    "set_at": ctx.at,
                }
            )
    ctx.rows.insert(product, products)
    ctx.rows.insert(barcode, barcodes)
    ctx.rows.insert(price, prices)


def asked_of(spec: ProductSpec | EditProduct) -> dict[str, int]:
    """What the product asks of its goods, as columns; what was not said is missing."""
    said = {"by_lot": spec.by_lot, "by_expiry": spec.by_expiry, "by_serial": spec.by_serial}
    return {name: int(value) for name, value in said.items() if value is not None}


@projects(AddProducts)
def check_codes_are_new(ctx: ApplyContext, add: AddProducts) -> None:
    """Codes are unique; the server decides when two offices took one."""
    own = {spec.product_id for spec in add.products}
    for code in queries.codes_of_others(ctx.rows.connection, [spec.code for spec in add.products], own):
        raise Refused("code_taken", code=code)


def decide_edit_product(
    ctx: DecideContext,
    *,
    code: str,
    name: str,
    spec: str,
    unit: str,
    category_id: str | None,
    tax_rate_bp: int,
    stocked: bool,
    by_lot: bool | None = None,
    by_expiry: bool | None = None,
    by_serial: bool | None = None,
) -> Decision:
    """Change a product's description; what it asks of its goods stays as it is where None is given."""
    row = _product(ctx, code)
    until = bool(row["by_expiry"]) if by_expiry is None else by_expiry
    lots = bool(row["by_lot"]) if by_lot is None else by_lot
    payload = EditProduct(
        product_id=row["id"],
        name=name,
        spec=spec,
        unit=unit,
        category_id=category_id,
        tax_rate_bp=tax_rate_bp,
        stocked=stocked,
        by_lot=lots or until,
        by_expiry=until,
        by_serial=bool(row["by_serial"]) if by_serial is None else by_serial,
    )
    return Decision(payload, row["id"], code, base=(("product", row["id"], row["version"]),))


@applies(EditProduct)
def apply_edit_product(ctx: ApplyContext, edit: EditProduct) -> None:
    """Write the description."""
    changes = {
        "name": edit.name,
        "spec": edit.spec,
        "unit": edit.unit,
        "category_id": edit.category_id,
        "tax_rate_bp": edit.tax_rate_bp,
        "stocked": int(edit.stocked),
    }
    changes |= asked_of(edit)
    write_product(ctx, edit.product_id, merging.edit(ctx, product, edit.product_id, changes, party_id=HQ_PARTY_ID))


@merging.edits(product, by_office)
def write_product(ctx: ApplyContext, product_id: str, writes: Row) -> None:
    """Write fields of a product; a new name gets new keys on the server, a new category perhaps another range."""
    if ctx.search_keys and "name" in writes:
        writes["pinyin"], writes["initials"] = ctx.search_keys(writes["name"])
    before = ctx.rows.require(product, product_id)
    ctx.rows.update(product, product_id, **writes)
    if before["range_id"]:
        follow(ctx, [product_id])
    if writes.get("category_id", before["category_id"]) != before["category_id"]:
        _follow_category(ctx, before, writes["category_id"])


def _follow_category(ctx: ApplyContext, before: Row, category_id: str | None) -> None:
    """A product that stood in its category's range goes on with the next one's; a range of its own it keeps."""
    if before["range_id"] == range_of_category(ctx, before["category_id"]):
        put_in_range(ctx, [before["id"]], range_of_category(ctx, category_id))


def decide_set_listing(ctx: DecideContext, *, code: str, listed: bool) -> Decision:
    """List or delist the product with this code."""
    row = _product(ctx, code)
    payload = SetListing(product_id=row["id"], status="listed" if listed else "delisted")
    return Decision(payload, row["id"], code, base=(("product", row["id"], row["version"]),))


@applies(SetListing)
def apply_set_listing(ctx: ApplyContext, change: SetListing) -> None:
    """Write the product's status."""
    fields = {"status": change.status}
    write_product(ctx, change.product_id, merging.edit(ctx, product, change.product_id, fields, party_id=HQ_PARTY_ID))


def decide_add_barcode(ctx: DecideContext, *, code: str, pack: BarcodeSpec) -> Decision:
    """One more bar code for the product with this code.

    Raises:
        Refused: ``barcode_taken``.
    """
    row = _product(ctx, code)
    if queries.product_by_barcode(ctx.connection, pack.code):
        raise Refused("barcode_taken", code=pack.code)
    payload = AddBarcode(barcode_id=ctx.new_id(), product_id=row["id"], barcode=pack)
    return Decision(payload, row["id"], code)


@applies(AddBarcode)
def apply_add_barcode(ctx: ApplyContext, add: AddBarcode) -> None:
    """Write the bar code."""
    of = ctx.rows.require(product, add.product_id)
    pack = add.barcode
    ctx.rows.insert(
        barcode,
        {
            "id": add.barcode_id,
            "product_id": add.product_id,
            "code": pack.code,
            "unit": pack.unit,
            "factor": pack.factor,
            "range_id": of["range_id"],
        },
    )


def decide_add_category(ctx: DecideContext, *, code: str, name: str, parent_id: str | None = None) -> Decision:
    """A new category."""
    payload = AddCategory(category_id=ctx.new_id(), code=code, name=name, parent_id=parent_id)
    return Decision(payload, payload.category_id, code)


@applies(AddCategory)
def apply_add_category(ctx: ApplyContext, add: AddCategory) -> None:
    """Write the category."""
    ctx.rows.insert(category, {"id": add.category_id, "code": add.code, "name": add.name, "parent_id": add.parent_id})


def decide_add_price_list(
    ctx: DecideContext, *, code: str, name: str, usage: str, scope: str, scope_value: str = "", currency: str = "CNY"
) -> Decision:
    """A new price list.

    Raises:
        Refused: ``code_taken``.
    """
    if queries.price_list_by_code(ctx.connection, code):
        raise Refused("code_taken", code=code)
    payload = AddPriceList(
        price_list_id=ctx.new_id(),
        code=code,
        name=name,
        usage=usage,  # type: ignore[arg-type]  # msgspec checks the literals at sealing
        scope=scope,  # type: ignore[arg-type]
        scope_value=scope_value,
        currency=currency,
    )
    return Decision(payload, payload.price_list_id, code)


@applies(AddPriceList)
def apply_add_price_list(ctx: ApplyContext, add: AddPriceList) -> None:
    """Write the price list."""
    ctx.rows.insert(
        price_list,
        {
            "id": add.price_list_id,
            "code": add.code,
            "name": add.name,
            "usage": add.usage,
            "scope": add.scope,
            "scope_value": add.scope_value,
            "currency": add.currency,
        },
    )


def decide_set_prices(
    ctx: DecideContext,
    *,
    list_code: str,
    prices: Sequence[tuple[str, int, int]],
    valid_from: str | None = None,
    unit: str = "",
) -> Decision:
    """Prices of one list: (product code, price in 1/10000, from quantity in thousandths), of one *unit* of the product.

    Raises:
        NotFound: ``unknown_price_list``, ``unknown_product``. Invalid: ``negative_price``.
    """
    row = queries.price_list_by_code(ctx.connection, list_code)
    if row is None:
        raise NotFound("unknown_price_list", code=list_code)
    known = queries.products_by_codes(ctx.connection, [code for code, _, _ in prices])
    specs = []
    for code, value, least in prices:
        if code not in known:
            raise NotFound("unknown_product", code=code)
        if value < 0:
            raise Invalid("negative_price", code=code)
        specs.append(PriceSpec(product_id=known[code]["id"], price=value, min_quantity=least, unit=unit))
    payload = SetPrices(price_list_id=row["id"], prices=tuple(specs), valid_from=valid_from or ctx.clock.today())
    return Decision(payload, row["id"], list_code)


@applies(SetPrices)
def apply_set_prices(ctx: ApplyContext, change: SetPrices) -> None:
    """Add the prices; nothing is overwritten."""
    ctx.rows.require(price_list, change.price_list_id)
    ctx.rows.insert(
        price,
        [
            {
                "id": ctx.derive("price", index),
                "price_list_id": change.price_list_id,
                "product_id": spec.product_id,
                "price": spec.price,
                "min_quantity": spec.min_quantity,
                "unit": spec.unit,
                "valid_from": change.valid_from,
                "valid_to": change.valid_to,
                "set_at": ctx.at,
            }
            for index, spec in enumerate(change.prices)
        ],
    )


def _product(ctx: DecideContext, code: str) -> Row:
    row = queries.products_by_codes(ctx.connection, [code]).get(code)
    if row is None:
        raise NotFound("unknown_product", code=code)
    return row
