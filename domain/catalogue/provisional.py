"""Decide and apply for products that a shop made itself. Reasons: decision 22."""

from __future__ import annotations

from domain.catalogue import queries
from domain.catalogue.events import ProductMerged
from domain.catalogue.model import barcode, price, product
from domain.catalogue.provisional_commands import AddProvisional, AdoptProduct, MergeProduct
from domain.catalogue.rules import BASE_LIST_ID
from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.events import emit


def decide_add_provisional(ctx: DecideContext, *, name: str, unit: str, price: int, code: str = "") -> Decision:
    """A product of this shop for goods with the bar code *code*; *price* in 1/10000.

    Raises:
        Invalid: ``no_product_name``, ``negative_price``. Refused: ``barcode_taken`` when a product here has the code.
    """
    if not name.strip():
        raise Invalid("no_product_name")
    if price < 0:
        raise Invalid("negative_price", code=code)
    if code and queries.find_exact(ctx.connection, code, ctx.actor.party_id):
        raise Refused("barcode_taken", code=code)
    payload = AddProvisional(
        product_id=ctx.new_id(),
        party_id=ctx.actor.party_id,
        code=ctx.next_number("P"),
        name=name.strip(),
        unit=unit.strip(),
        price=price,
        barcode=code or None,
    )
    return Decision(payload, payload.product_id, payload.code)


@applies(AddProvisional)
def apply_add_provisional(ctx: ApplyContext, add: AddProvisional) -> None:
    """Write the product, and its bar code for those who see the product."""
    pinyin, initials = ctx.search_keys(add.name) if ctx.search_keys else ("", "")
    ctx.rows.insert(
        product,
        {
            "id": add.product_id,
            "code": add.code,
            "name": add.name,
            "unit": add.unit,
            "pinyin": pinyin,
            "initials": initials,
            "created_at": ctx.at,
            "party_id": add.party_id,
            "own_price": add.price,
        },
    )
    if add.barcode:
        ctx.rows.insert(
            barcode,
            {
                "id": ctx.derive("barcode"),
                "product_id": add.product_id,
                "code": add.barcode,
                "party_id": add.party_id,
            },
        )


@projects(AddProvisional)
def check_code_is_new(ctx: ApplyContext, add: AddProvisional) -> None:
    """A code comes from the shop's own numbers; what has it already, somebody sealed by hand."""
    if queries.codes_of_others(ctx.rows.connection, [add.code], {add.product_id}):
        ctx.flag("code_taken", add.product_id, add.party_id, code=add.code)


def decide_merge_product(ctx: DecideContext, *, product_id: str, into_code: str) -> Decision:
    """A shop's own product is the one with this code.

    Raises:
        NotFound: ``unknown_product``. Refused: ``not_provisional``, ``no_merge_target``, ``units_differ``.
    """
    known = queries.products_by_ids(ctx.connection, [product_id])
    target = queries.products_by_codes(ctx.connection, [into_code]).get(into_code)
    if product_id not in known or target is None:
        raise NotFound("unknown_product", code=into_code)
    row = known[product_id]
    _check_merge(row, target)
    payload = MergeProduct(product_id=product_id, into_id=target["id"])
    return Decision(payload, product_id, row["code"], base=(("product", product_id, row["version"]),))


@applies(MergeProduct)
def apply_merge_product(ctx: ApplyContext, merge: MergeProduct) -> None:
    """Leave the reference; bar codes go over and are everybody's."""
    row, target = ctx.rows.require(product, merge.product_id), ctx.rows.require(product, merge.into_id)
    _check_merge(row, target)
    merging.follow(ctx, merge.product_id, {"status": "delisted"})
    ctx.rows.update(product, merge.product_id, merged_into=merge.into_id, status="delisted")
    _hand_over(ctx, merge.product_id, merge.into_id)


@projects(MergeProduct)
def tell_merge(ctx: ApplyContext, merge: MergeProduct) -> None:
    """Let others bring over what is theirs."""
    emit(ctx, ProductMerged(merge.product_id, merge.into_id))


def decide_adopt_product(
    ctx: DecideContext,
    *,
    product_id: str,
    name: str,
    spec: str = "",
    category_id: str | None = None,
    tax_rate_bp: int = 0,
    price: int | None = None,
    currency: str = "CNY",
) -> Decision:
    """A shop's own product is everybody's from now on; *price* in 1/10000 is the base price from today on.

    Raises:
        NotFound: ``unknown_product``. Refused: ``not_provisional``. Invalid: ``no_product_name``, ``negative_price``.
    """
    row = queries.products_by_ids(ctx.connection, [product_id]).get(product_id)
    if row is None:
        raise NotFound("unknown_product", code=product_id)
    _check_provisional(row)
    if not name.strip():
        raise Invalid("no_product_name")
    if price is not None and price < 0:
        raise Invalid("negative_price", code=row["code"])
    payload = AdoptProduct(
        product_id=product_id,
        name=name.strip(),
        spec=spec.strip(),
        category_id=category_id,
        tax_rate_bp=tax_rate_bp,
        price=price,
        currency=currency,
        valid_from=ctx.clock.today(),
    )
    return Decision(payload, product_id, row["code"], base=(("product", product_id, row["version"]),))


@applies(AdoptProduct)
def apply_adopt_product(ctx: ApplyContext, adopt: AdoptProduct) -> None:
    """The product has no owner any more; the shop's price holds there until a list has one."""
    row = ctx.rows.require(product, adopt.product_id)
    _check_provisional(row)
    changes: Row = {
        "name": adopt.name,
        "spec": adopt.spec,
        "category_id": adopt.category_id,
        "tax_rate_bp": adopt.tax_rate_bp,
        "party_id": None,
    }
    if ctx.search_keys:
        changes["pinyin"], changes["initials"] = ctx.search_keys(adopt.name)
    if adopt.price is not None:
        changes["own_price"] = None
        ctx.rows.insert(
            price,
            {
                "id": ctx.derive("price"),
                "price_list_id": BASE_LIST_ID,
                "product_id": adopt.product_id,
                "price": adopt.price,
                "valid_from": adopt.valid_from,
                "set_at": ctx.at,
            },
        )
    merging.follow(ctx, adopt.product_id, changes)
    ctx.rows.update(product, adopt.product_id, **changes)
    _hand_over(ctx, adopt.product_id, adopt.product_id)


def _hand_over(ctx: ApplyContext, product_id: str, into_id: str) -> None:
    """The bar codes of a shop's own product are the network's; one that the network has already is not needed twice."""
    range_id = ctx.rows.require(product, into_id)["range_id"]
    for row in queries.barcodes_of(ctx.rows.connection, [product_id]).get(product_id, []):
        if queries.network_barcode(ctx.rows.connection, row["code"]):
            ctx.rows.delete(barcode, row["id"])
        else:
            ctx.rows.update(barcode, row["id"], product_id=into_id, party_id=None, range_id=range_id)


def _check_provisional(row: Row) -> None:
    if row["party_id"] is None or row["merged_into"] is not None:
        raise Refused("not_provisional", code=row["code"])


def _check_merge(row: Row, target: Row) -> None:
    _check_provisional(row)
    if target["party_id"] is not None or target["merged_into"] is not None:
        raise Refused("no_merge_target", code=target["code"])
    if row["unit"] != target["unit"]:
        raise Refused("units_differ", unit=row["unit"], other=target["unit"])
