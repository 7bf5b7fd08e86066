"""The PCs of the shops as headquarters, or their owner, sees them: last seen, what waits there, which version."""

from __future__ import annotations

from desktop.features.sync_centre import queries
from desktop.store.store import Store
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.parties import roles

DAY_MS = 86_400_000
SEES_DEVICES = roles.OFFICE | roles.MANAGING
ORDER = ("stuck", "silent", "fine", "revoked")
"""States of a PC, the one that needs somebody most first."""


def may_see(actor: Actor) -> bool:
    """Whether this person looks after PCs."""
    return actor.role in SEES_DEVICES


def devices(store: Store) -> list[Row]:
    """The PCs that this one may know of, with ``party_name`` and ``state``, those that need somebody first."""
    now = store.clock.now_ms()
    with store.read() as connection:
        rows = [{**row, "state": _state(row, now)} for row in queries.list_devices(connection)]
    return sorted(rows, key=lambda row: (ORDER.index(row["state"]), row["last_seen_at"], row["id"]))


def _state(row: Row, now: int) -> str:
    if row["status"] != "active":
        return "revoked"
    if row["oldest_unsent_at"] and now - row["oldest_unsent_at"] >= DAY_MS:
        return "stuck"
    return "silent" if now - row["last_seen_at"] >= DAY_MS else "fine"
