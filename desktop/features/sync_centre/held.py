"""What those above are told of the shops below: what the server keeps without effect, why, whose, how old, and what
comes of it; and sales that were recorded although the shop was not authorised.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from desktop.store.store import Performed, Store
from domain.held.handlers import decide_refuse, decide_release, decide_see
from domain.held.model import WAITING
from domain.held.queries import list_held, list_told
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles
from domain.parties.handlers import decide_acknowledge_alarms

TOLD = "told"
"""State of a sale that nobody above has looked at yet; then ``seen``, or ``resolved`` once the shop has voided it."""
SALE = "orders.complete_sale"
SOLD_ABOVE = {"product_not_authorised": "below_product_not_authorised"}
HELD_ABOVE = {"product_not_authorised": "held_product_not_authorised"}
"""What a shop is told of itself in other words than those above it: of what it sold, and of what waits."""


def held(store: Store) -> list[Row]:
    """Held commands and exceptions of the shops below, with decoded ``params``; those that wait first."""
    with store.read() as connection:
        waiting = [{**row, "code": HELD_ABOVE.get(row["code"], row["code"])} for row in list_held(connection)]
        rows = [*waiting, *map(_as_held, list_told(connection, store.known.party_id))]
    rows.sort(key=lambda row: (row["state"] not in (WAITING, TOLD), row["at"], row["id"]))
    return [{**row, "params": msgspec.json.decode(row["params"], type=dict[str, Any])} for row in rows]


def _as_held(told: Row) -> Row:
    state = "resolved" if told["status"] != "open" else "seen" if told["seen_by"] else TOLD
    number = msgspec.json.decode(told["params"]).get("number", "")
    return {
        **told,
        "kind": SALE,
        "code": SOLD_ABOVE.get(told["code"], told["code"]),
        "person_name": number,
        "at": told["raised_at"],
        "reason": "",
        "state": state,
        "decided_by": told["resolved_by"] or told["seen_by"],
    }


def waits(row: Row | None) -> bool:
    """Whether somebody has yet to decide about it."""
    return row is not None and row.get("state") == WAITING


def release(store: Store, command_id: str) -> Performed:
    """Have it taken again. Raises what :func:`decide_release` raises."""
    return store.perform(partial(decide_release, command_id=command_id))


def refuse(store: Store, command_id: str, reason: str) -> Performed:
    """Let nothing come of it. Raises what :func:`decide_refuse` raises."""
    return store.perform(partial(decide_refuse, command_id=command_id, reason=reason))


def is_unseen(row: Row | None) -> bool:
    """Whether it is an exception that nobody above has looked at."""
    return row is not None and row.get("state") == TOLD


def see(store: Store, exception_id: str) -> Performed:
    """An exception has been looked at. Raises what :func:`decide_see` raises."""
    return store.perform(partial(decide_see, exception_id=exception_id))


def may_acknowledge(actor: Actor) -> bool:
    """Whether this person looks after the alarms of the network."""
    return actor.party_id == HQ_PARTY_ID and actor.role in roles.OFFICE


def acknowledge(store: Store, device_id: str) -> Performed:
    """The alarms about a PC have been looked at."""
    return store.perform(partial(decide_acknowledge_alarms, device_id=device_id))
