"""The screen of stock and intake."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "stock", "stock.title", "box", roles.ALL, 0, 3, lazily("desktop.features.stock.stock_view", "StockPage")
)
