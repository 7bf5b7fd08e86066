"""Decide and apply for what is done to a retail sale afterwards: taken back whole, or given to another customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from domain.customers import queries as customers
from domain.customers.account import ACCOUNT
from domain.kernel import queries_exceptions as exceptions
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.telling import put_right
from domain.orders import queries
from domain.orders.commands import Approval, ReassignSale, Refund, ReturnedLine, VoidSale
from domain.orders.model import order_transition, orders
from domain.orders.money import Cause, Moved, enter_money
from domain.orders.return_handlers import approver_of, check_person
from domain.orders.sale_handlers import flag_customer
from domain.orders.states import VOIDED, can_go, may
from domain.orders.writing import move_to
from domain.stock import queries as stock
from domain.stock.rules import Move, flag_below_zero, place_id, project_moves, spot, write_moves
from domain.stock.watching import watch_pieces

ABOUT_THE_CUSTOMER = frozenset({"customer_unknown", "customer_closed"})
"""Exceptions that another customer puts right."""


def decide_void(ctx: DecideContext, order_id: str, *, reason: str, approvals: Sequence[Approval] = ()) -> Decision:
    """Take a sale back: the same day, or later when the server recorded it with an exception.

    Raises:
        NotFound: ``unknown_order``. Invalid: ``no_reason``.
        Refused: ``not_in_this_state`` (also: not this person's to void), ``void_same_day_only``, ``needs_approval``
            above the limit of the dealer's policy, ``no_shift`` (by policy).
    """
    if not reason.strip():
        raise Invalid("no_reason")
    order = _own_sale(ctx, order_id, "void")
    today = order["business_date"] == ctx.clock.today()
    if not today and not exceptions.has_open(ctx.connection, order["seller_id"], order_id):
        raise Refused("void_same_day_only", number=order["number"])
    shift = check_person(ctx, "void", order["total"], approvals)
    payload = VoidSale(
        order_id=order_id,
        reason=reason.strip(),
        lines=_to_return(ctx, order),
        refunds=_to_refund(ctx, order_id),
        shift_id=shift["id"] if shift else None,
        approvals=tuple(approvals),
    )
    base = (("orders", order_id, order["version"]),)
    return Decision(payload, order_id, order["number"], -order["total"], order["currency"], base=base)


def _own_sale(ctx: DecideContext, order_id: str, action: str) -> Row:
    order = queries.order_by_id(ctx.connection, order_id)
    if order is None or order["kind"] != "retail" or order["seller_id"] != ctx.actor.party_id:
        raise NotFound("unknown_order", id=order_id)
    if not may(ctx.actor, action, order):
        raise Refused("not_in_this_state", number=order["number"], state=order["state"])
    return order


def _to_return(ctx: DecideContext, order: Row) -> tuple[ReturnedLine, ...]:
    """What left the warehouse for this sale: the moves say it, the lines do not know what is stocked."""
    left: dict[tuple[str, str, str], int] = defaultdict(int)
    for move in stock.moves_of(ctx.connection, order["id"]):
        if move["from_place"] == place_id(order["seller_id"], "warehouse"):
            left[move["product_id"], move["lot"], move["serial"]] += move["quantity"]
    return tuple(
        ReturnedLine(product_id=one, lot=lot, serial=serial, quantity=quantity)
        for (one, lot, serial), quantity in left.items()
    )


def _to_refund(ctx: DecideContext, order_id: str) -> tuple[Refund, ...]:
    paid: dict[str, int] = defaultdict(int)
    for one in queries.payments_of(ctx.connection, order_id):
        paid[one["method"]] += one["amount"]
    return tuple(Refund(method=method, amount=amount) for method, amount in paid.items() if amount > 0)  # type: ignore[arg-type]


@applies(VoidSale)
def apply_void(ctx: ApplyContext, void: VoidSale) -> None:
    """Goods and money back; what was taken back already is recorded with an exception and moves nothing."""
    order = ctx.rows.lock(orders, [void.order_id]).get(void.order_id)
    if order is None:
        raise NotFound("unknown_order", id=void.order_id)
    if not can_go(order["state"], VOIDED):
        ctx.flag("voided_in_state", order["id"], order["seller_id"], number=order["number"], state=order["state"])
        return
    move_to(ctx, order, VOIDED, reason=void.reason)
    ctx.rows.update(
        orders,
        order["id"],
        payment_state="refunded" if void.refunds else "unpaid",
        delivery_state="none",
        returned=order["total"],
    )
    write_moves(ctx, _returned(void, order["seller_id"]), order["home"])
    _give_back(ctx, void, order)


def _give_back(ctx: ApplyContext, void: VoidSale, order: Row) -> None:
    cause = Cause(
        "void",
        order["id"],
        order["number"],
        order["seller_id"],
        order["customer_id"],
        void.shift_id,
        reason=void.reason,
        approver_name=approver_of(void.approvals),
        role="refund",
    )
    enter_money(ctx, cause, [Moved(one.method, -one.amount) for one in void.refunds])


def _returned(void: VoidSale, seller_id: str) -> list[Move]:
    customer, here = spot(seller_id, "customer"), spot(seller_id, "warehouse")
    return [
        Move(line.product_id, line.quantity, customer, here, "void", void.order_id, index, line.lot, line.serial)
        for index, line in enumerate(void.lines, 1)
    ]


@projects(VoidSale)
def project_void(ctx: ApplyContext, void: VoidSale) -> None:
    """Move the balances, if this command is the one that took the sale back."""
    order = ctx.rows.require(orders, void.order_id)
    if ctx.rows.get(order_transition, ctx.derive("transition")) is not None:
        _resolve(ctx, order)
        moves = _returned(void, order["seller_id"])
        flag_below_zero(ctx, project_moves(ctx, moves), void.order_id)
        watch_pieces(ctx, moves, void.order_id, order["seller_id"])


def decide_reassign(ctx: DecideContext, order_id: str, customer_id: str | None) -> Decision:
    """Give a sale to another of the seller's customers, or to the walk-in.

    Raises:
        NotFound: ``unknown_order``, ``unknown_customer``. Refused: ``not_in_this_state``, ``sold_on_account``.
    """
    order = _own_sale(ctx, order_id, "reassign")
    if customer_id is not None:
        row = customers.customer_by_id(ctx.connection, customer_id)
        if row is None or row["party_id"] != order["seller_id"] or row["status"] != "active":
            raise NotFound("unknown_customer", id=customer_id)
    if any(one["method"] == ACCOUNT for one in queries.payments_of(ctx.connection, order_id)):
        raise Refused("sold_on_account", number=order["number"])
    payload = ReassignSale(order_id=order_id, customer_id=customer_id)
    return Decision(payload, order_id, order["number"], base=(("orders", order_id, order["version"]),))


@applies(ReassignSale)
def apply_reassign(ctx: ApplyContext, reassign: ReassignSale) -> None:
    """Write whose sale it is."""
    ctx.rows.update(orders, reassign.order_id, customer_id=reassign.customer_id)


@projects(ReassignSale)
def project_reassign(ctx: ApplyContext, reassign: ReassignSale) -> None:
    """The new customer may have been closed elsewhere meanwhile."""
    order = ctx.rows.require(orders, reassign.order_id)
    _resolve(ctx, order, ABOUT_THE_CUSTOMER)
    flag_customer(ctx, reassign.order_id, order["seller_id"], reassign.customer_id)


def _resolve(ctx: ApplyContext, order: Row, codes: Collection[str] = ()) -> None:
    """What was wrong with the sale has been dealt with by this."""
    found = exceptions.open_ids(ctx.rows.connection, order["seller_id"], order["id"], codes)
    put_right(ctx, found, order["id"])
