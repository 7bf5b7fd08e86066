"""Decide and apply for what is left of an exchange: money that waits for the next sale, or is paid out after all."""

from __future__ import annotations

from domain.customers.account import ACCOUNT
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.orders import queries
from domain.orders.model import orders
from domain.orders.money import Cause, Moved, enter_money
from domain.orders.return_commands import PayOutCredit
from domain.orders.returning import EXCHANGE, left_by_method
from domain.tills import queries as tills


def decide_pay_out(
    ctx: DecideContext, order_id: str, amount: int, *, method: str = "cash", depends_on: str | None = None
) -> Decision:
    """Pay out *amount* of what a return, or the void of a sale that was paid so, left for the next sale.

    Args:
        order_id: the document that gave the money.
        depends_on: id of the command that made it.

    Raises:
        NotFound: ``unknown_order``. Invalid: ``negative_amount``, ``account_without_customer``.
        Refused: ``paid_out_too_much``, ``bought_on_account``, ``no_shift`` (by policy).
    """
    order = queries.order_by_id(ctx.connection, order_id)
    if order is None or order["seller_id"] != ctx.actor.party_id:
        raise NotFound("unknown_order", id=order_id)
    if amount <= 0:
        raise Invalid("negative_amount")
    if amount > left_of_credit(order, queries.payments_of(ctx.connection, order_id)):
        raise Refused("paid_out_too_much", number=order["number"])
    _check_means(ctx, order, amount, method)
    shift = tills.open_shift(ctx.connection, ctx.actor.device_id)
    if shift is None and tills.policy_of(ctx.connection, order["seller_id"])["shift_required"]:
        raise Refused("no_shift")
    payload = PayOutCredit(
        payout_id=ctx.new_id(),
        number=ctx.next_number("P"),
        order_id=order_id,
        seller_id=order["seller_id"],
        customer_id=order["customer_id"],
        amount=amount,
        method=method,  # type: ignore[arg-type]
        shift_id=shift["id"] if shift else None,
    )
    depends = (depends_on,) if depends_on else ()
    return Decision(payload, payload.payout_id, payload.number, -amount, order["currency"], depends_on=depends)


def left_of_credit(order: Row, payments: list[Row]) -> int:
    """What a document gave for a next sale, in minor units, less what of it was paid out."""
    moved = [int(one["amount"]) for one in payments if one["method"] == EXCHANGE]
    given, other = -sum(one for one in moved if one < 0), sum(one for one in moved if one > 0)
    # A voided sale had taken the same money before it gave it back.
    return 2 * given - other if order["kind"] == "retail" else given - other


def _check_means(ctx: DecideContext, order: Row, amount: int, method: str) -> None:
    """What was bought on account was never paid: it goes back to the account, not out of the drawer."""
    if method == ACCOUNT:
        if not order["customer_id"]:
            raise Invalid("account_without_customer")
        return
    if order["original_id"] is None:
        return
    left = left_by_method(queries.payments_of_order_and_returns(ctx.connection, order["original_id"]))
    if left.get(ACCOUNT) and amount > sum(left.values()) - left[ACCOUNT]:
        raise Refused("bought_on_account", number=order["number"])


@applies(PayOutCredit)
def apply_pay_out(ctx: ApplyContext, paid: PayOutCredit) -> None:
    """The document's payments say so; drawer and account follow."""
    cause = Cause("return", paid.order_id, paid.number, paid.seller_id, paid.customer_id, paid.shift_id)
    enter_money(ctx, cause, [Moved(EXCHANGE, paid.amount), Moved(paid.method, -paid.amount)])


@projects(PayOutCredit)
def project_pay_out(ctx: ApplyContext, paid: PayOutCredit) -> None:
    """More than was given, or of a document that nobody has, is an exception."""
    order = ctx.rows.get(orders, paid.order_id)
    if order is None or order["seller_id"] != paid.seller_id:
        ctx.flag("unknown_order", paid.payout_id, paid.seller_id, id=paid.order_id)
    elif left_of_credit(order, queries.payments_of(ctx.rows.connection, paid.order_id)) < 0:
        ctx.flag("paid_out_too_much", paid.order_id, paid.seller_id, number=order["number"])
