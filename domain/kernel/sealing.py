"""Sealing a decision: the same for a counter and for the server as a device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.clock import Clock
from domain.kernel.commands import command_of
from domain.kernel.context import Actor, Decision
from domain.kernel.envelope import FORMAT, SALT, Body, Sealed, pack_personal, personal_hash, seal


@dataclass(frozen=True, slots=True)
class Link:
    """The place in a device's chain that the command takes, and the feed cursor it had seen."""

    device_id: str
    epoch: int
    sequence: int
    previous: str
    cursor: str | None = None


def seal_decision(
    decision: Decision,
    link: Link,
    actor: Actor,
    clock: Clock,
    command_id: str,
    key: Ed25519PrivateKey,
    random_bytes: Callable[[int], bytes],
) -> tuple[Body, Sealed]:
    """The body and the envelope; the personal part is packed with fresh salt and only its hash is covered."""
    kind = command_of(decision.payload)
    personal = None
    if decision.personal is not None:
        personal = pack_personal(random_bytes(SALT), msgspec.json.encode(decision.personal))
    body = Body(
        format=FORMAT,
        kind=kind.name,
        schema=kind.version,
        id=command_id,
        device=link.device_id,
        epoch=link.epoch,
        sequence=link.sequence,
        person=actor.person_id,
        party=actor.party_id,
        business_date=clock.today(),
        claimed_at=clock.now_ms(),
        cursor=link.cursor,
        depends_on=decision.depends_on,
        base=decision.base,
        document=decision.document_id,
        payload=msgspec.Raw(msgspec.json.encode(decision.payload)),
        personal=personal_hash(personal) if personal else None,
        previous=link.previous,
    )
    return body, seal(body, key, personal)
