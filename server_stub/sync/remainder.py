"""The last thing a revoked device may do: hand in what it had sealed and not sent. It is kept without effect."""

from __future__ import annotations

import msgspec

from domain.kernel.errors import Invalid
from domain.kernel.ids import is_id
from domain.kernel.outcome import Outcome
from domain.kernel.remainder import MOST_BYTES, open_remainder, read_remainder, sign_revocation
from server_stub.accounts import repository as accounts
from server_stub.accounts.keys import BOX_KEY, lease_key, load_key
from server_stub.accounts.models import REVOKED
from server_stub.kit.errors import Unauthorized
from server_stub.kit.routes import PUBLIC, Call, route
from server_stub.sync.alarms import REMAINDER_HANDED_IN, raise_alarm
from server_stub.sync.commit import Verdict
from server_stub.sync.limit import SyncLimit
from server_stub.sync.push import Intake, Sender

VERDICT = Verdict(Outcome.QUARANTINED, "device_revoked")
"""Cash may have been taken before the device could know: a person decides, nothing is lost meanwhile."""


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many commands were taken, and the server's signed word that the device is shut out; none while it is not."""

    taken: int
    revoked: str


@route("POST", "/v1/devices/remainder", access=PUBLIC, limit=MOST_BYTES)
def hand_in(call: Call, body: bytes) -> HandedIn:
    """Take what a revoked device signed; it has no session any more, its key speaks for it."""
    remainder = read_remainder(body)
    with call.db.read() as connection:
        device = accounts.device_by_id(connection, remainder.device) if is_id(remainder.device) else None
        box_key, signing = load_key(connection, BOX_KEY), lease_key(connection)
    if device is None:
        raise Unauthorized("bad_proof")
    try:
        batches = open_remainder(remainder, bytes(device["public_key"]), box_key)
    except Invalid:
        raise Unauthorized("bad_proof") from None
    call.services[SyncLimit].admit(device["id"])
    if device["status"] != REVOKED:
        return HandedIn(taken=0, revoked="")
    sender = Sender.of(device)
    intake = call.services[Intake]
    taken = sum(intake.set_aside(sender, batch, VERDICT) for batch in batches)
    if taken:
        now = call.clock.now_ms()
        call.db.run(
            lambda connection: raise_alarm(connection, REMAINDER_HANDED_IN, sender.device_id, {"n": taken}, now)
        )
    return HandedIn(taken=taken, revoked=sign_revocation(sender.device_id, signing))
