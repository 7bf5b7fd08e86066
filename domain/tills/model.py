"""Tables of the till. An entry is written once and never changed; a closed shift never changes again."""

from __future__ import annotations

from sqlalchemy import Index

from domain.kernel.channels import Inherit, Rule
from domain.kernel.tables import History, flag, ref, synced, text, whole

shift = synced(
    "shift",
    text("number"),
    ref("party_id"),
    text("device_id"),
    ref("person_id"),
    text("person_name"),
    whole("home"),
    text("currency", default="CNY"),
    text("state", default="open"),
    text("business_date"),
    whole("opened_at"),
    whole("float_amount"),
    whole("closed_at"),
    text("closed_by"),
    whole("expected"),
    whole("counted"),
    whole("variance"),
    text("reason"),
    text("report"),
    Index("ix_shift_device", "device_id", "state"),
    Index("ix_shift_party", "party_id", "opened_at"),
    rules=[Rule("party", "party_id"), Rule("hq")],
    history=History("business_date", [{"state": frozenset({"open"})}]),
)
"""One person's time at one till. ``state``: open, closed. Amounts in minor units; ``variance`` = counted − expected.
``report`` is the Z report as it was sealed (JSON of :class:`domain.tills.commands.Total`)."""

till_entry = synced(
    "till_entry",
    ref("shift_id", index=True),
    text("kind"),
    text("method", default="cash"),
    whole("amount"),
    ref("document_id", nullable=True),
    text("number"),
    text("reason"),
    text("person_name"),
    text("approver_name"),
    whole("at"),
    inherit=Inherit("shift", "shift_id"),
)
"""Money that came (+) or went (−) during a shift. ``kind``: sale, return, void, credit (paid on account), deposit
(taken ahead, or given back), kept (a deposit that stays with the shop), in, out, no_sale (the drawer opened without a
document; amount 0). ``method`` deposit: paid ahead, so nothing came into the drawer now."""

CLERK_DISCOUNT_BP, RETURN_LIMIT, CASH_OUT_LIMIT = 1_000, 50_000, 50_000
DEPOSIT_BP = 3_000

till_policy = synced(
    "till_policy",
    ref("party_id"),
    whole("clerk_discount_bp", default=CLERK_DISCOUNT_BP),
    whole("return_limit", default=RETURN_LIMIT),
    whole("cash_out_limit", default=CASH_OUT_LIMIT),
    flag("no_sale_approved"),
    flag("shift_required"),
    text("rounding"),
    text("expired_sale", default="approved"),
    text("set_by"),
    whole("set_at"),
    whole("deposit_bp", default=DEPOSIT_BP),
    rules=[Rule("party", "party_id"), Rule("hq")],
)
"""What a dealer's owner lets the till do, one row with the dealer's id. ``clerk_discount_bp``: how far below the list a
clerk may go by himself (basis points); above ``return_limit`` and ``cash_out_limit`` (minor units) a second person
agrees, and with ``no_sale_approved`` also before the drawer opens for nothing; ``shift_required``: no sale without an
open shift; ``rounding`` of a bill paid in cash: empty, fen, jiao or jiao_half; ``expired_sale``: whether goods past
their last day are sold when a second person agrees (``approved``) or not at all (``never``). ``set_by`` and ``set_at``
say who chose it and when (ms, 0 for nobody yet); every choice before stays in the chain of commands. ``deposit_bp``:
which part of what a customer orders is usually paid ahead (basis points)."""
