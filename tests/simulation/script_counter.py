"""What people do at the till beside selling: shifts, cash in and out, goods taken back, sales voided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from desktop.features.orders import returning
from desktop.features.till import operations as till
from desktop.store.store import Performed, Store
from domain.kernel.channels import Row
from domain.orders import queries
from domain.orders.model import orders
from domain.orders.queries_parts import parts_left
from domain.orders.returning import Back, lots_out
from domain.stock.commands import Part
from tests.simulation.drawing import newest_or_any


def open_shift(chance: Random, store: Store) -> Performed:
    """Somebody takes over the till."""
    return till.open_shift(store, chance.choice((0, 20_000)))


def move_cash(chance: Random, store: Store) -> Performed:
    """Cash in or out, or the drawer opened for nothing."""
    return till.move_cash(store, chance.choice(("in", "out", "no_sale")), chance.choice((100, 5_000)), "零钱")


def close_shift(chance: Random, store: Store) -> Performed:
    """The drawer is counted."""
    return till.close_shift(store, {100: chance.randrange(300)}, 0, "少数了")


def take_back(chance: Random, store: Store) -> Performed | None:
    """Goods of a sale come back: a part, the rest, for money or for the next sale."""
    sale = newest_or_any(
        chance,
        store,
        orders,
        orders.c.kind == "retail",
        orders.c.seller_id == store.known.party_id,
        orders.c.state.in_(["completed", "part_returned"]),
    )
    if sale is None:
        return None
    with store.read() as connection:
        lines = [row for row in queries.lines_of(connection, sale["id"]) if row["returned"] < row["quantity"]]
        left = parts_left(connection, sale["id"], lines)
    back = [
        _back(row, max(1, (row["quantity"] - row["returned"]) // chance.choice((1, 1, 2))), _where(chance), left)
        for row in chance.sample(lines, chance.randint(min(1, len(lines)), len(lines)))
    ]
    return returning.take_back(store, sale["id"], back, reason="不合适", to_exchange=chance.random() < 0.4)


def _back(row: Row, quantity: int, to: str, left: Mapping[str, Sequence[Part]]) -> Back:
    """Part of a line of several lots is of the first."""
    lots = lots_out(left.get(row["id"], ()))
    if len(lots) < 2 or quantity >= sum(lots.values()):
        return Back(row["id"], quantity, to)
    lot = min(lots)
    return Back(row["id"], min(quantity, lots[lot]), to, lot=lot)


def _where(chance: Random) -> str:
    return "scrap" if chance.random() < 0.2 else "warehouse"


def void(chance: Random, store: Store) -> Performed | None:
    """A sale of the day is taken back whole, now and then one that was taken back already."""
    own = [orders.c.kind == "retail", orders.c.seller_id == store.known.party_id]
    if chance.random() < 0.9:
        own.append(orders.c.state == "completed")
    sale = newest_or_any(chance, store, orders, *own)
    return returning.void(store, sale["id"], "打错了") if sale else None
