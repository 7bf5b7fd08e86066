"""Loads every noun, so that its commands, handlers and tables are registered. Both programs call it once."""

from __future__ import annotations

import domain.attachments.handlers
import domain.catalogue.handlers
import domain.catalogue.provisional
import domain.catalogue.range_handlers
import domain.clashes.handlers
import domain.customers.account
import domain.customers.bulk
import domain.customers.handlers
import domain.held.handlers
import domain.kernel.outcome
import domain.orders.booking_handlers
import domain.orders.credit_handlers
import domain.orders.history_handlers
import domain.orders.replenishment_handlers
import domain.orders.return_handlers
import domain.orders.sale_handlers
import domain.orders.shipping_handlers
import domain.orders.voiding_handlers
import domain.parties.handlers
import domain.parties.moving
import domain.stock.handlers
import domain.stock.merging
import domain.tills.handlers
from domain.kernel.commands import CommandType, all_commands

NOUNS = (
    domain.parties.handlers,
    domain.parties.moving,
    domain.catalogue.handlers,
    domain.catalogue.range_handlers,
    domain.catalogue.provisional,
    domain.stock.handlers,
    domain.stock.merging,
    domain.customers.handlers,
    domain.tills.handlers,
    domain.customers.bulk,
    domain.customers.account,
    domain.orders.sale_handlers,
    domain.orders.return_handlers,
    domain.orders.booking_handlers,
    domain.orders.credit_handlers,
    domain.orders.replenishment_handlers,
    domain.orders.shipping_handlers,
    domain.orders.voiding_handlers,
    domain.orders.history_handlers,
    domain.attachments.handlers,
    domain.held.handlers,
    domain.clashes.handlers,
    domain.kernel.outcome,
)


def commands() -> list[CommandType]:
    """Every command of the product, each with its apply."""
    found = all_commands()
    missing = [entry.name for entry in found if entry.apply is None]
    if missing:
        raise RuntimeError(f"commands without apply: {missing}")
    return found
