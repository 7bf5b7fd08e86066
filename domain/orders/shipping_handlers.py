"""Decide and apply for shipments and their receipt: goods pass through "in transit"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.orders import queries
from domain.orders.commands import ReceivedLine, ReceiveShipment, ShipOrder, ShippedLine
from domain.orders.model import claim, order_line, orders, shipment, shipment_line
from domain.orders.states import RECEIVED, SHIPPED, can_go, may
from domain.orders.writing import move_to
from domain.stock import queries_lots as lots
from domain.stock.handlers import Line, Lotted, own_party, resolve
from domain.stock.picking import less, pick
from domain.stock.rules import Move, flag_below_zero, project_moves, reserve, spot, write_lots, write_moves

Key = tuple[str, str]
"""(product id, lot)."""


def decide_ship(
    ctx: DecideContext,
    order_id: str,
    lines: Sequence[Line] | None = None,
    *,
    carrier: str = "",
    tracking: str = "",
) -> Decision:
    """Ship an approved order: everything still open, or the given (code, thousandths).

    Raises:
        NotFound: ``unknown_order``. Refused: ``not_in_this_state``, ``nothing_to_ship``, ``more_than_ordered``.
    """
    order = queries.order_by_id(ctx.connection, order_id)
    if order is None or order["seller_id"] != ctx.actor.party_id:
        raise NotFound("unknown_order", id=order_id)
    if not may(ctx.actor, "ship", order):
        raise Refused("not_in_this_state", number=order["number"], state=order["state"])
    shipped = _to_ship(ctx, queries.lines_of(ctx.connection, order_id), lines)
    if not shipped:
        raise Refused("nothing_to_ship", number=order["number"])
    payload = ShipOrder(
        shipment_id=ctx.new_id(),
        number=ctx.next_number("D"),
        order_id=order_id,
        seller_id=order["seller_id"],
        buyer_id=order["buyer_id"],
        home=order["home"],
        carrier=carrier,
        tracking=tracking,
        lines=tuple(shipped),
    )
    return Decision(payload, payload.shipment_id, payload.number, base=(("orders", order_id, order["version"]),))


def _to_ship(ctx: DecideContext, lines: Sequence[Row], wanted: Sequence[Line] | None) -> list[ShippedLine]:
    asked: dict[str, int] | None = None
    if wanted is not None:
        entered = [Lotted(*line) for line in wanted]
        known = resolve(ctx, [line.code for line in entered])
        asked = defaultdict(int)
        for line in entered:
            if line.quantity <= 0:
                raise Invalid("quantity_not_positive", code=line.code)
            asked[known[line.code]["id"]] += line.quantity
    shipped = []
    for row in lines:
        quantity = row["quantity"] - row["shipped"]
        if asked is not None:
            quantity = min(quantity, asked.get(row["product_id"], 0))
            asked[row["product_id"]] = asked.get(row["product_id"], 0) - quantity
        if quantity > 0:
            shipped.append(_shipped_line(row, quantity))
    shipped = _by_lot(ctx, shipped)
    if asked is not None and any(asked.values()):
        raise Refused("more_than_ordered")
    return shipped


def _by_lot(ctx: DecideContext, shipped: Sequence[ShippedLine]) -> list[ShippedLine]:
    """What expires first goes out first; a line of several lots becomes several."""
    ids = [line.product_id for line in shipped]
    asking = {one for one, row in catalogue.products_by_ids(ctx.connection, ids).items() if row["by_lot"]}
    if not asking:
        return list(shipped)
    mine = ctx.actor.party_id
    here = lots.lots_here(ctx.connection, mine, spot(mine, "warehouse").place, sorted(asking))
    until = lots.expiries(ctx.connection, mine, asking)
    made: list[ShippedLine] = []
    for line in shipped:
        parts = [("", line.quantity)]
        if line.product_id in asking:
            parts = pick(line.quantity, here[line.product_id], ctx.clock.today())
            here[line.product_id] = less(here[line.product_id], parts)
        for lot, quantity in parts:
            last = until.get((line.product_id, lot))
            made.append(msgspec.structs.replace(line, lot=lot, quantity=quantity, expires_on=last))
    return made


def _shipped_line(line: Row, quantity: int) -> ShippedLine:
    return ShippedLine(
        order_line_id=line["id"],
        product_id=line["product_id"],
        code=line["product_code"],
        name=line["product_name"],
        unit=line["unit"],
        factor=line["factor"],
        quantity=quantity,
    )


@applies(ShipOrder)
def apply_ship(ctx: ApplyContext, ship: ShipOrder) -> None:
    """Write the shipment, the goods on their way, and the order's new state."""
    ctx.rows.insert(
        shipment,
        {
            "id": ship.shipment_id,
            "order_id": ship.order_id,
            "number": ship.number,
            "seller_id": ship.seller_id,
            "buyer_id": ship.buyer_id,
            "carrier": ship.carrier,
            "tracking": ship.tracking,
            "line_count": len(ship.lines),
            "units": sum(line.quantity for line in ship.lines),
            "shipped_at": ctx.at,
            "person_name": ctx.actor.person_name,
        },
    )
    ctx.rows.insert(
        shipment_line,
        [
            {
                "id": ctx.derive("shipped", index),
                "shipment_id": ship.shipment_id,
                "order_line_id": line.order_line_id,
                "line_no": index,
                "product_id": line.product_id,
                "product_code": line.code,
                "product_name": line.name,
                "unit": line.unit,
                "factor": line.factor,
                "lot": line.lot,
                "expires_on": line.expires_on,
                "quantity": line.quantity,
            }
            for index, line in enumerate(ship.lines, 1)
        ],
    )
    write_moves(ctx, _shipped_moves(ship), ship.home)
    _advance_order(ctx, ship)


