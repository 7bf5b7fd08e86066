"""``ledger import``."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import i18n
from domain.kernel.errors import Refused
from domain.kernel.ledger_file import open_file
from server_stub.accounts.keys import BOX_KEY, load_key
from server_stub.console.answer import Answer, office
from server_stub.sync.ledger_import import take_in
from server_stub.sync.push import Intake


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    ledger = commands.add_parser("ledger", help=i18n.tr("cli.server.ledger")).add_subparsers(dest="verb", required=True)
    load = ledger.add_parser("import", parents=[common])
    load.add_argument("file", type=Path)
    load.set_defaults(run=run_import)


def run_import(given: argparse.Namespace) -> Answer:
    """Take in the file that a PC wrote; again it finds everything there already.

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
        told = take_in(Intake(at.db, at.clock, at.device.search_keys), open_file(data, key))
    counts = asdict(told)
    text = i18n.tr("cli.server.ledger_imported", taken=told.taken, duplicates=told.duplicates, rest=_rest(counts))
    return Answer({"file": str(given.file), **counts}, text)


def _rest(counts: dict[str, Any]) -> int:
    return sum(counts[name] for name in ("refused", "parked", "quarantined", "forked", "left"))
