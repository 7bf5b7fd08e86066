"""``app``, ``demo`` and ``screenshots``: the commands that open windows. Qt is imported only when one of them runs."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from typing import Any, cast

import i18n

Start = Callable[[argparse.Namespace], int]


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    app = commands.add_parser("app", parents=[common], help=i18n.tr("cli.client.app"))
    app.set_defaults(start=_later("desktop.app.window_main"))
    demo = commands.add_parser("demo", parents=[common], help=i18n.tr("cli.client.demo"))
    demo.add_argument("--folder", default="build/demo", help=i18n.tr("cli.client.demo_folder"))
    demo.set_defaults(start=_later("desktop.app.demo.play"))
    shots = commands.add_parser("screenshots", parents=[common], help=i18n.tr("cli.client.screenshots"))
    shots.add_argument("folder", nargs="?", default="build/screenshots")
    shots.set_defaults(start=_later("desktop.app.screenshots"))


def _later(module: str) -> Start:
    """The module's ``start``, imported when it is called: the command line must not pay for Qt."""

    def start(given: argparse.Namespace) -> int:
        return cast(Start, importlib.import_module(module).start)(given)

    return start
