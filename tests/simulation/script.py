"""What people do and what befalls them, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from desktop.features.customers import operations as customers
from desktop.features.network import operations as network
from desktop.features.order_entry import operations as selling
from desktop.features.orders import operations as orders
from desktop.features.products import operations as products
from desktop.features.replenishment import operations as replenishment
from desktop.features.stock import operations as stock
from desktop.store.store import Performed, Store
from domain.catalogue.handlers import NewProduct
from domain.customers.model import customer
from domain.kernel.ids import HQ_PARTY_ID
from domain.orders.model import orders as order_table, shipment
from domain.orders.pricing import Wanted
from domain.parties.model import party, person
from tests.simulation import (
    script_above as above,
    script_bookings as bookings,
    script_counter as counter,
    script_goods as goods,
)
from tests.simulation.drawing import any_row, newest_or_any
from tests.support.factories import parties

if TYPE_CHECKING:
    from tests.simulation.pc import Pc

Action = Callable[[Random, Store], Performed | None]


def _quantity(chance: Random) -> int:
    return chance.choice((1000, 1000, 2000, 5000, 12_000, 1500))


def sell(chance: Random, store: Store) -> Performed:
    """A sale, mostly at list prices, sometimes with a price by hand, to somebody known or not."""
    lines = [
        goods.wanted(chance, store, row, _quantity(chance), chance.choice((None, None, None, 12_345)))
        for row in goods.known_goods(chance, store)
    ]
    buyer = any_row(chance, store, customer, customer.c.party_id == store.known.party_id)
    known = buyer["id"] if buyer and chance.random() < 0.4 else None
    paid = [("cash", chance.choice((0, 500, 10**7)))]
    return selling.complete_sale(store, lines, customer_id=known, payments=paid, approvals=goods.agreed(chance, store))


def order_goods(chance: Random, store: Store) -> Performed:
    """A replenishment order to the upline."""
    drawn = goods.known_goods(chance, store)
    return replenishment.submit(store, [Wanted(row["code"], _quantity(chance) * 4) for row in drawn])


def take_in(chance: Random, store: Store) -> Performed:
    """Goods of a local supplier."""
    lines = [goods.came_in(chance, row, _quantity(chance) * 10) for row in goods.known_goods(chance, store)]
    return stock.take_in(store, lines, supplier="本地")


def count(chance: Random, store: Store) -> Performed:
    """A count that finds something else than the book says."""
    found = goods.known_goods(chance, store)
    return stock.count(store, [goods.by_lot(chance, store, row, chance.randrange(0, 60) * 1000) for row in found])


def adjust(chance: Random, store: Store) -> Performed:
    """Breakage or a find."""
    found = goods.known_goods(chance, store, 2)
    lines = [goods.by_lot(chance, store, row, chance.choice((-1000, -3000, 2000))) for row in found]
    return stock.adjust(store, lines, reason="破损")


def _act_on(state: str | None, side: str, act: Any) -> Action:
    def action(chance: Random, store: Store) -> Performed | None:
        where = [order_table.c.kind == "replenishment", order_table.c[side] == store.known.party_id]
        if state is not None:
            where.append(order_table.c.state == state)
        row = newest_or_any(chance, store, order_table, *where)
        return act(chance, store, row["id"]) if row else None

    return action


def receive(chance: Random, store: Store) -> Performed | None:
    """Take in what is on its way, whole, short, or over; now and then twice."""
    waiting = [shipment.c.buyer_id == store.known.party_id]
    if chance.random() < 0.9:
        waiting.append(shipment.c.state != "received")
    row = newest_or_any(chance, store, shipment, *waiting)
    if row is None:
        return None
    lines = None
    if chance.random() < 0.5:
        lines = [
            (line["product_code"], max(0, line["quantity"] + chance.choice((0, -1000, 1000))))
            for line in stock.shipment_lines(store, row["id"])
        ]
    return stock.receive(store, row["id"], lines, final=chance.random() < 0.7)


def add_customer(chance: Random, store: Store) -> Performed:
    """Somebody new."""
    return customers.add(
        store, name=chance.choice(("李建国", "王芳", "张记餐馆")), phone=f"138{chance.randrange(10**8):08d}"
    )


def edit_customer(chance: Random, store: Store) -> Performed | None:
    """Somebody's file changes."""
    row = any_row(chance, store, customer, customer.c.party_id == store.known.party_id)
    if row is None:
        return None
    return customers.edit(
        store, row["id"], name=row["name"] or "某人", phone=row["phone"] or "", note=f"第{chance.randrange(99)}次"
    )


def edit_clerk(chance: Random, store: Store) -> Performed | None:
    """The owner changes what a helper may do."""
    row = any_row(
        chance,
        store,
        person,
        person.c.party_id == store.known.party_id,
        person.c.role.in_(["clerk", "warehouse"]),
    )
    if row is None:
        return None
    return network.edit_person(store, row["id"], role=chance.choice(("clerk", "warehouse")), status="active")


