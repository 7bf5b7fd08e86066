"""The screens of orders: all documents, and those from below that wait for us."""

from __future__ import annotations

from desktop.platform.later import later
from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "orders",
    "orders.title.orders",
    "list",
    roles.ALL,
    0,
    1,
    lazily("desktop.features.orders.orders_view", "OrdersPage"),
)
APPROVALS = Screen(
    "approvals",
    "orders.title.approvals",
    "check",
    roles.SELLING,
    1,
    0,
    lazily("desktop.features.orders.approvals_view", "ApprovalsPage"),
    needs=later("desktop.features.orders.operations", "has_downline"),
)
RETURNS = Screen(
    "returns",
    "orders.free.screen",
    "undo",
    roles.SELLING,
    0,
    5,
    lazily("desktop.features.orders.free_return_view", "FreeReturnPage"),
    at="dealer",
    goes_on=True,
)
