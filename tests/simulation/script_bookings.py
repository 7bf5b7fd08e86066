"""A customer orders goods at the counter and pays some of it ahead; then he fetches them, or does not want them.

Drawn from a stream of its own. Who ends it may sit at another PC of the shop, and both may do so before either hears of
the other: then the first counts.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

import msgspec

from desktop.features.customers import operations as customers
from desktop.features.order_entry import operations as selling
from desktop.features.order_entry.draft import DraftEdit, DraftLine, SaleDraft
from desktop.features.orders import returning
from desktop.store.bookings import fetching
from desktop.store.store import Performed, Store
from domain.catalogue.queries import products_by_codes
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.errors import Refused
from domain.orders.booking import BOOKING
from domain.orders.commands import Approval
from domain.orders.model import orders
from tests.simulation import script_counter as counter, script_goods as goods
from tests.simulation.drawing import any_row, newest_or_any
from tests.simulation.founding import WINE
from tests.support.factories import products

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import Plot

IN_STOCK = [products.TEA, products.RICE, WINE]
MOST = 4
"""Such orders in one run."""


def take(chance: Random, store: Store) -> Performed | None:
    """Goods for a customer, with nothing, something or all of it paid ahead, mostly by two means."""
    buyer = any_row(chance, store, customer, customer.c.party_id == store.known.party_id)
    if buyer is None:
        return customers.add(store, name="定金客", phone="13700000000")
    lines = [
        DraftLine(
            code=row["code"], quantity=chance.choice((1000, 2000, 6000)), price=chance.choice((None, None, 9_900))
        )
        for row in _goods(chance, store)
    ]
    draft = SaleDraft(lines=tuple(lines), customer_id=buyer["id"], rounding=chance.choice(("", "", "jiao")))
    deposit = chance.choice((0, 90, 500, 500, 2_000, 2_000, 10_000))
    by_phone = deposit * chance.choice((0, 1, 2, 3)) // 3
    payments = [(chance.choice(("card", "alipay", "wechat")), by_phone), ("cash", deposit - by_phone + 100)]
    day = chance.choice(("", "2023-12-01"))
    return selling.book_draft(store, draft, payments, deposit=deposit, wanted_on=day)


def _goods(chance: Random, store: Store) -> list[Row]:
    """Mostly such as lie here, so that something is promised."""
    if chance.random() < 0.3:
        return goods.known_goods(chance, store)
    with store.read() as connection:
        known = products_by_codes(connection, chance.sample(IN_STOCK, chance.randint(1, 2)))
    return list(known.values())


def fetch(chance: Random, store: Store, order_id: str) -> Performed:
    """The goods of that day at its prices, now and then with something more; the rest is paid."""
    edit = DraftEdit(SaleDraft())
    edit.take_booking(fetching(store, order_id))
    lines = [_chosen(chance, store, line) for line in edit.draft.lines]
    if chance.random() < 0.2:
        lines += [DraftLine(code=row["code"], quantity=1000) for row in goods.known_goods(chance, store, 1)]
    draft = msgspec.structs.replace(edit.draft, lines=tuple(lines))
    paid = [("cash", 10**7)] if chance.random() < 0.8 else [("card", 0), ("cash", 10**7)]
    return selling.complete_draft(store, draft, paid, goods.agreed(chance, store))


def _chosen(chance: Random, store: Store, line: DraftLine) -> DraftLine:
    if not line.by_serial:
        return line
    pieces = tuple(chance.sample(goods.SERIALS, line.quantity // 1000))
    return msgspec.structs.replace(line, serials=pieces)


def call_off(chance: Random, store: Store, order_id: str) -> Performed:
    """The deposit goes back, or stays with the shop; often somebody must agree first."""
    keep = chance.random() < 0.4
    try:
        return returning.call_off(store, order_id, "不要了", keep=keep)
    except Refused as error:
        if error.code != "needs_approval":
            raise
    known = store.known
    agreed = [Approval(what="return", person_id=known.person_id, person_name=known.person_name)]
    return returning.call_off(store, order_id, "不要了", keep=keep, approvals=agreed)


def plan(plot: Plot, until: int) -> None:
    """Spread a few over the run; some are taken and ended by the way, without a plan."""
    chance = plot.world.chance("bookings")
    for _ in range(chance.randint(0, MOST)):
        own = Random(chance.random())
        plot.world.timeline.after(chance.randrange(until * 2 // 3 + 1), partial(_take, plot, own))


def _take(plot: Plot, chance: Random) -> None:
    working = _working(plot)
    if plot.calm or not working:
        return
    paired = [pc for pc in working if any(_colleagues(pc, one) for one in working if one is not pc)]
    pc = chance.choice(paired if paired and chance.random() < 0.6 else working)
    if chance.random() < 0.5:
        pc.perform(partial(counter.open_shift, chance))
    known = _taken(pc, chance)
    if known is None:
        return
    both = chance.random() < 0.7
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        drawn = Random(chance.random())
        plot.world.timeline.after(chance.randrange(2_000, 90_000), partial(_end, plot, known, drawn, both))
    if chance.random() < 0.5:
        after = chance.randrange(3_000, 120_000)
        plot.world.timeline.after(after, partial(_close_shift, plot, pc, Random(chance.random())))


def _colleagues(one: Pc, two: Pc) -> bool:
    return one.store.known.party_id == two.store.known.party_id


def _taken(pc: Pc, chance: Random) -> Row | None:
    """The order, when there are goods and a customer for it."""
    for _ in range(3):
        done = pc.perform(partial(take, Random(chance.random())))
        if done is None or not pc.on:
            continue
        known = any_row(chance, pc.store, orders, orders.c.id == done.document_id)
        if known is not None:
            return known
    return None


def _working(plot: Plot) -> list[Pc]:
    return [pc for pc in plot.world.pcs if pc.on and pc.store.identity is not None]


def _close_shift(plot: Plot, pc: Pc, chance: Random) -> None:
    if not plot.calm and pc.store.identity is not None:
        pc.perform(partial(counter.close_shift, chance))


def _end(plot: Plot, booking: Row, chance: Random, both: bool) -> None:
    """Somebody of the shop ends it; or two do, and do not hear of each other for a while."""
    here = [pc for pc in _working(plot) if pc.store.known.party_id == booking["seller_id"]]
    if plot.calm or not here:
        return
    who = chance.sample(here, 2) if both and len(here) > 1 else [chance.choice(here)]
    for pc in who:
        drawn = Random(chance.random())
        if len(who) > 1:
            pc.line.weather.cut_until = plot.world.timeline.now + chance.randrange(5_000, 40_000)
        act = fetch if drawn.random() < (0.8 if len(who) > 1 else 0.6) else call_off
        pc.perform(lambda store, act=act, drawn=drawn: act(drawn, store, booking["id"]))  # type: ignore[misc]  # bound at once


def end_any(chance: Random, store: Store) -> Performed | None:
    """One of those that wait here, or that were just ended."""
    own = (orders.c.kind == BOOKING, orders.c.seller_id == store.known.party_id)
    row = newest_or_any(chance, store, orders, *own)
    if row is None:
        return None
    return fetch(chance, store, row["id"]) if chance.random() < 0.6 else call_off(chance, store, row["id"])
