"""Reading lots and serials: what is here of each lot, until when it is good, and how its pieces moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, or_, select

from domain.stock.model import lot, place, stock_balance, stock_move
from domain.stock.picking import LotStock
from domain.stock.tracks import Step


def lots_here(connection: Connection, party_id: str, place_id: str, ids: Sequence[str]) -> dict[str, list[LotStock]]:
    """What is here of each lot of these products: the balances, and this counter's own moves that the server has not
    acknowledged. Lots of which nothing is left are missing."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    balances = select(stock_balance.c.product_id, stock_balance.c.lot, stock_balance.c.quantity).where(
        stock_balance.c.place_id == place_id, stock_balance.c.product_id.in_(list(ids))
    )
    for product_id, code, quantity in connection.execute(balances):
        found[product_id, code] += int(quantity)
    for column, sign in ((stock_move.c.to_place, 1), (stock_move.c.from_place, -1)):
        own = (
            select(stock_move.c.product_id, stock_move.c.lot, func.sum(stock_move.c.quantity))
            .where(stock_move.c.version == 0, column == place_id, stock_move.c.product_id.in_(list(ids)))
            .group_by(stock_move.c.product_id, stock_move.c.lot)
        )
        for product_id, code, quantity in connection.execute(own):
            found[product_id, code] += sign * int(quantity)
    until = expiries(connection, party_id, ids)
    here: dict[str, list[LotStock]] = {one: [] for one in ids}
    for (product_id, code), quantity in sorted(found.items()):
        if quantity:
            here[product_id].append(LotStock(code, quantity, until.get((product_id, code))))
    return here


def expiries(connection: Connection, party_id: str, ids: Collection[str]) -> dict[tuple[str, str], str | None]:
    """(product id, lot) of every lot that this party knows, with the last good day as it was said last."""
    statement = (
        select(lot.c.product_id, lot.c.code, lot.c.expires_on)
        .where(lot.c.party_id == party_id, lot.c.product_id.in_(sorted(set(ids))))
        .order_by(lot.c.at, lot.c.id)
    )
    found: dict[tuple[str, str], str | None] = {}
    for product_id, code, expires_on in connection.execute(statement):
        found[product_id, code] = expires_on or found.get((product_id, code))
    return found


def lots_of_serials(connection: Connection, party_id: str, product_id: str, serials: Sequence[str]) -> dict[str, str]:
    """The lot with which each serial moved last at this party; unknown ones are missing."""
    statement = (
        select(stock_move.c.serial, stock_move.c.lot)
        .where(
            stock_move.c.serial.in_(list(serials)),
            stock_move.c.serial != "",
            stock_move.c.product_id == product_id,
            or_(stock_move.c.party_id == party_id, stock_move.c.counterparty_id == party_id),
        )
        .order_by(stock_move.c.at, stock_move.c.id)
    )
    return {str(serial): str(code) for serial, code in connection.execute(statement)}


def serials_at(connection: Connection, place_id: str, ids: Collection[str]) -> dict[tuple[str, str], set[str]]:
    """(product id, lot) → the serials that lie at a place by the moves this side knows."""
    there = select(
        stock_move.c.product_id, stock_move.c.lot, stock_move.c.serial, stock_move.c.to_place == place_id
    ).where(
        stock_move.c.serial != "",
        stock_move.c.product_id.in_(sorted(ids)),
        or_(stock_move.c.to_place == place_id, stock_move.c.from_place == place_id),
    )
    count: dict[tuple[str, str, str], int] = defaultdict(int)
    for product_id, code, serial, came in connection.execute(there):
        count[product_id, code, serial] += 1 if came else -1
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (product_id, code, serial), times in count.items():
        if times > 0:
            found[product_id, code].add(serial)
    return dict(found)


def steps_of(connection: Connection, product_id: str, serials: Collection[str]) -> dict[str, list[Step]]:
    """Serial → its movements that this side knows, oldest first; missing for none."""
    customers = select(place.c.id).where(place.c.kind == "customer")
    statement = (
        select(
            stock_move.c.serial,
            stock_move.c.from_place,
            stock_move.c.to_place,
            stock_move.c.to_place.in_(customers),
            stock_move.c.from_place.in_(customers),
        )
        .where(
            stock_move.c.serial.in_(sorted(serials)), stock_move.c.serial != "", stock_move.c.product_id == product_id
        )
        .order_by(stock_move.c.at, stock_move.c.id)
    )
    found: dict[str, list[Step]] = defaultdict(list)
    for serial, origin, target, sold, back in connection.execute(statement):
        found[serial].append(Step(origin, target, bool(sold), bool(back)))
    return dict(found)


def parties_of(connection: Connection, product_id: str, serials: Collection[str]) -> list[str]:
    """Whoever moved one of these pieces, or had it moved to or from him."""
    statement = select(stock_move.c.party_id, stock_move.c.counterparty_id).where(
        stock_move.c.serial.in_(sorted(serials)), stock_move.c.serial != "", stock_move.c.product_id == product_id
    )
    return sorted({one for row in connection.execute(statement) for one in row if one})


def products_of_serial(connection: Connection, party_id: str, serial: str) -> list[str]:
    """The products of which a piece with this serial moved at this party."""
    statement = select(stock_move.c.product_id).where(
        stock_move.c.serial == serial, stock_move.c.serial != "", stock_move.c.party_id == party_id
    )
    return sorted(set(connection.execute(statement).scalars()))
