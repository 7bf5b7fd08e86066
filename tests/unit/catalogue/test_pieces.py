"""How many pieces stand on a bill: what is weighed or measured is one a line."""

from __future__ import annotations

import pytest

from domain.catalogue.weighed import pieces_of


@pytest.mark.parametrize(
    ("quantity", "unit", "pieces"),
    [
        (2_000, "\u74f6", 2_000),
        (24_000, "\u7bb1", 24_000),
        (2_000, "kg", 1_000),
        (1_568, "KG", 1_000),
        (500, "\u65a4", 1_000),
        (1_500, "\u7c73", 1_000),
        (0, "kg", 0),
    ],
)
def test_pieces(quantity: int, unit: str, pieces: int) -> None:
    assert pieces_of(quantity, unit) == pieces
