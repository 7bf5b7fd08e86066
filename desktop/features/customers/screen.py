"""The screen of customers."""

from __future__ import annotations

from desktop.features.customers.customers_view import CustomersPage
from desktop.platform.screen import Screen
from domain.parties import roles

SCREEN = Screen("customers", "customers.title", "people", roles.SELLING, 0, 4, CustomersPage)
