"""What headquarters does at the server itself: command lines and imports, commands of the server's own device."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from domain.catalogue.handlers import (
    NewProduct,
    decide_add_products,
    decide_edit_product,
    decide_set_listing,
    decide_set_prices,
)
from domain.catalogue.model import goods_range, product
from domain.catalogue.provisional import decide_adopt_product, decide_merge_product
from domain.catalogue.queries import provisional_products
from domain.catalogue.range_handlers import decide_assign_range, decide_set_range
from domain.catalogue.ranges import Grant, GrantKind
from domain.customers.bulk import NewCustomer, decide_add_customers
from domain.kernel.channels import Row
from domain.kernel.context import DecideContext, Decision
from domain.kernel.errors import NotFound
from domain.parties.handlers import decide_edit_dealer, decide_edit_person
from domain.parties.model import party, person
from domain.parties.moving import decide_move_dealer
from tests.simulation.founding import SEATS
from tests.simulation.office import Office
from tests.support.factories import parties

Decide = Callable[[DecideContext], Decision]


def colleagues(name: str) -> list[str]:
    """Everybody who works for the same party."""
    for code in parties.PARTIES:
        people = parties.people_of(code)
        if name in people:
            return sorted(people)
    return [name]


def _any_row(chance: Random, connection: Connection, table: Any, *where: Any) -> Row:
    rows = connection.execute(select(table).where(*where).order_by(table.c.id)).mappings().all()
    return dict(chance.choice(rows))


def _list(chance: Random, listed: bool) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        return decide_set_listing(ctx, code=_any_row(chance, ctx.connection, product)["code"], listed=listed)

    return decide


def _add(chance: Random) -> Decide:
    new = NewProduct(f"P{chance.randrange(30):02d}", "新品", price=chance.randrange(1, 99) * 1000)
    return lambda ctx: decide_add_products(ctx, [new])


def _price(chance: Random) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        code = _any_row(chance, ctx.connection, product)["code"]
        return decide_set_prices(
            ctx, list_code=chance.choice(("BASE", "TRADE")), prices=[(code, chance.randrange(10**5), 0)]
        )

    return decide


def _role(chance: Random) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        some = [person.c.role.in_(["owner", "clerk", "warehouse"])]
        if chance.random() < 0.6:
            some.append(person.c.name.in_(SEATS))
        row = _any_row(chance, ctx.connection, person, *some)
        at_headquarters = row["name"].startswith("hq")
        role = "warehouse" if at_headquarters else chance.choice(("owner", "clerk", "warehouse"))
        status = "suspended" if chance.random() < 0.3 else "active"
        return decide_edit_person(ctx, person_id=row["id"], role=role, status=status)

    return decide


def _dealer(chance: Random, status: str) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        row = _any_row(chance, ctx.connection, party, party.c.kind == "dealer")
        return _dealers_file(ctx, row, status)

    return decide


def _dealers_file(ctx: DecideContext, row: Row, status: str) -> Decision:
    return decide_edit_dealer(
        ctx,
        party_id=row["id"],
        name=row["name"],
        region=row["region"],
        grade=row["grade"],
        status=status,
        pause_at_zero=bool(row["pause_at_zero"]),
    )


def _move(chance: Random) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        row = _any_row(chance, ctx.connection, party, party.c.kind == "dealer")
        return decide_move_dealer(ctx, party_id=row["id"], to_code=chance.choice(parties.PARTIES))

    return decide


def _import(chance: Random) -> Decide:
    new = [NewCustomer(f"OLD{chance.randrange(10**6)}", "旧客户", "13900000000") for _ in range(3)]
    return lambda ctx: decide_add_customers(ctx, new)


def _grant(chance: Random) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        row = _any_row(chance, ctx.connection, goods_range)
        told = parties.PARTIES[1:]
        ids = {row.code: row.id for row in ctx.connection.execute(select(party.c.code, party.c.id))}
        kinds: list[GrantKind] = ["dealer", "below", "below"]
        grants = [
            Grant(kind=kind, value=ids[chance.choice(told)]) for kind in chance.sample(kinds, chance.randint(0, 3))
        ]
        return decide_set_range(ctx, name=row["name"], grants=grants, range_id=row["id"])

    return decide


def _assign(chance: Random) -> Decide:
    def decide(ctx: DecideContext) -> Decision:
        range_id = _any_row(chance, ctx.connection, goods_range)["id"] if chance.random() < 0.5 else None
        return decide_assign_range(
            ctx, range_id=range_id, product_ids=[_any_row(chance, ctx.connection, product)["id"]]
        )

    return decide


def _own(chance: Random) -> Decide:
    """What a shop made itself is a product of everybody, or one that there is."""

    def decide(ctx: DecideContext) -> Decision:
        waiting = provisional_products(ctx.connection)
        if not waiting:
            raise NotFound("unknown_product", code="")
        one = chance.choice(waiting)
        if chance.random() < 0.3:
            return decide_adopt_product(ctx, product_id=one["id"], name="散装硬糖")
        return decide_merge_product(
            ctx, product_id=one["id"], into_code=_any_row(chance, ctx.connection, product)["code"]
        )

    return decide


def edit(chance: Random, office: Office, row_id: str) -> str:
    """Edit a record that a counter's people edit too; says whether that could be done."""
    word = chance.choice("甲乙丙丁")

    def decide(ctx: DecideContext) -> Decision:
        for table, made in EDITS.items():
            row = ctx.connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
            if row is not None:
                return made(ctx, dict(row), word)
        raise NotFound("not_found", id=row_id)

    return "done" if office.issue(decide) else "not done"


