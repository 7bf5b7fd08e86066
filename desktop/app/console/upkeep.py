"""``enrol``, ``sign-out``, ``sync``, ``outbox``, ``inbox``, ``customer``, ``doctor``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import i18n
from desktop.app import doctor
from desktop.app.console.answer import Answer
from desktop.app.profile import Profile
from desktop.app.retirement import REVOKED, retire_at_the_door, words_of
from desktop.app.wire import send_contents
from desktop.features.customers import operations as customers
from desktop.features.sync_centre import operations
from desktop.platform.read_ahead import reading_ahead
from desktop.store import ledger_export
from desktop.store.attaching import count_unsent
from desktop.store.daily import daily_work
from desktop.sync.round import SyncRound
from desktop.sync.transport import Offline, ServerRefused
from domain.kernel.clock import iso_of
from domain.kernel.errors import NotEntitled, Refused
from domain.kernel.money import format_amount


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    enrol = commands.add_parser("enrol", parents=[common], help=i18n.tr("cli.client.enrol"))
    enrol.add_argument("--server", required=True, metavar="URL")
    enrol.add_argument("--user", required=True)
    enrol.add_argument("--password-stdin", action="store_true", required=True, help=i18n.tr("cli.password_stdin"))
    enrol.set_defaults(run=run_enrol, needs_session=False)
    out = commands.add_parser("sign-out", parents=[common], help=i18n.tr("cli.client.sign_out"))
    out.set_defaults(run=run_sign_out, needs_session=False)
    commands.add_parser("sync", parents=[common], help=i18n.tr("cli.client.sync")).set_defaults(
        run=run_sync, goes_on=True, is_round=True
    )
    outbox = commands.add_parser("outbox", help=i18n.tr("cli.client.outbox")).add_subparsers(dest="verb", required=True)
    outbox.add_parser("list", parents=[common]).set_defaults(run=run_outbox, goes_on=True)
    give = outbox.add_parser("export", parents=[common], help=i18n.tr("cli.client.outbox_export"))
    give.add_argument("file", type=Path)
    give.set_defaults(run=run_export, goes_on=True)
    carry = outbox.add_parser("import", parents=[common], help=i18n.tr("cli.client.outbox_import"))
    carry.add_argument("file", type=Path)
    carry.set_defaults(run=run_carry, goes_on=True)
    inbox = commands.add_parser("inbox", help=i18n.tr("cli.client.inbox")).add_subparsers(dest="verb", required=True)
    inbox.add_parser("list", parents=[common]).set_defaults(run=run_inbox, goes_on=True)
    customer = commands.add_parser("customer", help=i18n.tr("cli.client.customer"))
    verbs = customer.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", parents=[common])
    add.add_argument("--name", required=True)
    add.add_argument("--phone", default="")
    add.set_defaults(run=run_customer_add)
    listing = verbs.add_parser("list", parents=[common])
    listing.add_argument("--search", default="")
    listing.set_defaults(run=run_customer_list)
    check = commands.add_parser("doctor", parents=[common], help=i18n.tr("cli.client.doctor"))
    check.set_defaults(run=run_doctor, needs_session=False)


def read_password() -> str:
    """The first line of standard input.

    Raises:
        Refused: ``no_password``.
    """
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refused("no_password")
    return password


def run_enrol(profile: Profile, given: argparse.Namespace) -> Answer:
    """Make this PC a device and open a session; a first round follows at the next ``sync``."""
    try:
        identity = profile.enrol(given.server, given.user, given.password)
    except NotEntitled as error:
        told = retire_at_the_door(profile, given.user, given.password) if error.code == REVOKED else None
        if told is None:
            raise
        return Answer(None, code=1, error=words_of(told))
    data = {
        "device": identity.device_id,
        "number": identity.device_number,
        "dealer": identity.party_code,
        "user": identity.person_name,
        "role": identity.role,
        "server": identity.server,
    }
    text = i18n.tr("cli.client.enrolled", dealer=identity.party_name, user=identity.person_name)
    return Answer(data, text, error=i18n.tr("people.errors.returned") if profile.returned else "")


def run_sign_out(profile: Profile, _given: argparse.Namespace) -> Answer:
    """End the session; what is unsent stays and is told."""
    files = count_unsent(profile.store) if profile.signed_in else 0
    unsent = profile.sign_out() if profile.signed_in else profile.unsent_when_closed
    text = i18n.tr("cli.client.signed_out_unsent", n=unsent) if unsent else i18n.tr("cli.client.signed_out")
    if files:
        text += " · " + i18n.tr("cli.client.files_unsent", n=files)
    return Answer({"signed_out": True, "unsent": unsent}, text)


def run_sync(profile: Profile, given: argparse.Namespace) -> Answer:
    """One full round at once."""
    with reading_ahead(profile.transport) as transport:
        result = SyncRound(profile.store, transport).once()
    if not result.problem:
        send_contents(profile.store, profile.transport, lambda: False, lambda _sha256: None, first=True)
    daily_work(profile.store)
    data = {
        "online": result.online,
        "pushed": result.pushed,
        "accepted": result.accepted,
        "excepted": result.excepted,
        "refused": result.refused,
        "parked": result.parked,
        "quarantined": result.quarantined,
        "pulled": result.pulled,
        "cursor": result.cursor,
    }
    given.revoked = result.problem == REVOKED
    if result.problem:
        problem = result.problem if result.online else "offline"
        return Answer(data, code=1, error=i18n.message(problem, {}))
    return Answer(data, i18n.tr("cli.client.synced", pushed=result.pushed, pulled=result.pulled))


def run_outbox(profile: Profile, _given: argparse.Namespace) -> Answer:
    """What is still to be uploaded."""
    unsent = operations.status(profile.store).unsent
    amounts = {currency: format_amount(amount, currency) for currency, amount in unsent.amounts.items()}
    items = [
        {
            "id": row["id"],
            "document": row["number"] or row["document_id"],
            "kind": row["kind"],
            "amount": format_amount(row["amount"], row["currency"]),
            "at": iso_of(row["sealed_at"]),
            "state": row["status"],
        }
        for row in operations.outbox(profile.store)
    ]
    data: dict[str, Any] = {
        "unsent": unsent.number,
        "amount": next(iter(amounts.values()), "0.00") if len(amounts) < 2 else " + ".join(amounts.values()),
        "oldest": iso_of(unsent.oldest) if unsent.oldest else None,
        "items": items,
    }
    return Answer(data, "\n".join(f"{item['at']}  {item['document']}  {item['amount']}" for item in items))


def run_export(profile: Profile, given: argparse.Namespace) -> Answer:
    """Everything that this PC sealed, in a file that only the server can read."""
    done = ledger_export.export(profile.store, given.file)
    data = {"file": str(given.file), "commands": done.commands, "unsent": done.unsent}
    return Answer(data, i18n.tr("cli.client.outbox_exported", commands=done.commands, unsent=done.unsent))


def run_carry(profile: Profile, given: argparse.Namespace) -> Answer:
    """Hand in for another PC of this shop what it wrote with ``outbox export``; the file stays where it is.

    Raises:
        Refused: ``cannot_read``, ``server_unreachable``, or what the server answered.
    """
    try:
        box = given.file.read_bytes()
    except OSError as error:
        raise Refused("cannot_read", file=str(given.file), detail=error.strerror or "") from None
    try:
        told = profile.transport.hand_in(box)
    except Offline:
        raise Refused("server_unreachable", server=profile.store.known.server) from None
    except ServerRefused as error:
        raise Refused(error.code, **error.params) from None
    text = i18n.tr("cli.client.outbox_imported", taken=told["taken"], duplicates=told["duplicates"])
    return Answer({"file": str(given.file), **told}, text)


def run_inbox(profile: Profile, _given: argparse.Namespace) -> Answer:
    """What needs somebody."""
    items = [
        {
            "id": row["id"],
            "document": row["number"] or row["document_id"],
            "code": row["code"],
            "message": i18n.message(row["code"], row["params"]),
            "ways": list(row["ways"]),
            "state": row["status"],
        }
        for row in operations.inbox(profile.store)
    ]
    return Answer({"items": items}, "\n".join(f"{item['document']}  {item['message']}" for item in items))


def run_customer_add(profile: Profile, given: argparse.Namespace) -> Answer:
    """A new customer of this dealer."""
    performed = customers.add(profile.store, name=given.name, phone=given.phone)
    return Answer({"id": performed.document_id, "name": given.name}, given.name)


def run_customer_list(profile: Profile, given: argparse.Namespace) -> Answer:
    """Own customers."""
    rows = customers.find(profile.store, given.search)
    items = [{"id": row["id"], "code": row["code"], "name": row["name"], "phone": row["phone"]} for row in rows]
    return Answer({"items": items}, "\n".join(f"{item['name']}  {item['phone']}" for item in items))


def run_doctor(profile: Profile, _given: argparse.Namespace) -> Answer:
    """Look after the health of this PC's data."""
    checks = doctor.examine(profile)
    ok = all(check.ok for check in checks)
    data = {"ok": ok, "checks": [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks]}
    return Answer(
        data, "\n".join(f"{'+' if one.ok else '!'} {one.name}: {one.detail}" for one in checks), 0 if ok else 1
    )
