"""An office with a database, to which files are handed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from domain import registry
from domain.kernel.channels import Row
from domain.kernel.clock import FixedClock
from domain.orders.queries_goods import KEYS as BUYERS, goods_report
from domain.orders.queries_reports import sales_report
from domain.stock.queries_reports import stock_report
from server_stub.audit.service import audit
from server_stub.bootstrap import server_device
from server_stub.importing.models import import_line
from server_stub.importing.result import ImportResult
from server_stub.importing.runner import ImportJob, run_import
from server_stub.kit.database import Database
from server_stub.sync.device import ServerDevice
from tests.support.data import ROOT

MAPPINGS = ROOT / "resources" / "mappings"
NOW = 1_700_000_000_000


@dataclass
class Desk:
    """The server's own device, and a folder for files."""

    db: Database
    device: ServerDevice
    folder: Path

    def take(self, kind: str, content: str | bytes | Path, mapping: str = "", **options: Any) -> ImportResult:
        """Import a file, given by its path or by what stands in it; *mapping* is the text of one, or a kind's own."""
        file = content if isinstance(content, Path) else self.folder / "file.csv"
        if isinstance(content, str):
            file.write_text(content, encoding="utf-8", newline="")
        elif isinstance(content, bytes):
            file.write_bytes(content)
        described = MAPPINGS / ("online_retail.toml" if kind == "sales" else f"{kind}.toml")
        if mapping:
            described = self.folder / "mapping.toml"
            described.write_text(mapping, encoding="utf-8")
        return run_import(ImportJob(kind, file, described, self.report, **options), self.device)

    @property
    def report(self) -> Path:
        """Where refused rows are listed."""
        return self.folder / "report.csv"

    def refused(self) -> list[tuple[str, str, str, str]]:
        """(row, column, value, rule) of the last run's refused rows."""
        with self.report.open(encoding="utf-8-sig", newline="") as file:
            return [(each["row"], each["column"], each["value"], each["rule"]) for each in csv.DictReader(file)]

    def rows(self, table: Table, *conditions: Any) -> list[Row]:
        """Rows of a table by their ids."""
        with self.db.read() as connection:
            found = connection.execute(select(table).where(*conditions).order_by(table.c.id)).mappings()
            return [dict(row) for row in found]

    def remembered(self) -> list[Row]:
        """Lines that had their effect."""
        with self.db.read() as connection:
            return [dict(row) for row in connection.execute(select(import_line)).mappings()]

    def sales(self, by: str | None = None, **range_: Any) -> dict[str, Any]:
        """The sales report."""
        with self.db.read() as connection:
            return sales_report(connection, by, **range_)

    def stock(self, by: str | None = None, **range_: Any) -> dict[str, Any]:
        """The stock report."""
        with self.db.read() as connection:
            make = goods_report if by in BUYERS else stock_report
            return make(connection, by, **range_)

    def differences(self) -> list[str]:
        """Checks of the audit that found one."""
        return [check.name for check in audit(self.db) if not check.ok]


@contextmanager
def desk_at(url: str, folder: Path) -> Iterator[Desk]:
    """The office at a prepared database."""
    registry.commands()
    db = Database(url)
    try:
        yield Desk(db, server_device(db, FixedClock(NOW)), folder)
    finally:
        db.dispose()
