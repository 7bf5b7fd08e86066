"""SQL of contents: what was begun, what is whole, who proved to have it, what nobody needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, and_, delete, exists, func, insert, not_, select, update

from domain.attachments.model import SUBJECTS
from domain.kernel.channels import Row
from domain.kernel.queries_scope import Scope
from server_stub.attachments.models import content, part, piece, proof, upload
from server_stub.sync.repository import upsert


def is_proved(connection: Connection, party_id: str, sha256: str) -> int | None:
    """The size of a whole content that this party has sent, None when it has not."""
    statement = (
        select(content.c.size)
        .join(proof, proof.c.sha256 == content.c.sha256)
        .where(content.c.sha256 == sha256, proof.c.party_id == party_id)
    )
    found = connection.execute(statement).scalar()
    return None if found is None else int(found)


def lock_upload(connection: Connection, party_id: str, sha256: str) -> Row | None:
    """What a party has begun to send, kept for this transaction alone."""
    statement = select(upload).where(upload.c.party_id == party_id, upload.c.sha256 == sha256).with_for_update()
    found = connection.execute(statement).mappings().first()
    return dict(found) if found else None


def begin_upload(connection: Connection, row: Row) -> None:
    """A party begins to send; nothing when another device of it has just begun the same."""
    connection.execute(upsert(connection, upload).values(row).on_conflict_do_nothing())


def touch_upload(connection: Connection, party_id: str, sha256: str, now_ms: int) -> None:
    """It goes on."""
    this = and_(upload.c.party_id == party_id, upload.c.sha256 == sha256)
    connection.execute(update(upload).where(this).values(touched_at=now_ms))


def drop_upload(connection: Connection, party_id: str, sha256: str) -> None:
    """What was begun comes to nothing, or became a content."""
    for table in (part, upload):
        connection.execute(delete(table).where(table.c.party_id == party_id, table.c.sha256 == sha256))


def parts_had(connection: Connection, party_id: str, sha256: str) -> list[int]:
    """Numbers of the pieces that have come."""
    statement = select(part.c.number).where(part.c.party_id == party_id, part.c.sha256 == sha256)
    return [int(number) for number in connection.execute(statement.order_by(part.c.number)).scalars()]


def add_part(connection: Connection, row: Row) -> None:
    """Keep a piece; one that is there already stays."""
    connection.execute(upsert(connection, part).values(row).on_conflict_do_nothing())


def digest_of_parts(connection: Connection, party_id: str, sha256: str) -> str:
    """SHA-256 of everything that has come, in order, read piece by piece."""
    digest = hashlib.sha256()
    for number in parts_had(connection, party_id, sha256):
        this = and_(part.c.party_id == party_id, part.c.sha256 == sha256, part.c.number == number)
        digest.update(bytes(connection.execute(select(part.c.data).where(this)).scalar_one()))
    return digest.hexdigest()


def complete(connection: Connection, begun: Row, now_ms: int) -> None:
    """Make a content of the pieces, once for all parties, and note that this one had it."""
    sha256 = begun["sha256"]
    row = {"sha256": sha256, "size": begun["size"], "media_type": begun["media_type"], "stored_at": now_ms}
    statement = upsert(connection, content).values({**row, "idle_since": 0})
    if connection.execute(statement.on_conflict_do_nothing().returning(content.c.sha256)).first():
        source = select(part.c.sha256, part.c.number, part.c.data).where(
            part.c.party_id == begun["party_id"], part.c.sha256 == sha256
        )
        connection.execute(insert(piece).from_select(["sha256", "number", "data"], source))
    else:
        # Perhaps nobody has named it for long: it begins to be kept anew.
        connection.execute(update(content).where(content.c.sha256 == sha256).values(idle_since=0))
    proved = {"sha256": sha256, "party_id": begun["party_id"], "proved_at": now_ms}
    connection.execute(upsert(connection, proof).values(proved).on_conflict_do_nothing())
    drop_upload(connection, begun["party_id"], sha256)


def bytes_of(connection: Connection, party_id: str) -> int:
    """Bytes that a party keeps here, with those that it has begun to send."""
    whole = select(func.coalesce(func.sum(content.c.size), 0)).join(proof, proof.c.sha256 == content.c.sha256)
    begun = select(func.coalesce(func.sum(upload.c.size), 0)).where(upload.c.party_id == party_id)
    kept = connection.execute(whole.where(proof.c.party_id == party_id)).scalar_one()
    return int(kept) + int(connection.execute(begun).scalar_one())


def readable(connection: Connection, scope: Scope, attachment_id: str) -> tuple[Row, bool] | None:
    """(record, whether its content is here and belongs to it), None for a record that the scope does not show.

    The content belongs to a record when the party that made the record has proved to have it.
    """
    for subject in SUBJECTS.values():
        table = subject.table
        backed = exists().where(
            content.c.sha256 == table.c.sha256,
            content.c.size == table.c.size,
            content.c.media_type == table.c.media_type,
            proof.c.sha256 == table.c.sha256,
            proof.c.party_id == table.c.party_id,
        )
        statement = select(table, backed.label("backed")).where(table.c.id == attachment_id, scope.shows(table)[0])
        found = connection.execute(statement).mappings().first()
        if found:
            return dict(found), bool(found["backed"])
    return None


def piece_of(connection: Connection, sha256: str, number: int) -> bytes | None:
    """A piece of a whole content."""
    found = connection.execute(select(piece.c.data).where(piece.c.sha256 == sha256, piece.c.number == number)).scalar()
    return None if found is None else bytes(found)


def _unnamed(table: Table) -> Iterator[object]:
    """Conditions that no record of any kind names the content of a row of *table*."""
    for subject in SUBJECTS.values():
        yield not_(exists().where(subject.table.c.sha256 == table.c.sha256))


def note_idle(connection: Connection, now_ms: int) -> None:
    """Note since when contents have no record; one that has got a record again is kept like any other."""
    unnamed = and_(*_unnamed(content))  # type: ignore[arg-type]  # made of conditions
    connection.execute(update(content).where(content.c.idle_since == 0, unnamed).values(idle_since=now_ms))
    connection.execute(update(content).where(content.c.idle_since > 0, not_(unnamed)).values(idle_since=0))


def forget_idle(connection: Connection, before_ms: int, most: int) -> int:
    """Forget contents that no record has named since before an instant, and names now; how many."""
    unnamed = and_(*_unnamed(content))  # type: ignore[arg-type]  # made of conditions
    idle = and_(content.c.idle_since > 0, content.c.idle_since < before_ms, unnamed)
    statement = select(content.c.sha256).where(idle).order_by(content.c.idle_since).limit(most).with_for_update()
    going = list(connection.execute(statement).scalars())
    for table in (piece, proof, content):
        connection.execute(delete(table).where(table.c.sha256.in_(going)))
    return len(going)


def forget_uploads(connection: Connection, before_ms: int, most: int) -> int:
    """Forget what was begun and not gone on with since before an instant; how many."""
    statement = select(upload.c.party_id, upload.c.sha256).where(upload.c.touched_at < before_ms)
    going: Sequence[tuple[str, str]] = [
        (party_id, sha256) for party_id, sha256 in connection.execute(statement.limit(most).with_for_update())
    ]
    for party_id, sha256 in going:
        drop_upload(connection, party_id, sha256)
    return len(going)
