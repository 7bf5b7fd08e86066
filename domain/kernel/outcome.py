"""What became of a command, and the tables that tell it."""

from __future__ import annotations

from enum import StrEnum

from domain.kernel.channels import Rule
from domain.kernel.tables import History, ref, synced, text, whole


class Outcome(StrEnum):
    """The five ends of a command (SYNC point 4)."""

    CONFIRMED = "confirmed"
    EXCEPTION = "exception"
    REFUSED = "refused"
    PARKED = "parked"
    QUARANTINED = "quarantined"


outcome = synced(
    "outcome",
    ref("device_id"),
    whole("sequence"),
    text("status"),
    text("code"),
    text("params", default="{}"),
    text("document_id"),
    whole("at"),
    rules=[Rule("device", "device_id")],
    history=History("at"),
)
"""One row per command, with the command's id; the device that sealed it pulls it with the effects."""

document_exception = synced(
    "document_exception",
    text("document_id"),
    ref("party_id", index=True),
    ref("command_id"),
    text("code"),
    text("params", default="{}"),
    text("status", default="open"),
    whole("raised_at"),
    ref("upline_id", nullable=True),
    text("resolved_by"),
    whole("resolved_at"),
    text("seen_by"),
    whole("seen_at"),
    ref("resolved_with", nullable=True),
    rules=[Rule("party", "party_id"), Rule("party", "upline_id"), Rule("hq")],
    history=History("raised_at", [{"status": frozenset({"open"})}]),
)
"""A rule that a recorded fact broke; open until a person resolves it. ``upline_id``: the party above that is told too.
``resolved_by`` and ``resolved_at`` (ms, the server's): who dealt with it and when; ``seen_by``, ``seen_at`` (ms): who
above has looked at it and when; ``resolved_with``: id of the document that put it right."""
