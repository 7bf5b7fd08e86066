"""Products and prices in the navigation."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

MAKE = lazily("desktop.features.products.products_view", "ProductsView")
SCREEN = Screen("products", "products.screen.title", "tag", roles.ALL, group=1, position=60, make=MAKE)
