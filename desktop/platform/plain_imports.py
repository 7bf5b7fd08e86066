"""Modules are loaded as Python loads them, without Qt for Python reading the source of each one beside it."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

QT = "PySide6.QtCore"
SWITCHES = "shibokensupport.feature"
"""Once Qt's binding is loaded it reads the source text of every module that is imported after it and looks whether its
own name stands in it, only to know where ``from __feature__ import snake_case`` may change what methods are called.
This program switches no feature, and the reading took a tenth of its start. Without sources, as installed, there is
nothing to read and no difference.
"""


def spare_the_sources() -> None:
    """From now on every module counts as one that switches no feature; a binding without this habit is left alone."""
    importlib.import_module(QT)
    switches = sys.modules.get(SWITCHES)
    if hasattr(switches, "_mod_uses_pyside"):
        setattr(switches, "_mod_uses_pyside", _switches_nothing)  # noqa: B010  # no public way is offered


def _switches_nothing(_module: ModuleType) -> bool:
    return False
