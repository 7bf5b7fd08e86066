"""Products and prices in the navigation."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.features.products.products_view import ProductsView
from desktop.platform.screen import Screen
from desktop.platform.workbench import Workbench
from domain.parties import roles


def make(workbench: Workbench) -> QWidget:
    """The view."""
    return ProductsView(workbench)


SCREEN = Screen("products", "products.screen.title", "box", roles.ALL, group=1, position=60, make=make)
