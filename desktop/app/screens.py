"""Every screen of the program, and who sees which. The one place that knows all features."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.features.customers.screen import SCREEN as CUSTOMERS
from desktop.features.guide.screen import SCREEN as GUIDE
from desktop.features.network.screen import SCREEN as NETWORK
from desktop.features.order_entry.screen import SCREEN as ORDER_ENTRY
from desktop.features.orders.screen import APPROVALS, RETURNS, SCREEN as ORDERS
from desktop.features.products.screen import SCREEN as PRODUCTS
from desktop.features.replenishment.screen import SCREEN as REPLENISHMENT
from desktop.features.settings.screen import SCREEN as SETTINGS
from desktop.features.stock.screen import SCREEN as STOCK
from desktop.features.sync_centre.screen import SCREEN as SYNC_CENTRE
from desktop.features.till.screen import SCREEN as TILL
from desktop.platform.screen import Screen
from desktop.widgets.nav_item import NavEntry
from domain.kernel.context import Actor
from domain.kernel.ids import HQ_PARTY_ID

ALL: Sequence[Screen] = (
    ORDER_ENTRY,
    ORDERS,
    RETURNS,
    REPLENISHMENT,
    STOCK,
    CUSTOMERS,
    TILL,
    APPROVALS,
    PRODUCTS,
    NETWORK,
    SYNC_CENTRE,
    SETTINGS,
    GUIDE,
)
MOST_KEYS = 9


def screens_for(actor: Actor) -> list[Screen]:
    """What this person sees, in the order of the navigation."""
    here = "hq" if actor.party_id == HQ_PARTY_ID else "dealer"
    allowed = [screen for screen in ALL if actor.role in screen.roles and screen.at in ("both", here)]
    return sorted(allowed, key=lambda screen: (screen.group, screen.position))


def nav_groups(screens: Sequence[Screen]) -> list[list[NavEntry]]:
    """The navigation's entries by group; the first nine have Alt and a digit."""
    groups: dict[int, list[NavEntry]] = {}
    for place, screen in enumerate(screens, 1):
        key = f"Alt+{place}" if place <= MOST_KEYS else ""
        groups.setdefault(screen.group, []).append(NavEntry(screen.id, screen.title_key, key, screen.icon))
    return list(groups.values())
