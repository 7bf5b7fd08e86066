"""Records of attachments, one table for each kind of document, so that whoever sees the document sees them.

The content is not in the record: its SHA-256 names it. A record is written once and taken off again, never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Table

from domain.kernel.channels import Inherit
from domain.kernel.tables import ref, synced, text, whole
from domain.orders.model import orders
from domain.stock.model import stock_document

SIDES = frozenset({"party", "hq"})
"""Whose document it is, and headquarters; an upline that sees a document of its downline masked gets no pictures."""


def _record() -> tuple[Column[Any], ...]:
    return (
        text("name"),
        text("media_type"),
        whole("size"),
        text("sha256"),
        ref("party_id"),
        text("person_name"),
        whole("at"),
    )


order_attachment = synced(
    "order_attachment",
    ref("order_id", index=True),
    *_record(),
    Index("ix_order_attachment_sha256", "sha256"),
    inherit=Inherit("orders", "order_id", SIDES),
)
"""Hangs on an order. ``name`` as the user saw it; ``size`` in bytes; ``party_id``: who attached it."""

stock_attachment = synced(
    "stock_attachment",
    ref("document_id", index=True),
    *_record(),
    Index("ix_stock_attachment_sha256", "sha256"),
    inherit=Inherit("stock_document", "document_id", SIDES),
)
"""Hangs on a stock document; columns as in :data:`order_attachment`."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of document on which files can hang.

    Attributes:
        table: of its attachments; *column* names the document there.
        document: table of the documents; *owners*: its columns with the parties whose document it is.
    """

    table: Table
    column: str
    document: Table
    owners: tuple[str, ...]


SUBJECTS = {
    "order": Subject(order_attachment, "order_id", orders, ("seller_id", "buyer_id")),
    "stock_document": Subject(stock_attachment, "document_id", stock_document, ("party_id",)),
}
"""By the name that commands carry."""
