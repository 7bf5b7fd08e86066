"""What a shop asks about its uploads: what is unsent, what needs somebody, and dealing with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.store.ledger import Unsent
from desktop.store.store import Store
from domain.kernel.channels import Row

WAYS = {
    "refused": ("change", "dismiss"),
    "exception": ("dismiss",),
    "parked": ("wait",),
    "quarantined": ("dismiss",),
}
"""Ways out by status: change and send again, acknowledge, or wait for the fix."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status bar says. ``last_contact`` in ms, 0 for never."""

    unsent: Unsent
    needing: int
    last_contact: int


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
    store.ledger.settle(command_id, store.clock.now_ms())


def _params(text: str) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])
