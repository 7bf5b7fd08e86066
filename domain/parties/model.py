"""Tables of the network."""

from __future__ import annotations

from domain.kernel.channels import Rule, nothing
from domain.kernel.tables import flag, ref, synced, text, whole

party = synced(
    "party",
    text("code"),
    text("name"),
    text("kind", default="dealer"),
    whole("tier"),
    ref("parent_id", nullable=True, index=True),
    text("path"),
    whole("home"),
    text("region"),
    text("grade"),
    text("status", default="active"),
    text("currency", default="CNY"),
    flag("pause_at_zero"),
    whole("created_at"),
    rules=[Rule("party", "id"), Rule("down", "id"), Rule("up", "id", "up"), Rule("hq")],
    masks={"up": {"grade": nothing, "pause_at_zero": lambda _row: 0}},
)
"""One party: headquarters or a dealer. ``path`` holds the ids above, nearest first, joined by ``/``; ``home`` is the
number of its tier-1 territory, immutable, carried by big tables for partitioning; 0 is headquarters."""

person = synced(
    "person",
    ref("party_id", index=True),
    text("name"),
    text("role"),
    text("status", default="active"),
    whole("created_at"),
    rules=[Rule("party", "party_id"), Rule("hq")],
)
"""Somebody who works for a party; signs in by name, which is unique in the network. Secrets are the server's."""
