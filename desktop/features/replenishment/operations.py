"""Ordering from the upline."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.store.store import Performed, Store
from domain.orders.pricing import Wanted
from domain.orders.replenishment_handlers import decide_replenishment


def submit(store: Store, wanted: Sequence[Wanted], *, note: str = "") -> Performed:
    """Ask the upline for goods. Raises what :func:`decide_replenishment` raises."""
    return store.perform(lambda ctx: decide_replenishment(ctx, wanted, note=note))
