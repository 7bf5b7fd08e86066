"""What waits for the printer, in ``ledger.db``: a job that was taken survives a power cut and a printer that is off."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from desktop.store.ledger import Ledger

metadata = MetaData()

print_job = Table(
    "print_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("printed_at", BigInteger, nullable=False),
    Index("ix_print_job_state", "state", "id"),
    Index("ix_print_job_document", "document_id"),
)
"""``state``: waiting, printed, dropped. ``data`` is emptied once it is printed or dropped."""

WAITING, PRINTED, DROPPED = "waiting", "printed", "dropped"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: the bytes for the printer and how often they were tried."""

    id: int
    document_id: str
    title: str
    data: bytes
    attempts: int
    problem: str
    created_at: int


class PrintJobs:
    """The queue, oldest first. Every call is one durable transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        with ledger.transaction() as connection:
            metadata.create_all(connection)

    def add(self, document_id: str, title: str, data: bytes, now_ms: int) -> int:
        """Take a job; when this returns it will be printed, whatever happens."""
        row = {
            "document_id": document_id,
            "title": title,
            "data": data,
            "state": WAITING,
            "attempts": 0,
            "problem": "",
            "created_at": now_ms,
            "printed_at": 0,
        }
        with self._ledger.transaction() as connection:
            return int(connection.execute(insert(print_job).returning(print_job.c.id), row).scalar_one())

    def waiting(self) -> list[Job]:
        """Jobs not printed yet, oldest first."""
        columns = [print_job.c[name] for name in Job.__dataclass_fields__]
        statement = select(*columns).where(print_job.c.state == WAITING).order_by(print_job.c.id)
        with self._ledger.transaction() as connection:
            return [Job(*row) for row in connection.execute(statement)]

    def printed(self, job_id: int, now_ms: int) -> None:
        """It is on paper."""
        self._end(job_id, PRINTED, now_ms)

    def drop(self, job_id: int, now_ms: int) -> None:
        """A person does not want it any more."""
        self._end(job_id, DROPPED, now_ms)

    def failed(self, job_id: int, problem: str) -> None:
        """It did not go through; it waits for the next try."""
        statement = update(print_job).where(print_job.c.id == job_id)
        with self._ledger.transaction() as connection:
            connection.execute(statement.values(attempts=print_job.c.attempts + 1, problem=problem[:200]))

    def was_taken(self, document_id: str) -> bool:
        """Whether the document has been sent to the printer before: what comes now is a copy."""
        statement = select(print_job.c.id).where(print_job.c.document_id == document_id).limit(1)
        with self._ledger.transaction() as connection:
            return connection.execute(statement).first() is not None

    def forget_before(self, moment_ms: int) -> None:
        """Drop the records of jobs ended long ago, but one per document, so that copies stay copies."""
        newest = select(print_job.c.document_id, print_job.c.id).subquery()
        later = select(newest.c.id).where(newest.c.document_id == print_job.c.document_id, newest.c.id > print_job.c.id)
        statement = delete(print_job).where(
            print_job.c.state != WAITING, print_job.c.created_at < moment_ms, later.exists()
        )
        with self._ledger.transaction() as connection:
            connection.execute(statement)

    def _end(self, job_id: int, state: str, now_ms: int) -> None:
        statement = update(print_job).where(print_job.c.id == job_id, print_job.c.state == WAITING)
        with self._ledger.transaction() as connection:
            connection.execute(statement.values(state=state, printed_at=now_ms, data=b""))
