"""Decide and apply for goods that a customer orders at the counter: taken, called off. Fetching them is a sale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.catalogue.weighed import pieces_of
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.orders import queries
from domain.orders.bill import make_bill
from domain.orders.booking import BOOKING, DEPOSIT, deposits_of, own_booking
from domain.orders.booking_commands import CallOff, TakeBooking
from domain.orders.commands import Approval
from domain.orders.model import order_transition, orders
from domain.orders.money import Cause, Moved, enter_money
from domain.orders.pricing import RETAIL, Wanted, price_lines
from domain.orders.promising import let_go, promise_to_customer, promise_waiting
from domain.orders.return_handlers import check_person
from domain.orders.sale_handlers import (
    check_bill,
    check_customer,
    flag_customer,
    payment_state,
    take_payments,
    till_of,
)
from domain.orders.states import BOOKED, CANCELLED, DRAFT, can_go
from domain.orders.writing import move_to, write_lines, write_transition
from domain.parties import roles
from domain.stock.handlers import own_party
from domain.stock.rules import place_id
from domain.tills.rules import write_entries

KEPT = "kept"
"""How the shift calls a deposit that stays with the shop."""
AHEAD = frozenset({"cash", "card", "alipay", "wechat"})
"""Means by which something is paid ahead: what is owed is not paid."""


def decide_booking(
    ctx: DecideContext,
    wanted: Sequence[Wanted],
    *,
    customer_id: str | None,
    deposit: int = 0,
    payments: Sequence[tuple[str, int]] = (),
    wanted_on: str = "",
    note: str = "",
    discount: int = 0,
    rounding: str = "",
    approvals: Sequence[Approval] = (),
) -> Decision:
    """Goods for a customer, at today's prices, to be fetched later.

    Args:
        deposit: what is paid ahead in minor units.
        payments: (method, tendered minor units) for it; only cash may be more.
        wanted_on: ISO day, empty for none.

    Raises:
        Invalid: ``booking_without_customer``, ``deposit_too_large``, ``deposit_not_paid``, ``deposit_by_this``,
            ``bad_day``; and with Refused what :func:`domain.orders.sale_handlers.decide_sale` raises for prices,
            rights and customers.
    """
    mine = own_party(ctx)
    policy, shift_id = till_of(ctx, mine["id"])
    if not customer_id:
        raise Invalid("booking_without_customer")
    check_customer(ctx, mine["id"], customer_id)
    _check_day(wanted_on)
    bill = make_bill(price_lines(ctx, wanted, mine, usages=RETAIL, currency=mine["currency"]), discount, rounding)
    check_bill(ctx, mine, bill, policy, approvals)
    if not 0 <= deposit <= bill.total:
        raise Invalid("deposit_too_large")
    if any(method not in AHEAD for method, _ in payments):
        raise Invalid("deposit_by_this")
    taken = tuple(one for one in take_payments(deposit, payments) if one.amount)
    if sum(one.amount for one in taken) != deposit:
        raise Invalid("deposit_not_paid")
    payload = TakeBooking(
        order_id=ctx.new_id(),
        number=ctx.next_number("D"),
        seller_id=mine["id"],
        home=mine["home"],
        customer_id=customer_id,
        currency=mine["currency"],
        lines=bill.lines,
        total=bill.total,
        tax_total=bill.tax_total,
        payments=taken,
        note=note,
        wanted_on=wanted_on,
        shift_id=shift_id,
        discount=bill.discount,
        rounding=bill.rounding,
        approvals=tuple(approvals),
    )
    return Decision(payload, payload.order_id, payload.number, bill.total, mine["currency"])


def _check_day(text: str) -> None:
    if not text:
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_day", value=text) from None


@applies(TakeBooking)
def apply_booking(ctx: ApplyContext, booking: TakeBooking) -> None:
    """Write the order and the money; no goods move."""
    paid = sum(one.amount for one in booking.payments)
    ctx.rows.insert(
        orders,
        {
            "id": booking.order_id,
            "number": booking.number,
            "kind": BOOKING,
            "seller_id": booking.seller_id,
            "customer_id": booking.customer_id,
            "state": BOOKED,
            "payment_state": payment_state(booking.total, paid),
            "delivery_state": "none",
            "currency": booking.currency,
            "total": booking.total,
            "tax_total": booking.tax_total,
            "line_count": len(booking.lines),
            "units": sum(pieces_of(line.quantity, line.unit) for line in booking.lines),
            "business_date": ctx.business_date,
            "ordered_at": ctx.at,
            "home": booking.home,
            "person_name": ctx.actor.person_name,
            "note": booking.note,
            "place_id": place_id(booking.seller_id, "warehouse"),
            "shift_id": booking.shift_id,
            "discount": booking.discount,
            "rounding": booking.rounding,
            "wanted_on": booking.wanted_on,
            "deposit": paid,
        },
    )
    write_lines(ctx, booking.order_id, booking.lines)
    write_transition(ctx, booking.order_id, DRAFT, BOOKED)
    cause = Cause(DEPOSIT, booking.order_id, booking.number, booking.seller_id, booking.customer_id, booking.shift_id)
    enter_money(ctx, cause, [Moved(one.method, one.amount, one.tendered) for one in booking.payments])


@projects(TakeBooking)
def project_booking(ctx: ApplyContext, booking: TakeBooking) -> None:
    """Reserve what is there; a customer who is not the shop's is an exception."""
    promise_to_customer(ctx, ctx.rows.require(orders, booking.order_id))
    flag_customer(ctx, booking.order_id, booking.seller_id, booking.customer_id)


