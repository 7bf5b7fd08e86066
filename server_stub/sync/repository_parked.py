"""SQL of parked envelopes: which there are, and the trail of taking them again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from domain.held.model import held_command
from domain.held.queries import releasing
from domain.kernel.channels import Row
from domain.kernel.ids import stable_id
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


def not_entitled(connection: Connection) -> list[Row]:
    """Raw envelopes in quarantine because their sender was not entitled, in the order in which they came."""
    held = envelope.c.state == str(Outcome.QUARANTINED), envelope.c.reason == "not_entitled"
    statement = select(envelope).where(*held).order_by(envelope.c.received_at, envelope.c.sequence)
    return [dict(row) for row in connection.execute(statement).mappings()]


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


def is_new(connection: Connection, held_id: str) -> bool:
    """Whether nobody has been shown this yet."""
    return connection.execute(select(held_command.c.id).where(held_command.c.id == held_id)).first() is None


def released(connection: Connection) -> list[tuple[str, str]]:
    """(hash, why it was held) of the envelopes that somebody has released, in the order in which they came."""
    found: list[tuple[str, str]] = []
    for held_id in releasing(connection):
        statement = select(receipt.c.hash).where(receipt.c.command_id == held_id)
        digest = connection.execute(statement).scalar() or unread_digest(connection, held_id)
        known = envelope_of(connection, digest) if digest else None
        if known is not None:
            found.append((known["hash"], known["reason"]))
    return found


def unread_digest(connection: Connection, held_id: str) -> str | None:
    """The hash of the envelope that is shown under this id because nobody can read it."""
    statement = select(envelope.c.hash).where(envelope.c.state.in_((str(Outcome.PARKED), str(Outcome.QUARANTINED))))
    return next((one for one in connection.execute(statement).scalars() if stable_id("held", one) == held_id), None)
