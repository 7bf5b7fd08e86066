"""What may become of a command, as the books expect it."""

from __future__ import annotations

DONE = frozenset({"confirmed"})
FLAGGED = frozenset({"exception"})
DONE_OR_FLAGGED = DONE | FLAGGED
REFUSED = frozenset({"refused"})
NOT_ALLOWED = frozenset({"quarantined"})
PARKED = frozenset({"parked"})
KEPT = NOT_ALLOWED | PARKED
"""Kept by the server without effect; those above decide."""
