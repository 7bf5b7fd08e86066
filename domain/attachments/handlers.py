"""Decide and apply for attachments."""

from __future__ import annotations

from domain.attachments import queries
from domain.attachments.commands import Attach, Detach, SubjectKind
from domain.attachments.model import SUBJECTS
from domain.attachments.rules import MOST_PER_DOCUMENT, shown_name
from domain.kernel.commands import applies
from domain.kernel.context import ApplyContext, DecideContext, Decision
from domain.kernel.errors import NotFound, Refused


def decide_attach(
    ctx: DecideContext,
    subject: SubjectKind,
    subject_id: str,
    *,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    depends_on: tuple[str, ...] = (),
) -> Decision:
    """Hang a file on a document of one's own; the content passed :func:`domain.attachments.rules.check_content`.

    Args:
        depends_on: the command that made the document, while it has no outcome.

    Raises:
        NotFound: ``not_found``: no such document. Refused: ``attachment_too_many``; ``attachment_there_already`` when
            the same content hangs there.
    """
    document = queries.document_of(ctx.connection, subject, subject_id)
    if document is None:
        raise NotFound("not_found", what=subject, id=subject_id)
    there = queries.attachments_of(ctx.connection, subject, subject_id)
    if len(there) >= MOST_PER_DOCUMENT:
        raise Refused("attachment_too_many", most=MOST_PER_DOCUMENT)
    if any(row["sha256"] == sha256 for row in there):
        raise Refused("attachment_there_already")
    payload = Attach(
        attachment_id=ctx.new_id(),
        subject=subject,
        subject_id=subject_id,
        party_id=ctx.actor.party_id,
        name=shown_name(name, media_type),
        media_type=media_type,  # type: ignore[arg-type]  # checked where the command is sealed
        size=size,
        sha256=sha256,
    )
    return Decision(payload, payload.attachment_id, document["number"], depends_on=depends_on)


@applies(Attach)
def apply_attach(ctx: ApplyContext, attach: Attach) -> None:
    """Write the record."""
    subject = SUBJECTS[attach.subject]
    ctx.rows.insert(
        subject.table,
        {
            "id": attach.attachment_id,
            subject.column: attach.subject_id,
            "name": attach.name,
            "media_type": attach.media_type,
            "size": attach.size,
            "sha256": attach.sha256,
            "party_id": attach.party_id,
            "person_name": ctx.actor.person_name,
            "at": ctx.at,
        },
    )


def decide_detach(ctx: DecideContext, attachment_id: str) -> Decision:
    """Take a file that one's own party attached off its document.

    Raises:
        NotFound: ``not_found``.
    """
    found = queries.attachment_by_id(ctx.connection, attachment_id)
    if found is None:
        raise NotFound("not_found", what="attachment", id=attachment_id)
    subject, _ = found
    payload = Detach(attachment_id=attachment_id, subject=subject, party_id=ctx.actor.party_id)
    return Decision(payload, attachment_id)


@applies(Detach)
def apply_detach(ctx: ApplyContext, detach: Detach) -> None:
    """Remove the record; nothing happens when somebody else of the party did it before."""
    ctx.rows.delete(SUBJECTS[detach.subject].table, detach.attachment_id)
