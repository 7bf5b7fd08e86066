"""``ledger import``."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import i18n
from domain.kernel.errors import NotFound, Refused
from domain.kernel.ids import is_id
from domain.kernel.ledger_file import open_file
from domain.kernel.remainder import open_remainder, read_remainder
from domain.kernel.sealedbox import MAGIC
from server_stub.accounts.keys import BOX_KEY, load_key
from server_stub.accounts.repository import device_by_id
from server_stub.attachments.service import Attachments
from server_stub.console.answer import Answer, Office, office
from server_stub.kit.limits import RateLimit
from server_stub.sync.ledger_import import Imported, take_in
from server_stub.sync.push import Intake, Sender
from server_stub.sync.remainder import ContentTaker, take_handed


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    ledger = commands.add_parser("ledger", help=i18n.tr("cli.server.ledger")).add_subparsers(dest="verb", required=True)
    load = ledger.add_parser("import", parents=[common])
    load.add_argument("file", type=Path)
    load.set_defaults(run=run_import)


def run_import(given: argparse.Namespace) -> Answer:
    """Take in the file that a PC wrote; again it finds everything there already. Of a PC that was shut out the commands
    are kept without effect (``quarantined``), and its pictures and files are ``taken``.

    Raises:
        Refused: ``cannot_read``.
    """
    try:
        data = given.file.read_bytes()
    except OSError as error:
        raise Refused("cannot_read", file=str(given.file), detail=error.strerror or "") from None
    with office(given) as at:
        with at.db.read() as connection:
            key = load_key(connection, BOX_KEY)
        intake = Intake(at.db, at.clock, at.device.search_keys)
        told = take_in(intake, open_file(data, key)) if data.startswith(MAGIC) else _take_remainder(at, intake, data)
    counts = asdict(told)
    text = i18n.tr("cli.server.ledger_imported", taken=told.taken, duplicates=told.duplicates, rest=_rest(counts))
    return Answer({"file": str(given.file), **counts}, text)


def _take_remainder(at: Office, intake: Intake, data: bytes) -> Imported:
    """What a PC that was shut out had sealed for this server and could not hand in.

    Raises:
        Invalid: it is neither kind of file. NotFound: ``device_not_found``.
    """
    remainder = read_remainder(data)
    with at.db.read() as connection:
        key = load_key(connection, BOX_KEY)
        row = device_by_id(connection, remainder.device) if is_id(remainder.device) else None
    if row is None:
        raise NotFound("device_not_found")
    sender = Sender.of(row)
    handed = open_remainder(remainder, sender.public_key, key)
    contents = Attachments(at.db, at.clock, RateLimit(at.clock, burst=1, per_minute=1), _quota(at))
    taken, files = take_handed(intake, ContentTaker(contents.take_whole), sender, handed)
    return Imported(sender.device_id, sender.party_id, taken=files, quarantined=taken)


def _quota(at: Office) -> int:
    return at.settings.attachment_megabytes * 1024 * 1024


def _rest(counts: dict[str, Any]) -> int:
    return sum(counts[name] for name in ("refused", "parked", "quarantined", "forked", "left"))
