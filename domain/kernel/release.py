"""Which release of the product this is; both programs are released together."""

from __future__ import annotations

VERSION = "0.1.0"
"""The same as in ``pyproject.toml``."""
