"""What the server makes of pieces that moved: contradictions become exceptions, and end with what puts them right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from domain.catalogue.model import product
from domain.kernel import queries_exceptions as exceptions
from domain.kernel.context import ApplyContext
from domain.kernel.telling import put_right
from domain.parties.model import party
from domain.stock import queries_lots as lots
from domain.stock.rules import Move, followed
from domain.stock.tracks import SOLD_TWICE, WRONG, Step, track_of


def watch_pieces(
    ctx: ApplyContext, moves: Sequence[Move], document_id: str, party_id: str, codes: Sequence[str] = ()
) -> None:
    """After the moves of a document were written: what of *codes* holds of a piece of it, the first one, is an
    exception on the document; exceptions of others that no longer hold are resolved by it (server only)."""
    by_product: dict[str, set[str]] = {}
    for move in followed(ctx, [move for move in moves if move.serial]):
        by_product.setdefault(move.product_id, set()).add(move.serial)
    if not by_product:
        return
    # Two documents about one piece at the same time: the second one waits here until the first can be seen.
    ctx.rows.lock(product, sorted(by_product))
    for product_id, serials in sorted(by_product.items()):
        steps = lots.steps_of(ctx.rows.connection, product_id, serials)
        _resolve(ctx, product_id, steps, document_id)
        for serial in sorted(serials):
            _flag(ctx, product_id, serial, steps.get(serial, ()), document_id, party_id, codes)


def _flag(
    ctx: ApplyContext,
    product_id: str,
    serial: str,
    steps: Collection[Step],
    document_id: str,
    party_id: str,
    codes: Sequence[str],
) -> None:
    track = track_of(steps, party_id)
    code = next((one for one in codes if WRONG[one](track)), None)
    if code is None:
        return
    row = ctx.rows.get(product, product_id)
    said = {"code": row["code"] if row else "", "serial": serial, "product_id": product_id}
    owner = ctx.rows.get(party, party_id) if code == SOLD_TWICE else None
    # Another dealer may have sold the same piece: whoever stands above both is told.
    ctx.flag_upwards(code, document_id, party_id, owner["parent_id"] if owner else None, **said)


def _resolve(ctx: ApplyContext, product_id: str, steps: Mapping[str, Collection[Step]], document_id: str) -> None:
    whose = lots.parties_of(ctx.rows.connection, product_id, steps)
    for row in exceptions.open_with(ctx.rows.connection, whose, WRONG):
        said = msgspec.json.decode(row["params"], type=dict[str, Any])
        serial = str(said.get("serial"))
        mine = said.get("product_id") == product_id and serial in steps
        if mine and not WRONG[row["code"]](track_of(steps[serial], row["party_id"])):
            put_right(ctx, [row["id"]], document_id)
