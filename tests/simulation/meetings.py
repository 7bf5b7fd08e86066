"""Two people edit one record, and the edits reach the server in another order than they were made in; then some choose.

Everything here is drawn from a stream of its own: more of it shifts nothing of what else people do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from desktop.features.customers import operations as customers
from desktop.features.network import operations as network
from desktop.features.products import operations as products, ranges
from desktop.store import clashing
from desktop.store.store import Performed, Store
from domain.catalogue.handlers import NewProduct
from domain.catalogue.model import goods_range, product
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties.model import party, person
from tests.simulation import headquarters
from tests.simulation.drawing import any_row
from tests.simulation.script_above import grants_drawn

if TYPE_CHECKING:
    from tests.simulation.pc import Pc
    from tests.simulation.world import Plot

MOST = 5
"""Meetings in one run."""
Edit = Callable[[Random, Store, str], Performed | None]


def _row(store: Store, table: Any, row_id: str) -> Row:
    row = any_row(Random(0), store, table, table.c.id == row_id)
    if row is None:
        raise NotFound("not_found", what=str(table.name), id=row_id)
    return row


def edit_product(chance: Random, store: Store, row_id: str) -> Performed:
    """Another name, another spec, or both; or it is listed or delisted."""
    row = _row(store, product, row_id)
    if chance.random() < 0.2:
        return products.set_listing(store, row["code"], listed=chance.random() < 0.5)
    told = {name: row[name] for name in ("name", "spec", "unit", "tax_rate_bp")}
    told[chance.choice(("name", "name", "name", "spec"))] = f"{chance.choice('甲乙丙丁')} 级"
    return products.edit(store, row["code"], **told, stocked=bool(row["stocked"]))


def edit_dealer(chance: Random, store: Store, row_id: str) -> Performed:
    """Another region, or another grade."""
    row = _row(store, party, row_id)
    told = {name: row[name] for name in ("name", "region", "grade", "status")}
    told[chance.choice(("region", "region", "region", "grade"))] = chance.choice(("华东", "华北", "gold", ""))
    return network.edit_dealer(store, row_id, **told, pause_at_zero=bool(row["pause_at_zero"]))


def edit_range(chance: Random, store: Store, row_id: str) -> Performed:
    """Somebody else may sell its goods."""
    row = _row(store, goods_range, row_id)
    return ranges.set_range(store, name=row["name"], range_id=row_id, **grants_drawn(chance))


def edit_person(chance: Random, store: Store, row_id: str) -> Performed:
    """Another job."""
    row = _row(store, person, row_id)
    return network.edit_person(store, row_id, role=chance.choice(("clerk", "warehouse")), status=row["status"])


def edit_customer(chance: Random, store: Store, row_id: str) -> Performed:
    """Another number, or another note."""
    row = _row(store, customer, row_id)
    told = {name: row[name] for name in ("name", "phone", "note", "grade")}
    told[chance.choice(("phone", "phone", "note"))] = f"139{chance.randrange(5):08d}"
    return customers.edit(store, row_id, **told | {"name": row["name"] or "某人"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What two people may edit: rows of *table* that fit, and how."""

    table: Any
    edit: Edit
    where: Any = None


def _kinds(store: Store) -> list[Kind]:
    mine = store.known.party_id
    if mine == HQ_PARTY_ID:
        return [
            Kind(product, edit_product),
            Kind(product, edit_product),
            Kind(party, edit_dealer, party.c.kind == "dealer"),
            Kind(goods_range, edit_range),
        ]
    helpers = (person.c.party_id == mine) & person.c.role.in_(["clerk", "warehouse"])
    buyers = Kind(customer, edit_customer, customer.c.party_id == mine)
    return [buyers, buyers, Kind(person, edit_person, helpers)] if store.known.role == "owner" else [buyers]


def plan(plot: Plot, until: int) -> None:
    """Spread a few meetings over the run."""
    chance = plot.world.chance("meetings")
    for number in range(chance.randint(0, MOST)):
        own = Random(f"{chance.random()}/{number}")
        plot.world.timeline.after(chance.randrange(until // 2 + 1), partial(_meet, plot, own))


def _working(plot: Plot) -> list[Pc]:
    return [pc for pc in plot.world.pcs if pc.on and pc.store.identity is not None]


def _meet(plot: Plot, chance: Random) -> None:
    """One edits first and is heard last: his line is cut meanwhile. The other is a colleague, or the server's own."""
    working = _working(plot)
    if plot.calm or not working:
        return
    pairs: list[tuple[Pc, Pc | None]] = [
        (one, two) for one in working for two in working if one is not two and _colleagues(one, two)
    ]
    alone: list[tuple[Pc, Pc | None]] = [(one, None) for one in working if _kinds_with(one, None)]
    if not pairs and not alone:
        return
    first, second = chance.choice(pairs if pairs and (not alone or chance.random() < 0.7) else alone)
    kind = chance.choice(_kinds_with(first, second))
    row = any_row(chance, first.store, kind.table, *([kind.where] if kind.where is not None else []))
    if row is None:
        return
    after = plot.world.timeline.after
    if chance.random() < 0.8:
        first.line.weather.cut_until = plot.world.timeline.now + chance.randrange(8_000, 30_000)
    _edit(plot, first, kind.edit, row["id"], Random(chance.random()))
    for who in (second, chance.choice((first, second))):
        drawn = Random(chance.random())
        after(chance.randrange(500, 6_000), partial(_edit, plot, who, kind.edit, row["id"], drawn))
    if chance.random() < 0.3:
        after(chance.randrange(500, 9_000), lambda: _add_and_edit(plot, first, chance))
    for _ in range(chance.randint(0, 3)):
        after(chance.randrange(20_000, 200_000), partial(_choose, plot, Random(chance.random())))


def _kinds_with(one: Pc, other: Pc | None) -> list[Kind]:
    """What somebody and the other one, or the server's own, both may edit to more than two values."""
    return [kind for kind in _kinds(one.store) if other is not None or kind.table in headquarters.EDITS]


def _colleagues(one: Pc, two: Pc) -> bool:
    return one.store.known.party_id == two.store.known.party_id


def _edit(plot: Plot, who: Pc | None, edit: Edit, row_id: str, chance: Random) -> None:
    if plot.calm:
        return
    if who is None:
        plot.world.note("server", f"edit {headquarters.edit(chance, plot.world.office, row_id)}")
    elif who.store.identity is not None:
        who.perform(lambda store: edit(chance, store, row_id))


def _add_and_edit(plot: Plot, who: Pc, chance: Random) -> None:
    """A product, whose code others may take meanwhile, and a second thought about it at once."""
    if plot.calm or who.store.identity is None or who.store.known.party_id != HQ_PARTY_ID:
        return
    new = NewProduct(f"P{chance.randrange(6):02d}", "新品", price=1000)
    done = who.perform(lambda store: products.add(store, new))
    if done is not None:
        row_id = done.document_id
        plot.world.timeline.after(10, lambda: _edit(plot, who, edit_product, row_id, chance))


def _choose(plot: Plot, chance: Random) -> None:
    """Whoever sees a clash chooses, as far as he may, also when the faults have stopped; others do so too and do not
    know of each other.
    """
    for pc in _working(plot):
        found = [one.id for one in clashing.open_clashes(pc.store) if one.may]
        if found and chance.random() < 0.7:
            one, keep = chance.choice(found), chance.choice(("stays", "other"))
            pc.perform(partial(clashing.settle, clash_id=one, keep=keep))
