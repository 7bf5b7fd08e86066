"""Tables of customers."""

from __future__ import annotations

from sqlalchemy import Index

from domain.kernel.channels import Rule, middle_hidden, nothing
from domain.kernel.tables import ref, synced, text, whole

customer = synced(
    "customer",
    ref("party_id"),
    text("code"),
    text("name"),
    text("phone"),
    text("grade"),
    text("note"),
    text("pinyin"),
    text("initials"),
    text("status", default="active"),
    text("consent"),
    whole("created_at"),
    whole("credit_limit"),
    Index("ix_customer_party", "party_id", "name"),
    Index("ix_customer_phone", "party_id", "phone"),
    rules=[Rule("party", "party_id"), Rule("hq", mask="hq")],
    masks={
        "hq": {
            "name": middle_hidden("name"),
            "phone": middle_hidden("phone"),
            "note": nothing,
            "pinyin": nothing,
            "initials": nothing,
        }
    },
    personal=True,
    merged=True,
)
"""A dealer's own customer; no other dealer sees it, headquarters sees it masked (FEATURES 68)."""

account_entry = synced(
    "account_entry",
    ref("customer_id", index=True),
    ref("party_id"),
    text("kind"),
    whole("amount"),
    text("method"),
    ref("document_id", nullable=True),
    text("number"),
    ref("shift_id", nullable=True),
    text("person_name"),
    whole("at"),
    rules=[Rule("party", "party_id"), Rule("hq")],
)
"""A customer's account with its dealer: + what he owes, − what he paid, in minor units; below zero in all it is a
deposit. Never trimmed: the balance is the sum. ``kind``: sale, return, void, payment."""
