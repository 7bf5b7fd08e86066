"""Reading customers."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from domain.customers.model import account_entry, customer
from domain.kernel.channels import Row


def customer_by_id(connection: Connection, customer_id: str) -> Row | None:
    """The customer."""
    found = connection.execute(select(customer).where(customer.c.id == customer_id)).mappings().first()
    return dict(found) if found else None


def customers_by_codes(connection: Connection, party_id: str, codes: list[str]) -> dict[str, Row]:
    """A party's customers by the number they had at their source."""
    found: dict[str, Row] = {}
    for start in range(0, len(codes), 500):
        statement = select(customer).where(
            customer.c.party_id == party_id, customer.c.code.in_(codes[start : start + 500])
        )
        found.update({row["code"]: dict(row) for row in connection.execute(statement).mappings()})
    return found


def find_customers(connection: Connection, party_id: str | None, search: str = "", limit: int = 200) -> list[Row]:
    """Customers by part of name, number, phone digits or pinyin initials; all when *search* is empty."""
    statement = select(customer).where(customer.c.status == "active").order_by(customer.c.name, customer.c.id)
    if party_id is not None:
        statement = statement.where(customer.c.party_id == party_id)
    wanted = search.strip()
    if wanted:
        like = f"%{wanted}%"
        statement = statement.where(
            or_(
                customer.c.name.ilike(like),
                customer.c.phone.like(like),
                customer.c.code.ilike(like),
                customer.c.initials.ilike(f"%{wanted.lower()}%"),
                customer.c.pinyin.ilike(f"%{wanted.lower()}%"),
            )
        )
    return [dict(row) for row in connection.execute(statement.limit(limit)).mappings()]


def account_balance(connection: Connection, customer_id: str) -> int:
    """What a customer owes in minor units; below zero he has paid ahead."""
    statement = select(func.coalesce(func.sum(account_entry.c.amount), 0)).where(
        account_entry.c.customer_id == customer_id
    )
    return int(connection.execute(statement).scalar_one())


def account_entries(connection: Connection, customer_id: str, limit: int = 100) -> list[Row]:
    """A customer's account, newest first."""
    statement = (
        select(account_entry)
        .where(account_entry.c.customer_id == customer_id)
        .order_by(account_entry.c.at.desc(), account_entry.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]
