"""What the ledger keeps of the past, so that a server that was restored from a backup can be fed again.

Source: SYNC points 11, 22. Ages are measured between instants of the server only: this PC's clock may jump by years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, or_, select, update

from desktop.store import rebase, undo
from desktop.store.ledger import Ledger
from desktop.store.ledger_tables import FINAL, HELD_BACK, IS_OPEN, NEEDS_A_PERSON, OPEN, SENT, command
from domain.held.handlers import DISMISSED
from domain.kernel.channels import Row
from domain.kernel.envelope import GENESIS, Sealed, open_body
from domain.kernel.errors import Invalid
from domain.kernel.health import Health
from domain.kernel.outcome import Outcome, outcome
from domain.kernel.release import VERSION

BATCH = 500
EFFECTIVE = (str(Outcome.CONFIRMED), str(Outcome.EXCEPTION))
KEPT_MS = 90 * 86_400_000
_OPEN_EPOCHS = select(command.c.epoch).where(IS_OPEN).group_by(command.c.epoch).order_by(func.min(command.c.sequence))
_OLDEST = select(func.min(command.c.sequence)).where(command.c.epoch == bindparam("of_epoch"))
_FIRST_OPEN = _OLDEST.where(IS_OPEN)
"""Made once: every round asks them."""


def epochs(ledger: Ledger) -> list[int]:
    """The device's epochs that have commands here, oldest first."""
    with ledger.transaction() as connection:
        statement = select(command.c.epoch).group_by(command.c.epoch).order_by(func.min(command.c.sequence))
        return [int(epoch) for epoch in connection.execute(statement).scalars()]


def open_epochs(ledger: Ledger) -> list[int]:
    """The epochs that have commands without outcome, oldest first."""
    with ledger.transaction() as connection:
        return [int(epoch) for epoch in connection.execute(_OPEN_EPOCHS).scalars()]


def oldest(ledger: Ledger, epoch: int) -> int:
    """The lowest sequence of an epoch that is still here; 1 when it has none."""
    with ledger.transaction() as connection:
        found = connection.execute(_OLDEST, {"of_epoch": epoch}).scalar()
        return int(found) if found is not None else 1


def first_open(ledger: Ledger, epoch: int) -> int | None:
    """The lowest sequence without outcome, whether the server has acknowledged it or not."""
    with ledger.transaction() as connection:
        found = connection.execute(_FIRST_OPEN, {"of_epoch": epoch}).scalar()
        return int(found) if found is not None else None


def reopen(ledger: Ledger, epoch: int, sequence: int) -> int:
    """The server lost the commands from *sequence* on: they wait for an outcome once more. Returns how many had one.

    What became of them before is kept, so that another outcome is told to a person.
    """
    statement = (
        update(command)
        .where(command.c.epoch == epoch, command.c.sequence >= sequence, command.c.status.in_(FINAL))
        .values(earlier=command.c.status + ":" + command.c.code, status=SENT)
    )
    with ledger.transaction() as connection:
        return int(connection.execute(statement).rowcount)


def outcomes_anew(ledger: Ledger, cache: Connection) -> list[Row]:
    """Outcomes in a cache that was taken anew of commands that wait for one. So do those of which it says another one
    than this ledger has heard: the server was put back to before it gave that.
    """
    answered = select(command.c.id, command.c.status).where(command.c.status.in_(FINAL))
    says = {str(row[0]): str(row[1]) for row in cache.execute(select(outcome.c.id, outcome.c.status))}
    again = update(command).where(command.c.id == bindparam("of_id"))
    with ledger.transaction() as connection:
        heard = connection.execute(answered).all()
        others = [{"of_id": one} for one, status in heard if says.get(one, status) != status]
        if others:
            connection.execute(again.values(earlier=command.c.status + ":" + command.c.code, status=SENT), others)
    return rebase.outcomes_in(cache, ledger)


def reopened(ledger: Ledger) -> bool:
    """Whether something waits whose outcome the server had lost."""
    statement = select(command.c.id).where(command.c.status.in_(OPEN), command.c.earlier != "").limit(1)
    with ledger.transaction() as connection:
        return connection.execute(statement).first() is not None


def of_epoch(ledger: Ledger, epoch: int) -> list[tuple[int, Sealed]]:
    """All commands of an epoch that are still here, in sequence."""
    found: list[tuple[int, Sealed]] = []
    while batch := ledger.push_from(epoch, found[-1][0] + 1 if found else 1, BATCH):
        found += batch
    return found


