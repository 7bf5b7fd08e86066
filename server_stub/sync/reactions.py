"""What people decide in commands, written down in the server's own tables, in the same transaction."""

from __future__ import annotations

from domain.held.events import HeldRefused
from domain.kernel.context import ApplyContext
from domain.kernel.events import reacts
from domain.parties.events import AlarmsAcknowledged
from server_stub.sync import repository, repository_devices as devices, repository_parked as parking


@reacts(HeldRefused)
def close_envelope(ctx: ApplyContext, refused: HeldRefused) -> None:
    """The receipt tells what its device is told; the envelope waits for nothing any more."""
    if not ctx.rows.authority:
        return
    connection = ctx.rows.connection
    known = repository.find_receipt(connection, refused.command_id)
    digest = known["hash"] if known is not None else parking.unread_digest(connection, refused.command_id)
    if known is not None:
        at = ctx.received_at
        repository.change_receipt(connection, refused.command_id, refused.status, refused.code, at, known["written"])
    if digest is not None:
        repository.mark_envelope(connection, digest, "dismissed", refused.code)


@reacts(AlarmsAcknowledged)
def acknowledge(ctx: ApplyContext, seen: AlarmsAcknowledged) -> None:
    """Somebody at headquarters has looked at a device's alarms."""
    if ctx.rows.authority:
        by, at = ctx.actor.person_name, ctx.received_at
        devices.acknowledge_alarms(ctx.rows.connection, seen.device_id, by, at)
