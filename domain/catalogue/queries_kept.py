"""Reading goods that a party has, or had, and may no longer see as products: it is not authorised for them now.

They are given as products are, so that whoever shows or books goods need not tell them apart; ``authorised`` is 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, literal, or_, select

from domain.catalogue import queries
from domain.catalogue.model import barcode, kept_goods, product
from domain.kernel.channels import Row
from domain.kernel.money import QUANTITY_SCALE
from domain.kernel.tables import blank

OF_PRODUCT = ("code", "name", "spec", "unit", "tax_rate_bp", "stocked", "by_lot", "by_expiry", "by_serial")
"""What is kept of a product."""
_UNSEEN: ColumnElement[bool] = ~exists().where(product.c.id == kept_goods.c.product_id)
_BY_CODES = select(kept_goods).where(
    or_(
        kept_goods.c.code.in_(bindparam("codes", expanding=True)),
        kept_goods.c.barcode.in_(bindparam("bars", expanding=True)),
    ),
    kept_goods.c.party_id == bindparam("party"),
    _UNSEEN,
)
_BY_IDS = select(kept_goods).where(kept_goods.c.product_id.in_(bindparam("ids", expanding=True)), _UNSEEN)
_KNOWN = select(kept_goods.c.id).where(kept_goods.c.id.in_(bindparam("ids", expanding=True)))


def _as_product(row: Any) -> Row:
    kept = {name: row[name] for name in OF_PRODUCT}
    return {**blank(product), **kept, "id": row["product_id"], "status": "delisted", "authorised": 0}


def by_codes(connection: Connection, codes: Sequence[str], party_id: str) -> dict[str, Row]:
    """Those of *codes*, or bar codes, that only *party_id*'s kept goods have."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    if not wanted:
        return {}
    found: dict[str, Row] = {}
    for row in connection.execute(_BY_CODES, {"codes": wanted, "bars": wanted, "party": party_id}).mappings():
        found.setdefault(row["barcode"], _as_product(row))
        found[row["code"]] = _as_product(row)
    return {code: found[code] for code in wanted if code in found}


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Row]:
    """Those of these products that are only known as kept goods."""
    rows = connection.execute(_BY_IDS, {"ids": sorted(set(ids))}).mappings()
    return {row["product_id"]: _as_product(row) for row in rows}


def products_by_codes(connection: Connection, codes: Sequence[str], party_id: str) -> dict[str, Row]:
    """Products by code, also those that the party may no longer sell."""
    found = queries.products_by_codes(connection, codes)
    return {**by_codes(connection, [code for code in codes if code not in found], party_id), **found}


def products_by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    """Products by id, also those that this side may no longer sell."""
    found = queries.products_by_ids(connection, ids)
    missing = [one for one in ids if one not in found]
    return {**by_ids(connection, missing), **found} if missing else found


def named_like(connection: Connection, text: str, limit: int) -> list[Row]:
    """Goods without authorisation whose name, code or bar code has this text in it."""
    wanted = text.strip().lower()
    if not wanted:
        return []
    like = [func.lower(column).contains(wanted, autoescape=True) for column in (kept_goods.c.name, kept_goods.c.code)]
    statement = select(kept_goods).where(or_(*like, kept_goods.c.barcode == text.strip()), _UNSEEN)
    rows = connection.execute(statement.order_by(kept_goods.c.code).limit(limit)).mappings()
    return [_as_product(row) for row in rows]


def has_unseen(connection: Connection) -> bool:
    """Whether there are any goods here that this party may no longer sell."""
    return connection.execute(select(kept_goods.c.id).where(_UNSEEN).limit(1)).first() is not None


def goods() -> Select[Any]:
    """Everything that this side knows by name: id, code, name, unit, merged_into, authorised."""
    of = product.c
    seen = select(of.id, of.code, of.name, of.unit, of.merged_into, literal(1).label("authorised"))
    unseen = select(
        kept_goods.c.product_id, kept_goods.c.code, kept_goods.c.name, kept_goods.c.unit, literal(None), literal(0)
    ).where(_UNSEEN)
    return select(seen.union_all(unseen).subquery())


def known_ids(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of these rows that there are already."""
    return set(connection.execute(_KNOWN, {"ids": sorted(ids)}).scalars())


def barcodes_to_keep(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """By product, the bar code of one of it: what is on a piece."""
    statement = (
        select(barcode.c.product_id, func.min(barcode.c.code))
        .where(barcode.c.product_id.in_(sorted(ids)), barcode.c.factor == QUANTITY_SCALE, barcode.c.party_id.is_(None))
        .group_by(barcode.c.product_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def outdated(connection: Connection, ids: Collection[str]) -> list[tuple[str, Row]]:
    """(id of a kept row, what its product says by now) where the two differ."""
    bars = barcodes_to_keep(connection, ids)
    differs = [kept_goods.c[name] != product.c[name] for name in OF_PRODUCT]
    bare = kept_goods.c.barcode == ""
    statement = (
        select(kept_goods.c.id.label("kept"), kept_goods.c.barcode.label("had"), product)
        .join(product, product.c.id == kept_goods.c.product_id)
        .where(kept_goods.c.product_id.in_(sorted(ids)), or_(*differs, bare))
        .order_by(kept_goods.c.id)
    )
    return [
        (row["kept"], {**{name: row[name] for name in OF_PRODUCT}, "barcode": row["had"] or bars.get(row["id"], "")})
        for row in connection.execute(statement).mappings()
    ]
