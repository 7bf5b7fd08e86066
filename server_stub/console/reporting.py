"""``import`` and ``report``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import i18n
from domain.orders.queries_goods import KEYS as BUYERS, goods_report
from domain.orders.queries_reports import sales_report
from domain.stock.queries_reports import stock_report
from server_stub.console.answer import Answer, office
from server_stub.importing.runner import KINDS, ImportJob, Progress, run_import
from server_stub.kit.database import Database

GROUPS = ("month", "product", "customer", "country", "day")
REPORTS = ("sales", "stock")


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    load = commands.add_parser("import", parents=[common], help=i18n.tr("cli.server.import"))
    load.add_argument("kind", choices=sorted(KINDS))
    load.add_argument("file", type=Path)
    load.add_argument("--mapping", type=Path, required=True)
    load.add_argument("--dealer", default="HQ")
    load.add_argument("--dry-run", action="store_true")
    load.add_argument("--strict", action="store_true")
    load.add_argument("--report", type=Path, help=i18n.tr("cli.server.import_report"))
    load.set_defaults(run=run_load)
    report = commands.add_parser("report", help=i18n.tr("cli.server.report")).add_subparsers(dest="what", required=True)
    for what in REPORTS:
        one = report.add_parser(what, parents=[common])
        one.add_argument("--by", choices=GROUPS)
        one.add_argument("--from", dest="start", metavar="DATE")
        one.add_argument("--to", dest="end", metavar="DATE")
        one.set_defaults(run=run_report)


def run_load(given: argparse.Namespace) -> Answer:
    """Import a file; progress goes to standard error."""
    with office(given) as at:
        stamp = f"{given.kind}-{at.clock.now_ms()}.csv"
        job = ImportJob(
            kind=given.kind,
            file=given.file,
            mapping=given.mapping,
            report=given.report or at.settings.folder / "imports" / stamp,
            dealer=given.dealer,
            dry_run=given.dry_run,
            strict=given.strict,
        )
        result = run_import(job, at.device, progress=tell)
    return Answer(result.as_dict(), result.told())


def tell(progress: Progress) -> None:
    """One line about how far the import is."""
    done = i18n.tr("cli.server.import_progress", rows=progress.rows, percent=int(progress.fraction * 100))
    sys.stderr.write(done + "\n")


def run_report(given: argparse.Namespace) -> Answer:
    """Sales or stock, totalled as asked."""
    with office(given) as at:
        data = _report(at.db, given)
    return Answer(data, json.dumps(data, ensure_ascii=False, indent=2))


def _report(db: Database, given: argparse.Namespace) -> dict[str, Any]:
    make: Callable[..., dict[str, Any]]
    if given.what == "sales":
        make = sales_report
    else:
        make = goods_report if given.by in BUYERS else stock_report
    with db.read(stable=True) as connection:
        return make(connection, given.by, given.start, given.end)
