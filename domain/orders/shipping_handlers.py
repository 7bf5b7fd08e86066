"""Decide and apply for shipments and their receipt: goods pass through "in transit"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from domain.catalogue.kept import keep
from domain.catalogue.queries_kept import products_by_ids
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.money import QUANTITY_SCALE
from domain.orders import queries
from domain.orders.commands import ReceiveShipment, ShipOrder, ShippedLine
from domain.orders.model import claim, order_line, orders, shipment, shipment_line
from domain.orders.receiving import Key, incoming, received_lines
from domain.orders.states import RECEIVED, SHIPPED, can_go, may
from domain.orders.writing import move_to
from domain.stock import queries_lots as lots
from domain.stock.handlers import Line, Lotted, own_party, resolve
from domain.stock.picking import less, pick
from domain.stock.pieces import check_serials, parts_of
from domain.stock.rules import Move, flag_below_zero, parted, project_moves, reserve, spot, write_lots, write_moves
from domain.stock.tracks import SHIPPED_TWICE
from domain.stock.watching import watch_pieces


def decide_ship(
    ctx: DecideContext,
    order_id: str,
    lines: Sequence[Line] | None = None,
    *,
    carrier: str = "",
    tracking: str = "",
) -> Decision:
    """Ship an approved order: everything still open, or the given lines, with the serials of pieces that have one.

    Raises:
        NotFound: ``unknown_order``. Refused: ``not_in_this_state``, ``nothing_to_ship``, ``more_than_ordered``.
        Invalid: ``quantity_not_positive``, ``serials_missing``, ``serial_twice``.
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
    pieces: dict[str, list[str]] = defaultdict(list)
    if wanted is not None:
        entered = [Lotted(*line) for line in wanted]
        known = resolve(ctx, [line.code for line in entered])
        asked = defaultdict(int)
        for line in entered:
            if line.quantity <= 0:
                raise Invalid("quantity_not_positive", code=line.code)
            asked[known[line.code]["id"]] += line.quantity
            pieces[known[line.code]["id"]] += line.serials
        _check_pieces(known, asked, pieces)
    shipped = []
    for row in lines:
        quantity = row["quantity"] - row["shipped"]
        if asked is not None:
            quantity = min(quantity, asked.get(row["product_id"], 0))
            asked[row["product_id"]] = asked.get(row["product_id"], 0) - quantity
        if quantity > 0:
            mine = pieces[row["product_id"]]
            taken, pieces[row["product_id"]] = mine[: quantity // QUANTITY_SCALE], mine[quantity // QUANTITY_SCALE :]
            shipped.append(_shipped_line(row, quantity, taken))
    shipped = _by_lot(ctx, shipped)
    if asked is not None and any(asked.values()):
        raise Refused("more_than_ordered")
    return shipped


def _check_pieces(known: Mapping[str, Row], asked: Mapping[str, int], pieces: Mapping[str, Sequence[str]]) -> None:
    for code, product in known.items():
        if product["by_serial"]:
            check_serials(code, asked[product["id"]], pieces.get(product["id"], ()))


def _by_lot(ctx: DecideContext, shipped: Sequence[ShippedLine]) -> list[ShippedLine]:
    """What expires first goes out first; a line of several lots becomes several."""
    ids = [line.product_id for line in shipped]
    asking = {one for one, row in products_by_ids(ctx.connection, ids).items() if row["by_lot"]}
    if not asking:
        return list(shipped)
    mine = ctx.actor.party_id
    here = lots.lots_here(ctx.connection, mine, spot(mine, "warehouse").place, sorted(asking))
    until = lots.expiries(ctx.connection, mine, asking)
    made: list[ShippedLine] = []
    for line in shipped:
        parts: list[tuple[str, int, tuple[str, ...]]] = [("", line.quantity, line.serials)]
        if line.product_id in asking and line.serials:
            parts = _lots_of_pieces(ctx, line)
        elif line.product_id in asking:
            picked = pick(line.quantity, here[line.product_id], ctx.clock.today())
            parts = [(lot, quantity, ()) for lot, quantity in picked]
        here[line.product_id] = less(here.get(line.product_id, ()), [(lot, quantity) for lot, quantity, _ in parts])
        for lot, quantity, serials in parts:
            last = until.get((line.product_id, lot))
            made.append(msgspec.structs.replace(line, lot=lot, quantity=quantity, expires_on=last, serials=serials))
    return made


def _lots_of_pieces(ctx: DecideContext, line: ShippedLine) -> list[tuple[str, int, tuple[str, ...]]]:
    """Pieces are of the lots with which they came."""
    known = lots.lots_of_serials(ctx.connection, ctx.actor.party_id, line.product_id, line.serials)
    found: dict[str, list[str]] = defaultdict(list)
    for serial in line.serials:
        found[known.get(serial, "")].append(serial)
    return [(lot, len(serials) * QUANTITY_SCALE, tuple(serials)) for lot, serials in found.items()]


def _shipped_line(line: Row, quantity: int, serials: Sequence[str]) -> ShippedLine:
    return ShippedLine(
        order_line_id=line["id"],
        product_id=line["product_id"],
        code=line["product_code"],
        name=line["product_name"],
        unit=line["unit"],
        factor=line["factor"],
        quantity=quantity,
        serials=tuple(serials),
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
                "serials": msgspec.json.encode(line.serials).decode() if line.serials else "",
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
    moves: list[Move] = []
    for index, line in enumerate(ship.lines, 1):
        whole = Move(line.product_id, line.quantity, here, transit, "shipment", ship.shipment_id, index, line.lot)
        moves += parted(whole, parts_of(line.lot, line.quantity, line.serials))
    return moves


@projects(ShipOrder)
def project_ship(ctx: ApplyContext, ship: ShipOrder) -> None:
    """Move the balances and release what was reserved for these lines; whoever is to receive them knows their names."""
    keep(ctx, {(ship.buyer_id, line.product_id) for line in ship.lines})
    flag_below_zero(ctx, project_moves(ctx, _shipped_moves(ship)), ship.shipment_id)
    watch_pieces(ctx, _shipped_moves(ship), ship.shipment_id, ship.seller_id, (SHIPPED_TWICE,))
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
        NotFound: ``unknown_shipment``. Refused: ``already_received``. See :func:`received_lines`.
    """
    row = queries.shipment_by_id(ctx.connection, shipment_id)
    if row is None or row["buyer_id"] != ctx.actor.party_id:
        raise NotFound("unknown_shipment", id=shipment_id)
    if row["state"] == RECEIVED:
        raise Refused("already_received", number=row["number"])
    received = received_lines(ctx, incoming(ctx, shipment_id), lines, final=final)
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


def _received_moves(receive: ReceiveShipment) -> list[Move]:
    transit, here = spot(receive.seller_id, "transit"), spot(receive.buyer_id, "warehouse")
    moves: list[Move] = []
    for index, line in enumerate(receive.lines, 1):
        if line.received:
            whole = Move(line.product_id, line.received, transit, here, "receipt", receive.shipment_id, index, line.lot)
            moves += parted(whole, parts_of(line.lot, line.received, line.serials))
    return moves


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
    differing: list[tuple[str, int, Sequence[str]]] = []
    for line in receive.lines:
        pieces = (line.foreign, QUANTITY_SCALE), (line.missing, -QUANTITY_SCALE)
        differing += [(line.product_id, sign * len(serials), serials) for serials, sign in pieces if serials]
        told = (len(line.foreign) - len(line.missing)) * QUANTITY_SCALE
        if line.received - line.expected != told:
            differing.append((line.product_id, line.received - line.expected - told, ()))
    ctx.rows.insert(
        claim,
        [
            {
                "id": ctx.derive("claim", index),
                "shipment_id": receive.shipment_id,
                "product_id": product_id,
                "kind": "short" if difference < 0 else "over",
                "quantity": abs(difference),
                "serials": " ".join(serials),
                "at": ctx.at,
            }
            for index, (product_id, difference, serials) in enumerate(differing)
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
    watch_pieces(ctx, _received_moves(receive), receive.shipment_id, receive.buyer_id)
