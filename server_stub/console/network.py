"""``dealer``, ``user``, ``device`` and ``product``."""

from __future__ import annotations

import argparse
from typing import Any

import i18n
from domain.catalogue.commands import BarcodeSpec
from domain.catalogue.handlers import NewProduct, decide_add_products
from domain.kernel.channels import Row
from domain.kernel.clock import iso_of
from domain.kernel.money import format_price, parse_price
from domain.parties.commands import Role
from domain.parties.handlers import HQ_CODE, decide_add_dealer, decide_add_person
from server_stub.accounts import service
from server_stub.accounts.hashing import Hasher
from server_stub.console.answer import Answer, office, password_from_stdin
from server_stub.sync import repository_devices as devices

ROLES = Role.__args__  # type: ignore[attr-defined]  # the literal's members


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    dealer = commands.add_parser("dealer", help=i18n.tr("cli.server.dealer")).add_subparsers(dest="verb", required=True)
    add = dealer.add_parser("add", parents=[common])
    add.add_argument("--code", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--parent", default=HQ_CODE)
    add.add_argument("--region", default="")
    add.add_argument("--grade", default="")
    add.set_defaults(run=run_dealer_add)

    user = commands.add_parser("user", help=i18n.tr("cli.server.user")).add_subparsers(dest="verb", required=True)
    add = user.add_parser("add", parents=[common])
    add.add_argument("--dealer", required=True)
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--name", required=True)
    add.add_argument("--password-stdin", action="store_true", required=True, help=i18n.tr("cli.password_stdin"))
    add.set_defaults(run=run_user_add)

    device = commands.add_parser("device", help=i18n.tr("cli.server.device")).add_subparsers(dest="verb", required=True)
    device.add_parser("list", parents=[common]).set_defaults(run=run_device_list)
    revoke = device.add_parser("revoke", parents=[common])
    revoke.add_argument("id")
    revoke.set_defaults(run=run_device_revoke)

    product = commands.add_parser("product", help=i18n.tr("cli.server.product"))
    verbs = product.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", parents=[common])
    add.add_argument("--code", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--price", required=True)
    add.add_argument("--barcode", action="append", default=[])
    add.add_argument("--unit", default="")
    add.set_defaults(run=run_product_add)


def run_dealer_add(given: argparse.Namespace) -> Answer:
    """A dealer below ``--parent``."""
    with office(given) as at:
        issued = at.device.issue(
            lambda ctx: decide_add_dealer(
                ctx,
                code=given.code,
                name=given.name,
                parent_code=given.parent,
                region=given.region,
                grade=given.grade,
            )
        )
    data = {"id": issued.document_id, "code": given.code, "name": given.name, "parent": given.parent}
    return Answer(data, i18n.tr("cli.server.dealer_added", code=given.code, name=given.name))


def run_user_add(given: argparse.Namespace) -> Answer:
    """A person who may sign in at once with the password given."""
    password = password_from_stdin()
    with office(given) as at:
        digest = Hasher(at.settings.argon2_memory, at.settings.argon2_passes).hash(password)
        issued = at.device.issue(
            lambda ctx: decide_add_person(
                ctx, party_code=given.dealer, name=given.name, role=given.role, password_hash=digest
            )
        )
    data = {"id": issued.document_id, "name": given.name, "role": given.role, "dealer": given.dealer}
    return Answer(data, i18n.tr("cli.server.user_added", name=given.name, code=given.dealer))


def run_device_list(given: argparse.Namespace) -> Answer:
    """Every enrolled device, with what it last told of itself."""
    with office(given) as at, at.db.read() as connection:
        rows = service.list_devices(connection)
        told = devices.health(connection)
    items = [_device(row, told.get(row["id"], {})) for row in rows]
    lines = [
        f"{item['id']}  {item['dealer']}-{item['number']:02d}  {item['status']}  {item['name']}  {item['version']}"
        for item in items
    ]
    return Answer({"items": items}, "\n".join(lines))


def _device(row: Row, told: Row) -> dict[str, Any]:
    seen = max(row["last_seen_at"], told.get("last_seen_at", 0))
    oldest = told.get("oldest_unsent_at", 0)
    return {
        "id": row["id"],
        "dealer": row["party_code"],
        "number": row["number"],
        "name": row["name"],
        "user": row["person_name"],
        "status": row["status"],
        "enrolled_at": iso_of(row["enrolled_at"]),
        "last_seen_at": iso_of(seen) if seen else None,
        "version": told.get("program", ""),
        "unsent": told.get("unsent"),
        "oldest_unsent_at": iso_of(oldest) if oldest else None,
    }


def run_device_revoke(given: argparse.Namespace) -> Answer:
    """Shut a device out."""
    with office(given) as at, at.db.write() as connection:
        service.revoke_device(connection, given.id)
    return Answer({"id": given.id, "status": "revoked"}, i18n.tr("cli.server.device_revoked", id=given.id))


def run_product_add(given: argparse.Namespace) -> Answer:
    """A product with its base retail price, tax included, from today on, for all dealers."""
    price = parse_price(given.price)
    new = NewProduct(
        code=given.code,
        name=given.name,
        price=price,
        unit=given.unit,
        barcodes=[BarcodeSpec(code=code) for code in given.barcode],
    )
    with office(given) as at:
        issued = at.device.issue(lambda ctx: decide_add_products(ctx, [new]))
    data = {"id": issued.document_id, "code": given.code, "name": given.name, "price": format_price(price)}
    return Answer(data, i18n.tr("cli.server.product_added", code=given.code, name=given.name))
