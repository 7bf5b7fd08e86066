"""Every declared action by the screen on which its key works: what may be given another key."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.features.customers import actions as customers
from desktop.features.network import actions as network
from desktop.features.order_entry import actions as order_entry
from desktop.features.orders import actions as orders
from desktop.features.products import actions as products
from desktop.features.replenishment import actions as replenishment
from desktop.features.stock import actions as stock
from desktop.features.sync_centre import actions as sync_centre
from desktop.features.till import actions as till
from desktop.platform.action import Action
from desktop.platform.screen import Screen
from desktop.platform.shortcuts import KeyGroup

EVERYWHERE = "platform.actions.everywhere"
OF_SCREENS: dict[str, tuple[Action, ...]] = {
    "order_entry": order_entry.ACTIONS,
    "orders": orders.ORDERS,
    "returns": orders.FREE_RETURN,
    "approvals": orders.APPROVALS,
    "replenishment": replenishment.ACTIONS,
    "stock": stock.ACTIONS,
    "customers": customers.ACTIONS,
    "till": till.ACTIONS,
    "products": products.DECLARED,
    "network": network.DECLARED,
    "sync_centre": sync_centre.DECLARED,
}
"""Id of a screen → its actions."""


def groups(screens: Sequence[Screen], everywhere: Sequence[Action]) -> tuple[KeyGroup, ...]:
    """What works everywhere first, then the screens that this person sees."""
    own = [KeyGroup(screen.title_key, OF_SCREENS[screen.id]) for screen in screens if screen.id in OF_SCREENS]
    return (KeyGroup(EVERYWHERE, tuple(everywhere)), *own)
