"""Decide and apply for returns and voids."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalogue import queries as catalogue
from domain.catalogue.queries import Asked
from domain.catalogue.weighed import pieces_of
from domain.customers import queries as customers
from domain.customers.account import ACCOUNT
from domain.kernel import queries_exceptions as exceptions
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.money import QUANTITY_SCALE, line_amount, tax_included
from domain.kernel.telling import put_right
from domain.orders import queries
from domain.orders.commands import Approval
from domain.orders.model import order_line, orders
from domain.orders.money import Cause, Moved, enter_money
from domain.orders.pricing import RETAIL
from domain.orders.queries_parts import TAKEN_BACK, parts_left
from domain.orders.return_commands import CompleteReturn, LineBack, Refunded
from domain.orders.returning import Back, FreeBack, left_by_method, lines_back, refunds_for, rounding_back
from domain.orders.states import COMPLETED, DRAFT, PART_RETURNED, RETURNED
from domain.orders.writing import lots_of, move_to, write_transition
from domain.parties import roles
from domain.stock.commands import Part
from domain.stock.handlers import own_party, resolve
from domain.stock.pieces import check_serials
from domain.stock.rules import Move, parted, place_id, project_moves, spot, write_moves
from domain.stock.tracks import BACK_TWICE
from domain.stock.watching import watch_pieces
from domain.tills import queries as tills


def decide_return(
    ctx: DecideContext,
    original_id: str,
    back: Sequence[Back],
    *,
    reason: str,
    to_exchange: bool = False,
    approvals: Sequence[Approval] = (),
) -> Decision:
    """Take back goods of a sale, once or repeatedly; what was paid for them goes back the way it came.

    Args:
        to_exchange: the money stays for the sale that follows.

    Raises:
        NotFound: ``unknown_order``. Invalid, Refused: see :mod:`domain.orders.returning`; ``not_returnable``,
            ``no_reason``, ``needs_approval``, ``no_shift`` (by policy).
    """
    order = own_sale(ctx, original_id)
    if order["state"] not in TAKEN_BACK:
        raise Refused("not_returnable", number=order["number"])
    lines = queries.lines_of(ctx.connection, original_id)
    stocked = catalogue.stocked_by_id(ctx.connection, [line["product_id"] for line in lines])
    made = lines_back(lines, back, stocked, parts_left(ctx.connection, original_id, lines))
    goods = sum(line.amount for line in made)
    rounding = rounding_back(order, lines, back, goods)
    total = goods + rounding
    if to_exchange:
        refunds: tuple[Refunded, ...] = (Refunded(method="exchange", amount=total),) if total else ()
    else:
        refunds = refunds_for(total, left_by_method(queries.payments_of_order_and_returns(ctx.connection, original_id)))
    return _return(ctx, order, made, rounding, refunds, reason, approvals)


def decide_free_return(
    ctx: DecideContext,
    back: Sequence[FreeBack],
    *,
    method: str = "cash",
    reason: str,
    customer_id: str | None = None,
    approvals: Sequence[Approval] = (),
) -> Decision:
    """Take back goods whose sale nobody can show, for what they cost now or what the shop agrees to give.

    Raises:
        NotFound: ``unknown_product``. Invalid: ``no_lines``, ``quantity_not_positive``, ``negative_price``,
            ``no_price``, ``no_reason``, ``account_without_customer``, ``serials_missing``, ``serial_twice``. NotFound:
            ``unknown_customer``.
        Refused: ``return_above_list``, ``needs_approval``, ``no_shift`` (by policy).
    """
    if not back:
        raise Invalid("no_lines")
    mine = own_party(ctx)
    if method == ACCOUNT and not customer_id:
        raise Invalid("account_without_customer")
    _check_customer(ctx, customer_id)
    known = resolve(ctx, [line.code for line in back])
    asked = [Asked(known[line.code]["id"], line.quantity, *line.unit) for line in back]
    day, currency = ctx.clock.today(), mine["currency"]
    listed = catalogue.prices_for(ctx.connection, asked, mine, usages=RETAIL, day=day, currency=currency)
    usual = [row["price"] if row else None for row in listed]
    _check_prices(ctx, back, usual, approvals)
    made = tuple(
        _free_line(line, known[line.code], price if line.price is None else line.price, currency)
        for line, price in zip(back, usual, strict=True)
    )
    total = sum(line.amount for line in made)
    refunds = (Refunded(method=method, amount=total),) if total else ()  # type: ignore[arg-type]
    order = {"id": None, "customer_id": customer_id, "seller_id": mine["id"], "home": mine["home"]}
    return _return(ctx, {**order, "currency": currency}, made, 0, refunds, reason, approvals)


def _check_customer(ctx: DecideContext, customer_id: str | None) -> None:
    row = customers.customer_by_id(ctx.connection, customer_id) if customer_id else None
    if customer_id and (row is None or row["party_id"] != ctx.actor.party_id):
        raise NotFound("unknown_customer", id=customer_id)


def _check_prices(
    ctx: DecideContext, back: Sequence[FreeBack], usual: Sequence[int | None], approvals: Sequence[Approval]
) -> None:
    """Nobody alone gives back more than the goods cost."""
    if ctx.actor.role in roles.MANAGING or any(one.what == "return" for one in approvals):
        return
    for line, price in zip(back, usual, strict=True):
        if line.price is not None and (price is None or line.price > price):
            raise Refused("return_above_list", code=line.code)


def _free_line(back: FreeBack, product: Row, price: int | None, currency: str) -> LineBack:
    if back.quantity <= 0:
        raise Invalid("quantity_not_positive", code=back.code)
    if price is None:
        raise Invalid("no_price", code=back.code)
    if price < 0:
        raise Invalid("negative_price", code=back.code)
    amount = line_amount(back.quantity, price, currency, back.unit.factor)
    return LineBack(
        product_id=product["id"],
        code=product["code"],
        name=product["name"],
        unit=back.unit.name or product["unit"],
        factor=back.unit.factor,
        quantity=back.quantity,
        unit_price=price,
        amount=amount,
        tax_rate_bp=product["tax_rate_bp"],
        tax=tax_included(amount, product["tax_rate_bp"]),
        stocked=bool(product["stocked"]),
        to=back.to,  # type: ignore[arg-type]
        parts=_named_parts(back, product),
    )


def _named_parts(back: FreeBack, product: Row) -> tuple[Part, ...]:
    """The lot or the serials that were said of goods whose sale nobody can show; a piece that has a serial shows it."""
    if back.serials or product["by_serial"]:
        check_serials(back.code, back.quantity, back.serials)
        return tuple(Part(lot=back.lot, serial=one, quantity=QUANTITY_SCALE) for one in back.serials)
    return (Part(lot=back.lot, quantity=back.quantity),) if back.lot else ()


def own_sale(ctx: DecideContext, order_id: str) -> Row:
    """A retail sale of the actor's party.

    Raises:
        NotFound: ``unknown_order``.
    """
    order = queries.order_by_id(ctx.connection, order_id)
    if order is None or order["seller_id"] != ctx.actor.party_id or order["kind"] != "retail":
        raise NotFound("unknown_order", id=order_id)
    return order


def check_person(ctx: DecideContext, what: str, total: int, approvals: Sequence[Approval]) -> Row | None:
    """The open shift; above the limit of the dealer's policy a second person must have agreed."""
    policy = tills.policy_of(ctx.connection, ctx.actor.party_id)
    agreed = any(one.what == what for one in approvals)
    if total > policy["return_limit"] and not agreed and ctx.actor.role not in roles.MANAGING:
        raise Refused("needs_approval")
    shift = tills.open_shift(ctx.connection, ctx.actor.device_id)
    if shift is None and policy["shift_required"]:
        raise Refused("no_shift")
    return shift


