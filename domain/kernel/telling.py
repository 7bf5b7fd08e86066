"""What a command's authority writes down of it: its outcome, and the exceptions that its facts raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.kernel.envelope import Body
from domain.kernel.outcome import Outcome, document_exception


def reason_text(params: Mapping[str, object] | None) -> str:
    """What stands in a reason, as text. Words of it that cannot be told must not keep the outcome back."""
    return msgspec.json.encode(params or {}, enc_hook=str).decode()


def outcome_row(body: Body, status: Outcome, code: str, params: Mapping[str, object] | None, now_ms: int) -> Row:
    """The outcome of a command, for the device that sealed it."""
    return {
        "id": body.id,
        "device_id": body.device,
        "sequence": body.sequence,
        "status": str(status),
        "code": code,
        "params": reason_text(params),
        "document_id": body.document[:64],
        "at": now_ms,
    }


def put_right(ctx: ApplyContext, exception_ids: Iterable[str], document_id: str) -> None:
    """What was wrong is so no longer, by this document: who made it and when stands with it (server only)."""
    told = {
        "status": "resolved",
        "resolved_by": ctx.actor.person_name,
        "resolved_at": ctx.received_at,
        "resolved_with": document_id,
    }
    for exception_id in exception_ids:
        ctx.rows.update(document_exception, exception_id, **told)


def exception_rows(ctx: ApplyContext, now_ms: int) -> list[Row]:
    """The rules that a recorded fact broke, one row each."""
    return [
        {
            "id": ctx.derive("exception", index),
            "document_id": flag.document_id,
            "party_id": flag.party_id,
            "command_id": ctx.command_id,
            "code": flag.code,
            "params": reason_text(flag.params),
            "raised_at": now_ms,
            "upline_id": flag.upline_id,
        }
        for index, flag in enumerate(ctx.flags)
    ]
