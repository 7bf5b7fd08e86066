"""Who may sell what, asked of the lines of an order at the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.catalogue import queries as catalogue
from domain.kernel.channels import Row
from domain.kernel.context import ApplyContext
from domain.orders.commands import SoldLine
from domain.parties.rules import party_row

NOT_AUTHORISED = "product_not_authorised"
SELLER_NOT_AUTHORISED = "seller_not_authorised"


def not_authorised(
    ctx: ApplyContext, party_id: str, lines: Sequence[SoldLine], ranges: Mapping[str, str | None]
) -> tuple[Row | None, list[str]]:
    """(the party, codes of the lines' products that it may not sell now); *ranges*: of the products that exist."""
    limited = [line for line in lines if ranges.get(line.product_id)]
    if not limited:
        return None, []
    mine = party_row(ctx, party_id)
    if mine is None:
        return None, []
    sellers = catalogue.sellers(ctx.rows.connection)
    codes = [line.code for line in limited if not sellers.may_sell(ranges[line.product_id], mine)]
    return mine, list(dict.fromkeys(codes))
