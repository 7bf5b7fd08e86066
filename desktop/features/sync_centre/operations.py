"""What a shop asks about its uploads: what is unsent, what needs somebody, and dealing with it."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from desktop.store import archive, cache as caching
from desktop.store.handled import SEEN, Handling, settle
from desktop.store.ledger import Unsent
from desktop.store.store import Store
from domain.kernel.channels import Row
from domain.kernel.clock import iso_of
from domain.kernel.commands import command_named
from domain.kernel.envelope import Sealed, open_body
from domain.orders.commands import SubmitReplenishment

WAYS = {
    "refused": ("change", "dismiss"),
    "exception": ("dismiss",),
    "parked": ("wait",),
    "quarantined": ("dismiss",),
    "confirmed": ("dismiss",),
}
"""Ways out by status: change and send again, acknowledge, or wait for the fix."""


BATCH = 500
REPLENISHMENT = "orders.submit_replenishment"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status bar says. ``last_contact`` in ms, 0 for never."""

    unsent: Unsent
    needing: int
    last_contact: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at on this PC; *detail* says what was seen, in numbers."""

    name: str
    ok: bool
    detail: str


def status(store: Store) -> SyncStatus:
    """The state of uploads now. Raises what the databases raise: unknown is never shown as nothing."""
    return SyncStatus(store.ledger.unsent(), store.ledger.count_needing(), store.last_contact)


def outbox(store: Store, limit: int = 500) -> list[Row]:
    """Commands not yet acknowledged, oldest first."""
    return store.ledger.list_unsent(limit)


def inbox(store: Store, limit: int = 500) -> list[Row]:
    """Commands that need somebody, newest first, with decoded ``params`` and the ``ways`` out."""
    return [
        {**row, "params": _params(row["params"]), "ways": WAYS.get(row["status"], ())}
        for row in store.ledger.list_needing(limit)
    ]


def recent(store: Store, limit: int = 200) -> list[Row]:
    """The newest commands of this PC with their state."""
    return store.ledger.recent(limit)


def dismiss(store: Store, command_id: str) -> None:
    """Somebody has seen it and dealt with it; the document stays."""
    settle(store.ledger, Handling(command_id, SEEN), store.known.person_name, store.clock.now_ms())


def _params(text: str) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def may_send_again(row: Row) -> bool:
    """Whether the lines of a refused command can be changed and sent again: replenishment orders only."""
    return bool(row["status"] == "refused" and row["kind"] == REPLENISHMENT)


def lines_of(store: Store, command_id: str) -> list[tuple[str, int]]:
    """(product code, thousandths) of a replenishment order that this PC sealed, empty when it is none."""
    row = store.ledger.find(command_id)
    if row is None or row["kind"] != REPLENISHMENT:
        return []
    body = open_body(Sealed(bytes(row["body"]), bytes(row["signature"]), None))
    payload = command_named(body.kind).decode(body.schema, bytes(body.payload))
    if not isinstance(payload, SubmitReplenishment):
        return []
    return [(line.code, line.quantity) for line in payload.lines]


def check(store: Store) -> list[Check]:
    """Look at this PC's data: the chain of sealed commands, and whether the projection has all of them."""
    return [_chain(store), _applied(store), _schema(store)]


def _chain(store: Store) -> Check:
    number, broken = archive.broken_link(store.ledger)
    return Check("chain", broken is None, str(number if broken is None else broken))


def _applied(store: Store) -> Check:
    last, _ = store.ledger.tail(store.known.epoch)
    with store.read() as connection:
        applied = int(caching.get_meta(connection, "applied") or 0)
    return Check("applied", applied == last, f"{applied} / {last}")


def _schema(store: Store) -> Check:
    with store.read() as connection:
        return Check("schema", caching.get_meta(connection, "schema") == caching.schema_digest(), "")


def diagnostics(store: Store) -> dict[str, Any]:
    """What support needs, without names of customers, amounts of documents or secrets."""
    known, now = store.known, status(store)
    kept = ("sequence", "kind", "number", "status", "code", "params", "sealed_at", "answered_at")
    return {
        "made_at": iso_of(store.clock.now_ms()),
        "system": platform.platform(),
        "python": platform.python_version(),
        "device": known.device_id,
        "dealer": known.party_code,
        "server": known.server,
        "epoch": known.epoch,
        "cursor": store.cursor,
        "last_contact": iso_of(now.last_contact) if now.last_contact else None,
        "unsent": now.unsent.number,
        "needing": now.needing,
        "checks": [asdict(each) for each in check(store)],
        "inbox": [{key: row[key] for key in kept} for row in store.ledger.list_needing(BATCH)],
        "recent": [{key: row[key] for key in kept} for row in store.ledger.recent(BATCH)],
    }


def export_diagnostics(store: Store, path: Path) -> Path:
    """Write the diagnostics to a file."""
    path.write_text(json.dumps(diagnostics(store), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
