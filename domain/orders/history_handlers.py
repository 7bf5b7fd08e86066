"""Writing the past: many documents at once, balances added up per product, no exceptions of stock.

Source of the rules: issue 2, "import" and "The retail file's lines".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from domain.catalogue.model import product
from domain.customers.model import customer
from domain.kernel.channels import Row
from domain.kernel.commands import applies, projects
from domain.kernel.context import ApplyContext
from domain.kernel.errors import Invalid
from domain.orders.history import ORDER_KINDS
from domain.orders.history_commands import ImportHistory, PastDocument
from domain.orders.model import order_line, order_transition, orders
from domain.orders.states import COMPLETED, DRAFT
from domain.stock.model import stock_document, stock_move
from domain.stock.rules import Move, place_id, project_moves, spot

CHANNEL = "import"
OUTSIDE = {"retail": "customer", "return": "customer", "issue": "customer", "adjustment": "adjustment"}
"""Kind of document → the place at the other end of its goods' way; a charge moves none."""
REASONS = {"retail": "sale", "return": "return", "issue": "issue", "adjustment": "adjustment"}


@applies(ImportHistory)
def apply_history(ctx: ApplyContext, past: ImportHistory) -> None:
    """Write new products, customers and documents, and all lines.

    Raises:
        Invalid: ``bad_payload`` when a line names goods that the batch does not list.
    """
    if max(line.goods for document in past.documents for line in document.lines) >= len(past.goods):
        raise Invalid("bad_payload", kind="orders.import_history", detail="goods")
    trade = [one for one in past.documents if one.kind in ORDER_KINDS]
    stock = [one for one in past.documents if one.kind not in ORDER_KINDS]
    fresh = [one for one in trade if not one.lines_before]
    ctx.rows.insert(product, _products(ctx, past))
    ctx.rows.insert(customer, _customers(ctx, past))
    ctx.rows.insert(orders, [_order(past, one) for one in fresh])
    ctx.rows.insert(order_transition, [_transition(ctx, past, one, index) for index, one in enumerate(fresh)])
    ctx.rows.insert(order_line, _order_lines(ctx, past, trade))
    ctx.rows.insert(stock_document, [_stock_document(ctx, past, one) for one in stock if not one.lines_before])
    ctx.rows.insert(stock_move, _moves(ctx, past))


@projects(ImportHistory)
def project_history(ctx: ApplyContext, past: ImportHistory) -> None:
    """Move the balances, one change for each product; history below zero is no exception. Documents that were here
    already grow by what came."""
    grown = [one for one in past.documents if one.lines_before]
    trade = [_order(past, one) for one in grown if one.kind in ORDER_KINDS]
    stock = [_stock_document(ctx, past, one) for one in grown if one.kind not in ORDER_KINDS]
    ctx.rows.count(orders, trade, ("total", "line_count", "units"))
    ctx.rows.count(stock_document, stock, ("line_count", "units"))
    left: dict[str, int] = defaultdict(int)
    for _, _, product_id, quantity in _leaving(past):
        left[product_id] += quantity
    here, outside = spot(past.seller_id, "warehouse"), spot(past.seller_id, "customer")
    moves = [
        Move(product_id, abs(quantity), *((here, outside) if quantity > 0 else (outside, here)), CHANNEL, "")
        for product_id, quantity in left.items()
        if quantity
    ]
    project_moves(ctx, moves)


def _products(ctx: ApplyContext, past: ImportHistory) -> list[Row]:
    rows = []
    for one in past.new_products:
        pinyin, initials = ctx.search_keys(one.name) if ctx.search_keys else ("", "")
        rows.append(
            {
                "id": one.product_id,
                "code": one.code,
                "name": one.name,
                "stocked": int(one.stocked),
                "pinyin": pinyin,
                "initials": initials,
                "created_at": ctx.at,
            }
        )
    return rows


