"""The customer's data sets: real figures where they are at hand, made ones where they are not.

They stand in ``DEALERDESK_DATA`` or in ``shared/data`` beside the repository, never in it. A test asks for a file with
:func:`find_data`; when the answer is None it makes a small file of the same shape itself, and the end of the run says
when that happened.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path | None:
    """The folder of the customer's data sets, or None when this machine has none."""
    named = os.environ.get("DEALERDESK_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def find_data(name: str) -> Path | None:
    """The file or folder ``name`` (such as ``northwind/orders.csv``) of the customer's data, or None."""
    folder = data_folder()
    path = folder / name if folder else None
    return path if path and path.exists() else None


@pytest.fixture(scope="session")
def customer_data() -> Path | None:
    """The folder of the customer's data sets, or None: then the test makes a small file of the same shape."""
    return data_folder()


def absence() -> str | None:
    """What to say on the terminal when the run did not see the real data; None when it did."""
    return None if data_folder() else "customer data: absent (set DEALERDESK_DATA), tests used small made files instead"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says so at the end of the run, where quiet runs show it too."""
    said = absence()
    if said:
        terminalreporter.write_line(said)
