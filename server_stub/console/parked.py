"""``parked list`` and ``parked replay``."""

from __future__ import annotations

import argparse
from typing import Any

import msgspec

import i18n
from domain.kernel.channels import Row
from domain.kernel.clock import iso_of
from domain.kernel.outcome import Outcome
from server_stub.console.answer import Answer, Office, office
from server_stub.sync.replay import Replay, name_of


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    parked = commands.add_parser("parked", help=i18n.tr("cli.server.parked")).add_subparsers(dest="verb", required=True)
    parked.add_parser("list", parents=[common]).set_defaults(run=run_list)
    again = parked.add_parser("replay", parents=[common])
    again.add_argument("ids", nargs="*", metavar="ID", help=i18n.tr("cli.server.parked_ids"))
    again.set_defaults(run=run_replay)


def _replay(at: Office) -> Replay:
    return Replay(at.db, at.clock, at.device.search_keys)


def run_list(given: argparse.Namespace) -> Answer:
    """What is parked, oldest first, with its error, age (seconds), device and document."""
    with office(given) as at:
        items = [_shown(row, at.clock.now_ms()) for row in _replay(at).listed()]
    lines = [
        f"{item['id']}  {item['dealer']}-{item['device_number']:02d}  {item['kind']}  {item['error']}  {item['age']} s"
        for item in items
    ]
    return Answer({"items": items}, "\n".join(lines))


def _shown(row: Row, now_ms: int) -> dict[str, Any]:
    return {
        "id": name_of(row),
        "kind": row["kind"],
        "document": row["document_id"],
        "error": row["reason"],
        "params": msgspec.json.decode(row["params"] or "{}"),
        "age": max(0, now_ms - row["received_at"]) // 1000,
        "received_at": iso_of(row["received_at"]),
        "dealer": row["party_code"],
        "device": row["device_id"],
        "device_number": row["device_number"] or 0,
        "device_name": row["device_name"],
        "epoch": row["epoch"],
        "sequence": row["sequence"],
        "attempts": row["attempts"],
    }


def run_replay(given: argparse.Namespace) -> Answer:
    """Take the named ones again, or all, and what waited for them; it may be repeated at will."""
    with office(given) as at:
        done = _replay(at).run(given.ids)
    items = [
        {"id": one.id, "before": one.before, "status": str(one.verdict.status), "code": one.verdict.code}
        for one in done
    ]
    left = sum(item["status"] == Outcome.PARKED for item in items)
    data = {"items": items, "replayed": len(items) - left, "parked": left}
    lines = [f"{item['id']}  {item['status']}  {item['code']}".rstrip() for item in items]
    return Answer(data, "\n".join([*lines, i18n.tr("cli.server.replayed", n=len(items) - left, left=left)]))
