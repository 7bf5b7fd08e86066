"""What is loaded after Qt is loaded once: nobody reads its source beside it."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = """
import linecache, sys
import PySide6.QtCore
from desktop.platform.plain_imports import spare_the_sources
if "spared" in sys.argv:
    spare_the_sources()
from desktop.platform.shortcuts import Shortcuts
print([name for name in linecache.cache if name.endswith("shortcuts.py")])
"""


@pytest.mark.parametrize("spared", [True, False])
def test_sources_are_read_unless_spared(spared: bool) -> None:
    """The second case shows that the binding still has the habit; without it the module has lost its purpose."""
    command = [sys.executable, "-c", LOADED, *(["spared"] if spared else [])]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert (printed.strip() == "[]") is spared
