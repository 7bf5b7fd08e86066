"""Rules of signing in: names, locks, who may see and revoke which devices."""

from __future__ import annotations

import unicodedata

from domain.kernel.ids import HQ_PARTY_ID
from domain.parties import roles

FREE_FAILURES = 5
"""Wrong passwords in a row before the name is locked."""
FIRST_LOCK_MS, LONGEST_LOCK_MS = 30_000, 900_000
ENROLLING_PARTIES = frozenset({"active", "suspended"})
"""A suspended dealer's shops stay on the air, so that what they sealed arrives; what it does is decided elsewhere."""
NOBODY = "00000000-0000-8000-8000-000000000000"
"""The credential that failures with unknown names are written to, so that they take as long as others."""


def name_key(name: str) -> str:
    """A sign-in name in the form in which equal means: looks the same to a person."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def lock_ms(failed: int) -> int:
    """How long (milliseconds) a name is locked after so many wrong passwords in a row: rising, but bounded."""
    if failed < FREE_FAILURES:
        return 0
    return int(min(FIRST_LOCK_MS * 2 ** min(failed - FREE_FAILURES, 30), LONGEST_LOCK_MS))


def is_locked(until: int, now: int) -> bool:
    """Whether a name is locked (instants in ms). A lock that would last longer than any was written by a clock that
    has been put back since: it holds nobody.
    """
    return now < until <= now + LONGEST_LOCK_MS


def visible_party(role: str, party_id: str) -> str | None:
    """The party whose devices somebody sees; None for all of them."""
    return None if role in roles.OFFICE and party_id == HQ_PARTY_ID else party_id


def manageable_party(role: str, party_id: str) -> str | None:
    """The party whose devices somebody may revoke; None for all of them."""
    return None if role == roles.HQ_ADMIN and party_id == HQ_PARTY_ID else party_id
