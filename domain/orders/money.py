"""Money of a document, entered alike wherever it moves: its payments, the open shift, the customer's account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customers.account import ACCOUNT, enter_account
from domain.kernel.context import ApplyContext
from domain.orders.model import payment
from domain.tills.rules import write_entries


@dataclass(frozen=True, slots=True)
class Moved:
    """So much by one means, in minor units, below zero when it goes out.

    ``tendered`` is what was handed over, None when that was the amount itself; ``counted_as`` is the means under which
    the shift counts it, empty for the same: a deposit came into the drawer when it was taken.
    """

    method: str
    amount: int
    tendered: int | None = None
    counted_as: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why money moves.

    Attributes:
        kind: how shift and account call it.
        order_id: the document whose payments these are.
        number: what it is called there.
        customer_id: whose account is meant by :data:`ACCOUNT`, None for nobody's.
        role: what tells these payments from others that the same command writes; part of their ids, never changed.
    """

    kind: str
    order_id: str
    number: str
    seller_id: str
    customer_id: str | None
    shift_id: str | None
    reason: str = ""
    approver_name: str = ""
    role: str = "payment"


def enter_money(ctx: ApplyContext, cause: Cause, moved: Sequence[Moved]) -> None:
    """Write what moved; who buys on account owes it from now on, and owes less when it goes back."""
    rows = [
        {
            "id": ctx.derive(cause.role, index),
            "order_id": cause.order_id,
            "method": one.method,
            "amount": one.amount,
            "tendered": one.amount if one.tendered is None else one.tendered,
            "at": ctx.at,
        }
        for index, one in enumerate(moved)
    ]
    ctx.rows.insert(payment, rows)
    write_entries(
        ctx,
        cause.shift_id,
        cause.seller_id,
        cause.kind,
        [(one.counted_as or one.method, one.amount) for one in moved],
        document_id=cause.order_id,
        number=cause.number,
        reason=cause.reason,
        approver_name=cause.approver_name,
    )
    owed = sum(one.amount for one in moved if one.method == ACCOUNT)
    if owed and cause.customer_id:
        enter_account(ctx, cause.customer_id, cause.seller_id, cause.kind, owed, cause.order_id, cause.number)
