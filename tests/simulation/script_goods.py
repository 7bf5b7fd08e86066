"""Lots and serials, and a shop's own goods: what people type in beside quantities."""

from __future__ import annotations

from random import Random

from sqlalchemy import select

from desktop.features.products import own_goods
from desktop.store import scanning
from desktop.store.lots import lots_of
from desktop.store.store import Performed, Store
from domain.catalogue import queries as catalogue
from domain.catalogue.model import product
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.orders.commands import Approval
from domain.orders.pricing import Wanted
from domain.stock.handlers import Lotted
from domain.stock.model import stock_move

LOTS = {"L1": "2023-12-31", "L2": "2030-01-31", "L3": "2023-11-18", "L4": "2024-06-30"}
SERIALS = [f"SN{number:02d}" for number in range(12)]
"""So few that some are sold twice."""


def known_goods(chance: Random, store: Store, most: int = 3) -> list[Row]:
    """Some products that this PC knows, mostly such as may be sold.

    Raises:
        NotFound: it knows none: a new one that has not heard of any.
    """
    every = select(product.c.code).order_by(product.c.code)
    with store.read() as connection:
        listed = every.where(product.c.status == "listed") if chance.random() < 0.85 else every
        codes = list(connection.execute(listed).scalars())
        if not codes:
            raise NotFound("unknown_product", code="")
        drawn = chance.sample(codes, min(len(codes), chance.randint(1, most)))
        found = catalogue.products_by_codes(connection, drawn)
    return [found[code] for code in drawn if code in found]


def wanted(chance: Random, store: Store, goods: Row, quantity: int, price: int | None = None) -> Wanted:
    """A line of a sale: with serials that are here or that somebody misread, now and then with a lot by hand."""
    code = goods["code"]
    if goods["by_serial"]:
        serials = _some_serials(chance, store)
        return Wanted(code, 1000 * len(serials), price, serials=serials)
    lot = chance.choice(sorted(LOTS)) if goods["by_lot"] and chance.random() < 0.15 else ""
    return Wanted(code, quantity, price, lot=lot)


def _some_serials(chance: Random, store: Store) -> tuple[str, ...]:
    with store.read() as connection:
        moved = select(stock_move.c.serial).where(stock_move.c.serial != "").distinct().order_by(stock_move.c.serial)
        here = [str(one) for one in connection.execute(moved).scalars()]
    known = here if here and chance.random() < 0.85 else SERIALS
    return tuple(chance.sample(known, min(len(known), chance.randint(1, 2))))


def agreed(chance: Random, store: Store) -> list[Approval]:
    """Often somebody is there who agrees to sell what is no longer good."""
    if chance.random() < 0.4:
        return []
    return [Approval(what="expired", person_id=store.known.person_id, person_name=store.known.person_name)]


def came_in(chance: Random, goods: Row, quantity: int) -> Lotted:
    """Goods that come in, with what their product asks for."""
    code = goods["code"]
    if goods["by_serial"]:
        serials = tuple(chance.sample(SERIALS, chance.randint(1, 3)))
        return Lotted(code, 1000 * len(serials), serials=serials)
    if goods["by_lot"]:
        lot = chance.choice(sorted(LOTS))
        return Lotted(code, quantity, lot, LOTS[lot] if chance.random() < 0.8 else "2029-09-09")
    return Lotted(code, quantity)


def by_lot(chance: Random, store: Store, goods: Row, quantity: int) -> Lotted:
    """Goods that are counted or put right: of a lot that is here, where there are lots."""
    here = lots_of(store, goods["code"])
    return Lotted(goods["code"], quantity, chance.choice(here).lot if here else "")


def make_own(chance: Random, store: Store) -> Performed:
    """Goods with a bar code that no list knows."""
    code = f"69{chance.randrange(8):011d}"
    unit = chance.choice(("", "", "kg"))
    return scanning.make_product(store, name="散装糖", unit=unit, price=chance.randrange(1, 99) * 1000, code=code)


def decide_own(chance: Random, store: Store) -> Performed | None:
    """Headquarters makes something of what a shop made itself: that product, or a new one."""
    waiting = own_goods.own_goods(store)
    if not waiting:
        return None
    one = chance.choice(waiting)
    if chance.random() < 0.4:
        price = chance.choice((None, 12_000))
        return own_goods.adopt(store, one.id, name="散装硬糖", price=price)
    return own_goods.merge(store, one.id, chance.choice(known_goods(chance, store))["code"])
