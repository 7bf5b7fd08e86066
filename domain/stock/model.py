"""Tables of stock: moves are only ever added; balances are the server's."""

from __future__ import annotations

from sqlalchemy import Index

from domain.kernel.channels import Inherit, Rule
from domain.kernel.tables import History, partial_index, ref, synced, text, whole

OWN = [Rule("party", "party_id"), Rule("hq")]

place = synced(
    "place",
    ref("party_id", index=True),
    text("code"),
    text("name"),
    text("kind", default="warehouse"),
    text("status", default="active"),
    rules=OWN,
)
"""``kind``: warehouse, transit, customer, supplier, scrap, adjustment. Goods are counted in the first two only."""

stock_move = synced(
    "stock_move",
    ref("party_id"),
    ref("counterparty_id", nullable=True),
    whole("home"),
    ref("product_id"),
    text("lot"),
    text("serial"),
    whole("quantity"),
    ref("from_place"),
    ref("to_place"),
    text("reason"),
    ref("source_id", index=True),
    whole("line_no"),
    text("business_date"),
    whole("at"),
    Index("ix_stock_move_party", "party_id", "product_id"),
    partial_index("ix_stock_move_own", "product_id", where="version = 0"),
    partial_index("ix_stock_move_serial", "serial", where="serial <> ''"),
    rules=[Rule("party", "party_id"), Rule("party", "counterparty_id"), Rule("hq")],
    history=History("business_date"),
)
"""*quantity* thousandths of a product from one place to another because of document ``source_id``."""

stock_balance = synced(
    "stock_balance",
    ref("party_id", index=True),
    ref("place_id"),
    ref("product_id"),
    text("lot"),
    whole("quantity"),
    whole("reserved"),
    whole("as_of"),
    Index("ix_stock_balance_product", "product_id", "place_id"),
    rules=OWN,
    projected=True,
)
"""What the server knows to be at a place: the sum of its moves, and what is promised to approved orders."""

lot = synced(
    "lot",
    ref("party_id"),
    ref("product_id"),
    text("code"),
    text("expires_on", nullable=True),
    ref("source_id"),
    whole("at"),
    Index("ix_lot_party", "party_id", "product_id"),
    rules=OWN,
)
"""What a document that brought goods said about their lot; ``expires_on`` is the last day on which they are good. One
row for each time it was said, because two PCs that say it at the same time must not collide: the newest holds."""

stock_document = synced(
    "stock_document",
    ref("party_id"),
    text("number"),
    text("kind"),
    ref("place_id"),
    text("reason"),
    text("note"),
    text("person_name"),
    whole("line_count"),
    whole("units"),
    text("business_date"),
    whole("at"),
    Index("ix_stock_document_party", "party_id", "at"),
    rules=OWN,
    history=History("business_date"),
)
"""``kind``: opening, intake, count, adjustment, issue. Its lines are the moves that name it as source."""

stock_count_line = synced(
    "stock_count_line",
    ref("document_id", index=True),
    ref("product_id"),
    text("lot"),
    whole("counted"),
    whole("book"),
    inherit=Inherit("stock_document", "document_id"),
)
"""What was counted and what the book of that moment said; the difference was posted as a move."""
