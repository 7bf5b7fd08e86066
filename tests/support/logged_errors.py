"""A logged error fails the test that caused it, unless the test says that it expects one.

The idea is qutebrowser's: an error that only reaches a log is an error nobody sees.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


class ErrorCollector(logging.Handler):
    """Keeps every record of level ERROR and above.

    Attributes:
        records: what was logged, in order.
        expected: set by a test that looks at the records itself.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []
        self.expected = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remembers the record."""
        self.records.append(record)

    def complaint(self) -> str | None:
        """What to fail the test with, or None when nothing unexpected was logged."""
        if self.expected or not self.records:
            return None
        return "errors were logged: " + "; ".join(f"{each.name}: {each.getMessage()}" for each in self.records)


@pytest.fixture(autouse=True)
def error_collector() -> Iterator[ErrorCollector]:
    """Watches the root logger during each test."""
    collector = ErrorCollector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield collector
    root.removeHandler(collector)
    complaint = collector.complaint()
    if complaint:
        pytest.fail(complaint, pytrace=False)


@pytest.fixture
def expected_errors(error_collector: ErrorCollector) -> list[logging.LogRecord]:
    """For a test that provokes an error: the records so far, for the test to check."""
    error_collector.expected = True
    return error_collector.records
