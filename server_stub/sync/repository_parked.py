"""SQL of parked envelopes: which there are, and the trail of taking them again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from domain.kernel.channels import Row
from domain.kernel.outcome import Outcome, outcome
from domain.parties.model import party
from server_stub.accounts.models import device
from server_stub.sync.models import envelope, receipt, replay

_ATTEMPTS = (
    select(func.count())
    .select_from(replay)
    .where(replay.c.hash == envelope.c.hash)
    .correlate(envelope)
    .scalar_subquery()
)
_PARKED = (
    select(
        envelope.c.hash,
        envelope.c.device_id,
        envelope.c.epoch,
        envelope.c.sequence,
        envelope.c.reason,
        envelope.c.received_at,
        receipt.c.command_id,
        receipt.c.kind,
        receipt.c.document_id,
        outcome.c.params,
        device.c.number.label("device_number"),
        device.c.name.label("device_name"),
        party.c.code.label("party_code"),
        _ATTEMPTS.label("attempts"),
    )
    # An envelope that could not be read when it came has neither receipt nor outcome.
    .join(receipt, receipt.c.hash == envelope.c.hash, isouter=True)
    .join(outcome, outcome.c.id == receipt.c.command_id, isouter=True)
    .join(device, device.c.id == envelope.c.device_id, isouter=True)
    .join(party, party.c.id == device.c.party_id, isouter=True)
    .where(envelope.c.state == str(Outcome.PARKED))
    .order_by(envelope.c.received_at, envelope.c.device_id, envelope.c.epoch, envelope.c.sequence)
)


def parked(connection: Connection) -> list[Row]:
    """Parked envelopes with their device, dealer and attempts, in the order in which they came."""
    return [dict(row) for row in connection.execute(_PARKED).mappings()]


def envelope_of(connection: Connection, digest: str) -> Row | None:
    """A raw envelope."""
    found = connection.execute(select(envelope).where(envelope.c.hash == digest)).mappings().first()
    return dict(found) if found else None


def attempts(connection: Connection, digest: str) -> int:
    """How often an envelope was taken again."""
    return int(connection.execute(select(func.count()).where(replay.c.hash == digest)).scalar_one())


def add_replay(connection: Connection, row: Row) -> None:
    """Keep what one attempt gave."""
    connection.execute(insert(replay), row)


def trail(connection: Connection, digests: Sequence[str]) -> list[Row]:
    """The attempts with these envelopes, oldest first."""
    statement = select(replay).where(replay.c.hash.in_(list(digests))).order_by(replay.c.hash, replay.c.attempt)
    return [dict(row) for row in connection.execute(statement).mappings()]
