"""Pages of the customer list by key, in the order of names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, tuple_

from domain.customers.model import customer
from domain.kernel.channels import Row


def count_customers(connection: Connection, party_id: str | None, search: str = "") -> int:
    """How many customers fit; *party_id* None means all this side knows."""
    statement = select(func.count()).select_from(customer).where(*_conditions(party_id, search))
    return int(connection.execute(statement).scalar_one())


def page_customers(
    connection: Connection,
    party_id: str | None,
    search: str,
    after: tuple[str, str] | None,
    skip: int,
    limit: int,
    *,
    descending: bool = False,
) -> list[Row]:
    """*limit* customers, beginning *skip* behind the key *after* = (name, id)."""
    key = (customer.c.name.desc(), customer.c.id.desc()) if descending else (customer.c.name, customer.c.id)
    statement = select(customer).where(*_conditions(party_id, search)).order_by(*key).limit(limit).offset(skip)
    if after is not None:
        here, mark = tuple_(customer.c.name, customer.c.id), tuple_(literal(after[0]), literal(after[1]))
        statement = statement.where(here < mark if descending else here > mark)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _conditions(party_id: str | None, search: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [customer.c.status == "active"]
    if party_id is not None:
        found.append(customer.c.party_id == party_id)
    wanted = search.strip()
    if wanted:
        like = f"%{wanted}%"
        columns = (customer.c.name, customer.c.code, customer.c.initials, customer.c.pinyin)
        found.append(or_(customer.c.phone.like(like), *(column.ilike(like) for column in columns)))
    return found
