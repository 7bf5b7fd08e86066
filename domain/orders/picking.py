"""Lots and serials of a sale: chosen and checked once, where the person is; checked again by the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext, DecideContext
from domain.kernel.errors import Invalid, Refused
from domain.kernel.money import QUANTITY_SCALE
from domain.orders.commands import Approval, CompleteSale, SoldLine
from domain.orders.pricing import Wanted
from domain.stock import queries_lots as lots
from domain.stock.commands import Part
from domain.stock.picking import LotStock, is_expired, less, pick
from domain.stock.pieces import check_serials
from domain.stock.rules import place_id
from domain.tills import queries as tills

EXPIRED = "expired"


def choose_parts(
    ctx: DecideContext,
    party_id: str,
    wanted: Sequence[Wanted],
    lines: Sequence[SoldLine],
    *,
    expired_sale: str,
    approvals: Sequence[Approval],
) -> tuple[SoldLine, ...]:
    """The lines with the lots and serials of what their products ask for.

    A lot that was chosen by hand holds; everything else comes from what expires first among what this PC knows.

    Raises:
        Invalid: ``serials_missing``, ``serial_twice``.
        Refused: ``lot_expired`` until a second person agrees, ``expired_not_sold`` (by policy).
    """
    ids = [line.product_id for line in lines]
    products = catalogue.products_by_ids(ctx.connection, ids)
    asking = {one: row for one, row in products.items() if row["by_lot"] or row["by_serial"]}
    if not asking:
        return tuple(lines)
    day = ctx.clock.today()
    here = lots.lots_here(ctx.connection, party_id, place_id(party_id, "warehouse"), sorted(asking))
    until = lots.expiries(ctx.connection, party_id, asking)
    _check_serials(wanted, lines, asking)
    # What was chosen by hand is taken before anything is picked, whatever the order of the lines.
    turns = sorted(range(len(lines)), key=lambda index: not (wanted[index].lot or wanted[index].serials))
    made = list(lines)
    for index in turns:
        line, row = lines[index], asking.get(lines[index].product_id)
        if row is None or not line.stocked:
            continue
        parts = _parts(ctx, party_id, row, wanted[index], line, here[row["id"]], day)
        here[row["id"]] = less(here[row["id"]], [(part.lot, part.quantity) for part in parts])
        _check_expired(line, parts, until, day, expired_sale, approvals)
        made[index] = msgspec.structs.replace(line, parts=parts)
    return tuple(made)


def _parts(
    ctx: DecideContext, party_id: str, row: Row, wanted: Wanted, line: SoldLine, here: Sequence[LotStock], day: str
) -> tuple[Part, ...]:
    if row["by_serial"]:
        known: Mapping[str, str] = {}
        if row["by_lot"]:
            known = lots.lots_of_serials(ctx.connection, party_id, row["id"], wanted.serials)
        return tuple(
            Part(lot=wanted.lot or known.get(serial, ""), serial=serial, quantity=QUANTITY_SCALE)
            for serial in wanted.serials
        )
    if wanted.lot:
        return (Part(lot=wanted.lot, quantity=line.quantity),)
    return tuple(Part(lot=lot, quantity=quantity) for lot, quantity in pick(line.quantity, here, day))


def _check_serials(wanted: Sequence[Wanted], lines: Sequence[SoldLine], asking: Mapping[str, Row]) -> None:
    seen: set[tuple[str, str]] = set()
    for want, line in zip(wanted, lines, strict=True):
        if line.product_id not in asking or not asking[line.product_id]["by_serial"]:
            continue
        check_serials(line.code, line.quantity, want.serials)
        mine = {(line.product_id, serial) for serial in want.serials}
        if mine & seen:
            raise Invalid("serial_twice", code=line.code)
        seen |= mine


def _check_expired(
    line: SoldLine,
    parts: Sequence[Part],
    until: Mapping[tuple[str, str], str | None],
    day: str,
    expired_sale: str,
    approvals: Sequence[Approval],
) -> None:
    for part in parts:
        last = until.get((line.product_id, part.lot))
        if not is_expired(last, day):
            continue
        if expired_sale == tills.NEVER:
            raise Refused("expired_not_sold", code=line.code, lot=part.lot, day=last)
        if not any(one.what == EXPIRED for one in approvals):
            raise Refused("lot_expired", code=line.code, lot=part.lot, day=last)


def flag_parts(ctx: ApplyContext, sale: CompleteSale) -> None:
    """What the server finds wrong with the lots of a sale; after the sale's own moves were written (server only)."""
    for line in sale.lines:
        if line.parts and sum(part.quantity for part in line.parts) != line.quantity:
            ctx.flag("parts_differ", sale.order_id, sale.seller_id, code=line.code)
    _flag_lots(ctx, sale)


def _flag_lots(ctx: ApplyContext, sale: CompleteSale) -> None:
    named = [(line, part.lot) for line in sale.lines for part in line.parts if part.lot]
    if not named:
        return
    until = lots.expiries(ctx.rows.connection, sale.seller_id, {line.product_id for line, _ in named})
    policy = tills.policy_of(ctx.rows.connection, sale.seller_id)
    never = tills.expired_sale(ctx.rows.connection, policy) == tills.NEVER
    agreed = not never and any(one.what == EXPIRED for one in sale.approvals)
    for line, code in named:
        if (line.product_id, code) not in until:
            ctx.flag("lot_unknown", sale.order_id, sale.seller_id, code=line.code, lot=code)
        elif is_expired(until[line.product_id, code], ctx.business_date) and not agreed:
            ctx.flag("expired_sold", sale.order_id, sale.seller_id, code=line.code, lot=code)
