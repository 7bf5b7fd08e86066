"""The last thing a revoked device may do: hand in what it had sealed and not sent. It is kept without effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from domain.kernel.errors import Invalid
from domain.kernel.ids import is_id
from domain.kernel.outcome import Outcome
from domain.kernel.remainder import MOST_BYTES, Handed, open_remainder, read_remainder, sign_revocation
from server_stub.accounts import repository as accounts
from server_stub.accounts.keys import BOX_KEY, lease_key, load_key
from server_stub.accounts.models import REVOKED
from server_stub.kit.errors import Unauthorized
from server_stub.kit.routes import PUBLIC, Call, route
from server_stub.sync.alarms import REMAINDER_HANDED_IN, raise_alarm
from server_stub.sync.commit import Verdict
from server_stub.sync.limit import SyncLimit
from server_stub.sync.push import Intake, Sender
from server_stub.sync.repository import expected_sequence

VERDICT = Verdict(Outcome.QUARANTINED, "device_revoked")
"""Cash may have been taken before the device could know: a person decides, nothing is lost meanwhile."""


@dataclass(frozen=True, slots=True)
class ContentTaker:
    """Takes a content (party, SHA-256, bytes); this room does not know what hangs on documents."""

    take: Callable[[str, str, bytes], bool]


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many commands and contents were taken, and the server's signed word that the device is shut out; none while
    it is not. *lacks*: of each epoch in the box, the sequence from which on nothing was here before.
    """

    taken: int
    contents: int = 0
    revoked: str
    lacks: list[tuple[int, int]] = []


@route("POST", "/v1/devices/remainder", access=PUBLIC, limit=MOST_BYTES)
def hand_in(call: Call, body: bytes) -> HandedIn:
    """Take what a revoked device signed; it has no session any more, its key speaks for it.

    Raises:
        Unauthorized: ``bad_proof``. Invalid, Refused: a content that this server does not take.
    """
    remainder = read_remainder(body)
    with call.db.read() as connection:
        device = accounts.device_by_id(connection, remainder.device) if is_id(remainder.device) else None
        box_key, signing = load_key(connection, BOX_KEY), lease_key(connection)
    if device is None:
        raise Unauthorized("bad_proof")
    try:
        handed = open_remainder(remainder, bytes(device["public_key"]), box_key)
    except Invalid:
        raise Unauthorized("bad_proof") from None
    call.services[SyncLimit].admit(device["id"])
    if device["status"] != REVOKED:
        return HandedIn(taken=0, revoked="")
    with call.db.read() as connection:
        lacks = [(one.epoch, expected_sequence(connection, device["id"], one.epoch)) for one in handed.batches]
    taken, contents = take_handed(call.services[Intake], call.services[ContentTaker], Sender.of(device), handed)
    return HandedIn(taken=taken, contents=contents, revoked=sign_revocation(device["id"], signing), lacks=lacks)


def take_handed(intake: Intake, taker: ContentTaker, sender: Sender, handed: Handed) -> tuple[int, int]:
    """Keep the commands of a box without effect, with an alarm, and its contents until a record names them; how many of
    either. The same box again doubles nothing.

    Raises:
        Invalid, Refused: a content that is not what it should be, or for which there is no room.
    """
    taken = sum(intake.set_aside(sender, batch, VERDICT) for batch in handed.batches)
    if taken:
        now = intake.clock.now_ms()
        intake.db.run(
            lambda connection: raise_alarm(connection, REMAINDER_HANDED_IN, sender.device_id, {"n": taken}, now)
        )
    return taken, sum(taker.take(sender.party_id, one.sha256, one.data) for one in handed.contents)