def _return(
    ctx: DecideContext,
    order: Row,
    lines: tuple[LineBack, ...],
    rounding: int,
    refunds: tuple[Refunded, ...],
    reason: str,
    approvals: Sequence[Approval],
) -> Decision:
    if not reason.strip():
        raise Invalid("no_reason")
    total = sum(line.amount for line in lines) + rounding
    shift = check_person(ctx, "return", total, approvals)
    payload = CompleteReturn(
        order_id=ctx.new_id(),
        number=ctx.next_number("R"),
        seller_id=order["seller_id"],
        home=order["home"],
        original_id=order["id"],
        customer_id=order["customer_id"],
        currency=order["currency"],
        lines=lines,
        rounding=rounding,
        total=total,
        tax_total=sum(line.tax for line in lines),
        refunds=refunds,
        reason=reason.strip(),
        shift_id=shift["id"] if shift else None,
        approvals=tuple(approvals),
    )
    return Decision(payload, payload.order_id, payload.number, amount=-total, currency=order["currency"])


@applies(CompleteReturn)
def apply_return(ctx: ApplyContext, back: CompleteReturn) -> None:
    """Write the return, mark what came back on the sale, move goods and money."""
    ctx.rows.insert(orders, _head(ctx, back))
    ctx.rows.insert(order_line, [_line(ctx, back, index, line) for index, line in enumerate(back.lines, 1)])
    write_transition(ctx, back.order_id, DRAFT, COMPLETED, reason=back.reason)
    _mark_original(ctx, back)
    _give_back(ctx, back)
    write_moves(ctx, _moves(back), back.home)


