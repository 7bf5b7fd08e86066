"""A pytest plugin (``-p tests.support.without_qt``) under which the client's and the server's libraries do not exist.

The domain must work on a machine without them; with this plugin its tests prove it on a machine that has them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

FORBIDDEN = frozenset({"PySide6", "shiboken6", "requests", "fastapi", "starlette", "uvicorn", "desktop", "server_stub"})


class Refuse(MetaPathFinder):
    """Says "no such module" for the forbidden packages."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises for a forbidden package, leaves the others to the usual finders."""
        if fullname.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{fullname} is not available to the domain's tests", name=fullname)
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares pytest-qt's settings, which stay in the configuration while pytest-qt is switched off."""
    for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, "pytest-qt is not loaded in this run")


def pytest_configure() -> None:
    """Puts the refusal first in line."""
    if not any(isinstance(finder, Refuse) for finder in sys.meta_path):
        sys.meta_path.insert(0, Refuse())
