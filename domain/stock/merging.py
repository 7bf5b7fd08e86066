"""What lies in stock as a shop's own product goes over to the product of the network that it turned out to be."""

from __future__ import annotations

from domain.catalogue.events import ProductMerged
from domain.kernel.context import ApplyContext
from domain.kernel.events import reacts
from domain.parties import queries as parties
from domain.stock import queries
from domain.stock.rules import Move, Spot, project_moves, spot, write_moves

REASON = "merge"


@reacts(ProductMerged)
def bring_over(ctx: ApplyContext, merged: ProductMerged) -> None:
    """Move every balance, also one below zero, out of the one and into the other; earlier moves stay as they were."""
    moves: list[Move] = []
    home = 0
    for row in queries.balances_of(ctx.rows.connection, merged.product_id):
        quantity, owner = int(row["quantity"]), row["party_id"]
        home = int((parties.party_by_id(ctx.rows.connection, owner) or {"home": 0})["home"])
        here, beside = Spot(row["place_id"], owner, counted=True), spot(owner, "adjustment")
        out, back = (here, beside) if quantity > 0 else (beside, here)
        for product_id, origin, target in ((merged.product_id, out, back), (merged.into_id, back, out)):
            moves.append(
                Move(
                    product_id,
                    abs(quantity),
                    origin,
                    target,
                    REASON,
                    merged.product_id,
                    len(moves) + 1,
                    row["lot"],
                    exact=True,
                )
            )
    write_moves(ctx, moves, home, role="merge")
    project_moves(ctx, moves)
