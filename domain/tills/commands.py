"""Commands of the till: all are facts, and all go on without the server, like selling itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from domain.kernel.commands import (
    FACT,
    Amount,
    Code,
    Currency,
    Id,
    NonNegative,
    Payload,
    Positive,
    Rate,
    Short,
    command,
)
from domain.kernel.context import ApplyContext
from domain.parties import roles
from domain.parties.rules import own
from domain.tills.model import DEPOSIT_BP, shift

Method = Literal["cash", "card", "alipay", "wechat", "account", "deposit", "exchange"]
EntryKind = Literal["sale", "return", "void", "credit", "deposit", "kept", "in", "out", "no_sale"]


def _own_shift(ctx: ApplyContext, payload: Any) -> bool:
    """The actor's party, and no shift of another one: that it may be missing here is no reason to lose the fact."""
    known = ctx.rows.get(shift, payload.shift_id)
    mine = known is None or known["party_id"] == ctx.actor.party_id
    return bool(payload.party_id == ctx.actor.party_id) and mine


class Total(Payload, frozen=True, kw_only=True):
    """A line of an X or Z report: how often and how much, by kind and means of payment."""

    kind: EntryKind
    method: Method
    number: NonNegative
    amount: Amount


class Counted(Payload, frozen=True, kw_only=True):
    """So many notes or coins of one value (minor units)."""

    value: Positive
    number: NonNegative


@command("tills.open_shift", nature=FACT, roles=roles.SELLING, entitled=own("party_id"), goes_on=True)
class OpenShift(Payload, frozen=True, kw_only=True):
    """Somebody takes over a till with so much cash in the drawer."""

    shift_id: Id
    number: Code
    party_id: Id
    home: NonNegative
    currency: Currency
    float_amount: NonNegative


@command(
    "tills.set_policy",
    nature=FACT,
    roles=roles.MANAGING,
    entitled=own("party_id"),
    version=3,
    upcasters={1: dict, 2: dict},
)
class SetTillPolicy(Payload, frozen=True, kw_only=True):
    """What the till may do without a second person; see :data:`domain.tills.model.till_policy`."""

    party_id: Id
    clerk_discount_bp: Rate
    return_limit: NonNegative
    cash_out_limit: NonNegative
    no_sale_approved: bool = False
    shift_required: bool = False
    rounding: Literal["", "fen", "jiao", "jiao_half"] = ""
    expired_sale: Literal["approved", "never"] = "approved"
    deposit_bp: Rate = DEPOSIT_BP


@command("tills.move_cash", nature=FACT, roles=roles.SELLING, entitled=_own_shift, goes_on=True)
class MoveCash(Payload, frozen=True, kw_only=True):
    """Cash put in or taken out beside selling, or the drawer opened for no document at all."""

    entry_id: Id
    shift_id: Id
    party_id: Id
    kind: Literal["in", "out", "no_sale"]
    amount: NonNegative
    reason: Annotated[Short, msgspec.Meta(min_length=1)]
    approver_id: Id | None = None
    approver_name: Short = ""


@command(
    "tills.close_shift",
    nature=FACT,
    roles=roles.SELLING,
    entitled=_own_shift,
    version=3,
    upcasters={1: dict, 2: dict},
    goes_on=True,
)
class CloseShift(Payload, frozen=True, kw_only=True):
    """The drawer was counted before anybody saw what should be in it; the Z report is sealed with the count."""

    shift_id: Id
    party_id: Id
    coins: Annotated[tuple[Counted, ...], msgspec.Meta(max_length=40)] = ()
    counted: NonNegative
    expected: Amount
    reason: Short = ""
    totals: Annotated[tuple[Total, ...], msgspec.Meta(max_length=100)]
