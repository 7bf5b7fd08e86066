"""What all tests of the server have in common."""

from __future__ import annotations

from tests.support.engines import engines_share_statements

__all__ = ["engines_share_statements"]
