"""Faults of customers' orders, of what those above look at, and of PCs that were shut out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.sync import round as rounds
from domain.held import handlers as held_handlers
from domain.orders import booking, booking_handlers, sale_handlers
from tests.simulation.planting import Fault, wrapped

Real = Callable[..., Any]


def _nothing(*_args: Any, **_options: Any) -> None:
    return None


def _fetched_again(real: Real, ctx: Any, sale: Any) -> bool:
    """A deposit pays for every sale that names it."""
    return bool(real(ctx, sale)) or sale.booking_id is not None


IN_SCRIPT = [
    Fault("deposit-twice", "a deposit pays for each sale", wrapped(sale_handlers, "apply_fetch", _fetched_again)),
    Fault("fetched-stays-promised", "fetched goods stay promised", wrapped(booking, "let_go", _nothing)),
    Fault("off-stays-promised", "called-off goods stay promised", wrapped(booking_handlers, "let_go", _nothing)),
    Fault("seen-twice", "what was looked at waits again", wrapped(held_handlers, "_unseen", _nothing)),
    Fault("revocation-untold", "nobody tells who was shut out", wrapped(rounds, "revocations", lambda *_: [])),
]