def _give_back(ctx: ApplyContext, back: CompleteReturn) -> None:
    cause = Cause(
        "return",
        back.order_id,
        back.number,
        back.seller_id,
        back.customer_id,
        back.shift_id,
        reason=back.reason,
        approver_name=approver_of(back.approvals),
    )
    enter_money(ctx, cause, [Moved(one.method, -one.amount) for one in back.refunds])


def _head(ctx: ApplyContext, back: CompleteReturn) -> Row:
    return {
        "id": back.order_id,
        "number": back.number,
        "kind": "return",
        "seller_id": back.seller_id,
        "customer_id": back.customer_id,
        "state": COMPLETED,
        "payment_state": "refunded",
        "delivery_state": "full",
        "currency": back.currency,
        "total": -back.total,
        "tax_total": -back.tax_total,
        "line_count": len(back.lines),
        "units": -sum(pieces_of(line.quantity, line.unit) for line in back.lines),
        "business_date": ctx.business_date,
        "ordered_at": ctx.at,
        "home": back.home,
        "person_name": ctx.actor.person_name,
        "channel": "counter",
        "place_id": place_id(back.seller_id, "warehouse"),
        "shift_id": back.shift_id,
        "original_id": back.original_id,
        "rounding": -back.rounding,
        "reason": back.reason,
    }


def _line(ctx: ApplyContext, back: CompleteReturn, index: int, line: LineBack) -> Row:
    return {
        "id": ctx.derive("line", index),
        "order_id": back.order_id,
        "line_no": index,
        "kind": "return",
        "product_id": line.product_id,
        "product_code": line.code,
        "product_name": line.name,
        "unit": line.unit,
        "factor": line.factor,
        "quantity": -line.quantity,
        "unit_price": line.unit_price,
        "amount": -line.amount,
        "tax_rate_bp": line.tax_rate_bp,
        "tax": -line.tax,
        "lot": line.lot if not line.parts else lots_of(line.parts),
        "original_line_id": line.original_line_id,
    }


def _mark_original(ctx: ApplyContext, back: CompleteReturn) -> None:
    """What came back, on the sale's own lines; on a side that does not have the sale there is nothing to mark."""
    order = ctx.rows.lock(orders, [back.original_id]).get(back.original_id) if back.original_id else None
    if order is None or order["seller_id"] != back.seller_id:
        return
    ids = [line.original_line_id for line in back.lines if line.original_line_id]
    known = ctx.rows.lock(order_line, ids)
    for line in back.lines:
        row = known.get(line.original_line_id or "")
        if row is not None and row["order_id"] == order["id"]:
            ctx.rows.update(
                order_line,
                row["id"],
                returned=row["returned"] + line.quantity,
                returned_amount=row["returned_amount"] + line.amount,
            )
    returned = order["returned"] + back.total
    ctx.rows.update(orders, order["id"], returned=returned)
    after = queries.lines_of(ctx.rows.connection, order["id"])
    whole = all(row["returned"] >= row["quantity"] for row in after)
    move_to(ctx, order, RETURNED if whole else PART_RETURNED, reason=back.number, role="original")


def _moves(back: CompleteReturn) -> list[Move]:
    customer = spot(back.seller_id, "customer")
    moves: list[Move] = []
    for index, line in enumerate(back.lines, 1):
        if line.stocked:
            target = spot(back.seller_id, line.to)
            whole = Move(line.product_id, line.quantity, customer, target, "return", back.order_id, index, line.lot)
            moves += parted(whole, line.parts)
    return moves


def approver_of(approvals: Sequence[Approval]) -> str:
    """Name of the second person, empty for nobody."""
    return approvals[0].person_name if approvals else ""


@projects(CompleteReturn)
def project_return(ctx: ApplyContext, back: CompleteReturn) -> None:
    """Move the balances; what was given back twice or too much is an exception."""
    project_moves(ctx, _moves(back))
    watch_pieces(ctx, _moves(back), back.order_id, back.seller_id, (BACK_TWICE,))
    computed = sum(line.amount for line in back.lines) + back.rounding
    refunded = sum(one.amount for one in back.refunds)
    if computed != back.total or refunded != back.total:
        ctx.flag("amounts_differ", back.order_id, back.seller_id, total=back.total, computed=computed)
    order = ctx.rows.get(orders, back.original_id) if back.original_id else None
    if back.original_id and (order is None or order["seller_id"] != back.seller_id):
        ctx.flag("unknown_order", back.order_id, back.seller_id, id=back.original_id)
    elif order is not None and order["returned"] > order["total"]:
        ctx.flag("returned_too_much", back.order_id, back.seller_id, number=order["number"])
    elif order is not None and order["state"] == RETURNED:  # goods and money are where they were before the sale
        put_right(ctx, exceptions.open_ids(ctx.rows.connection, order["seller_id"], order["id"]), back.order_id)