def _edited_product(ctx: DecideContext, row: Row, word: str) -> Decision:
    told = {name: row[name] for name in ("code", "spec", "unit", "category_id", "tax_rate_bp")}
    return decide_edit_product(ctx, **told, name=f"{word} 级", stocked=bool(row["stocked"]))


def _edited_dealer(ctx: DecideContext, row: Row, word: str) -> Decision:
    return _dealers_file(ctx, {**row, "region": word}, row["status"])


EDITS: dict[Any, Callable[[DecideContext, Row, str], Decision]] = {product: _edited_product, party: _edited_dealer}


def act(chance: Random, office: Office) -> str:
    """One command of the server's own; says which."""
    kind = chance.choice(KINDS)
    made: dict[str, Callable[[], Decide]] = {
        "delist": lambda: _list(chance, False),
        "list": lambda: _list(chance, True),
        "product": lambda: _add(chance),
        "price": lambda: _price(chance),
        "role": lambda: _role(chance),
        "suspend": lambda: _dealer(chance, "suspended"),
        "reinstate": lambda: _dealer(chance, "active"),
        "import": lambda: _import(chance),
        "move": lambda: _move(chance),
        "grant": lambda: _grant(chance),
        "assign": lambda: _assign(chance),
        "own": lambda: _own(chance),
    }
    issued = office.issue(made[kind](), bulk=kind == "import")
    return f"{kind} {'done' if issued else 'not done'}"


KINDS = (
    *("delist", "list", "list", "product", "price", "import", "move", "grant", "grant", "assign", "assign", "own"),
    *("role", "role", "role", "suspend", "reinstate"),
)


def settle(office: Office) -> None:
    """Whoever is suspended may come back, so that every counter can be told how things ended."""
    with office.db.read() as connection:
        dealers = connection.execute(select(party).where(party.c.status != "active").order_by(party.c.id))
        away = [dict(row) for row in dealers.mappings()]
        people = connection.execute(select(person).where(person.c.status != "active").order_by(person.c.id))
        idle = [dict(row) for row in people.mappings()]
    for row in away:
        office.issue(lambda ctx, row=row: _dealers_file(ctx, row, "active"))
    for row in idle:
        office.issue(
            lambda ctx, row=row: decide_edit_person(ctx, person_id=row["id"], role=row["role"], status="active")
        )
