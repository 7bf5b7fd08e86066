"""Products that a shop makes at the counter, and what headquarters makes of them. Source: issue 4, "Find"."""

from __future__ import annotations

from domain.kernel.commands import (
    FACT,
    REQUEST,
    Code,
    Currency,
    Date,
    Id,
    Name,
    NonNegative,
    Payload,
    Rate,
    Short,
    command,
)
from domain.parties import roles
from domain.parties.rules import at_headquarters, own


@command("catalogue.add_provisional", nature=FACT, roles=roles.ALL, entitled=own("party_id"), goes_on=True)
class AddProvisional(Payload, frozen=True, kw_only=True):
    """Goods are here that no list knows: a product of this shop alone, sold at once; *price* in 1/10000."""

    product_id: Id
    party_id: Id
    code: Code
    name: Name
    unit: Short
    price: NonNegative
    barcode: Code | None = None


@command("catalogue.merge_product", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class MergeProduct(Payload, frozen=True, kw_only=True):
    """A shop's own product is this product of the network: what was and will be done under it belongs there."""

    product_id: Id
    into_id: Id


@command("catalogue.adopt_product", nature=REQUEST, roles=roles.OFFICE, entitled=at_headquarters)
class AdoptProduct(Payload, frozen=True, kw_only=True):
    """A shop's own product becomes one of the network, under its code; *price* is the base price, None for none yet."""

    product_id: Id
    name: Name
    spec: Short = ""
    category_id: Id | None = None
    tax_rate_bp: Rate = 0
    price: NonNegative | None = None
    currency: Currency
    valid_from: Date
