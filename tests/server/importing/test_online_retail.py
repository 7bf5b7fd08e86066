"""The customer's wholesaler, whole: what is reported afterwards is what the file says."""

from __future__ import annotations

import gzip
import itertools
from collections import Counter
from pathlib import Path

import pytest

from server_stub.importing.result import ImportResult
from tests.server.importing.desk import Desk, desk_at
from tests.server.importing.retail import expected, opened, write_made
from tests.support.data import find_data

KEYS = ("month", "day", "product", "customer", "country")
MADE_LINES = 20_000
SLICE = 12_000


@pytest.fixture(scope="session")
def retail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real file, or a made one of its shape where it is absent."""
    real = find_data("online_retail/online_retail.csv.gz")
    return real or write_made(tmp_path_factory.mktemp("retail") / "made.csv.gz", MADE_LINES)


@pytest.fixture(scope="session")
def beginning(retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file's first lines, ending in the middle of a document."""
    path = tmp_path_factory.mktemp("retail") / "beginning.csv"
    with gzip.open(retail, "rt", encoding="utf-8", newline="") as text:
        path.write_text("".join(itertools.islice(text, SLICE + 1)), encoding="utf-8", newline="")
    return path


def strict_rules(path: Path) -> Counter[str]:
    """How many lines each strict rule refuses, by the rules as issue 2 words them."""
    return Counter(rule for row in opened(path) if (rule := _first_rule(row)))


def _first_rule(row: dict[str, str]) -> str:
    number, quantity, price = row["InvoiceNo"], int(row["Quantity"]), float(row["UnitPrice"])
    code, cancelled = row["StockCode"].strip().upper(), row["InvoiceNo"].startswith("C")
    digits = number.removeprefix("C")
    letters = code[5:]
    rules = {
        "bad_invoice_number": not (len(digits) == 6 and digits.isdigit()),
        "negative_price": price < 0,
        "negative_quantity_without_cancellation": quantity < 0 and not cancelled,
        "positive_quantity_on_cancellation": quantity > 0 and cancelled,
        "missing_description": not row["Description"].strip(),
        "zero_price": price == 0,
        "service_code": not (code[:5].isdigit() and len(code[:5]) == 5 and len(letters) <= 2)
        or bool(letters and not letters.isalpha()),
        "missing_customer": not row["CustomerID"],
    }
    return next((rule for rule, fits in rules.items() if fits), "")


def check_reports(desk: Desk, path: Path) -> None:
    """Every report says what the file says."""
    told = expected(path)
    for by in KEYS:
        report = desk.sales(by)
        rows = {row.pop("key"): row for row in report.pop("rows")}
        assert rows == told[by], by
        assert report == told["whole"][""], by


def done(result: ImportResult) -> tuple[int, int, int, int]:
    return result.rows, result.imported, result.duplicates, result.rejected


@pytest.mark.timeout(900)
def test_whole_file_is_reported_as_it_stands(sqlite_database: str, tmp_path: Path, retail: Path) -> None:
    rows = sum(1 for _ in opened(retail))
    with desk_at(sqlite_database, tmp_path) as desk:
        assert done(desk.take("sales", retail)) == (rows, rows, 0, 0)
        check_reports(desk, retail)
        assert desk.differences() == []
        # Looked at, not imported: what would happen is that every line is known, or breaks a rule.
        strict = desk.take("sales", retail, strict=True, dry_run=True)
        assert strict.by_rule == strict_rules(retail)
        assert done(strict) == (rows, 0, rows - strict.rejected, strict.rejected)


def test_slice_is_reported_as_it_stands(desk: Desk, beginning: Path) -> None:
    assert desk.take("sales", beginning).imported == min(SLICE, sum(1 for _ in opened(beginning)))
    check_reports(desk, beginning)
    assert desk.differences() == []


def test_second_run_imports_nothing(desk: Desk, beginning: Path) -> None:
    first = desk.take("sales", beginning)
    before = desk.sales("product")
    assert done(desk.take("sales", beginning)) == (first.rows, 0, first.rows, 0)
    assert desk.sales("product") == before


def test_longer_file_adds_only_what_is_new(desk: Desk, beginning: Path, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.csv"
    cut = 7_001
    with beginning.open(encoding="utf-8", newline="") as text:
        shorter.write_text("".join(itertools.islice(text, cut + 1)), encoding="utf-8", newline="")
    assert desk.take("sales", shorter).imported == cut
    whole = desk.take("sales", beginning)
    assert (whole.imported, whole.duplicates) == (whole.rows - cut, cut)
    check_reports(desk, beginning)
    assert desk.differences() == []


def test_strict_takes_the_rest(desk: Desk, beginning: Path) -> None:
    result = desk.take("sales", beginning, strict=True)
    assert result.by_rule == strict_rules(beginning)
    assert result.imported == result.rows - result.rejected
    assert len(desk.refused()) == result.rejected
