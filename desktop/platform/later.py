"""Things of a module that is loaded when they are first called: what a start does not need, it does not pay for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def later(module: str, name: str) -> Callable[..., Any]:
    """A function that loads *module* and calls its *name* with whatever it is given."""

    def call(*given: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*given, **named)

    return call
