"""The states of an order: a set of pairs, and who may take which step.

One function answers for the button and for the server. Source: DOMAIN "Orders".
"""

from __future__ import annotations

from domain.kernel.channels import Row
from domain.kernel.context import Actor
from domain.parties import roles

DRAFT = "draft"
COMPLETED = "completed"
SUBMITTED = "submitted"
BOOKED = "booked"
APPROVED = "approved"
REFUSED = "refused"
ALLOCATED = "allocated"
SHIPPED = "shipped"
RECEIVED = "received"
CLOSED = "closed"
CANCELLED = "cancelled"
PART_RETURNED = "part_returned"
RETURNED = "returned"
VOIDED = "voided"

OPEN = frozenset({DRAFT, BOOKED, SUBMITTED, APPROVED, ALLOCATED, SHIPPED, RECEIVED})
"""States of an order that still waits for something."""

TRANSITIONS = frozenset(
    {
        (DRAFT, COMPLETED),
        (COMPLETED, PART_RETURNED),
        (COMPLETED, RETURNED),
        (COMPLETED, VOIDED),
        (PART_RETURNED, PART_RETURNED),
        (PART_RETURNED, RETURNED),
        (DRAFT, BOOKED),
        (BOOKED, CLOSED),
        (BOOKED, CANCELLED),
        (DRAFT, SUBMITTED),
        (SUBMITTED, APPROVED),
        (SUBMITTED, REFUSED),
        (SUBMITTED, CANCELLED),
        (APPROVED, ALLOCATED),
        (APPROVED, SHIPPED),
        (APPROVED, CANCELLED),
        (ALLOCATED, SHIPPED),
        (ALLOCATED, CANCELLED),
        (SHIPPED, SHIPPED),
        (SHIPPED, RECEIVED),
        (RECEIVED, CLOSED),
    }
)

ACTIONS: dict[str, tuple[frozenset[str], str, frozenset[str]]] = {
    "approve": (frozenset({SUBMITTED}), "seller_id", roles.SELLING),
    "refuse": (frozenset({SUBMITTED}), "seller_id", roles.SELLING),
    "cancel": (frozenset({SUBMITTED, APPROVED, ALLOCATED}), "buyer_id", roles.SELLING),
    "ship": (frozenset({APPROVED, ALLOCATED, SHIPPED}), "seller_id", roles.ALL),
    "receive": (frozenset({SHIPPED}), "buyer_id", roles.ALL),
    "void": (frozenset({COMPLETED}), "seller_id", roles.SELLING),
    "return": (frozenset({COMPLETED, PART_RETURNED}), "seller_id", roles.SELLING),
    "reassign": (frozenset({COMPLETED}), "seller_id", roles.SELLING),
    "close": (frozenset({RECEIVED}), "seller_id", roles.SELLING),
    "fetch": (frozenset({BOOKED}), "seller_id", roles.SELLING),
    "call_off": (frozenset({BOOKED}), "seller_id", roles.SELLING),
}
"""Action → (states it starts from, the side that takes it, roles)."""

OF_SALES = frozenset({"void", "return", "reassign"})
"""Actions on retail sales alone: a return is completed too, and is neither voided nor returned."""


def may(actor: Actor, action: str, order: Row) -> bool:
    """Whether this actor may do this to this order now."""
    states, side, allowed = ACTIONS[action]
    return order["state"] in states and order[side] == actor.party_id and actor.role in allowed


def can_go(from_state: str, to_state: str) -> bool:
    """Whether an order may pass from one state to the other."""
    return (from_state, to_state) in TRANSITIONS
