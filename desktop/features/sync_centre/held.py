"""What the server keeps without effect from the shops below: why, whose, how old; and what comes of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from desktop.store.store import Performed, Store
from domain.held.handlers import decide_refuse, decide_release
from domain.held.model import WAITING
from domain.held.queries import list_held
from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles
from domain.parties.handlers import decide_acknowledge_alarms


def held(store: Store) -> list[Row]:
    """Held commands of the shops below, with decoded ``params``; those that wait first."""
    with store.read() as connection:
        rows = list_held(connection)
    return [{**row, "params": msgspec.json.decode(row["params"], type=dict[str, Any])} for row in rows]


def waits(row: Row | None) -> bool:
    """Whether somebody has yet to decide about it."""
    return row is not None and row.get("state") == WAITING


def release(store: Store, command_id: str) -> Performed:
    """Have it taken again. Raises what :func:`decide_release` raises."""
    return store.perform(partial(decide_release, command_id=command_id))


def refuse(store: Store, command_id: str, reason: str) -> Performed:
    """Let nothing come of it. Raises what :func:`decide_refuse` raises."""
    return store.perform(partial(decide_refuse, command_id=command_id, reason=reason))


def may_acknowledge(actor: Actor) -> bool:
    """Whether this person looks after the alarms of the network."""
    return actor.party_id == HQ_PARTY_ID and actor.role in roles.OFFICE


def acknowledge(store: Store, device_id: str) -> Performed:
    """The alarms about a PC have been looked at."""
    return store.perform(partial(decide_acknowledge_alarms, device_id=device_id))
