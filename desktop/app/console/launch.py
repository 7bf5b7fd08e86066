"""``app``, ``demo`` and ``screenshots``: the commands that open windows. Qt is imported only when one of them runs."""

from __future__ import annotations

import argparse
from typing import Any

import i18n
from desktop.platform.later import later


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    app = commands.add_parser("app", parents=[common], help=i18n.tr("cli.client.app"))
    app.set_defaults(start=later("desktop.app.window_main", "start"))
    demo = commands.add_parser("demo", parents=[common], help=i18n.tr("cli.client.demo"))
    demo.add_argument("--folder", default="build/demo", help=i18n.tr("cli.client.demo_folder"))
    demo.set_defaults(start=later("desktop.app.demo.play", "start"))
    shots = commands.add_parser("screenshots", parents=[common], help=i18n.tr("cli.client.screenshots"))
    shots.add_argument("folder", nargs="?", default="build/screenshots")
    shots.set_defaults(start=later("desktop.app.screenshots", "start"))
