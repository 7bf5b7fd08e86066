"""The network that the tests play in, and the people in it.

::

    HQ ─┬─ N1 ─┬─ M1 ── C1      headquarters, two tier-1 dealers, shops below, one shop below a shop
        │      └─ M2
        └─ E1 ── E11            the neighbours

Everybody is called after his party and his job: ``m1-owner``, ``m1-clerk``, ``m1-warehouse``; headquarters' people are
``admin``, ``staff`` and ``hq-warehouse``.
"""

from __future__ import annotations

from domain.parties import roles

DEALERS = {"N1": "HQ", "E1": "HQ", "M1": "N1", "M2": "N1", "C1": "M1", "E11": "E1"}
"""Code → code of the parent, parents first."""
PARTIES = ("HQ", *DEALERS)
NAMES = {"N1": "华北总代", "E1": "华东总代", "M1": "城东店", "M2": "城西店", "C1": "社区点", "E11": "江边店"}

HQ_PEOPLE = {"admin": roles.HQ_ADMIN, "staff": roles.HQ_STAFF, "hq-warehouse": roles.WAREHOUSE}


def people_of(code: str) -> dict[str, str]:
    """Name → role of a party's people."""
    if code == "HQ":
        return HQ_PEOPLE
    return {f"{code.lower()}-{role}": role for role in sorted(roles.AT_DEALER)}


def person_for(code: str, role: str) -> str:
    """Who has this role at this party."""
    return next(name for name, has in people_of(code).items() if has == role)


def relation(of: str, to: str) -> str:
    """How party *to* stands to party *of*: own, parent, child, sibling, or foreign."""
    if of == to:
        return "own"
    if DEALERS.get(of) == to:
        return "parent"
    if DEALERS.get(to) == of:
        return "child"
    if of != "HQ" and to != "HQ" and DEALERS[of] == DEALERS[to]:
        return "sibling"
    return "foreign"
