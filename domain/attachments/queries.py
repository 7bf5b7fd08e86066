"""Reading records of attachments."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from domain.attachments.commands import SubjectKind
from domain.attachments.model import SUBJECTS
from domain.kernel.channels import Row

KINDS: Sequence[SubjectKind] = ("order", "stock_document")
AT_ONCE = 500


def document_of(connection: Connection, subject: SubjectKind, subject_id: str) -> Row | None:
    """The document on which files hang."""
    table = SUBJECTS[subject].document
    found = connection.execute(select(table).where(table.c.id == subject_id)).mappings().first()
    return dict(found) if found else None


def attachments_of(connection: Connection, subject: SubjectKind, subject_id: str) -> list[Row]:
    """What hangs on a document, oldest first."""
    kind = SUBJECTS[subject]
    table = kind.table
    statement = select(table).where(table.c[kind.column] == subject_id).order_by(table.c.at, table.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def attachment_by_id(connection: Connection, attachment_id: str) -> tuple[SubjectKind, Row] | None:
    """(kind of its document, record)."""
    for subject in KINDS:
        table = SUBJECTS[subject].table
        found = connection.execute(select(table).where(table.c.id == attachment_id)).mappings().first()
        if found:
            return subject, dict(found)
    return None


def records_naming(connection: Connection, digests: Collection[str]) -> list[Row]:
    """The records that name one of these contents, without their documents."""
    wanted = sorted(digests)
    found: list[Row] = []
    for subject in KINDS:
        table = SUBJECTS[subject].table
        for start in range(0, len(wanted), AT_ONCE):
            statement = select(table).where(table.c.sha256.in_(wanted[start : start + AT_ONCE]))
            found += [dict(row) for row in connection.execute(statement).mappings()]
    return found


def records_by(connection: Connection, party_id: str) -> list[Row]:
    """The records that a party made."""
    found: list[Row] = []
    for subject in KINDS:
        table = SUBJECTS[subject].table
        found += [dict(row) for row in connection.execute(select(table).where(table.c.party_id == party_id)).mappings()]
    return found
