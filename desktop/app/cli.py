"""The client's entry point. Its commands, JSON and exit codes are stable: 0 done, 1 refused, 2 wrong usage.

It loads nothing itself: the window needs no grammar, a command line no window.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence

import i18n
from desktop.platform.later import later
from domain.kernel import faults

SPARE_THE_SOURCES: Callable[[], None] = later("desktop.platform.plain_imports", "spare_the_sources")
WINDOW: Callable[[argparse.Namespace], int] = later("desktop.app.window_main", "start")
CONSOLE: Callable[[Sequence[str]], int] = later("desktop.app.console.run", "run")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    i18n.set_language(i18n.language_of(os.environ))
    faults.arm(os.environ.get("DEALERDESK_FAULT"))
    # Loading makes a great many objects and next to no garbage; looking for it took an eighth of the start.
    gc.disable()
    try:
        if words != ["app"]:
            return CONSOLE(words)
        SPARE_THE_SOURCES()
        return WINDOW(argparse.Namespace())
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
