"""Buying on account within credit, paying later, deposits: one account per customer, whose balance is a sum."""

from __future__ import annotations

from collections.abc import Iterable

from domain.customers import queries
from domain.customers.commands import PayAccount
from domain.customers.model import account_entry, customer
from domain.kernel.commands import applies
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.parties import queries as parties
from domain.tills import queries as tills
from domain.tills.rules import write_entries

ACCOUNT = "account"


def check_credit(ctx: DecideContext, customer_id: str | None, owed: int, approvals: Iterable[object]) -> None:
    """Whether a customer may owe *owed* more: what he has paid ahead counts first, then his limit.

    Raises:
        Invalid: ``account_without_customer``. Refused: ``credit_exceeded`` until a second person agrees.
    """
    if not owed:
        return
    row = queries.customer_by_id(ctx.connection, customer_id) if customer_id else None
    if row is None:
        raise Invalid("account_without_customer")
    balance = queries.account_balance(ctx.connection, row["id"])
    agreed = any(getattr(one, "what", "") == "credit" for one in approvals)
    if balance + owed > row["credit_limit"] and not agreed:
        raise Refused("credit_exceeded", balance=balance, limit=row["credit_limit"])


def enter_account(
    ctx: ApplyContext,
    customer_id: str,
    party_id: str,
    kind: str,
    amount: int,
    document_id: str,
    number: str,
    *,
    method: str = "",
    shift_id: str | None = None,
) -> None:
    """Enter ± *amount* into the account of one of the dealer's own customers."""
    known = ctx.rows.get(customer, customer_id)
    if known is None or known["party_id"] != party_id:
        return
    ctx.rows.insert(
        account_entry,
        {
            "id": ctx.derive("account"),
            "customer_id": customer_id,
            "party_id": party_id,
            "kind": kind,
            "amount": amount,
            "method": method,
            "document_id": document_id,
            "number": number,
            "shift_id": shift_id,
            "person_name": ctx.actor.person_name,
            "at": ctx.at,
        },
    )


def decide_pay_account(ctx: DecideContext, *, customer_id: str, amount: int, method: str = "cash") -> Decision:
    """Take money for what a customer owes, or ahead as a deposit.

    Raises:
        NotFound: ``unknown_customer``. Invalid: ``negative_amount``.
    """
    row = queries.customer_by_id(ctx.connection, customer_id)
    if row is None or row["party_id"] != ctx.actor.party_id:
        raise NotFound("unknown_customer", id=customer_id)
    if amount <= 0:
        raise Invalid("negative_amount")
    mine = parties.party_by_id(ctx.connection, ctx.actor.party_id) or {}
    shift = tills.open_shift(ctx.connection, ctx.actor.device_id)
    payload = PayAccount(
        payment_id=ctx.new_id(),
        number=ctx.next_number("A"),
        customer_id=customer_id,
        party_id=row["party_id"],
        amount=amount,
        method=method,  # type: ignore[arg-type]
        shift_id=shift["id"] if shift else None,
    )
    currency = str(mine.get("currency", "CNY"))
    return Decision(payload, payload.payment_id, payload.number, amount=amount, currency=currency)


@applies(PayAccount)
def apply_pay_account(ctx: ApplyContext, paid: PayAccount) -> None:
    """Enter the money into account and shift."""
    enter_account(
        ctx,
        paid.customer_id,
        paid.party_id,
        "payment",
        -paid.amount,
        paid.payment_id,
        paid.number,
        method=paid.method,
        shift_id=paid.shift_id,
    )
    moved = [(paid.method, paid.amount)]
    write_entries(ctx, paid.shift_id, paid.party_id, "credit", moved, document_id=paid.payment_id, number=paid.number)
