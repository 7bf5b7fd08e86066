"""The screen of stock and intake."""

from __future__ import annotations

from desktop.features.stock.stock_view import StockPage
from desktop.platform.screen import Screen
from domain.parties import roles

SCREEN = Screen("stock", "stock.title", "box", roles.ALL, 0, 3, StockPage)
