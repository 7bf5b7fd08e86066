"""Decide and apply for retail sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.catalogue import queries as catalogue
from domain.catalogue.queries import Asked
from domain.catalogue.weighed import pieces_of
from domain.customers import queries as customers
from domain.customers.account import ACCOUNT, check_credit
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import Invalid, NotFound, Refused
from domain.kernel.money import LIMIT
from domain.orders.authorisation import NOT_AUTHORISED, not_authorised
from domain.orders.bill import Bill, check_rights, list_price_of, make_bill, rounding_allowed
from domain.orders.booking import DEPOSIT, apply_fetch, fetched, project_fetch
from domain.orders.commands import Approval, CompleteSale, Deposit, Paid, SoldLine
from domain.orders.labels import gross, label_in
from domain.orders.model import orders
from domain.orders.money import Cause, Moved, enter_money
from domain.orders.picking import choose_parts, flag_parts
from domain.orders.pricing import FLOOR, RETAIL, Wanted, price_lines
from domain.orders.states import COMPLETED, DRAFT
from domain.orders.writing import write_lines, write_transition
from domain.stock import queries as stock
from domain.stock.handlers import own_party
from domain.stock.rules import Move, flag_below_zero, parted, place_id, project_moves, spot, write_moves
from domain.stock.tracks import NOT_HERE, SOLD_TWICE
from domain.stock.watching import watch_pieces
from domain.tills import queries as tills


def decide_sale(
    ctx: DecideContext,
    wanted: Sequence[Wanted],
    *,
    customer_id: str | None = None,
    payments: Sequence[tuple[str, int]] = (),
    channel: str = "counter",
    note: str = "",
    discount: int = 0,
    rounding: str = "",
    approvals: Sequence[Approval] = (),
    depends_on: Sequence[str] = (),
    booking_id: str | None = None,
) -> Decision:
    """A sale at the counter: priced, numbered, with change worked out, entered into the shift that is open here.

    Args:
        payments: (method, tendered minor units); only cash may exceed what is due.
        discount: on the whole order, in minor units.
        rounding: how the bill is rounded, see :data:`domain.orders.bill.STEPS`.
        approvals: what a second person agreed to by his PIN.
        depends_on: ids of commands that must have had effect first (the return of an exchange).
        booking_id: the customer's order that is fetched with this: what he paid ahead counts, its prices hold.

    Raises:
        Invalid, NotFound, Refused: see :func:`domain.orders.pricing.price_lines`, :func:`domain.orders.bill.make_bill`
            and :func:`domain.orders.bill.check_rights`; ``unknown_customer``, ``out_of_stock`` and ``no_shift`` (by
            policy), ``overpaid``, ``negative_payment``, ``account_without_customer``, ``credit_exceeded``;
            see :func:`domain.orders.picking.choose_parts` and :func:`domain.orders.booking.fetched`.
    """
    mine = own_party(ctx)
    policy, shift_id = till_of(ctx, mine["id"])
    booked = fetched(ctx, booking_id)
    currency, promised = mine["currency"], booked.product_ids
    priced = price_lines(ctx, wanted, mine, usages=RETAIL, currency=currency, promised=promised)
    bill = make_bill(priced, discount, rounding)
    if not booked.covers(bill):
        check_bill(ctx, mine, bill, policy, approvals)
    check_customer(ctx, mine["id"], customer_id)
    if mine["pause_at_zero"]:
        _check_stock(ctx, mine["id"], bill.lines, booked.allocated)
    expired = tills.expired_sale(ctx.connection, policy)
    lines = choose_parts(ctx, mine["id"], wanted, bill.lines, expired_sale=expired, approvals=approvals)
    taken = take_payments(bill.total - booked.paid_for(bill.total), payments)
    check_credit(ctx, customer_id, sum(one.amount for one in taken if one.method == ACCOUNT), approvals)
    payload = CompleteSale(
        order_id=ctx.new_id(),
        number=ctx.next_number("S"),
        seller_id=mine["id"],
        home=mine["home"],
        customer_id=customer_id or None,
        currency=currency,
        lines=lines,
        total=bill.total,
        tax_total=bill.tax_total,
        payments=taken,
        channel=channel,
        note=note,
        shift_id=shift_id,
        discount=bill.discount,
        rounding=bill.rounding,
        approvals=tuple(approvals),
        booking_id=booking_id,
        deposits=booked.deposits,
    )
    return Decision(payload, payload.order_id, payload.number, bill.total, currency, depends_on=tuple(depends_on))


def till_of(ctx: DecideContext, party_id: str) -> tuple[Row, str | None]:
    """The dealer's policy and the open shift's id."""
    policy = tills.policy_of(ctx.connection, party_id)
    shift = tills.open_shift(ctx.connection, ctx.actor.device_id)
    if shift is None and policy["shift_required"]:
        raise Refused("no_shift")
    return policy, shift["id"] if shift else None


def check_customer(ctx: DecideContext, party_id: str, customer_id: str | None) -> None:
    row = customers.customer_by_id(ctx.connection, customer_id) if customer_id else None
    if customer_id and (row is None or row["party_id"] != party_id):
        raise NotFound("unknown_customer", id=customer_id)


def check_bill(ctx: DecideContext, mine: Row, bill: Bill, policy: Row, approvals: Sequence[Approval]) -> None:
    """Whether this person may let off so much; see :func:`domain.orders.bill.check_rights`.

    Raises also Invalid ``amount_too_large``.
    """
    if bill.total >= LIMIT:
        raise Invalid("amount_too_large", code=bill.lines[0].code)
    asked = [Asked(line.product_id, line.quantity, line.unit, line.factor) for line in bill.lines]
    day, currency = ctx.clock.today(), mine["currency"]
    floors = catalogue.prices_for(ctx.connection, asked, mine, usages=FLOOR, day=day, currency=currency)
    check_rights(
        bill,
        [list_price_of(line) for line in bill.lines],
        [floor["price"] if floor else None for floor in floors],
        currency,
        role=ctx.actor.role,
        clerk_discount_bp=policy["clerk_discount_bp"],
        approvals=approvals,
    )


def _check_stock(ctx: DecideContext, party_id: str, lines: Sequence[SoldLine], allocated: Mapping[str, int]) -> None:
    """Raises Refused ``out_of_stock``; what the booking itself reserved is there for it."""
    known = stock.on_hand(ctx.connection, place_id(party_id, "warehouse"), [line.product_id for line in lines])
    for line in lines:
        if line.stocked and known[line.product_id]["available"] + allocated.get(line.product_id, 0) < line.quantity:
            raise Refused("out_of_stock", code=line.code, available=known[line.product_id]["available"])


def take_payments(total: int, tendered: Sequence[tuple[str, int]]) -> tuple[Paid, ...]:
    """Payments in the order given, each up to what is still due; cash above that is change.

    Raises:
        Invalid: ``negative_payment``, ``overpaid`` when another means than cash exceeds what is due.
    """
    due, taken = total, []
    for method, amount in tendered:
        if amount < 0:
            raise Invalid("negative_payment")
        used = min(amount, due)
        if used < amount and method != "cash":
            raise Invalid("overpaid", method=method)
        due -= used
        taken.append(Paid(method=method, amount=used, tendered=amount))  # type: ignore[arg-type]
    return tuple(taken)


def payment_state(total: int, paid: int) -> str:
    """unpaid, part or paid."""
    if paid >= total:
        return "paid"
    return "part" if paid else "unpaid"


@applies(CompleteSale)
def apply_sale(ctx: ApplyContext, sale: CompleteSale) -> None:
    """Write the order as it was sealed, its payments, and the goods that left."""
    # A deposit that another sale has used, or that went back, pays for nothing.
    ahead = sale.deposits if apply_fetch(ctx, sale) else ()
    ctx.rows.insert(orders, _head(ctx, sale, ahead))
    write_lines(ctx, sale.order_id, sale.lines)
    write_transition(ctx, sale.order_id, DRAFT, COMPLETED)
    _take_money(ctx, sale, ahead)
    write_moves(ctx, _moves(sale), sale.home)


def _head(ctx: ApplyContext, sale: CompleteSale, ahead: Sequence[Deposit]) -> Row:
    # What is on account is settled here: what he owes stands in his account.
    deposit = sum(one.amount for one in ahead)
    paid = sum(one.amount for one in sale.payments) + deposit
    return {
        "id": sale.order_id,
        "number": sale.number,
        "kind": "retail",
        "seller_id": sale.seller_id,
        "customer_id": sale.customer_id,
        "state": COMPLETED,
        "payment_state": payment_state(sale.total, paid),
        "delivery_state": "full",
        "currency": sale.currency,
        "total": sale.total,
        "tax_total": sale.tax_total,
        "line_count": len(sale.lines),
        "units": sum(pieces_of(line.quantity, line.unit) for line in sale.lines),
        "business_date": ctx.business_date,
        "ordered_at": ctx.at,
        "home": sale.home,
        "person_name": ctx.actor.person_name,
        "channel": sale.channel,
        "note": sale.note,
        "place_id": place_id(sale.seller_id, "warehouse"),
        "shift_id": sale.shift_id,
        "discount": sale.discount,
        "rounding": sale.rounding,
        "deposit": deposit,
    }


def _take_money(ctx: ApplyContext, sale: CompleteSale, ahead: Sequence[Deposit]) -> None:
    cause = Cause("sale", sale.order_id, sale.number, sale.seller_id, sale.customer_id, sale.shift_id)
    # Who brings the goods back gets a deposit by the means it came: the payments keep them.
    used = [Moved(one.method, one.amount, counted_as=DEPOSIT) for one in ahead]
    enter_money(ctx, cause, [*(Moved(one.method, one.amount, one.tendered) for one in sale.payments), *used])


def _moves(sale: CompleteSale) -> list[Move]:
    here, customer = spot(sale.seller_id, "warehouse"), spot(sale.seller_id, "customer")
    return [
        move
        for index, line in enumerate(sale.lines, 1)
        if line.stocked
        for move in parted(
            Move(line.product_id, line.quantity, here, customer, "sale", sale.order_id, index, line.lot), line.parts
        )
    ]


@projects(CompleteSale)
def project_sale(ctx: ApplyContext, sale: CompleteSale) -> None:
    """Move the balances; what breaks a rule is recorded with an exception, never refused."""
    flag_below_zero(ctx, project_moves(ctx, _moves(sale)), sale.order_id)
    flag_customer(ctx, sale.order_id, sale.seller_id, sale.customer_id)
    _flag_nonsense(ctx, sale)
    flag_parts(ctx, sale)
    watch_pieces(ctx, _moves(sale), sale.order_id, sale.seller_id, (SOLD_TWICE, NOT_HERE))
    project_fetch(ctx, sale)


def flag_customer(ctx: ApplyContext, order_id: str, seller_id: str, customer_id: str | None) -> None:
    """An exception when the customer of a sale is not, or no longer, one of the seller's."""
    if customer_id is None:
        return
    row = ctx.rows.get(customer, customer_id)
    if row is None or row["party_id"] != seller_id:
        ctx.flag("customer_unknown", order_id, seller_id)
    elif row["status"] == "closed":
        ctx.flag("customer_closed", order_id, seller_id, code=row["code"])


