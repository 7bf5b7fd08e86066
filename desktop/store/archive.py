"""What the ledger keeps of the past, so that a server that was restored from a backup can be fed again.

Source: SYNC points 11, 22. Ages are measured between instants of the server only: this PC's clock may jump by years.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from desktop.store.ledger import FINAL, OPEN, SENT, Ledger, command


def epochs(ledger: Ledger) -> list[int]:
    """The device's epochs that have commands here, oldest first."""
    with ledger.transaction() as connection:
        statement = select(command.c.epoch).group_by(command.c.epoch).order_by(func.min(command.c.sequence))
        return [int(epoch) for epoch in connection.execute(statement).scalars()]


def oldest(ledger: Ledger, epoch: int) -> int:
    """The lowest sequence of an epoch that is still here; 1 when it has none."""
    with ledger.transaction() as connection:
        found = connection.execute(select(func.min(command.c.sequence)).where(command.c.epoch == epoch)).scalar()
        return int(found) if found is not None else 1


def first_open(ledger: Ledger, epoch: int) -> int | None:
    """The lowest sequence without outcome, whether the server has acknowledged it or not."""
    with ledger.transaction() as connection:
        statement = select(func.min(command.c.sequence)).where(command.c.epoch == epoch, command.c.status.in_(OPEN))
        found = connection.execute(statement).scalar()
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
