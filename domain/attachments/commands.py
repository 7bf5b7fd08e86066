"""Commands of attachments: both are facts. The content travels apart, by its SHA-256."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from domain.attachments.model import SUBJECTS
from domain.attachments.rules import MOST_BYTES
from domain.kernel.commands import FACT, Id, Name, Payload, command
from domain.kernel.context import ApplyContext
from domain.parties import roles

SubjectKind = Literal["order", "stock_document"]
MediaType = Literal["image/jpeg", "image/png", "image/webp", "application/pdf"]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Size = Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]


def _on_own_document(ctx: ApplyContext, attach: Attach) -> bool:
    """The actor's party, on a document of its own; one that is not there and a foreign one give the same answer."""
    subject = SUBJECTS[attach.subject]
    document = ctx.rows.get(subject.document, attach.subject_id)
    mine = ctx.actor.party_id
    return attach.party_id == mine and document is not None and mine in {document[each] for each in subject.owners}


def _own_attachment(ctx: ApplyContext, detach: Detach) -> bool:
    """The actor's party, and no attachment of another one; one that is gone already is no reason to lose the fact."""
    known = ctx.rows.get(SUBJECTS[detach.subject].table, detach.attachment_id)
    mine = known is None or known["party_id"] == ctx.actor.party_id
    return detach.party_id == ctx.actor.party_id and mine


@command("attachments.attach", nature=FACT, roles=roles.ALL, entitled=_on_own_document)
class Attach(Payload, frozen=True, kw_only=True):
    """A file hangs on a document from now on."""

    attachment_id: Id
    subject: SubjectKind
    subject_id: Id
    party_id: Id
    name: Name
    media_type: MediaType
    size: Size
    sha256: Sha256


@command("attachments.detach", nature=FACT, roles=roles.ALL, entitled=_own_attachment)
class Detach(Payload, frozen=True, kw_only=True):
    """A file that the same party attached hangs there no longer."""

    attachment_id: Id
    subject: SubjectKind
    party_id: Id
