"""Every action that the program declares, by its id: the help names keys and words from here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from desktop.app.main_window import SHELL_ACTIONS
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

MODULES = (customers, network, order_entry, orders, products, replenishment, stock, sync_centre, till)


def declared() -> dict[str, Action]:
    """By id."""
    found = {action.id: action for action in SHELL_ACTIONS}
    return found | {action.id: action for module in MODULES for action in _actions_of(module)}


def _actions_of(module: ModuleType) -> Iterator[Action]:
    for value in vars(module).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Action):
                yield each
