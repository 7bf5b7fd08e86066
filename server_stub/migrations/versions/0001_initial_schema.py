"""initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.kernel.tables import IdType

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this version."""
    op.create_table(
        "account_entry",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", IdType(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("document_id", IdType(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("shift_id", IdType(), nullable=True),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_account_entry_customer_id"), "account_entry", ["customer_id"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "device_id", "at"),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"], unique=False)
    op.create_index("ix_alarm_seen", "alarm", ["seen_at"], unique=False)
    op.create_table(
        "attachment_content",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_attachment_content_idle", "attachment_content", ["idle_since"], unique=False)
    op.create_table(
        "attachment_part",
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", "sha256", "number"),
    )
    op.create_table(
        "attachment_piece",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "number"),
    )
    op.create_table(
        "attachment_proof",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "party_id"),
    )
    op.create_index("ix_attachment_proof_party", "attachment_proof", ["party_id"], unique=False)
    op.create_table(
        "attachment_upload",
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", "sha256"),
    )
    op.create_index("ix_attachment_upload_touched", "attachment_upload", ["touched_at"], unique=False)
    op.create_table(
        "barcode",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("range_id", IdType(), nullable=True),
        sa.Column("party_id", IdType(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_barcode_code", "barcode", ["code"], unique=False)
    op.create_index(op.f("ix_barcode_product_id"), "barcode", ["product_id"], unique=False)
    op.create_index(op.f("ix_barcode_range_id"), "barcode", ["range_id"], unique=False)
    op.create_table(
        "category",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", IdType(), nullable=True),
        sa.Column("range_id", IdType(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "chain",
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.Text(), nullable=False),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("first_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch"),
    )
    op.create_table(
        "channel_generation",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "channel_set",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "channel_sum",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "table_name", "month"),
    )
    op.create_table(
        "claim",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_claim_shipment_id"), "claim", ["shipment_id"], unique=False)
    op.create_table(
        "counter",
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "prefix"),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", IdType(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_table(
        "customer",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("credit_limit", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_customer_party", "customer", ["party_id", "name"], unique=False)
    op.create_index("ix_customer_phone", "customer", ["party_id", "phone"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("person_id", IdType(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("party_id", "number", name="uq_device_number"),
        sa.UniqueConstraint("public_key"),
    )
    op.create_table(
        "device_health",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("unsent", sa.BigInteger(), nullable=False),
        sa.Column("oldest_unsent_at", sa.BigInteger(), nullable=False),
        sa.Column("alarms", sa.BigInteger(), nullable=False),
        sa.Column("repairs", sa.BigInteger(), nullable=False),
        sa.Column("revocation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_device_health_party_id"), "device_health", ["party_id"], unique=False)
    op.create_table(
        "device_place",
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("repairs", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id"),
    )
    op.create_table(
        "document_exception",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("command_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("upline_id", IdType(), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_with", IdType(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_document_exception_party_id"), "document_exception", ["party_id"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=True),
        sa.Column("packed", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_envelope_device", "envelope", ["device_id", "epoch", "sequence"], unique=False)
    op.create_index("ix_envelope_state", "envelope", ["state"], unique=False)
    op.create_table(
        "feed_body",
        sa.Column("commit_id", IdType(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("personal", sa.Text(), nullable=True),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("commit_id"),
    )
    op.create_table(
        "feed_commit",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commit_id", IdType(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "feed_past",
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("first"),
    )
    op.create_table(
        "feed_position",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slices", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "sequence"),
    )
    op.create_table(
        "feed_queue", sa.Column("commit_id", IdType(), nullable=False), sa.PrimaryKeyConstraint("commit_id")
    )
    op.create_table(
        "field_clash",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_id", IdType(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("command_id", IdType(), nullable=False),
        sa.Column("stays", sa.Text(), nullable=False),
        sa.Column("stays_by", sa.Text(), nullable=False),
        sa.Column("stays_device", IdType(), nullable=True),
        sa.Column("stays_at", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("other_by", sa.Text(), nullable=False),
        sa.Column("other_device", IdType(), nullable=True),
        sa.Column("other_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_field_clash_command_id"), "field_clash", ["command_id"], unique=False)
    op.create_index(op.f("ix_field_clash_party_id"), "field_clash", ["party_id"], unique=False)
    op.create_index(op.f("ix_field_clash_record_id"), "field_clash", ["record_id"], unique=False)
    op.create_table(
        "goods_range",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "held_command",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("upline_id", IdType(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_held_command_party_id"), "held_command", ["party_id"], unique=False)
    op.create_table(
        "import_line",
        sa.Column("identity", sa.LargeBinary(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identity"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "kept_goods",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("tax_rate_bp", sa.BigInteger(), nullable=False),
        sa.Column("stocked", sa.Integer(), nullable=False),
        sa.Column("by_lot", sa.Integer(), nullable=False),
        sa.Column("by_expiry", sa.Integer(), nullable=False),
        sa.Column("by_serial", sa.Integer(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_kept_goods_product_id"), "kept_goods", ["product_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("source_id", IdType(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_lot_party", "lot", ["party_id", "product_id"], unique=False)
    op.create_table(
        "network_policy",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("lease_days", sa.BigInteger(), nullable=False),
        sa.Column("expired_sale", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "order_attachment",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_order_attachment_order_id"), "order_attachment", ["order_id"], unique=False)
    op.create_index("ix_order_attachment_sha256", "order_attachment", ["sha256"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", IdType(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate_bp", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("returned_amount", sa.BigInteger(), nullable=False),
        sa.Column("original_line_id", IdType(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_line_product_id"), "order_line", ["product_id"], unique=False)
    op.create_table(
        "order_transition",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", IdType(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_order_transition_order_id"), "order_transition", ["order_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seller_id", IdType(), nullable=False),
        sa.Column("buyer_id", IdType(), nullable=True),
        sa.Column("customer_id", IdType(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payment_state", sa.Text(), nullable=False),
        sa.Column("delivery_state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("home", sa.BigInteger(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("place_id", IdType(), nullable=True),
        sa.Column("shift_id", IdType(), nullable=True),
        sa.Column("original_id", IdType(), nullable=True),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("rounding", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Text(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_orders_at", "orders", ["ordered_at", "id"], unique=False)
    op.create_index("ix_orders_buyer", "orders", ["buyer_id", "ordered_at"], unique=False)
    op.create_index(op.f("ix_orders_customer_id"), "orders", ["customer_id"], unique=False)
    op.create_index("ix_orders_number", "orders", ["number"], unique=False)
    op.create_index(op.f("ix_orders_original_id"), "orders", ["original_id"], unique=False)
    op.create_index("ix_orders_seller", "orders", ["seller_id", "ordered_at"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "party",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", IdType(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("home", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("pause_at_zero", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_party_parent_id"), "party", ["parent_id"], unique=False)
    op.create_table(
        "party_move",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("from_id", IdType(), nullable=False),
        sa.Column("to_id", IdType(), nullable=False),
        sa.Column("business_date", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_party_move_party_id"), "party_move", ["party_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", IdType(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("pin_stamp", sa.Text(), nullable=False),
        sa.Column("password_stamp", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_person_party_id"), "person", ["party_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_place_party_id"), "place", ["party_id"], unique=False)
    op.create_table(
        "price",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("price_list_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_price_price_list_id"), "price", ["price_list_id"], unique=False)
    op.create_index("ix_price_product", "price", ["product_id", "price_list_id"], unique=False)
    op.create_table(
        "price_list",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("usage", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("scope_value", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax_included", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "product",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("category_id", IdType(), nullable=True),
        sa.Column("tax_rate_bp", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stocked", sa.Integer(), nullable=False),
        sa.Column("by_lot", sa.Integer(), nullable=False),
        sa.Column("by_expiry", sa.Integer(), nullable=False),
        sa.Column("by_serial", sa.Integer(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("range_id", IdType(), nullable=True),
        sa.Column("party_id", IdType(), nullable=True),
        sa.Column("merged_into", IdType(), nullable=True),
        sa.Column("own_price", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_product_category_id"), "product", ["category_id"], unique=False)
    op.create_index("ix_product_code", "product", ["code"], unique=False)
    op.create_index(
        "ix_product_own",
        "product",
        ["party_id"],
        unique=False,
        sqlite_where=sa.text("party_id IS NOT NULL"),
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_product_range_id"), "product", ["range_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("command_id", IdType(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("command_id"),
    )
    op.create_index("ix_receipt_device", "receipt", ["device_id", "epoch", "sequence"], unique=False)
    op.create_index("ix_receipt_hash", "receipt", ["hash"], unique=False)
    op.create_index("ix_receipt_status", "receipt", ["status"], unique=False)
    op.create_table(
        "replay",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "attempt"),
    )
    op.create_table(
        "revocation",
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id"),
    )
    op.create_table(
        "row_edit",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id", "version"),
    )
    op.create_index("ix_row_edit_at", "row_edit", ["at"], unique=False)
    op.create_table(
        "server_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "server_meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "session",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("device_id", IdType(), nullable=False),
        sa.Column("person_id", IdType(), nullable=False),
        sa.Column("current_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session_device", "session", ["device_id", "person_id"], unique=True)
    op.create_index("ix_session_person", "session", ["person_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("person_id", IdType(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("home", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("float_amount", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("variance", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shift_device", "shift", ["device_id", "state"], unique=False)
    op.create_index("ix_shift_party", "shift", ["party_id", "opened_at"], unique=False)
    op.create_table(
        "shipment",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", IdType(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", IdType(), nullable=False),
        sa.Column("buyer_id", IdType(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("shipped_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shipment_buyer", "shipment", ["buyer_id", "state"], unique=False)
    op.create_index(op.f("ix_shipment_order_id"), "shipment", ["order_id"], unique=False)
    op.create_table(
        "shipment_line",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", IdType(), nullable=False),
        sa.Column("order_line_id", IdType(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_shipment_line_shipment_id"), "shipment_line", ["shipment_id"], unique=False)
    op.create_table(
        "stock_attachment",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document_id", IdType(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_stock_attachment_document_id"), "stock_attachment", ["document_id"], unique=False)
    op.create_index("ix_stock_attachment_sha256", "stock_attachment", ["sha256"], unique=False)
    op.create_table(
        "stock_balance",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("place_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_stock_balance_party_id"), "stock_balance", ["party_id"], unique=False)
    op.create_index("ix_stock_balance_product", "stock_balance", ["product_id", "place_id"], unique=False)
    op.create_table(
        "stock_count_line",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("document_id", IdType(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_stock_count_line_document_id"), "stock_count_line", ["document_id"], unique=False)
    op.create_table(
        "stock_document",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", IdType(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_stock_document_party", "stock_document", ["party_id", "at"], unique=False)
    op.create_table(
        "stock_move",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("counterparty_id", IdType(), nullable=True),
        sa.Column("home", sa.BigInteger(), nullable=False),
        sa.Column("product_id", IdType(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("from_place", IdType(), nullable=False),
        sa.Column("to_place", IdType(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_id", IdType(), nullable=False),
        sa.Column("line_no", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_stock_move_own",
        "stock_move",
        ["product_id"],
        unique=False,
        sqlite_where=sa.text("version = 0"),
        postgresql_where=sa.text("version = 0"),
    )
    op.create_index("ix_stock_move_party", "stock_move", ["party_id", "product_id"], unique=False)
    op.create_index(
        "ix_stock_move_serial",
        "stock_move",
        ["serial"],
        unique=False,
        sqlite_where=sa.text("serial <> ''"),
        postgresql_where=sa.text("serial <> ''"),
    )
    op.create_index(op.f("ix_stock_move_source_id"), "stock_move", ["source_id"], unique=False)
    op.create_table(
        "till_entry",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", IdType(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_id", IdType(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("approver_name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_till_entry_shift_id"), "till_entry", ["shift_id"], unique=False)
    op.create_table(
        "till_policy",
        sa.Column("id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("party_id", IdType(), nullable=False),
        sa.Column("clerk_discount_bp", sa.BigInteger(), nullable=False),
        sa.Column("return_limit", sa.BigInteger(), nullable=False),
        sa.Column("cash_out_limit", sa.BigInteger(), nullable=False),
        sa.Column("no_sale_approved", sa.Integer(), nullable=False),
        sa.Column("shift_required", sa.Integer(), nullable=False),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("expired_sale", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("deposit_bp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tombstone",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", IdType(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id"),
    )
    op.create_index("ix_tombstone_deleted", "tombstone", ["deleted_at"], unique=False)
    op.create_table(
        "unknown_name",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_unknown_name_at", "unknown_name", ["at"], unique=False)


def downgrade() -> None:
    """Take the schema back to the version before."""
    op.drop_index("ix_unknown_name_at", table_name="unknown_name")
    op.drop_table("unknown_name")
    op.drop_index("ix_tombstone_deleted", table_name="tombstone")
    op.drop_table("tombstone")
    op.drop_table("till_policy")
    op.drop_index(op.f("ix_till_entry_shift_id"), table_name="till_entry")
    op.drop_table("till_entry")
    op.drop_index(op.f("ix_stock_move_source_id"), table_name="stock_move")
    op.drop_index(
        "ix_stock_move_serial",
        table_name="stock_move",
        sqlite_where=sa.text("serial <> ''"),
        postgresql_where=sa.text("serial <> ''"),
    )
    op.drop_index("ix_stock_move_party", table_name="stock_move")
    op.drop_index(
        "ix_stock_move_own",
        table_name="stock_move",
        sqlite_where=sa.text("version = 0"),
        postgresql_where=sa.text("version = 0"),
    )
    op.drop_table("stock_move")
    op.drop_index("ix_stock_document_party", table_name="stock_document")
    op.drop_table("stock_document")
    op.drop_index(op.f("ix_stock_count_line_document_id"), table_name="stock_count_line")
    op.drop_table("stock_count_line")
    op.drop_index("ix_stock_balance_product", table_name="stock_balance")
    op.drop_index(op.f("ix_stock_balance_party_id"), table_name="stock_balance")
    op.drop_table("stock_balance")
    op.drop_index("ix_stock_attachment_sha256", table_name="stock_attachment")
    op.drop_index(op.f("ix_stock_attachment_document_id"), table_name="stock_attachment")
    op.drop_table("stock_attachment")
    op.drop_index(op.f("ix_shipment_line_shipment_id"), table_name="shipment_line")
    op.drop_table("shipment_line")
    op.drop_index(op.f("ix_shipment_order_id"), table_name="shipment")
    op.drop_index("ix_shipment_buyer", table_name="shipment")
    op.drop_table("shipment")
    op.drop_index("ix_shift_party", table_name="shift")
    op.drop_index("ix_shift_device", table_name="shift")
    op.drop_table("shift")
    op.drop_index("ix_session_person", table_name="session")
    op.drop_index("ix_session_device", table_name="session")
    op.drop_table("session")
    op.drop_table("server_meta")
    op.drop_table("server_key")
    op.drop_index("ix_row_edit_at", table_name="row_edit")
    op.drop_table("row_edit")
    op.drop_table("revocation")
    op.drop_table("replay")
    op.drop_index("ix_receipt_status", table_name="receipt")
    op.drop_index("ix_receipt_hash", table_name="receipt")
    op.drop_index("ix_receipt_device", table_name="receipt")
    op.drop_table("receipt")
    op.drop_index(op.f("ix_product_range_id"), table_name="product")
    op.drop_index(
        "ix_product_own",
        table_name="product",
        sqlite_where=sa.text("party_id IS NOT NULL"),
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.drop_index("ix_product_code", table_name="product")
    op.drop_index(op.f("ix_product_category_id"), table_name="product")
    op.drop_table("product")
    op.drop_table("price_list")
    op.drop_index("ix_price_product", table_name="price")
    op.drop_index(op.f("ix_price_price_list_id"), table_name="price")
    op.drop_table("price")
    op.drop_index(op.f("ix_place_party_id"), table_name="place")
    op.drop_table("place")
    op.drop_index(op.f("ix_person_party_id"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_payment_order_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_party_move_party_id"), table_name="party_move")
    op.drop_table("party_move")
    op.drop_index(op.f("ix_party_parent_id"), table_name="party")
    op.drop_table("party")
    op.drop_table("outcome")
    op.drop_index("ix_orders_seller", table_name="orders")
    op.drop_index(op.f("ix_orders_original_id"), table_name="orders")
    op.drop_index("ix_orders_number", table_name="orders")
    op.drop_index(op.f("ix_orders_customer_id"), table_name="orders")
    op.drop_index("ix_orders_buyer", table_name="orders")
    op.drop_index("ix_orders_at", table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_order_transition_order_id"), table_name="order_transition")
    op.drop_table("order_transition")
    op.drop_index(op.f("ix_order_line_product_id"), table_name="order_line")
    op.drop_index(op.f("ix_order_line_order_id"), table_name="order_line")
    op.drop_table("order_line")
    op.drop_index("ix_order_attachment_sha256", table_name="order_attachment")
    op.drop_index(op.f("ix_order_attachment_order_id"), table_name="order_attachment")
    op.drop_table("order_attachment")
    op.drop_table("network_policy")
    op.drop_index("ix_lot_party", table_name="lot")
    op.drop_table("lot")
    op.drop_index(op.f("ix_kept_goods_product_id"), table_name="kept_goods")
    op.drop_table("kept_goods")
    op.drop_table("import_line")
    op.drop_index(op.f("ix_held_command_party_id"), table_name="held_command")
    op.drop_table("held_command")
    op.drop_table("goods_range")
    op.drop_index(op.f("ix_field_clash_record_id"), table_name="field_clash")
    op.drop_index(op.f("ix_field_clash_party_id"), table_name="field_clash")
    op.drop_index(op.f("ix_field_clash_command_id"), table_name="field_clash")
    op.drop_table("field_clash")
    op.drop_table("feed_queue")
    op.drop_table("feed_position")
    op.drop_table("feed_past")
    op.drop_table("feed_commit")
    op.drop_table("feed_body")
    op.drop_index("ix_envelope_state", table_name="envelope")
    op.drop_index("ix_envelope_device", table_name="envelope")
    op.drop_table("envelope")
    op.drop_index(op.f("ix_document_exception_party_id"), table_name="document_exception")
    op.drop_table("document_exception")
    op.drop_table("device_place")
    op.drop_index(op.f("ix_device_health_party_id"), table_name="device_health")
    op.drop_table("device_health")
    op.drop_table("device")
    op.drop_index("ix_customer_phone", table_name="customer")
    op.drop_index("ix_customer_party", table_name="customer")
    op.drop_table("customer")
    op.drop_table("credential")
    op.drop_table("counter")
    op.drop_index(op.f("ix_claim_shipment_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_table("channel_sum")
    op.drop_table("channel_set")
    op.drop_table("channel_generation")
    op.drop_table("chain")
    op.drop_table("category")
    op.drop_index(op.f("ix_barcode_range_id"), table_name="barcode")
    op.drop_index(op.f("ix_barcode_product_id"), table_name="barcode")
    op.drop_index("ix_barcode_code", table_name="barcode")
    op.drop_table("barcode")
    op.drop_index("ix_attachment_upload_touched", table_name="attachment_upload")
    op.drop_table("attachment_upload")
    op.drop_index("ix_attachment_proof_party", table_name="attachment_proof")
    op.drop_table("attachment_proof")
    op.drop_table("attachment_piece")
    op.drop_table("attachment_part")
    op.drop_index("ix_attachment_content_idle", table_name="attachment_content")
    op.drop_table("attachment_content")
    op.drop_index("ix_alarm_seen", table_name="alarm")
    op.drop_index("ix_alarm_at", table_name="alarm")
    op.drop_table("alarm")
    op.drop_index(op.f("ix_account_entry_customer_id"), table_name="account_entry")
    op.drop_table("account_entry")