def _advance_order(ctx: ApplyContext, ship: ShipOrder) -> None:
    order = ctx.rows.lock(orders, [ship.order_id]).get(ship.order_id)
    if order is None:
        ctx.flag("unknown_order", ship.shipment_id, ship.seller_id)
        return
    known = ctx.rows.lock(order_line, [line.order_line_id for line in ship.lines])
    for line in ship.lines:
        row = known.get(line.order_line_id)
        if row is not None:
            known[row["id"]] = ctx.rows.update(order_line, row["id"], shipped=row["shipped"] + line.quantity)
    if not can_go(order["state"], SHIPPED):
        ctx.flag("shipped_in_state", ship.shipment_id, ship.seller_id, number=order["number"], state=order["state"])
        return
    if order["state"] != SHIPPED:
        order = move_to(ctx, order, SHIPPED, reason=ship.number)
    open_lines = queries.lines_of(ctx.rows.connection, ship.order_id)
    full = all(line["shipped"] >= line["quantity"] for line in open_lines)
    ctx.rows.update(orders, ship.order_id, delivery_state="full" if full else "part")


def _shipped_moves(ship: ShipOrder) -> list[Move]:
    here, transit = spot(ship.seller_id, "warehouse"), spot(ship.seller_id, "transit")
    return [
        Move(line.product_id, line.quantity, here, transit, "shipment", ship.shipment_id, index, line.lot)
        for index, line in enumerate(ship.lines, 1)
    ]


@projects(ShipOrder)
def project_ship(ctx: ApplyContext, ship: ShipOrder) -> None:
    """Move the balances and release what was reserved for these lines."""
    flag_below_zero(ctx, project_moves(ctx, _shipped_moves(ship)), ship.shipment_id)
    known = ctx.rows.lock(order_line, [line.order_line_id for line in ship.lines])
    freed: list[tuple[str, int]] = []
    for line in ship.lines:
        row = known.get(line.order_line_id)
        part = min(row["allocated"], line.quantity) if row else 0
        if row and part:
            known[row["id"]] = ctx.rows.update(order_line, row["id"], allocated=row["allocated"] - part)
            freed.append((line.product_id, -part))
    reserve(ctx, ship.seller_id, freed)


def decide_receive(
    ctx: DecideContext, shipment_id: str, lines: Sequence[Line] | None = None, *, final: bool = True
) -> Decision:
    """Take in a shipment: as shipped, or the given (code, thousandths) as found.

    *final* False takes in what is there and leaves the rest expected.

    Raises:
        NotFound: ``unknown_shipment``, ``unknown_product``. Refused: ``already_received``.
    """
    row = queries.shipment_by_id(ctx.connection, shipment_id)
    if row is None or row["buyer_id"] != ctx.actor.party_id:
        raise NotFound("unknown_shipment", id=shipment_id)
    if row["state"] == RECEIVED:
        raise Refused("already_received", number=row["number"])
    expected: dict[Key, int] = defaultdict(int)
    until: dict[Key, str | None] = {}
    for line in queries.shipment_lines_of(ctx.connection, shipment_id):
        expected[line["product_id"], line["lot"]] += line["quantity"] - line["received"]
        until[line["product_id"], line["lot"]] = line["expires_on"]
    found = _found(ctx, expected, until, lines)
    products = [one for one in {**expected, **found} if found.get(one, 0) or (final and expected.get(one, 0))]
    if not products:
        raise Invalid("no_lines")
    received = tuple(
        ReceivedLine(
            product_id=one[0],
            lot=one[1],
            expires_on=until.get(one),
            expected=expected.get(one, 0),
            received=found.get(one, 0),
        )
        for one in products
    )
    payload = ReceiveShipment(
        shipment_id=shipment_id,
        order_id=row["order_id"],
        seller_id=row["seller_id"],
        buyer_id=row["buyer_id"],
        home=own_party(ctx)["home"],
        final=final,
        difference=sum(line.received - line.expected for line in received),
        lines=received,
    )
    return Decision(payload, shipment_id, row["number"], base=(("shipment", shipment_id, row["version"]),))


