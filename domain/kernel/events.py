"""What one noun lets others know while a command is applied: frozen events, named in the past tense.

Reactions run in the same transaction, on both sides, in the order of their registration; so ``stock`` can open a new
dealer's places although ``parties`` does not know stock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from domain.kernel.context import ApplyContext

R = TypeVar("R", bound=Callable[..., None])
_reactions: dict[type, list[Callable[[ApplyContext, Any], None]]] = defaultdict(list)


def reacts(event: type) -> Callable[[R], R]:
    """Register the decorated function as a reaction to *event*."""

    def register(function: R) -> R:
        _reactions[event].append(function)
        return function

    return register


def emit(ctx: ApplyContext, event: object) -> None:
    """Run every reaction to *event* now."""
    for reaction in _reactions[type(event)]:
        reaction(ctx, event)
