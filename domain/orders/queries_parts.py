"""Reading which lots and serials went with an order, what of them came back, and where a serial has been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, and_, select

from domain.kernel.channels import Row
from domain.orders.model import order_line, orders
from domain.orders.queries import lines_of, shipment_lines_of
from domain.orders.states import COMPLETED, PART_RETURNED
from domain.stock.commands import Part
from domain.stock.model import place, stock_move
from domain.stock.queries import with_names

TAKEN_BACK = (COMPLETED, PART_RETURNED)
"""States of a sale of which something may come back."""
_PART = (stock_move.c.lot, stock_move.c.serial, stock_move.c.quantity)


def parts_left(connection: Connection, order_id: str, lines: Sequence[Row]) -> dict[str, list[Part]]:
    """Line id → the lots and serials that went with it and have not come back; missing where none were named."""
    by_number = {line["line_no"]: line["id"] for line in lines}
    sold = select(stock_move.c.line_no, *_PART).where(stock_move.c.source_id == order_id, stock_move.c.reason == "sale")
    left: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for number, lot, serial, quantity in connection.execute(sold.order_by(stock_move.c.line_no, stock_move.c.id)):
        mine = left[by_number.get(number, "")]
        mine[lot, serial] = mine.get((lot, serial), 0) + int(quantity)
    came = (
        select(order_line.c.original_line_id, *_PART)
        .join(
            stock_move,
            and_(stock_move.c.source_id == order_line.c.order_id, stock_move.c.line_no == order_line.c.line_no),
        )
        .where(order_line.c.original_line_id.in_(list(by_number.values())), stock_move.c.reason == "return")
    )
    for line_id, lot, serial, quantity in connection.execute(came):
        mine = left.get(line_id, {})
        if (lot, serial) in mine:
            mine[lot, serial] -= int(quantity)
    return {
        line_id: [Part(lot=lot, serial=serial, quantity=rest) for (lot, serial), rest in mine.items() if rest > 0]
        for line_id, mine in left.items()
        if line_id and any(lot or serial for lot, serial in mine)
    }


def serials_on_way(connection: Connection, shipment_id: str) -> dict[tuple[str, str], set[str]]:
    """(product id, lot) → the serials of a shipment that were sent and have not been received."""
    came = select(stock_move.c.product_id, stock_move.c.serial).where(
        stock_move.c.source_id == shipment_id, stock_move.c.serial != "", stock_move.c.reason == "receipt"
    )
    gone = {(product_id, serial) for product_id, serial in connection.execute(came)}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in shipment_lines_of(connection, shipment_id):
        if line["serials"]:
            sent = msgspec.json.decode(line["serials"], type=list[str])
            found[line["product_id"], line["lot"]] |= {one for one in sent if (line["product_id"], one) not in gone}
    return dict(found)


def sale_of_serial(connection: Connection, party_id: str, product_id: str, serial: str) -> Row | None:
    """The party's own retail sale with which a piece went out and of which it has not come back; None for none."""
    statement = (
        select(orders)
        .join(stock_move, stock_move.c.source_id == orders.c.id)
        .where(
            stock_move.c.serial == serial,
            stock_move.c.serial != "",
            stock_move.c.product_id == product_id,
            stock_move.c.reason == "sale",
            orders.c.seller_id == party_id,
            orders.c.kind == "retail",
            orders.c.state.in_(TAKEN_BACK),
        )
        .order_by(orders.c.ordered_at.desc(), orders.c.id)
    )
    for row in connection.execute(statement).mappings():
        left = parts_left(connection, row["id"], lines_of(connection, row["id"]))
        if any(part.serial == serial for parts in left.values() for part in parts):
            return dict(row)
    return None


def moves_of_serial(connection: Connection, serial: str, limit: int = 200) -> list[Row]:
    """Everything that befell a serial, as far as this side may know it, oldest first: the move, the product's code and
    name, the kinds of the places, and the number of the order if one made it."""
    origin, target = place.alias(), place.alias()
    statement = (
        select(
            stock_move,
            origin.c.kind.label("from_kind"),
            target.c.kind.label("to_kind"),
            orders.c.number,
        )
        .join(origin, origin.c.id == stock_move.c.from_place, isouter=True)
        .join(target, target.c.id == stock_move.c.to_place, isouter=True)
        .join(orders, orders.c.id == stock_move.c.source_id, isouter=True)
        .where(stock_move.c.serial == serial, stock_move.c.serial != "")
        .order_by(stock_move.c.at, stock_move.c.id)
        .limit(limit)
    )
    return with_names(connection, [dict(row) for row in connection.execute(statement).mappings()])
