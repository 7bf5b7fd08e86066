"""What an import did, the list of rows it refused, and both in words."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import i18n
from server_stub.importing.reader import Reject

FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?[0-9.,]+")


@dataclass(slots=True)
class ImportResult:
    """Counts of one run: rows = imported + duplicates + rejected.

    Attributes:
        rows: rows of the file without its header.
        imported: had their effect now (in a dry run: would have).
        duplicates: had it in an earlier run.
        by_rule: how many rows were refused, by rule; rules that refused none are missing.
        report: the file that lists every refused row.
        seconds: how long it took.
    """

    rows: int = 0
    imported: int = 0
    duplicates: int = 0
    rejected: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    report: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, with exactly the keys that issue 2 names."""
        return {
            "rows": self.rows,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "by_rule": dict(sorted(self.by_rule.items())),
            "report": self.report,
            "seconds": round(self.seconds, 3),
        }

    def told(self) -> str:
        """The same in words, a line for each rule that refused rows."""
        lines = [
            i18n.tr(
                "importing.done",
                rows=self.rows,
                imported=self.imported,
                duplicates=self.duplicates,
                rejected=self.rejected,
                seconds=f"{self.seconds:.1f}",
            )
        ]
        lines += [f"{i18n.tr(f'importing.rule.{rule}')}: {count}" for rule, count in sorted(self.by_rule.items())]
        if self.rejected:
            lines.append(i18n.tr("importing.report", path=self.report))
        return "\n".join(lines)


class RejectReport:
    """The list of refused rows as a CSV file: file, row, column, value, rule. It is there even when it lists none.

    A spreadsheet takes a value that begins like a formula for one; such a value is written behind an apostrophe.
    """

    def __init__(self, path: Path, source: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(("file", "row", "column", "value", "rule"))
        self._source = str(source)

    def add(self, reject: Reject) -> None:
        """List one row."""
        value = reject.value
        if FORMULA.match(value) and not NUMBER.fullmatch(value):
            value = f"'{value}"
        self._writer.writerow((self._source, reject.row, reject.column, value, reject.rule))

    def close(self) -> None:
        """Write what is still in memory."""
        self._file.close()
