"""Decide and apply for ranges: headquarters says who may sell what."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue import queries
from domain.catalogue.commands import AssignRange, SetRange
from domain.catalogue.kept import follow
from domain.catalogue.model import barcode, category, goods_range, product
from domain.catalogue.ranges import Grant, grants_text
from domain.kernel import merging
from domain.kernel.channels import Row
from domain.kernel.commands import applies
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties.rules import by_office


def decide_set_range(
    ctx: DecideContext, *, name: str, grants: Sequence[Grant], range_id: str | None = None
) -> Decision:
    """A new range, or who may sell the goods of a known one from now on.

    Raises:
        NotFound: ``unknown_range``.
    """
    row = queries.range_by_id(ctx.connection, range_id) if range_id else None
    if range_id and row is None:
        raise NotFound("unknown_range", id=range_id)
    payload = SetRange(range_id=range_id or ctx.new_id(), name=name, grants=tuple(grants))
    base = (("goods_range", row["id"], row["version"]),) if row else ()
    return Decision(payload, payload.range_id, name[:64], base=base)


@applies(SetRange)
def apply_set_range(ctx: ApplyContext, change: SetRange) -> None:
    """Write the range. No product moves by it: the dealers' sets of channels change."""
    fields = {"name": change.name, "grants": grants_text(change.grants)}
    if ctx.rows.get(goods_range, change.range_id) is None:
        ctx.rows.insert(goods_range, {"id": change.range_id, **fields, "created_at": ctx.at})
        return
    write_range(ctx, change.range_id, merging.edit(ctx, goods_range, change.range_id, fields, party_id=HQ_PARTY_ID))


@merging.edits(goods_range, by_office)
def write_range(ctx: ApplyContext, range_id: str, writes: Row) -> None:
    """Write name and grants of a range."""
    ctx.rows.update(goods_range, range_id, **writes)


def decide_assign_range(
    ctx: DecideContext, *, range_id: str | None, product_ids: Sequence[str] = (), category_ids: Sequence[str] = ()
) -> Decision:
    """Products into a range, or with None to everyone; new products of the categories begin there.

    Raises:
        NotFound: ``unknown_range``, ``unknown_product``.
    """
    if range_id and queries.range_by_id(ctx.connection, range_id) is None:
        raise NotFound("unknown_range", id=range_id)
    known = queries.product_ids(ctx.connection, product_ids)
    for product_id in product_ids:
        if product_id not in known:
            raise NotFound("unknown_product", code=product_id)
    payload = AssignRange(
        range_id=range_id or None, product_ids=tuple(product_ids), category_ids=tuple(sorted(category_ids))
    )
    return Decision(payload, range_id or (product_ids[0] if product_ids else ""))


@applies(AssignRange)
def apply_assign_range(ctx: ApplyContext, assign: AssignRange) -> None:
    """Write the range of categories, products and their bar codes: these leave and enter channels by it."""
    if assign.range_id:
        ctx.rows.require(goods_range, assign.range_id)
    for category_id in sorted(set(assign.category_ids)):
        ctx.rows.update(category, category_id, range_id=assign.range_id)
    put_in_range(ctx, sorted(set(assign.product_ids)), assign.range_id)


def put_in_range(ctx: ApplyContext, product_ids: Sequence[str], range_id: str | None) -> None:
    """Products and their bar codes stand in this range from now on; those that do already are left alone."""
    known = ctx.rows.lock(product, product_ids)
    for product_id in product_ids:
        if product_id in known and known[product_id]["range_id"] != range_id:
            ctx.rows.update(product, product_id, range_id=range_id)
    codes = queries.barcodes_of(ctx.rows.connection, product_ids)
    for row in sorted((row for rows in codes.values() for row in rows), key=lambda row: str(row["id"])):
        if row["range_id"] != range_id:
            ctx.rows.update(barcode, row["id"], range_id=range_id)
    if range_id:
        follow(ctx, product_ids)


def range_of_category(ctx: ApplyContext, category_id: str | None) -> str | None:
    """The range in which new products of a category begin."""
    row: Row | None = ctx.rows.get(category, category_id)
    return row["range_id"] if row else None
