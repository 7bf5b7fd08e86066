"""Tables of orders: one document for retail sales, returns and replenishment, with payment and delivery apart."""

from __future__ import annotations

from sqlalchemy import Index

from domain.kernel.channels import Inherit, Rule, blanked, nothing
from domain.kernel.tables import History, flag, ref, synced, text, whole
from domain.orders.states import OPEN

RETAIL, UNPAID = frozenset({"retail"}), frozenset({"unpaid", "part"})
"""What consumers still owe keeps their orders open."""
SELLER_SIDE = frozenset({"party", "hq"})

orders = synced(
    "orders",
    text("number"),
    text("kind"),
    ref("seller_id"),
    ref("buyer_id", nullable=True),
    ref("customer_id", nullable=True, index=True),
    text("state"),
    text("payment_state", default="unpaid"),
    text("delivery_state", default="none"),
    text("currency", default="CNY"),
    whole("total"),
    whole("tax_total"),
    whole("line_count"),
    whole("units"),
    text("business_date"),
    whole("ordered_at"),
    whole("home"),
    text("person_name"),
    text("channel"),
    text("country"),
    text("note"),
    ref("place_id", nullable=True),
    ref("shift_id", nullable=True),
    ref("original_id", nullable=True, index=True),
    whole("discount"),
    whole("rounding"),
    whole("returned"),
    text("reason"),
    text("wanted_on"),
    whole("deposit"),
    flag("ready"),
    Index("ix_orders_seller", "seller_id", "ordered_at"),
    Index("ix_orders_buyer", "buyer_id", "ordered_at"),
    Index("ix_orders_at", "ordered_at", "id"),
    Index("ix_orders_number", "number"),
    rules=[Rule("party", "seller_id"), Rule("party", "buyer_id"), Rule("down", "seller_id", "down"), Rule("hq")],
    masks={"down": {"customer_id": nothing, "note": blanked, "person_name": blanked, "reason": blanked}},
    history=History("business_date", [{"state": OPEN}, {"kind": RETAIL, "payment_state": UNPAID}]),
)
"""``kind``: retail, return, replenishment, booking (a customer's, to be fetched later), charge (imported adjustments).
``total`` in minor units, tax included; negative for a return. ``discount`` was given on the whole order and is
apportioned to the lines (``share``); ``rounding`` is the bill's own line: total = sum of the lines + rounding.
``returned``: how much of the total was given back; ``original_id``: what a return gives back. ``deposit``: what was
paid ahead, on a booking when it was taken, on a sale what its booking brought; ``wanted_on``: the day for which a
customer wants the goods, empty for none; ``ready``: all that a customer ordered lies here for him (projected)."""

order_line = synced(
    "order_line",
    ref("order_id", index=True),
    whole("line_no"),
    text("kind", default="sale"),
    ref("product_id", index=True),
    text("product_code"),
    text("product_name"),
    text("unit"),
    whole("factor", default=1000),
    whole("quantity"),
    whole("unit_price"),
    whole("discount"),
    whole("amount"),
    whole("tax_rate_bp"),
    whole("tax"),
    text("lot"),
    text("trace"),
    whole("allocated"),
    whole("shipped"),
    whole("received"),
    whole("share"),
    whole("returned"),
    whole("returned_amount"),
    ref("original_line_id", nullable=True),
    text("reason"),
    text("note"),
    inherit=Inherit("orders", "order_id"),
    masks={"down": {"trace": blanked, "reason": blanked, "note": blanked}},
)
"""``kind``: sale, return, free, charge. ``trace`` says in data how the price came about. ``unit_price`` is that of one
``unit``, in which are ``factor`` of the ``quantity``, which counts thousandths of the product's own unit. amount =
quantity ÷ factor × unit_price (or what a scale's label in the trace says, :mod:`domain.orders.labels`) − discount −
share. ``returned`` and ``returned_amount``: what came back of it."""

order_transition = synced(
    "order_transition",
    ref("order_id", index=True),
    text("from_state"),
    text("to_state"),
    text("person_name"),
    text("reason"),
    whole("at"),
    inherit=Inherit("orders", "order_id", SELLER_SIDE),
)
"""Every change of state: who, when, from, to, why."""

payment = synced(
    "payment",
    ref("order_id", index=True),
    text("method"),
    whole("amount"),
    whole("tendered"),
    whole("at"),
    inherit=Inherit("orders", "order_id", SELLER_SIDE),
)
"""Money taken for an order; ``tendered`` less ``amount`` was given back as change."""

shipment = synced(
    "shipment",
    ref("order_id", index=True),
    text("number"),
    ref("seller_id"),
    ref("buyer_id"),
    text("carrier"),
    text("tracking"),
    text("state", default="shipped"),
    whole("line_count"),
    whole("units"),
    whole("shipped_at"),
    whole("received_at"),
    text("person_name"),
    Index("ix_shipment_buyer", "buyer_id", "state"),
    rules=[Rule("party", "seller_id"), Rule("party", "buyer_id"), Rule("hq")],
    history=History("shipped_at", [{"state": frozenset({"shipped"})}]),
)

shipment_line = synced(
    "shipment_line",
    ref("shipment_id", index=True),
    ref("order_line_id"),
    whole("line_no"),
    ref("product_id"),
    text("product_code"),
    text("product_name"),
    text("unit"),
    whole("factor", default=1000),
    text("lot"),
    text("expires_on", nullable=True),
    whole("quantity"),
    whole("received"),
    text("serials"),
    inherit=Inherit("shipment", "shipment_id"),
)
"""``serials`` of the pieces that were sent, a JSON list, empty where none were said: who receives them cannot see the
sender's moves."""

claim = synced(
    "claim",
    ref("shipment_id", index=True),
    ref("product_id"),
    text("kind"),
    whole("quantity"),
    text("serials"),
    text("status", default="open"),
    whole("at"),
    inherit=Inherit("shipment", "shipment_id"),
)
"""Short, over or damaged goods of a receipt, against the shipment; their serials where they were compared."""