def _customers(ctx: ApplyContext, past: ImportHistory) -> list[Row]:
    return [
        {
            "id": one.customer_id,
            "party_id": past.seller_id,
            "code": one.code,
            "name": one.code,
            "created_at": ctx.at,
        }
        for one in past.new_customers
    ]


def _order(past: ImportHistory, document: PastDocument) -> Row:
    return {
        "id": document.document_id,
        "number": document.number,
        "kind": document.kind,
        "seller_id": past.seller_id,
        "customer_id": document.customer_id,
        "state": COMPLETED,
        "payment_state": "paid",
        "delivery_state": "full",
        "currency": past.currency,
        "total": sum(line.amount for line in document.lines),
        "line_count": len(document.lines),
        "units": sum(line.quantity for line in document.lines),
        "business_date": document.business_date,
        "ordered_at": document.at,
        "home": past.home,
        "channel": CHANNEL,
        "country": document.country,
        "place_id": place_id(past.seller_id, "warehouse"),
    }


def _transition(ctx: ApplyContext, past: ImportHistory, document: PastDocument, index: int) -> Row:
    return {
        "id": ctx.derive("transition", index),
        "order_id": document.document_id,
        "from_state": DRAFT,
        "to_state": COMPLETED,
        "person_name": ctx.actor.person_name,
        "reason": past.source,
        "at": document.at,
    }


def _order_lines(ctx: ApplyContext, past: ImportHistory, documents: Sequence[PastDocument]) -> list[Row]:
    rows: list[Row] = []
    for document in documents:
        for line_no, line in enumerate(document.lines, document.lines_before + 1):
            goods = past.goods[line.goods]
            rows.append(
                {
                    "id": ctx.derive("line", len(rows)),
                    "order_id": document.document_id,
                    "line_no": line_no,
                    "kind": line.kind,
                    "product_id": goods.product_id,
                    "product_code": goods.code,
                    "product_name": goods.name,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "amount": line.amount,
                }
            )
    return rows


def _stock_document(ctx: ApplyContext, past: ImportHistory, document: PastDocument) -> Row:
    return {
        "id": document.document_id,
        "party_id": past.seller_id,
        "number": document.number,
        "kind": document.kind,
        "place_id": place_id(past.seller_id, "warehouse"),
        "reason": document.reason,
        "person_name": ctx.actor.person_name,
        "line_count": len(document.lines),
        "units": sum(line.quantity for line in document.lines),
        "business_date": document.business_date,
        "at": document.at,
    }


def _leaving(past: ImportHistory) -> Iterator[tuple[PastDocument, int, str, int]]:
    """(document, line number, product, thousandths that left the warehouse) of each line that moves goods.

    A return has a negative quantity and so comes in; a write-off is written as a negative quantity and leaves.
    """
    for document in past.documents:
        if document.kind in OUTSIDE:
            sign = -1 if document.kind == "adjustment" else 1
            for line_no, line in enumerate(document.lines, document.lines_before + 1):
                goods = past.goods[line.goods]
                if goods.stocked and line.quantity:
                    yield document, line_no, goods.product_id, sign * line.quantity


def _moves(ctx: ApplyContext, past: ImportHistory) -> list[Row]:
    here = place_id(past.seller_id, "warehouse")
    outside = {kind: place_id(past.seller_id, place) for kind, place in OUTSIDE.items()}
    rows: list[Row] = []
    for document, line_no, product_id, quantity in _leaving(past):
        other = outside[document.kind]
        origin, target = (here, other) if quantity > 0 else (other, here)
        rows.append(
            {
                "id": ctx.derive("move", len(rows)),
                "party_id": past.seller_id,
                "home": past.home,
                "product_id": product_id,
                "quantity": abs(quantity),
                "from_place": origin,
                "to_place": target,
                "reason": REASONS[document.kind],
                "source_id": document.document_id,
                "line_no": line_no,
                "business_date": document.business_date,
                "at": document.at,
            }
        )
    return rows
