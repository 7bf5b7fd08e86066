"""``audit``."""

from __future__ import annotations

import argparse
from typing import Any

import i18n
from server_stub.audit.service import audit
from server_stub.console.answer import Answer, office


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    check = commands.add_parser("audit", parents=[common], help=i18n.tr("cli.server.audit"))
    check.set_defaults(run=run_audit)


def run_audit(given: argparse.Namespace) -> Answer:
    """Compare what must agree; exit 1 when one thing differs."""
    with office(given) as at:
        checks = audit(at.db)
    ok = all(check.ok for check in checks)
    data = {
        "ok": ok,
        "checks": [
            {"name": check.name, "ok": check.ok, "compared": check.compared, "different": check.different}
            for check in checks
        ],
    }
    lines = [f"{'+' if check.ok else '!'} {check.name}: {check.compared} / {check.different}" for check in checks]
    return Answer(data, "\n".join(lines), 0 if ok else 1)
