"""What a shop asks about its uploads: what is unsent, what needs somebody, and dealing with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.platform.later import later
from desktop.store import archive, cache as caching
from desktop.store.attaching import count_held_back, count_unsent
from desktop.store.handled import list_drafts, list_handled
from desktop.store.ledger import Unsent
from desktop.store.store import Store
from domain.kernel.channels import Row
from domain.parties.queries import party_by_id

WAYS_OF: Callable[..., tuple[str, ...]] = later("desktop.features.sync_centre.ways", "ways_of")
DRAFT_SCREENS = {
    "draft.sale": "order_entry",
    "draft.sale-held": "order_entry",
    "draft.credit-held": "order_entry",
    "draft.again-held": "order_entry",
    "draft.return": "returns",
    "draft.replenishment": "replenishment",
    "draft.stock": "stock",
}
"""Kind of a draft → the screen on which it is being entered."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status bar says. ``last_contact`` in ms, 0 for never; ``files``: contents that the server lacks;
    ``shut_out``: the dealer was suspended or closed, so the server takes what was sealed and shows it nothing else.
    """

    unsent: Unsent
    needing: int
    last_contact: int
    files: int = 0
    shut_out: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at on this PC; *detail* says what was seen, in numbers."""

    name: str
    ok: bool
    detail: str


def status(store: Store) -> SyncStatus:
    """The state of uploads now. Raises what the databases raise: unknown is never shown as nothing."""
    shut_out = _is_shut_out(store)
    files = count_held_back(store) if shut_out else count_unsent(store)
    return SyncStatus(store.ledger.unsent(), store.ledger.count_needing(), store.last_contact, files, shut_out)


def _is_shut_out(store: Store) -> bool:
    """A dealer that may not trade any more does not see even itself (``subscription_of`` at the server)."""
    if store.identity is None:
        return False
    with store.read() as connection:
        has_pulled = bool(caching.get_meta(connection, "cursor"))
        return has_pulled and party_by_id(connection, store.identity.party_id) is None


def outbox(store: Store, limit: int = 500) -> list[Row]:
    """Commands not yet acknowledged, oldest first."""
    return store.ledger.list_unsent(limit)


def inbox(store: Store, limit: int = 500) -> list[Row]:
    """Commands that need somebody, newest first, with decoded ``params`` and the ``ways`` out."""
    with store.read() as connection:
        actor = store.actor(connection)
    return [{**_decoded(row), "ways": WAYS_OF(row, actor)} for row in store.ledger.list_needing(limit)]


def documents(store: Store, limit: int = 200) -> list[Row]:
    """What is being entered, then the newest commands of this PC with their state."""
    return [*map(_as_document, list_drafts(store.ledger)), *map(_decoded, store.ledger.recent(limit))]


def history(store: Store, limit: int = 200) -> list[Row]:
    """What did not go through as it was sealed and was dealt with: how, by whom, when."""
    return [_decoded(row) for row in list_handled(store.ledger, limit)]


def _decoded(row: Row) -> Row:
    return {**row, "params": msgspec.json.decode(row["params"], type=dict[str, Any])}


def _as_document(draft: Row) -> Row:
    return {
        "id": f"draft {draft['id']}",
        "kind": f"draft.{draft['kind']}",
        "number": "",
        "amount": 0,
        "currency": "",
        "status": "draft",
        "code": "",
        "params": {},
        "sealed_at": draft["updated_at"],
    }


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
