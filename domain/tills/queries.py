"""Reading shifts and what went through them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from domain.kernel.channels import Row
from domain.kernel.tables import blank
from domain.parties import queries as parties
from domain.tills.commands import Total
from domain.tills.model import shift, till_entry, till_policy

NEVER = "never"

# Made once: every sale asks them.
_OPEN_SHIFT = (
    select(shift)
    .where(shift.c.device_id == bindparam("device"), shift.c.state == "open")
    .order_by(shift.c.opened_at.desc(), shift.c.id.desc())
    .limit(1)
)
_POLICY = select(till_policy).where(till_policy.c.id == bindparam("party"))


def shift_by_id(connection: Connection, shift_id: str) -> Row | None:
    """The shift."""
    found = connection.execute(select(shift).where(shift.c.id == shift_id)).mappings().first()
    return dict(found) if found else None


def open_shift(connection: Connection, device_id: str) -> Row | None:
    """The shift that is open at a till, the newest if there should be two."""
    found = connection.execute(_OPEN_SHIFT, {"device": device_id}).mappings().first()
    return dict(found) if found else None


def totals(connection: Connection, shift_id: str) -> tuple[Total, ...]:
    """What went through a shift by kind and means: the lines of an X report, and of the Z report at its end."""
    statement = (
        select(till_entry.c.kind, till_entry.c.method, func.count(), func.sum(till_entry.c.amount))
        .where(till_entry.c.shift_id == shift_id)
        .group_by(till_entry.c.kind, till_entry.c.method)
        .order_by(till_entry.c.kind, till_entry.c.method)
    )
    return tuple(
        Total(kind=kind, method=method, number=int(number), amount=int(amount))
        for kind, method, number, amount in connection.execute(statement)
    )


def policy_of(connection: Connection, party_id: str) -> Row:
    """What the dealer's till may do; the usual values when nobody chose."""
    found = connection.execute(_POLICY, {"party": party_id}).mappings().first()
    return dict(found) if found else {**blank(till_policy), "id": party_id, "party_id": party_id}


def expired_sale(connection: Connection, policy: Row) -> str:
    """Whether a dealer with this policy sells goods past their last day: ``approved`` or ``never``, which headquarters
    may say for everybody."""
    return NEVER if parties.network_rules(connection)["expired_sale"] == NEVER else str(policy["expired_sale"])


def entries(connection: Connection, shift_id: str) -> list[Row]:
    """Every entry of a shift in order."""
    statement = select(till_entry).where(till_entry.c.shift_id == shift_id).order_by(till_entry.c.at, till_entry.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def shifts_of(connection: Connection, party_id: str, limit: int = 100) -> Sequence[Row]:
    """A dealer's shifts, newest first."""
    statement = (
        select(shift).where(shift.c.party_id == party_id).order_by(shift.c.opened_at.desc(), shift.c.id).limit(limit)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]
