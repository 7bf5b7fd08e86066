"""Tables in memory for the tests of orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.orders.ledger import Ledger, ledger


@pytest.fixture
def books() -> Iterator[Ledger]:
    """A server's tables with headquarters and the dealer D1."""
    with ledger() as made:
        yield made