def _flag_nonsense(ctx: ApplyContext, sale: CompleteSale) -> None:
    amounts = [
        gross(line.quantity, line.unit_price, label_in(line.trace), sale.currency, line.factor)
        - line.discount
        - line.share
        for line in sale.lines
    ]
    shares = sum(line.share for line in sale.lines)
    computed = sum(amounts) + sale.rounding
    agree = amounts == [line.amount for line in sale.lines] and shares == sale.discount
    if not agree or computed != sale.total or not rounding_allowed(sum(amounts), sale.rounding):
        ctx.flag("amounts_differ", sale.order_id, sale.seller_id, total=sale.total, computed=computed)
    ranges = catalogue.ranges_of(ctx.rows.connection, [line.product_id for line in sale.lines])
    for line in sale.lines:
        if line.product_id not in ranges:
            ctx.flag("unknown_product", sale.order_id, sale.seller_id, code=line.code)
    # Goods have left and money was taken: that is so, whoever may sell them. The seller and his upline are told.
    seller, codes = not_authorised(ctx, sale.seller_id, sale.lines, ranges)
    names = {line.code: line.name for line in sale.lines}
    for code in codes:
        upline_id = seller["parent_id"] if seller else None
        said = {"code": code, "name": names[code], "number": sale.number}
        ctx.flag_upwards(NOT_AUTHORISED, sale.order_id, sale.seller_id, upline_id, **said)