def decide_call_off(
    ctx: DecideContext, order_id: str, *, reason: str, keep: bool = False, approvals: Sequence[Approval] = ()
) -> Decision:
    """A customer's order is off; *keep*: the deposit stays with the shop.

    Raises:
        Invalid: ``no_reason``. NotFound: ``unknown_order``.
        Refused: ``booking_gone``, ``no_shift`` (by policy), ``needs_approval`` until a second person agrees: to keep
            a customer's money, or to give back more than the dealer's policy lets one person give.
    """
    if not reason.strip():
        raise Invalid("no_reason")
    order = own_booking(ctx, order_id, "call_off")
    deposits = deposits_of(queries.payments_of(ctx.connection, order_id))
    paid = sum(one.amount for one in deposits)
    shift = check_person(ctx, "return", 0 if keep else paid, approvals)
    if keep and paid and ctx.actor.role not in roles.MANAGING and not any(one.what == "return" for one in approvals):
        raise Refused("needs_approval")
    payload = CallOff(
        order_id=order_id,
        reason=reason.strip(),
        refunds=() if keep else deposits,
        kept=paid if keep else 0,
        shift_id=shift["id"] if shift else None,
        approvals=tuple(approvals),
    )
    base = (("orders", order_id, order["version"]),)
    back = 0 if keep else -paid
    return Decision(payload, order_id, order["number"], back, order["currency"], base=base)


@applies(CallOff)
def apply_call_off(ctx: ApplyContext, off: CallOff) -> None:
    """Money back, or kept. What was fetched or called off elsewhere is an exception: its state stays, the money that
    left the drawer all the same is counted, and a deposit that was used or went back is not kept as well.
    """
    order = ctx.rows.lock(orders, [off.order_id]).get(off.order_id)
    if order is None:
        raise NotFound("unknown_order", id=off.order_id)
    first = can_go(order["state"], CANCELLED)
    if not first:
        ctx.flag("booking_gone", order["id"], order["seller_id"], number=order["number"], state=order["state"])
    else:
        move_to(ctx, order, CANCELLED, reason=off.reason)
        state = "kept" if off.kept else "refunded" if off.refunds else order["payment_state"]
        ctx.rows.update(orders, order["id"], payment_state=state, returned=order["total"], reason=off.reason)
    if not off.kept:
        _give_back(ctx, off, order)
    elif first:
        _keep(ctx, off, order)


def _keep(ctx: ApplyContext, off: CallOff, order: Row) -> None:
    """In the report only: it came into the drawer when it was taken."""
    write_entries(
        ctx,
        off.shift_id,
        order["seller_id"],
        KEPT,
        [(DEPOSIT, off.kept)],
        document_id=order["id"],
        number=order["number"],
        reason=off.reason,
        approver_name=_approver(off),
    )


def _give_back(ctx: ApplyContext, off: CallOff, order: Row) -> None:
    """Drawer and report."""
    cause = Cause(
        DEPOSIT,
        order["id"],
        order["number"],
        order["seller_id"],
        order["customer_id"],
        off.shift_id,
        reason=off.reason,
        approver_name=_approver(off),
        role="refund",
    )
    enter_money(ctx, cause, [Moved(one.method, -one.amount) for one in off.refunds])


def _approver(off: CallOff) -> str:
    return next((one.person_name for one in off.approvals), "")


@projects(CallOff)
def project_call_off(ctx: ApplyContext, off: CallOff) -> None:
    """What was reserved is free for who else waits, if this command is the one that ended it; another sum than was paid
    ahead is an exception.
    """
    order = ctx.rows.require(orders, off.order_id)
    if ctx.rows.get(order_transition, ctx.derive("transition")) is None:
        return
    let_go(ctx, order)
    lines = queries.lines_of(ctx.rows.connection, off.order_id)
    promise_waiting(ctx, order["seller_id"], sorted({line["product_id"] for line in lines}))
    if sum(one.amount for one in off.refunds) + off.kept != order["deposit"]:
        ctx.flag("deposit_differs", off.order_id, order["seller_id"], number=order["number"])
