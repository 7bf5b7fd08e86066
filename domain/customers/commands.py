"""Commands on customers. What a dealer writes about its own customers is a fact."""

from __future__ import annotations

from typing import Any, Literal

from domain.customers.model import customer
from domain.kernel.commands import FACT, Code, Id, Name, NonNegative, Note, Payload, Positive, Short, command
from domain.kernel.context import ApplyContext
from domain.parties import roles
from domain.parties.rules import own


class CustomerData(Payload, frozen=True, kw_only=True):
    """The personal part: kept beside the sealed body, so that it can be erased."""

    name: Name
    phone: Short = ""
    note: Note = ""


@command("customers.add", nature=FACT, roles=roles.SELLING, entitled=own("party_id"), personal=CustomerData)
class AddCustomer(Payload, frozen=True, kw_only=True):
    """A new customer of a dealer; ``consent`` says to what he agreed and when, empty for nothing."""

    customer_id: Id
    party_id: Id
    code: Short = ""
    grade: Short = ""
    consent: Short = ""


def _is_own(ctx: ApplyContext, payload: Any) -> bool:
    row = ctx.rows.get(customer, payload.customer_id)
    return row is not None and row["party_id"] == ctx.actor.party_id


@command("customers.edit", nature=FACT, roles=roles.SELLING, entitled=_is_own, personal=CustomerData)
class EditCustomer(Payload, frozen=True, kw_only=True):
    """Change a customer's file."""

    customer_id: Id
    grade: Short
    status: Literal["active", "closed"]


def _is_own_here(ctx: ApplyContext, payload: Any) -> bool:
    return bool(payload.party_id == ctx.actor.party_id) and _is_own(ctx, payload)


@command("customers.set_credit", nature=FACT, roles=roles.MANAGING, entitled=_is_own)
class SetCredit(Payload, frozen=True, kw_only=True):
    """How much a customer may owe, in minor units."""

    customer_id: Id
    credit_limit: NonNegative


@command("customers.pay_account", nature=FACT, roles=roles.SELLING, entitled=_is_own_here, goes_on=True)
class PayAccount(Payload, frozen=True, kw_only=True):
    """A customer pays what he owes, or ahead."""

    payment_id: Id
    number: Code
    customer_id: Id
    party_id: Id
    amount: Positive
    method: Literal["cash", "card", "alipay", "wechat"]
    shift_id: Id | None = None
