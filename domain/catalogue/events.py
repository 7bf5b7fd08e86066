"""What the catalogue lets other nouns know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProductMerged:
    """What belongs to a shop's own product belongs to one of the network from now on; told on the server only."""

    product_id: str
    into_id: str
