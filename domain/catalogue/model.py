"""Tables of the catalogue."""

from __future__ import annotations

from sqlalchemy import Index

from domain.kernel.channels import Inherit, Rule
from domain.kernel.tables import flag, partial_index, ref, synced, text, whole

goods_range = synced(
    "goods_range",
    text("name"),
    text("grants", default="[]"),
    whole("created_at"),
    rules=[Rule("hq")],
    merged=True,
)
"""Goods that only some dealers may sell. ``grants`` is JSON, see :mod:`domain.catalogue.ranges`: who may. Goods without
a range are for everyone. A dealer subscribes to the channels of the ranges that are granted to it, so a grant given or
taken moves no row, and a product that is put into a range moves itself and its bar codes."""

OWNED = [
    Rule("range", "range_id", unless="party_id"),
    Rule("party", "party_id"),
    Rule("down", "party_id"),
    Rule("hq", when="party_id"),
]
"""What a shop made itself is its own, its uplines' and headquarters' to see."""

category = synced(
    "category",
    text("code"),
    text("name"),
    ref("parent_id", nullable=True),
    ref("range_id", nullable=True),
    rules=[Rule("everyone")],
)
"""``range_id``: what new products of the category begin in."""

product = synced(
    "product",
    text("code"),
    text("name"),
    text("spec"),
    text("unit"),
    ref("category_id", nullable=True, index=True),
    whole("tax_rate_bp"),
    text("status", default="listed"),
    flag("stocked", default=1),
    flag("by_lot"),
    flag("by_expiry"),
    flag("by_serial"),
    text("pinyin"),
    text("initials"),
    whole("created_at"),
    ref("range_id", nullable=True, index=True),
    ref("party_id", nullable=True),
    ref("merged_into", nullable=True),
    whole("own_price", nullable=True, default=None),
    Index("ix_product_code", "code"),
    partial_index("ix_product_own", "party_id", where="party_id IS NOT NULL"),
    rules=OWNED,
    merged=True,
)
"""``pinyin`` and ``initials`` hold every reading; the first word of ``pinyin`` is the chain of readings per character,
whole spellings follow. The server makes them, counters only search. ``by_lot``, ``by_expiry``, ``by_serial``: what is
asked of its goods when they come in and leave; who asks for the expiry asks for the lot.

``party_id`` names the shop whose own product this is, made at its counter, None for the network's; ``merged_into`` the
product of the network that it turned out to be; ``own_price`` in 1/10000 holds in retail while no list has a price."""

barcode = synced(
    "barcode",
    ref("product_id", index=True),
    text("code"),
    text("unit"),
    whole("factor", default=1000),
    ref("range_id", nullable=True, index=True),
    ref("party_id", nullable=True),
    Index("ix_barcode_code", "code"),
    rules=OWNED,
)
"""A code on a pack: ``factor`` thousandths of the product's unit are in it, so 24000 for a case of 24.
``range_id`` is its product's."""

kept_goods = synced(
    "kept_goods",
    ref("party_id"),
    ref("product_id", index=True),
    text("code"),
    text("name"),
    text("spec"),
    text("unit"),
    text("barcode"),
    whole("tax_rate_bp"),
    flag("stocked", default=1),
    flag("by_lot"),
    flag("by_expiry"),
    flag("by_serial"),
    whole("told"),
    rules=[Rule("party", "party_id")],
    projected=True,
)
"""Goods that a party has or had, under their own name, for the day on which it may no longer see their product
(:mod:`domain.catalogue.kept`). ``barcode`` is on one piece; ``told`` counts commands that were the first to say so."""

price_list = synced(
    "price_list",
    text("code"),
    text("name"),
    text("usage", default="retail"),
    text("scope", default="base"),
    text("scope_value"),
    text("currency", default="CNY"),
    flag("tax_included", default=1),
    text("status", default="active"),
    rules=[Rule("price_list", "id"), Rule("hq")],
)
"""``usage`` is retail (to consumers) or trade (to dealers); ``scope`` is base, tier, grade or dealer, and
``scope_value`` names which: ``2``, ``gold``, a party id. More specific wins."""

price = synced(
    "price",
    ref("price_list_id", index=True),
    ref("product_id"),
    whole("price"),
    whole("min_quantity"),
    text("unit"),
    text("valid_from"),
    text("valid_to", nullable=True),
    whole("set_at"),
    Index("ix_price_product", "product_id", "price_list_id"),
    inherit=Inherit("price_list", "price_list_id"),
)
"""A price in 1/10000 for one ``unit`` of the product (empty: its own), valid [from, to) by business date, for
quantities of at least ``min_quantity`` thousandths of the product's own unit; of several that fit, the latest
``valid_from``, then the latest ``set_at`` holds. A pack without a price of its own costs its factor times the own
unit's."""
