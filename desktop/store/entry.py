"""What a command must be before it is sealed, and how the ledger writes it down."""

from __future__ import annotations

import msgspec

from desktop.store.ledger_tables import SAVED
from domain.kernel.commands import CommandType, Payload
from domain.kernel.context import Decision
from domain.kernel.envelope import Body, Sealed
from domain.kernel.errors import Invalid


def ledger_row(decision: Decision, body: Body, sealed: Sealed) -> dict[str, object]:
    """A command's row as the ledger keeps it: saved, not yet sent."""
    return {
        "epoch": body.epoch,
        "sequence": body.sequence,
        "id": body.id,
        "hash": sealed.hash,
        "kind": body.kind,
        "document_id": decision.document_id,
        "number": decision.number,
        "amount": decision.amount,
        "currency": decision.currency,
        "body": sealed.body,
        "signature": sealed.signature,
        "personal": sealed.personal,
        "sealed_at": body.claimed_at,
        "status": SAVED,
    }


def validated(kind: CommandType, body: Body, personal: Payload | None) -> Payload:
    """The payload as the server will read it; the personal part must be readable too.

    Raises:
        Invalid: ``bad_input`` with what does not fit.
    """
    try:
        if personal is not None:
            kind.decode_personal(msgspec.json.encode(personal))
        return kind.decode(body.schema, bytes(body.payload))
    except Invalid as error:
        raise Invalid("bad_input", field=str(error.params.get("detail", ""))) from None
