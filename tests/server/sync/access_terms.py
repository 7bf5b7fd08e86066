"""The words in which :mod:`tests.server.sync.access_rules` declares who may do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product as pairs

from domain.kernel.commands import Payload
from domain.kernel.ids import stable_id

Allowed = frozenset[tuple[str, str]]
RELATIONS = ("own", "parent", "child", "sibling", "foreign")
AT_HQ, AT_SHOP = ("hq_admin", "hq_staff", "warehouse@hq"), ("owner", "clerk", "warehouse", "hq_admin@shop")
"""The last one should not exist: a role of headquarters at a dealer. It may do what its shop may and no more."""
ROLES = (*AT_HQ, *AT_SHOP)


def every(roles: tuple[str, ...], relations: tuple[str, ...]) -> Allowed:
    """All pairs of them."""
    return frozenset(pairs(roles, relations))


NOBODY: Allowed = frozenset()
OFFICE_ANYWHERE = every(("hq_admin", "hq_staff"), RELATIONS)
MANAGERS_AT_HOME = every(("hq_admin", "owner", "hq_admin@shop"), ("own",))
DECIDERS_ABOVE = OFFICE_ANYWHERE | every(("owner", "hq_admin@shop", "hq_staff"), ("child",))
"""About what was held of a party: headquarters, and whoever manages the party above."""
SELLERS_AT_HOME = every(("hq_admin", "hq_staff", "owner", "clerk", "hq_admin@shop"), ("own",))
ANYBODY_AT_HOME = every(ROLES, ("own",))


@dataclass(frozen=True)
class Target:
    """What a command aims at: a party, and rows that belong to it and lie ready in the tests' network.

    Attributes:
        party_id, parent_id: the party.
        selling, buying: its replenishment orders as seller and as buyer, submitted; ``approved`` to be shipped,
            ``received`` to be closed.
        sold: a retail sale of its own.
        booked: a customer's order there that waits to be fetched.
        shipment: one that it is to receive.
        attached: a file that it attached to its order ``selling``.
        provisional: a product that it made itself.
        leaf, leaf_parent: a dealer that can be moved to below anybody, and where it stands.
    """

    party_id: str
    parent_id: str
    clerk: str
    customer: str
    selling: str
    approved: str
    received: str
    buying: str
    sold: str
    booked: str
    leaf: str
    leaf_parent: str
    shipment: str
    attached: str
    provisional: str
    product: str
    price_list: str


@dataclass(frozen=True)
class Rule:
    """How to aim the command, and from where it may be sealed."""

    make: Callable[[Target], Payload]
    allowed: Allowed
    personal: Callable[[], Payload] | None = None


def order_row_id(kind: str, party_id: str) -> str:
    """The id of a made row of *kind* for a party."""
    return stable_id("access", kind, party_id)
