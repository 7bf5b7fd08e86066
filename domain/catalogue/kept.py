"""What a party keeps of the goods that it has or had: their names go with it when it is no longer authorised for them.

Written by the server when goods first come to a party, whether anybody limits them or not: so that a grant taken away
writes nothing, a new PC has the names too, and both sides agree by the usual sums.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.catalogue import queries, queries_kept
from domain.catalogue.model import kept_goods
from domain.kernel.context import ApplyContext
from domain.kernel.ids import HQ_PARTY_ID, stable_id


def kept_id(party_id: str, product_id: str) -> str:
    """The row of a party and a product."""
    return stable_id("kept goods", party_id, product_id)


def keep(ctx: ApplyContext, pairs: Collection[tuple[str, str]]) -> None:
    """(party, product): goods came to a party that had none of them (server only).

    Headquarters sees every product, and a shop's own is its own.
    """
    wanted = {kept_id(*pair): pair for pair in pairs if pair[0] != HQ_PARTY_ID}
    for known in queries_kept.known_ids(ctx.rows.connection, wanted) if wanted else ():
        del wanted[known]
    if not wanted:
        return
    ids = sorted({product_id for _, product_id in wanted.values()})
    products = queries.products_by_ids(ctx.rows.connection, ids)
    bars = queries_kept.barcodes_to_keep(ctx.rows.connection, ids)
    # Two commands may be the first at the same time: the second then counts, and writes nothing over.
    ctx.rows.count(
        kept_goods,
        [
            {
                "id": row_id,
                "party_id": party_id,
                "product_id": product_id,
                **{name: products[product_id][name] for name in queries_kept.OF_PRODUCT},
                "barcode": bars.get(product_id, ""),
                "told": 1,
            }
            for row_id, (party_id, product_id) in wanted.items()
            if product_id in products and products[product_id]["party_id"] is None
        ],
        ("told",),
    )


def follow(ctx: ApplyContext, product_ids: Collection[str]) -> None:
    """What parties keep of these products is what the products say now; nothing happens on a counter."""
    if ctx.rows.authority and product_ids:
        for row_id, fields in queries_kept.outdated(ctx.rows.connection, product_ids):
            ctx.rows.update(kept_goods, row_id, **fields)
