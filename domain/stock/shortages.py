"""Goods that left though the records had none: the exception ends by itself once all of them were there after all."""

from __future__ import annotations

from domain.catalogue.queries import merged_into
from domain.kernel import queries_exceptions as exceptions
from domain.kernel.context import ApplyContext
from domain.kernel.telling import put_right
from domain.stock import queries_shortages as shortages

BELOW_ZERO = "stock_below_zero"


def end_shortages(ctx: ApplyContext, party_id: str, product_ids: set[str], document_id: str) -> None:
    """These products of a party were below zero and are not any more, by this document (server only).

    An exception ends when nothing that its document moved is missing: it names one product, and there may be more.
    """
    connection = ctx.rows.connection
    waiting = exceptions.open_with(connection, [party_id], [BELOW_ZERO])
    if not waiting:
        return
    moved = shortages.products_of_documents(connection, {row["document_id"] for row in waiting})
    everything = {product_id for each in moved.values() for product_id in each}
    meanwhile = {product_id: into for product_id, into in merged_into(connection, everything).items() if into}
    missing = shortages.below_zero(connection, party_id, everything | set(meanwhile.values()))
    for row in waiting:
        mine = {meanwhile.get(one, one) for one in moved.get(row["document_id"], ())}
        if mine & product_ids and not mine & missing:
            put_right(ctx, [row["id"]], document_id)