def broken_link(ledger: Ledger) -> tuple[int, int | None]:
    """(how many commands are kept, where the chain is broken): each must name the hash of the one before."""
    number, at, previous = 0, 0, ""
    while batch := _after(ledger, at):
        for sequence, sealed in batch:
            try:
                body = open_body(sealed)
            except Invalid:
                return number, sequence
            first = number == 0 and (sequence > 1 or body.previous == GENESIS)
            if body.sequence != sequence or not (first or (sequence == at + 1 and body.previous == previous)):
                return number, sequence
            number, at, previous = number + 1, sequence, sealed.hash
    return number, None


def pending_after(ledger: Ledger, sequence: int, lost_after: int | None) -> list[tuple[int, Sealed]]:
    """What stands behind a sequence and waits for its outcome; of what stands behind *lost_after* also what had effect:
    a cache that is an older one, or a copy, does not have it either.
    """
    waiting = command.c.status.in_(OPEN)
    if lost_after is None:
        return _after(ledger, sequence, waiting)
    return _after(
        ledger, sequence, or_(waiting, and_(command.c.sequence > lost_after, command.c.status.in_(EFFECTIVE)))
    )


def told(ledger: Ledger, cache: Connection, ids: Sequence[str]) -> dict[str, Row]:
    """The outcomes that a cache has of these commands, but for those of a server that has lost them since."""
    known = rebase.known_outcomes(cache, ids)
    statement = select(command.c.id, command.c.answered_at).where(
        command.c.id.in_(list(known)), command.c.status.in_(OPEN), command.c.earlier != ""
    )
    with ledger.transaction() as connection:
        for command_id, answered_at in connection.execute(statement):
            if known[command_id]["at"] == answered_at:
                del known[command_id]
    return known


def unseen_from(ledger: Ledger, cache: Connection, epoch: int, sequence: int) -> list[int]:
    """The sequences of an epoch, from one on, of answered commands that a cache shows neither as a layer nor by what
    they did: they had no effect, or the cache is older than the answer.
    """
    statement = select(command.c.sequence, command.c.id).where(
        command.c.epoch == epoch, command.c.sequence >= sequence, command.c.status.in_(FINAL)
    )
    with ledger.transaction() as connection:
        answered = {int(at): str(command_id) for at, command_id in connection.execute(statement)}
    for layered in undo.pending(cache):
        answered.pop(layered, None)
    known = rebase.known_outcomes(cache, list(answered.values()))
    return [at for at, one in answered.items() if one not in known or known[one]["status"] not in EFFECTIVE]


def _after(ledger: Ledger, sequence: int, *which: ColumnElement[bool]) -> list[tuple[int, Sealed]]:
    columns = (command.c.sequence, command.c.body, command.c.signature, command.c.personal)
    statement = select(*columns).where(command.c.sequence > sequence, *which).order_by(command.c.sequence).limit(BATCH)
    with ledger.transaction() as connection:
        return [
            (int(at), Sealed(bytes(body), bytes(signature), bytes(personal) if personal else None))
            for at, body, signature, personal in connection.execute(statement)
        ]


def forget_old(ledger: Ledger) -> int:
    """Forget the oldest commands that were answered 90 days before the newest answer and need nobody; returns how many.

    What is parked or in quarantine may still be answered otherwise and stays, unless somebody turned it down.

    What is kept stays an unbroken chain; the newest answer stays with it.
    """
    with ledger.transaction() as connection:
        newest = connection.execute(select(func.max(command.c.answered_at))).scalar()
        if not newest:
            return 0
        kept = or_(
            command.c.status.in_(OPEN),
            command.c.answered_at > int(newest) - KEPT_MS,
            and_(command.c.status.in_(NEEDS_A_PERSON), command.c.settled_at == 0),
            and_(command.c.status.in_(HELD_BACK), command.c.code != DISMISSED),
        )
        first_kept = connection.execute(select(func.min(command.c.sequence)).where(kept)).scalar_one()
        return int(connection.execute(delete(command).where(command.c.sequence < first_kept)).rowcount)


def set_aside(waiting: Mapping[int, str], codes: Mapping[int, str], now_ms: int) -> list[Row]:
    """Outcomes of commands (sequence → id) that the server set aside unread (sequence → code): none will come."""
    told: Row = {"status": str(Outcome.QUARANTINED), "params": "{}", "at": now_ms}
    return [{"id": command_id, "code": codes[at], **told} for at, command_id in waiting.items()]


def health(ledger: Ledger, now_ms: int) -> Health:
    """What this PC tells the server of itself."""
    unsent = ledger.unsent()
    age_ms = now_ms - unsent.oldest if unsent.number else 0
    return Health(VERSION, unsent.number, max(0, age_ms) // 1000)
