"""``order`` and ``orders``."""

from __future__ import annotations

import argparse
from typing import Any

import i18n
from desktop.app.console.answer import Answer, add_lines, paid, sale_line, stock_line
from desktop.app.profile import Profile
from desktop.features.order_entry import operations as sales
from desktop.features.orders import operations
from desktop.features.replenishment import operations as replenishment
from desktop.store.store import Performed
from domain.catalogue.units import in_unit
from domain.kernel.channels import Row
from domain.kernel.clock import iso_of
from domain.kernel.money import format_amount, format_price, format_quantity

LIMIT = 100


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    order = commands.add_parser("order", help=i18n.tr("cli.client.order")).add_subparsers(dest="verb", required=True)
    sale = order.add_parser("sale", parents=[common])
    add_lines(sale)
    sale.add_argument("--customer", metavar="ID")
    sale.add_argument("--pay", action="append", default=[], metavar="cash:AMOUNT")
    sale.add_argument("--note", default="")
    sale.set_defaults(run=run_sale, goes_on=True)
    replenish = order.add_parser("replenish", parents=[common])
    add_lines(replenish)
    replenish.add_argument("--note", default="")
    replenish.set_defaults(run=run_replenish)
    for verb, run in (("approve", run_approve), ("refuse", run_refuse), ("cancel", run_cancel), ("close", run_close)):
        one = order.add_parser(verb, parents=[common])
        one.add_argument("id")
        if verb in ("refuse", "cancel"):
            one.add_argument("--reason", default=i18n.tr("cli.client.no_reason_given"))
        one.set_defaults(run=run)
    ship = order.add_parser("ship", parents=[common])
    ship.add_argument("id")
    add_lines(ship, required=False)
    ship.add_argument("--carrier", default="")
    ship.add_argument("--tracking", default="")
    ship.set_defaults(run=run_ship)
    orders = commands.add_parser("orders", help=i18n.tr("cli.client.orders")).add_subparsers(dest="verb", required=True)
    listing = orders.add_parser("list", parents=[common])
    listing.add_argument("--limit", type=int, default=LIMIT)
    listing.set_defaults(run=run_list)


def run_sale(profile: Profile, given: argparse.Namespace) -> Answer:
    """A retail sale."""
    wanted = [sale_line(line) for line in given.line]
    payments = [paid(one) for one in given.pay]
    performed = sales.complete_sale(
        profile.store, wanted, customer_id=given.customer, payments=payments, note=given.note
    )
    return _document(profile, performed.document_id)


def run_replenish(profile: Profile, given: argparse.Namespace) -> Answer:
    """A replenishment order to the upline."""
    wanted = [sale_line(line) for line in given.line]
    return _document(profile, replenishment.submit(profile.store, wanted, note=given.note).document_id)


def run_approve(profile: Profile, given: argparse.Namespace) -> Answer:
    """Agree to an order."""
    return _document(profile, operations.approve(profile.store, given.id).document_id)


def run_refuse(profile: Profile, given: argparse.Namespace) -> Answer:
    """Decline an order."""
    return _document(profile, operations.refuse(profile.store, given.id, given.reason).document_id)


def run_cancel(profile: Profile, given: argparse.Namespace) -> Answer:
    """Withdraw an order."""
    return _document(profile, operations.cancel(profile.store, given.id, given.reason).document_id)


def run_close(profile: Profile, given: argparse.Namespace) -> Answer:
    """Close an order."""
    return _document(profile, operations.close(profile.store, given.id).document_id)


def run_ship(profile: Profile, given: argparse.Namespace) -> Answer:
    """Ship an order: what is open, or the lines given."""
    lines = [stock_line(line) for line in given.line] if given.line else None
    performed: Performed = operations.ship(
        profile.store, given.id, lines, carrier=given.carrier, tracking=given.tracking
    )
    answer = _document(profile, performed.payload.order_id)  # type: ignore[attr-defined]  # a ShipOrder
    answer.data["shipment"] = {"id": performed.document_id, "number": performed.number}
    return answer


def run_list(profile: Profile, given: argparse.Namespace) -> Answer:
    """Documents newest first."""
    rows = operations.list_documents(profile.store, limit=max(0, given.limit))
    items = [_item(row) for row in rows]
    lines = [f"{item['at']}  {item['number']}  {item['amount']}  {item['state']}  {item['sync']}" for item in items]
    return Answer({"total": operations.count_documents(profile.store), "items": items}, "\n".join(lines))


def _item(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["number"],
        "kind": row["kind"],
        "state": row["state"],
        "sync": row["sync"],
        "amount": format_amount(row["total"], row["currency"]),
        "customer": row["customer_name"] or row["customer_code"] or row["buyer_name"] or "",
        "at": iso_of(row["ordered_at"]),
    }


def _document(profile: Profile, order_id: str) -> Answer:
    found = operations.detail(profile.store, order_id)
    order = found.order
    data = {
        "id": order["id"],
        "number": order["number"],
        "state": order["state"],
        "total": format_amount(order["total"], order["currency"]),
        "lines": [
            {
                "code": line["product_code"],
                "name": line["product_name"],
                "quantity": format_quantity(in_unit(line["quantity"], line["factor"]) or line["quantity"]),
                "price": format_price(line["unit_price"]),
                "amount": format_amount(line["amount"], order["currency"]),
            }
            for line in found.lines
        ],
    }
    return Answer(data, f"{order['number']}  {data['total']} {order['currency']}  {order['state']}")
