"""Taking in a ledger file: its envelopes go the way of a push, so the same file or a later push doubles nothing.

A device that is revoked by now may still have its past handed in: a person does it on purpose. What stands on a fork
of the chain stays for the device itself, which seals it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from domain.kernel.errors import Invalid, NotFound
from domain.kernel.ids import is_id
from domain.kernel.ledger_file import Chain, LedgerFile
from domain.kernel.outcome import Outcome
from domain.kernel.wire import PushBatch, PushItem
from server_stub.accounts import repository as accounts
from server_stub.sync import feed, repository
from server_stub.sync.push import Intake, Sender

ITEMS = 200


@dataclass(slots=True)
class Imported:
    """What became of a file.

    Attributes:
        device_id, party_id: whose it is.
        taken: commands that had effect now, those with an exception included; *excepted* counts these.
        duplicates: commands that the server had already.
        refused, parked, quarantined: what else came of commands that are new.
        forked: another command has their place in the chain; the PC will send them itself.
        left: not taken, because older ones of the chain are missing.
    """

    device_id: str
    party_id: str
    taken: int = 0
    excepted: int = 0
    duplicates: int = 0
    refused: int = 0
    parked: int = 0
    quarantined: int = 0
    forked: int = 0
    left: int = 0
    codes: dict[str, int] = field(default_factory=dict)


def take_in(intake: Intake, content: LedgerFile, party_id: str | None = None) -> Imported:
    """Take in the commands of an opened file.

    Args:
        party_id: whose file it must be; None for any.

    Raises:
        Invalid: ``other_network``. NotFound: ``device_not_found``.
    """
    with intake.db.read() as connection:
        if content.database_id != feed.database_id(connection):
            raise Invalid("other_network")
        sender = _sender(connection, content, party_id)
    told = Imported(sender.device_id, sender.party_id)
    for chain in content.chains:
        _take_chain(intake, sender, chain, told)
    return told


def _sender(connection: Connection, content: LedgerFile, party_id: str | None) -> Sender:
    row = accounts.device_by_id(connection, content.device_id) if is_id(content.device_id) else None
    if row is None or party_id not in (None, row["party_id"]):
        raise NotFound("device_not_found")
    return Sender.of(row)


def _take_chain(intake: Intake, sender: Sender, chain: Chain, told: Imported) -> None:
    oldest = chain.items[0].sequence if chain.items else 1
    done = 0
    while done < len(chain.items):
        items = chain.items[done : done + ITEMS]
        known = _known(intake, items)
        answer = intake.take(sender, PushBatch(chain.epoch, items, oldest), deal=False)
        for ack, item in zip(answer.acks, items, strict=False):
            _count(told, ack.status, ack.code, item.sealed.hash in known)
        done += len(answer.acks)
        if answer.forked:
            told.forked += len(chain.items) - done
            return
        if not answer.acks:
            told.left += len(chain.items) - done
            return


def _known(intake: Intake, items: Sequence[PushItem]) -> set[str]:
    """The hashes of those that were handled before."""
    with intake.db.read() as connection:
        return repository.handled(connection, [item.sealed.hash for item in items])


def _count(told: Imported, status: str, code: str, known: bool) -> None:
    if known:
        told.duplicates += 1
    elif status in (Outcome.CONFIRMED, Outcome.EXCEPTION):
        told.taken += 1
        told.excepted += status == Outcome.EXCEPTION
    else:
        told.refused += status == Outcome.REFUSED
        told.parked += status == Outcome.PARKED
        told.quarantined += status == Outcome.QUARANTINED
        told.codes[code] = told.codes.get(code, 0) + 1
