"""Rules of the till: what should be in the drawer, and how documents leave their mark in the open shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from domain.kernel.context import ApplyContext
from domain.tills.model import shift, till_entry

if TYPE_CHECKING:
    from domain.tills.commands import Total

CASH = "cash"


def expected_cash(float_amount: int, totals: Iterable[Total]) -> int:
    """What should be in the drawer in minor units: the float and every movement of cash since."""
    return float_amount + sum(total.amount for total in totals if total.method == CASH)


def write_entries(
    ctx: ApplyContext,
    shift_id: str | None,
    party_id: str,
    kind: str,
    moved: Sequence[tuple[str, int]],
    *,
    document_id: str,
    number: str,
    reason: str = "",
    approver_name: str = "",
) -> None:
    """Enter (means, amount) of a document into the party's own shift in which it was made; nothing without one."""
    known = ctx.rows.get(shift, shift_id) if shift_id else None
    if known is None or known["party_id"] != party_id:
        return
    ctx.rows.insert(
        till_entry,
        [
            {
                "id": ctx.derive("till", index),
                "shift_id": shift_id,
                "kind": kind,
                "method": method,
                "amount": amount,
                "document_id": document_id,
                "number": number,
                "reason": reason,
                "person_name": ctx.actor.person_name,
                "approver_name": approver_name,
                "at": ctx.at,
            }
            for index, (method, amount) in enumerate(moved)
        ],
    )