def add_product(chance: Random, store: Store) -> Performed:
    """A new product, whose code two offices may take at once."""
    new = NewProduct(f"P{chance.randrange(30):02d}", "新品", price=chance.randrange(1, 99) * 1000)
    return products.add(store, new)


def list_product(chance: Random, store: Store) -> Performed:
    """Delist or list."""
    return products.set_listing(store, goods.known_goods(chance, store, 1)[0]["code"], listed=chance.random() < 0.6)


def edit_product(chance: Random, store: Store) -> Performed:
    """Another name."""
    row = goods.known_goods(chance, store, 1)[0]
    name = f"{row['code']} {chance.choice(('好', '更好', '最好'))}"
    unit = chance.choice(("", row["unit"]))
    return products.edit(store, row["code"], name=name, spec="", unit=unit, tax_rate_bp=1300, stocked=True)


def edit_dealer(chance: Random, store: Store) -> Performed | None:
    """Headquarters changes a dealer's file; suspended dealers come back later."""
    row = any_row(chance, store, party, party.c.kind == "dealer")
    if row is None:
        return None
    status = "suspended" if chance.random() < 0.25 else "active"
    return network.edit_dealer(
        store,
        row["id"],
        name=row["name"],
        region=chance.choice(("", "华东")),
        grade=chance.choice(("", "gold")),
        status=status,
        pause_at_zero=False,
    )


def move_dealer(chance: Random, store: Store) -> Performed | None:
    """A dealer goes to another upline, with everybody below it; some moves are refused."""
    row = any_row(chance, store, party, party.c.kind == "dealer")
    return network.move_dealer(store, row["id"], to_code=chance.choice(parties.PARTIES)) if row else None


def _ship(chance: Random, store: Store, one: str) -> Performed:
    """Whole, or a part of it."""
    if chance.random() < 0.7:
        return orders.ship(store, one)
    line = chance.choice(orders.detail(store, one).lines)
    return orders.ship(store, one, [(line["product_code"], max(1, line["quantity"] // 2))])


def _cancel(chance: Random, store: Store, one: str) -> Performed | None:
    return orders.cancel(store, one, "不要了") if chance.random() < 0.4 else None


def _answer(chance: Random, store: Store, one: str) -> Performed:
    return orders.approve(store, one) if chance.random() < 0.85 else orders.refuse(store, one, "没货")


NEXT: dict[tuple[str, str], Callable[[Random, Store, str], Performed | None]] = {
    ("seller_id", "submitted"): _answer,
    ("seller_id", "approved"): _ship,
    ("seller_id", "allocated"): _ship,
    ("seller_id", "shipped"): _ship,
    ("seller_id", "received"): lambda _chance, store, one: orders.close(store, one),
    ("buyer_id", "submitted"): _cancel,
    ("buyer_id", "approved"): _cancel,
    ("buyer_id", "allocated"): _cancel,
}
"""What comes next with an order, by the side and its state."""


def trade(chance: Random, store: Store) -> Performed | None:
    """The next step with an order between two parties, as this PC knows it."""
    mine, side = store.known.party_id, chance.choice(("seller_id", "seller_id", "buyer_id"))
    if side == "buyer_id" and chance.random() < 0.5:
        return receive(chance, store)
    states = [state for of, state in NEXT if of == side]
    row = newest_or_any(chance, store, order_table, order_table.c[side] == mine, order_table.c.state.in_(states))
    return NEXT[side, row["state"]](chance, store, row["id"]) if row and row["kind"] == "replenishment" else None


EVERYBODY: list[tuple[int, Action]] = [
    (26, sell),
    (8, take_in),
    (5, count),
    (4, adjust),
    (4, add_customer),
    (4, edit_customer),
    (60, trade),
    (2, _act_on(None, "seller_id", lambda _c, store, one: orders.approve(store, one))),
    (2, _act_on(None, "buyer_id", lambda _c, store, one: orders.cancel(store, one, "不要了"))),
    (2, _act_on(None, "seller_id", lambda _c, store, one: orders.ship(store, one))),
    (2, receive),
    (2, edit_clerk),
    (3, counter.open_shift),
    (3, counter.move_cash),
    (2, counter.close_shift),
    (10, counter.take_back),
    (5, counter.void),
    (4, bookings.end_any),
    (5, goods.make_own),
    (6, above.decide_held),
    (5, above.attach),
    (2, above.detach),
]
DEALERS_ONLY: list[tuple[int, Action]] = [(22, order_goods)]
HEADQUARTERS: list[tuple[int, Action]] = [
    (4, add_product),
    (9, list_product),
    (4, edit_product),
    (4, edit_dealer),
    (3, move_dealer),
    (5, above.set_range),
    (5, above.limit),
    (5, goods.decide_own),
]


def draw(chance: Random, pc: Pc) -> Action:
    """What the person at this counter does next."""
    at_headquarters = pc.store.known.party_id == HQ_PARTY_ID
    choices = EVERYBODY + (HEADQUARTERS if at_headquarters else DEALERS_ONLY)
    weights = [weight for weight, _ in choices]
    return chance.choices([action for _, action in choices], weights)[0]
