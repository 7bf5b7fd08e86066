"""The command line of the server. Its commands, JSON and exit codes are stable: 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

import i18n
from domain.kernel import faults
from domain.kernel.errors import DomainError
from server_stub.console import ledgers, maintenance, network, parked, reporting, serving

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole grammar; the common options may stand before or behind the subcommand."""
    top = argparse.ArgumentParser(prog="dealerdesk-server", description=i18n.tr("cli.server.about"))
    _add_common(top, None)
    behind = argparse.ArgumentParser(add_help=False)
    _add_common(behind, argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for room in (ledgers, serving, network, maintenance, parked, reporting):
        room.add_commands(commands, behind)
    return top


def _add_common(to: argparse.ArgumentParser, default: object) -> None:
    to.add_argument("--database", metavar="URL", default=default, help=i18n.tr("cli.server.database"))
    to.add_argument("--json", action="store_true", default=default, help=i18n.tr("cli.json"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    i18n.set_language(i18n.language_of(os.environ))
    faults.arm(os.environ.get("DEALERDESK_FAULT"))
    given = parser().parse_args(arguments)
    try:
        answer = given.run(given)
    except DomainError as error:
        print(i18n.message(error.code, error.params), f"[{error.code}]", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    if answer is None:
        return 0
    if given.json:
        print(json.dumps(answer.data, ensure_ascii=False))
    elif answer.text:
        print(answer.text)
    return int(answer.code)


if __name__ == "__main__":
    sys.exit(main())
