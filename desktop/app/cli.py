"""The client's entry point. Its commands, JSON and exit codes are stable: 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import i18n
from desktop.app import launch
from desktop.app.console import documents, goods, upkeep
from desktop.app.console.answer import Answer
from desktop.app.profile import Profile
from desktop.platform.instance import Instance
from desktop.platform.paths import home_paths
from domain import registry
from domain.kernel import faults
from domain.kernel.clock import SystemClock
from domain.kernel.errors import DomainError

ROOMS = (documents, goods, upkeep)


def parser() -> argparse.ArgumentParser:
    """The whole grammar; ``--json`` may stand before or behind the subcommand."""
    top = argparse.ArgumentParser(prog="dealerdesk", description=i18n.tr("cli.client.about"))
    top.add_argument("--json", action="store_true", help=i18n.tr("cli.json"))
    behind = argparse.ArgumentParser(add_help=False)
    behind.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=i18n.tr("cli.json"))
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    launch.add_commands(commands, behind)
    for room in ROOMS:
        room.add_commands(commands, behind)
    return top


def language_of(environment: Mapping[str, str]) -> str:
    """``DEALERDESK_LANGUAGE``, else English where the system says so, else Chinese."""
    chosen = environment.get("DEALERDESK_LANGUAGE") or environment.get("LANG", "")
    return "en" if chosen.lower().startswith("en") else "zh_CN"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    i18n.set_language(language_of(os.environ))
    faults.arm(os.environ.get("DEALERDESK_FAULT"))
    registry.commands()
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = parser().parse_args(words)
    try:
        if hasattr(given, "start"):
            code: int = given.start(given)
            return code
        told = _run(words, given)
    except DomainError as error:
        told = _refused(error)
    return _tell(told, given.json)


def _run(words: list[str], given: argparse.Namespace) -> dict[str, Any]:
    """Here, or by the window that holds the profile."""
    password = upkeep.read_password() if getattr(given, "password_stdin", False) else ""
    paths = home_paths()
    instance = Instance(paths.home)
    answer = instance.acquire_or_forward({"words": words, "password": password})
    if answer is not None:
        return answer
    profile = Profile(paths, SystemClock(), os.environ)
    try:
        given.password = password
        return execute(profile, given)
    finally:
        profile.close()
        instance.release()


def execute(profile: Profile, given: argparse.Namespace) -> dict[str, Any]:
    """Run a parsed command on an open profile; the window calls it for commands that were handed over."""
    try:
        if getattr(given, "needs_session", True):
            profile.require_session()
        answer: Answer = given.run(profile, given)
    except DomainError as error:
        return _refused(error)
    return {"code": answer.code, "data": answer.data, "text": answer.text, "error": answer.error}


def _refused(error: DomainError) -> dict[str, Any]:
    words = i18n.message(error.code, error.params)
    if error.code not in words:
        words = f"{words} [{error.code}]"
    return {"code": 1, "data": None, "text": "", "error": words}


def _tell(told: dict[str, Any], as_json: bool) -> int:
    if told["error"]:
        print(told["error"], file=sys.stderr)
    if as_json and told["data"] is not None:
        print(json.dumps(told["data"], ensure_ascii=False))
    elif told["text"]:
        print(told["text"])
    return int(told["code"])


if __name__ == "__main__":
    sys.exit(main())
