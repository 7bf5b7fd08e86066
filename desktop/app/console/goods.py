"""``intake`` and ``stock``."""

from __future__ import annotations

import argparse
from typing import Any

import i18n
from desktop.app.console.answer import Answer, add_lines, stock_line
from desktop.app.profile import Profile
from desktop.features.stock import operations
from desktop.store.store import Performed
from domain.kernel.clock import iso_of
from domain.kernel.money import format_quantity


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    intake = commands.add_parser("intake", help=i18n.tr("cli.client.intake")).add_subparsers(dest="verb", required=True)
    intake.add_parser("list", parents=[common]).set_defaults(run=run_incoming)
    receive = intake.add_parser("receive", parents=[common])
    receive.add_argument("shipment")
    add_lines(receive, required=False)
    receive.add_argument("--part", action="store_true", help=i18n.tr("cli.client.part"))
    receive.set_defaults(run=run_receive)
    direct = intake.add_parser("direct", parents=[common])
    add_lines(direct)
    direct.add_argument("--supplier", default="")
    direct.set_defaults(run=run_direct)

    stock = commands.add_parser("stock", help=i18n.tr("cli.client.stock")).add_subparsers(dest="verb", required=True)
    listing = stock.add_parser("list", parents=[common])
    listing.add_argument("--search", default="")
    listing.set_defaults(run=run_list)
    count = stock.add_parser("count", parents=[common])
    add_lines(count)
    count.set_defaults(run=run_count)
    adjust = stock.add_parser("adjust", parents=[common])
    add_lines(adjust)
    adjust.add_argument("--reason", default=i18n.tr("cli.client.no_reason_given"))
    adjust.set_defaults(run=run_adjust)


def run_incoming(profile: Profile, _given: argparse.Namespace) -> Answer:
    """Shipments on their way here."""
    items = []
    for row in operations.incoming(profile.store):
        lines = [
            {
                "code": line["product_code"],
                "name": line["product_name"],
                "expected": format_quantity(line["quantity"] - line["received"]),
            }
            for line in operations.shipment_lines(profile.store, row["id"])
        ]
        items.append(
            {
                "id": row["id"],
                "number": row["number"],
                "order": row["order_number"] or "",
                "from": row["seller_name"] or "",
                "at": iso_of(row["shipped_at"]),
                "lines": lines,
            }
        )
    return Answer({"items": items}, "\n".join(f"{item['number']}  {item['from']}  {item['at']}" for item in items))


def run_receive(profile: Profile, given: argparse.Namespace) -> Answer:
    """Take in a shipment: as shipped, or the lines found."""
    lines = [stock_line(line) for line in given.line] if given.line else None
    return _performed(operations.receive(profile.store, given.shipment, lines, final=not given.part))


def run_direct(profile: Profile, given: argparse.Namespace) -> Answer:
    """Take in goods from a local supplier."""
    lines = [stock_line(line) for line in given.line]
    return _performed(operations.take_in(profile.store, lines, supplier=given.supplier))


def run_count(profile: Profile, given: argparse.Namespace) -> Answer:
    """Record a count."""
    return _performed(operations.count(profile.store, [stock_line(line) for line in given.line]))


def run_adjust(profile: Profile, given: argparse.Namespace) -> Answer:
    """Put the book right."""
    lines = [stock_line(line) for line in given.line]
    return _performed(operations.adjust(profile.store, lines, reason=given.reason))


def run_list(profile: Profile, given: argparse.Namespace) -> Answer:
    """Own stock, own unsent moves included."""
    items = [
        {
            "code": row["code"],
            "place": row["place"],
            "on_hand": format_quantity(row["quantity"]),
            "reserved": format_quantity(row["reserved"]),
            "available": format_quantity(row["available"]),
            "as_of": iso_of(row["as_of"]) if row["as_of"] else None,
        }
        for row in operations.list_stock(profile.store, given.search)
    ]
    lines = [f"{item['code']}  {item['place']}  {item['on_hand']}  {item['available']}" for item in items]
    return Answer({"items": items}, "\n".join(lines))


def _performed(performed: Performed) -> Answer:
    data = {"id": performed.document_id, "number": performed.number}
    return Answer(data, performed.number)
