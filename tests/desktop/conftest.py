"""Windows on a machine that may be busy."""

from __future__ import annotations

from tests.support.patience import patience

__all__ = ["patience"]
