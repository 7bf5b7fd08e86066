"""The commands of a person at a prompt: their grammar, and how one is run, here or by the window that is open."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import i18n
from desktop.app.console import documents, goods, launch, upkeep
from desktop.app.console.answer import Answer
from desktop.app.profile import Profile
from desktop.app.retirement import Retirement, retired, words_of
from desktop.platform.instance import Instance
from desktop.platform.paths import home_paths
from domain import registry
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


def run(words: Sequence[str]) -> int:
    """Run one command; returns the exit code."""
    gc.enable()
    registry.commands()
    given = parser().parse_args(words)
    try:
        if hasattr(given, "start"):
            code: int = given.start(given)
            return code
        told = _run(words, given)
    except DomainError as error:
        told = _refused(error)
    return _tell(told, given.json)


def _run(words: Sequence[str], given: argparse.Namespace) -> dict[str, Any]:
    """Here, or by the window that holds the profile."""
    password = upkeep.read_password() if getattr(given, "password_stdin", False) else ""
    paths = home_paths()
    instance = Instance(paths.home)
    answer = instance.acquire_or_forward({"words": list(words), "password": password})
    if answer is not None:
        return answer
    profile = Profile(paths, SystemClock(), os.environ)
    try:
        given.password = password
        gone = retired(profile)
        if gone is not None and getattr(given, "needs_session", True):
            return {"code": 1, "data": None, "text": "", "error": words_of(gone)}
        told = execute(profile, given)
        return {**told, "error": _retire(profile, told["error"])} if getattr(given, "revoked", False) else told
    finally:
        profile.close()
        instance.release()


def _retire(profile: Profile, otherwise: str) -> str:
    """The server has shut this PC out: seal, hand in, wipe; what to say. Not before the server has proved it."""
    retirement = Retirement(profile)
    try:
        told = retirement.prepare()
    except DomainError as error:
        return i18n.message(error.code, error.params)
    if told is None:
        return otherwise
    retirement.finish(told)
    return words_of(told)


def execute(profile: Profile, given: argparse.Namespace) -> dict[str, Any]:
    """Run a parsed command on an open profile; the window calls it for commands that were handed over."""
    try:
        if getattr(given, "needs_session", True):
            profile.require_session()
            if not getattr(given, "goes_on", False):
                profile.require_lease()
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
        sys.stderr.write(told["error"] + "\n")
    if as_json and told["data"] is not None:
        sys.stdout.write(json.dumps(told["data"], ensure_ascii=False) + "\n")
    elif told["text"]:
        sys.stdout.write(told["text"] + "\n")
    return int(told["code"])
