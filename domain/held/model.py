"""What stands in quarantine or is parked, as the party above and headquarters see it."""

from __future__ import annotations

from domain.kernel.channels import Rule
from domain.kernel.tables import History, ref, synced, text, whole

WAITING, RELEASING, RELEASED, REFUSED = "waiting", "releasing", "released", "refused"

held_command = synced(
    "held_command",
    ref("device_id"),
    ref("party_id", index=True),
    ref("upline_id", nullable=True),
    whole("sequence"),
    text("kind"),
    text("document_id"),
    text("person_name"),
    text("status"),
    text("code"),
    text("params", default="{}"),
    whole("at"),
    text("state", default=WAITING),
    text("reason"),
    text("decided_by"),
    whole("decided_at"),
    rules=[Rule("party", "upline_id"), Rule("hq")],
    projected=True,
    history=History("at", [{"state": frozenset({WAITING, RELEASING})}]),
)
"""A command that the server took without effect, with the command's id (one derived from the envelope's hash while
nobody can read it). ``status``: parked or quarantined, after a release its outcome; ``state``: waiting → releasing →
released, or refused; a release that does not go through waits again. ``at``: when the server took it, in ms."""
