"""Tables of the network."""

from __future__ import annotations

from domain.kernel.channels import Rule, nothing
from domain.kernel.lease import USUAL_DAYS
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
    merged=True,
)
"""One party: headquarters or a dealer. ``path`` holds the ids above, nearest first, joined by ``/``; ``home`` is the
number of the tier-1 territory where it began, immutable, carried by big tables for partitioning; 0: headquarters."""

party_move = synced(
    "party_move",
    ref("party_id", index=True),
    ref("from_id"),
    ref("to_id"),
    text("business_date"),
    whole("at"),
    text("person_name"),
    rules=[Rule("party", "party_id"), Rule("party", "from_id"), Rule("party", "to_id"), Rule("hq")],
)
"""A dealer was moved to another upline on a date; what happened before stays with whom it happened."""

person = synced(
    "person",
    ref("party_id", index=True),
    text("name"),
    text("role"),
    text("status", default="active"),
    whole("created_at"),
    text("pin_stamp"),
    text("password_stamp"),
    rules=[Rule("party", "party_id"), Rule("hq")],
    merged=True,
)
"""Somebody who works for a party; signs in by name, which is unique in the network. Secrets are the server's.

The stamps are ids of the commands that last put an end to the PINs of this person and to the password before: what a PC
keeps for him counts only while it was made under the same stamp. The secrets themselves never travel this way."""

device_health = synced(
    "device_health",
    ref("party_id", index=True),
    whole("number"),
    text("name"),
    text("status"),
    text("program"),
    whole("last_seen_at"),
    whole("unsent"),
    whole("oldest_unsent_at"),
    whole("alarms"),
    whole("repairs"),
    text("revocation"),
    rules=[Rule("party", "party_id"), Rule("hq")],
    projected=True,
)
"""How the devices of a party are, with the device's id. ``last_seen_at`` is written every quarter of an hour, the rest
when it changes in a way that matters; ``oldest_unsent_at`` is 0 when the device had handed over everything. ``alarms``
about it that nobody at headquarters has looked at; ``repairs``: how often it took a channel anew because what it had
was not what the server showed it. ``revocation`` is the server's signed word that the device is shut out: who has seen
it tells it to a server that was put back to a time before."""

network_policy = synced(
    "network_policy",
    whole("lease_days", default=USUAL_DAYS),
    text("expired_sale", default="dealer"),
    rules=[Rule("everyone")],
)
"""What headquarters decides for the whole network, one row with headquarters' id. ``lease_days``: how long a PC may go
without the server before all but selling and synchronising is locked. ``expired_sale``: whether each dealer says for
itself if goods past their last day are sold (``dealer``), or nobody sells them (``never``)."""
