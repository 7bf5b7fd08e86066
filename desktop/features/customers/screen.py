"""The screen of customers."""

from __future__ import annotations

from desktop.platform.screen import Screen, lazily
from domain.parties import roles

SCREEN = Screen(
    "customers",
    "customers.title",
    "people",
    roles.SELLING,
    0,
    4,
    lazily("desktop.features.customers.customers_view", "CustomersPage"),
)
