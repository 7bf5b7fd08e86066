"""The screen where orders are entered."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "order_entry",
    "order_entry.title",
    "cart",
    roles.SELLING,
    0,
    0,
    lazily("desktop.features.order_entry.order_entry_view", "OrderEntryPage"),
    goes_on=True,
)
