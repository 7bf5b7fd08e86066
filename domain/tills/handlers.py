"""Decide and apply for the till. Source: DOMAIN "Orders", UX "Counter cash control"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.parties import queries as parties, roles
from domain.tills import queries
from domain.tills.commands import CloseShift, Counted, MoveCash, OpenShift, SetTillPolicy
from domain.tills.model import shift, till_entry, till_policy
from domain.tills.rules import expected_cash

Coins = Mapping[int, int]
"""Value of a note or coin in minor units → how many."""


def decide_open_shift(ctx: DecideContext, *, float_amount: int) -> Decision:
    """Take over this till with so much in the drawer.

    Raises:
        Refused: ``shift_open`` when one is open here. Invalid: ``negative_amount``.
    """
    if float_amount < 0:
        raise Invalid("negative_amount")
    here = queries.open_shift(ctx.connection, ctx.actor.device_id)
    if here is not None:
        raise Refused("shift_open", number=here["number"], name=here["person_name"])
    mine = parties.party_by_id(ctx.connection, ctx.actor.party_id)
    if mine is None:
        raise NotFound("unknown_dealer", code=ctx.actor.party_id)
    payload = OpenShift(
        shift_id=ctx.new_id(),
        number=ctx.next_number("T"),
        party_id=mine["id"],
        home=mine["home"],
        currency=mine["currency"],
        float_amount=float_amount,
    )
    return Decision(payload, payload.shift_id, payload.number, currency=mine["currency"])


@applies(OpenShift)
def apply_open_shift(ctx: ApplyContext, opened: OpenShift) -> None:
    """Write the shift."""
    ctx.rows.insert(
        shift,
        {
            "id": opened.shift_id,
            "number": opened.number,
            "party_id": opened.party_id,
            "device_id": ctx.actor.device_id,
            "person_id": ctx.actor.person_id,
            "person_name": ctx.actor.person_name,
            "home": opened.home,
            "currency": opened.currency,
            "business_date": ctx.business_date,
            "opened_at": ctx.at,
            "float_amount": opened.float_amount,
        },
    )


def decide_set_policy(ctx: DecideContext, **chosen: Any) -> Decision:
    """Choose what the till may do; what is not named stays as it is.

    Raises:
        Invalid: ``bad_input`` for a name that is no part of the policy.
    """
    names = SetTillPolicy.__struct_fields__
    unknown = chosen.keys() - set(names)
    if unknown:
        raise Invalid("bad_input", field=min(unknown))
    now = queries.policy_of(ctx.connection, ctx.actor.party_id)
    flags = {name: bool(now[name]) for name in ("no_sale_approved", "shift_required")}
    payload = SetTillPolicy(**{**{name: now[name] for name in names}, **flags, **chosen})
    return Decision(payload, payload.party_id)


@applies(SetTillPolicy)
def apply_set_policy(ctx: ApplyContext, policy: SetTillPolicy) -> None:
    """Write the policy."""
    fields = {
        "clerk_discount_bp": policy.clerk_discount_bp,
        "return_limit": policy.return_limit,
        "cash_out_limit": policy.cash_out_limit,
        "no_sale_approved": int(policy.no_sale_approved),
        "shift_required": int(policy.shift_required),
        "rounding": policy.rounding,
        "expired_sale": policy.expired_sale,
        "deposit_bp": policy.deposit_bp,
        "set_by": ctx.actor.person_name,
        "set_at": ctx.at,
    }
    if ctx.rows.get(till_policy, policy.party_id) is None:
        ctx.rows.insert(till_policy, {"id": policy.party_id, "party_id": policy.party_id, **fields})
    else:
        ctx.rows.update(till_policy, policy.party_id, **fields)


def open_here(ctx: DecideContext) -> Row:
    """The shift that is open at this till.

    Raises:
        Refused: ``no_shift``.
    """
    here = queries.open_shift(ctx.connection, ctx.actor.device_id)
    if here is None:
        raise Refused("no_shift")
    return here


def decide_move_cash(
    ctx: DecideContext, *, kind: str, amount: int, reason: str, approver: tuple[str, str] | None = None
) -> Decision:
    """Put cash in, take it out, or open the drawer for nothing; *approver* is (id, name) of the second person.

    Raises:
        Invalid: ``negative_amount``, ``no_reason``. Refused: ``no_shift``, ``needs_approval`` by the dealer's policy.
    """
    if amount < 0 or (kind != "no_sale" and amount == 0):
        raise Invalid("negative_amount")
    if not reason.strip():
        raise Invalid("no_reason")
    here = open_here(ctx)
    policy = queries.policy_of(ctx.connection, here["party_id"])
    risky = (kind == "out" and amount > policy["cash_out_limit"]) or (kind == "no_sale" and policy["no_sale_approved"])
    if risky and approver is None and ctx.actor.role not in roles.MANAGING:
        raise Refused("needs_approval")
    who, name = approver or (None, "")
    payload = MoveCash(
        entry_id=ctx.new_id(),
        shift_id=here["id"],
        party_id=here["party_id"],
        kind=kind,  # type: ignore[arg-type]
        amount=0 if kind == "no_sale" else amount,
        reason=reason.strip(),
        approver_id=who,
        approver_name=name,
    )
    return Decision(payload, here["id"], here["number"], currency=here["currency"])


@applies(MoveCash)
def apply_move_cash(ctx: ApplyContext, moved: MoveCash) -> None:
    """Write the entry, with its sign."""
    ctx.rows.insert(
        till_entry,
        {
            "id": moved.entry_id,
            "shift_id": moved.shift_id,
            "kind": moved.kind,
            "method": "cash",
            "amount": -moved.amount if moved.kind == "out" else moved.amount,
            "reason": moved.reason,
            "person_name": ctx.actor.person_name,
            "approver_name": moved.approver_name,
            "at": ctx.at,
        },
    )


def decide_close_shift(ctx: DecideContext, *, coins: Coins, other: int = 0, reason: str = "") -> Decision:
    """Close the open shift with what was counted; the report is worked out and sealed with it.

    Args:
        coins: what was counted, by value.
        other: cash counted without its pieces, in minor units.

    Raises:
        Refused: ``no_shift``; ``variance_reason`` when the count differs and nobody says why (nothing is told of the
            difference: the count stays blind). Invalid: ``negative_amount``.
    """
    here = open_here(ctx)
    if other < 0 or any(value <= 0 or number < 0 for value, number in coins.items()):
        raise Invalid("negative_amount")
    counted = other + sum(value * number for value, number in coins.items())
    totals = queries.totals(ctx.connection, here["id"])
    expected = expected_cash(here["float_amount"], totals)
    if counted != expected and not reason.strip():
        raise Refused("variance_reason")
    payload = CloseShift(
        shift_id=here["id"],
        party_id=here["party_id"],
        coins=tuple(Counted(value=value, number=number) for value, number in sorted(coins.items()) if number),
        counted=counted,
        expected=expected,
        reason=reason.strip(),
        totals=totals,
    )
    return Decision(payload, here["id"], here["number"], currency=here["currency"])


@applies(CloseShift)
def apply_close_shift(ctx: ApplyContext, closed: CloseShift) -> None:
    """Write the end of the shift; a second end of the same one changes nothing."""
    known = ctx.rows.get(shift, closed.shift_id)
    if known is None or known["state"] == "closed":
        return
    ctx.rows.update(
        shift,
        closed.shift_id,
        state="closed",
        closed_at=ctx.at,
        closed_by=ctx.actor.person_name,
        expected=closed.expected,
        counted=closed.counted,
        variance=closed.counted - closed.expected,
        reason=closed.reason,
        report=msgspec.json.encode(closed.totals).decode(),
    )


@projects(CloseShift)
def project_close_shift(ctx: ApplyContext, closed: CloseShift) -> None:
    """The server works the report out again; what differs is an exception."""
    known = ctx.rows.get(shift, closed.shift_id)
    totals = queries.totals(ctx.rows.connection, closed.shift_id)
    if known is None or totals != closed.totals or expected_cash(known["float_amount"], totals) != closed.expected:
        ctx.flag("shift_report_differs", closed.shift_id, closed.party_id, expected=closed.expected)
