"""The screens of orders: all documents, and those from below that wait for us."""

from __future__ import annotations

from desktop.features.orders.approvals_view import ApprovalsPage
from desktop.features.orders.orders_view import OrdersPage
from desktop.platform.screen import Screen
from domain.parties import roles

SCREEN = Screen("orders", "orders.title.orders", "list", roles.ALL, 0, 1, OrdersPage)
APPROVALS = Screen("approvals", "orders.title.approvals", "check", roles.SELLING, 1, 0, ApprovalsPage)