def _found(
    ctx: DecideContext, expected: Mapping[Key, int], until: dict[Key, str | None], lines: Sequence[Line] | None
) -> dict[Key, int]:
    """What came of each product and lot; goods of no lot that was said are those that were shipped, one lot after the
    other, and what is over is of the last."""
    if lines is None:
        return dict(expected)
    entered = [Lotted(*line) for line in lines]
    known = resolve(ctx, [line.code for line in entered])
    found: dict[Key, int] = defaultdict(int)
    for line in sorted(entered, key=lambda line: not line.lot):
        if line.quantity < 0:
            raise Invalid("negative_quantity", code=line.code)
        product_id = known[line.code]["id"]
        if line.lot:
            until[product_id, line.lot] = line.expires_on or until.get((product_id, line.lot))
            found[product_id, line.lot] += line.quantity
            continue
        left, last = line.quantity, (product_id, "")
        for key in [key for key in expected if key[0] == product_id]:
            part = min(left, max(0, expected[key] - found[key]))
            found[key] += part
            left, last = left - part, key
        found[last] += left
    return found


def _received_moves(receive: ReceiveShipment) -> list[Move]:
    transit, here = spot(receive.seller_id, "transit"), spot(receive.buyer_id, "warehouse")
    return [
        Move(line.product_id, line.received, transit, here, "receipt", receive.shipment_id, index, line.lot)
        for index, line in enumerate(receive.lines, 1)
        if line.received
    ]


@applies(ReceiveShipment)
def apply_receive(ctx: ApplyContext, receive: ReceiveShipment) -> None:
    """Goods come out of transit; a final receipt's differences become claims."""
    came = [(line.product_id, line.lot, line.expires_on) for line in receive.lines if line.received]
    write_lots(ctx, receive.buyer_id, receive.shipment_id, came)
    write_moves(ctx, _received_moves(receive), receive.home)
    known = ctx.rows.lock(shipment, [receive.shipment_id]).get(receive.shipment_id)
    if known is None:
        ctx.flag("unknown_shipment", receive.shipment_id, receive.buyer_id)
        return
    if known["state"] == RECEIVED:
        ctx.flag("already_received", receive.shipment_id, receive.buyer_id, number=known["number"])
    if receive.final:
        _write_claims(ctx, receive)
    _spread(ctx, receive)
    changes = {"state": RECEIVED, "received_at": ctx.at} if receive.final else {"received_at": ctx.at}
    ctx.rows.update(shipment, receive.shipment_id, **changes)
    _finish_order(ctx, receive)


def _write_claims(ctx: ApplyContext, receive: ReceiveShipment) -> None:
    differing = [line for line in receive.lines if line.received != line.expected]
    ctx.rows.insert(
        claim,
        [
            {
                "id": ctx.derive("claim", index),
                "shipment_id": receive.shipment_id,
                "product_id": line.product_id,
                "kind": "short" if line.received < line.expected else "over",
                "quantity": abs(line.received - line.expected),
                "at": ctx.at,
            }
            for index, line in enumerate(differing)
        ],
    )


def _spread(ctx: ApplyContext, receive: ReceiveShipment) -> None:
    """Write the received quantities to the shipment's and the order's lines, first line first."""
    left: dict[Key, int] = defaultdict(int)
    for line in receive.lines:
        left[line.product_id, line.lot] += line.received
    rows = queries.shipment_lines_of(ctx.rows.connection, receive.shipment_id)
    for row in rows:
        _take(ctx, row, left, (row["product_id"], row["lot"]))
    # Another lot came than was sent: it is what was sent all the same.
    for row in queries.shipment_lines_of(ctx.rows.connection, receive.shipment_id):
        for key in [key for key in left if key[0] == row["product_id"]]:
            row = _take(ctx, row, left, key)


def _take(ctx: ApplyContext, row: Row, left: dict[Key, int], key: Key) -> Row:
    part = min(left.get(key, 0), row["quantity"] - row["received"])
    if part <= 0:
        return row
    left[key] -= part
    line = ctx.rows.get(order_line, row["order_line_id"])
    if line is not None:
        ctx.rows.update(order_line, line["id"], received=line["received"] + part)
    return ctx.rows.update(shipment_line, row["id"], received=row["received"] + part)


def _finish_order(ctx: ApplyContext, receive: ReceiveShipment) -> None:
    order = ctx.rows.lock(orders, [receive.order_id]).get(receive.order_id)
    if order is None or not receive.final or not can_go(order["state"], RECEIVED):
        return
    lines = queries.lines_of(ctx.rows.connection, receive.order_id)
    others = [row for row in queries.shipments_of(ctx.rows.connection, receive.order_id) if row["state"] != RECEIVED]
    if not others and all(line["shipped"] >= line["quantity"] for line in lines):
        move_to(ctx, order, RECEIVED)


@projects(ReceiveShipment)
def project_receive(ctx: ApplyContext, receive: ReceiveShipment) -> None:
    """Move the balances; goods over what was shipped drive transit below zero, which the claim explains."""
    project_moves(ctx, _received_moves(receive))
