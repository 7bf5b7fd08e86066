"""What support needs of this PC: versions, settings, counts and states; no person, no amount, no secret."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop.features.sync_centre import operations, queries
from desktop.platform import log_file
from desktop.store import cache as caching, sums
from desktop.store.store import Store
from desktop.sync.equality import REPAIRS, repairs
from domain.kernel.channels import Row
from domain.kernel.clock import iso_of
from domain.kernel.release import VERSION
from domain.kernel.sums import together

MOST = 500
LOG_LINES = 300
KEPT = ("sequence", "kind", "number", "status", "code", "sealed_at", "answered_at")
HARMLESS = frozenset({"code", "number", "state", "kind", "schema", "field", "command", "status"})
"""Parameters of outcomes that are codes of the program or numbers of documents; others may name a person."""


def diagnostics(store: Store, settings: Mapping[str, Any]) -> dict[str, Any]:
    """One JSON document; *settings* are those chosen on this PC, of which none is a secret."""
    known, now = store.known, operations.status(store)
    with store.read() as connection:
        counts, schema = queries.counts(connection), caching.get_meta(connection, "schema")
        equality = _sums(connection)
    return {
        "made_at": iso_of(store.clock.now_ms()),
        "versions": {"program": VERSION, "cache": schema, "python": platform.python_version()},
        "system": platform.platform(),
        "device": known.device_id,
        "dealer": known.party_code,
        "server": known.server,
        "epoch": known.epoch,
        "cursor": store.cursor,
        "settings": dict(settings),
        "last_contact": iso_of(now.last_contact) if now.last_contact else None,
        "unsent": {"number": now.unsent.number, "oldest": iso_of(now.unsent.oldest) if now.unsent.oldest else None},
        "needing": now.needing,
        "checks": [asdict(each) for each in operations.check(store)],
        "rows": counts,
        "sums": equality,
        "inbox": [_without_people(row) for row in store.ledger.list_needing(MOST)],
        "recent": [_without_people(row) for row in store.ledger.recent(MOST)],
        "log": log_file.tail(LOG_LINES),
    }


def _sums(connection: Connection) -> dict[str, Any]:
    """What the server compares: the sums by channel and table, when the rows were last counted, and what was mended."""
    counted_at = sums.counted_at(connection)
    channels: dict[str, dict[str, str]] = {}
    for (channel, table), number in sorted(together(sums.kept(connection), "").items()):
        channels.setdefault(channel, {})[table] = f"{number:016x}"
    mended = [{**one, "at": iso_of(one["at"])} for one in repairs(caching.get_meta(connection, REPAIRS))]
    return {"counted_at": iso_of(counted_at) if counted_at else None, "channels": channels, "repairs": mended}


def _without_people(row: Row) -> Row:
    params = msgspec.json.decode(row["params"], type=dict[str, Any])
    kept = {name: value for name, value in params.items() if isinstance(value, int) or name in HARMLESS}
    return {**{name: row[name] for name in KEPT}, "params": kept}


def export(store: Store, path: Path, settings: Mapping[str, Any]) -> Path:
    """Write the diagnostics to a file. Raises OSError when it cannot be written."""
    text = json.dumps(diagnostics(store, settings), ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return path
