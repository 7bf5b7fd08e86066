"""Reading the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from domain.catalogue.model import barcode, category, goods_range, price, price_list, product
from domain.catalogue.ranges import Sellers
from domain.catalogue.rules import best_price, list_applies
from domain.catalogue.units import Unit, per_unit, units_of
from domain.kernel.channels import Row
from domain.kernel.clock import date_of
from domain.kernel.money import QUANTITY_SCALE

CHUNK = 500
RETAIL_ONLY = ("retail",)
"""With these usages alone a shop's own price counts: nothing of its own is bought from its upline."""


class Asked(NamedTuple):
    """Whose price is asked: a product, thousandths of its own unit, and the unit in which they are sold."""

    product_id: str
    quantity: int
    unit: str = ""
    factor: int = QUANTITY_SCALE


# Made once: these run for every line that is scanned.
_CANDIDATES = (
    select(
        price,
        price_list.c.scope,
        price_list.c.scope_value,
        price_list.c.usage,
        price_list.c.name.label("list_name"),
        price_list.c.code.label("list_code"),
    )
    .join(price_list, price_list.c.id == price.c.price_list_id)
    .where(
        price.c.product_id.in_(bindparam("products", expanding=True)),
        price_list.c.usage.in_(bindparam("usages", expanding=True)),
        price_list.c.status == "active",
        price_list.c.currency == bindparam("currency"),
    )
)
_BY_CODES = select(product).where(product.c.code.in_(bindparam("codes", expanding=True)))
_BY_BARCODE = (
    select(barcode)
    .where(barcode.c.code == bindparam("code"))
    .where(or_(barcode.c.party_id.is_(None), barcode.c.party_id == bindparam("party")))
    .order_by(barcode.c.party_id.is_not(None), barcode.c.id)
    .limit(1)
)
_MERGED = select(product.c.id, product.c.merged_into).where(
    product.c.id.in_(bindparam("ids", expanding=True)), product.c.party_id.is_not(None)
)
_OWN_PRICES = select(product.c.id, product.c.own_price, product.c.created_at).where(
    product.c.id.in_(bindparam("ids", expanding=True)), product.c.own_price.is_not(None)
)
_KNOWN_IDS = select(product.c.id, product.c.range_id).where(product.c.id.in_(bindparam("ids", expanding=True)))
_LISTS = select(price_list).order_by(price_list.c.code)
_RANGES = select(goods_range).order_by(goods_range.c.name, goods_range.c.id)


def products_by_codes(connection: Connection, codes: Sequence[str]) -> dict[str, Row]:
    """Products by their codes, a merged one by what it turned out to be; unknown codes are missing from the answer."""
    found: dict[str, Row] = {}
    wanted = list(dict.fromkeys(codes))
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(_BY_CODES, {"codes": wanted[start : start + CHUNK]}).mappings()
        found.update({row["code"]: dict(row) for row in rows})
    merged = {code: row["merged_into"] for code, row in found.items() if row["merged_into"]}
    if merged:
        real = products_by_ids(connection, list(merged.values()))
        found.update({code: real[into] for code, into in merged.items() if into in real})
    return found


def codes_of_others(connection: Connection, codes: Sequence[str], own: Collection[str]) -> list[str]:
    """Those of *codes* that a product has whose id is not among *own*."""
    taken: set[str] = set()
    wanted = list(dict.fromkeys(codes))
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(_BY_CODES, {"codes": wanted[start : start + CHUNK]}).mappings()
        taken.update(row["code"] for row in rows if row["id"] not in own)
    return sorted(taken)


def products_by_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    """Products by id."""
    found: dict[str, Row] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), CHUNK):
        statement = select(product).where(product.c.id.in_(wanted[start : start + CHUNK]))
        found.update({row["id"]: dict(row) for row in connection.execute(statement).mappings()})
    return found


def product_by_barcode(connection: Connection, code: str, party_id: str | None = None) -> tuple[Row, Row] | None:
    """(product, bar code) for a scanned code, of the network or of *party_id* itself; the network's wins, then the
    oldest.
    """
    found = connection.execute(_BY_BARCODE, {"code": code, "party": party_id}).mappings().first()
    if found is None:
        return None
    row = products_by_ids(connection, [found["product_id"]]).get(found["product_id"])
    return (row, dict(found)) if row else None


def find_exact(connection: Connection, text: str, party_id: str | None = None) -> tuple[Row, int] | None:
    """(product, factor in thousandths) for what was typed or scanned exactly: bar code first, then product code; the
    network's, or what *party_id* made itself.
    """
    scanned = product_by_barcode(connection, text, party_id)
    if scanned:
        return scanned[0], scanned[1]["factor"]
    found = products_by_codes(connection, [text, text.upper()])
    row = found.get(text) or found.get(text.upper())
    return (row, 1000) if row and row["party_id"] in (None, party_id) else None


def network_barcode(connection: Connection, code: str) -> bool:
    """Whether a product of the network has this bar code."""
    return product_by_barcode(connection, code) is not None


def merged_into(connection: Connection, ids: Collection[str]) -> dict[str, str | None]:
    """For those of these products that are, or were, a shop's own: the product of the network that they turned out to
    be, None as long as nobody has said so.
    """
    if not ids:
        return {}  # each sale without serials comes here so: the database need not be asked
    return {row[0]: row[1] for row in connection.execute(_MERGED, {"ids": sorted(set(ids))})}


def merged_codes(connection: Connection) -> dict[str, str]:
    """Code of every product that was a shop's own → code of what it turned out to be."""
    real = product.alias()
    statement = select(product.c.code, real.c.code).join(real, real.c.id == product.c.merged_into)
    return {row[0]: row[1] for row in connection.execute(statement.where(product.c.party_id.is_not(None)))}


def provisional_products(connection: Connection) -> list[Row]:
    """What shops made themselves and headquarters has not looked at, the oldest first."""
    statement = select(product).where(product.c.party_id.is_not(None), product.c.merged_into.is_(None))
    return [dict(row) for row in connection.execute(statement.order_by(product.c.created_at, product.c.id)).mappings()]


def product_of_item(connection: Connection, prefix: str, item: str, party_id: str | None = None) -> Row | None:
    """The product that a scale's item code means: a bar code (with or without the prefix), a product code, or one
    without the zeros before it; the first of these that there is.
    """
    for code in (prefix + item, item):
        scanned = product_by_barcode(connection, code, party_id)
        if scanned:
            return scanned[0]
    plain = item.lstrip("0")
    found = products_by_codes(connection, [item, plain])
    return found.get(item) or found.get(plain)


def barcodes_of(connection: Connection, product_ids: Sequence[str]) -> dict[str, list[Row]]:
    """Bar codes by product id."""
    found: dict[str, list[Row]] = defaultdict(list)
    statement = select(barcode).where(barcode.c.product_id.in_(list(product_ids))).order_by(barcode.c.id)
    for row in connection.execute(statement).mappings():
        found[row["product_id"]].append(dict(row))
    return found


def units_of_code(connection: Connection, code: str) -> tuple[Unit, ...]:
    """The units of the product with this code, its own first."""
    row = products_by_codes(connection, [code]).get(code)
    return units_of(barcodes_of(connection, [row["id"]])[row["id"]] if row else ())


def price_candidates(
    connection: Connection, product_ids: Sequence[str], party: Row, usages: Sequence[str], currency: str
) -> dict[str, list[Row]]:
    """Prices by product id of all lists that apply to *party*, with the list's scope, usage and name."""
    found: dict[str, list[Row]] = defaultdict(list)
    wanted = list(dict.fromkeys(product_ids))
    for start in range(0, len(wanted), CHUNK):
        asked = {"products": wanted[start : start + CHUNK], "usages": list(usages), "currency": currency}
        rows = connection.execute(_CANDIDATES, asked)
        names = tuple(rows.keys())
        for values in rows:
            row = dict(zip(names, values, strict=True))
            if list_applies(row, party):
                found[row["product_id"]].append(row)
    return found


def prices_for(
    connection: Connection,
    wanted: Sequence[Asked],
    party: Row,
    *,
    usages: Sequence[str],
    day: str,
    currency: str,
) -> list[Row | None]:
    """The price row that holds for each, None where there is none; ``price`` is that of the unit asked for."""
    candidates = price_candidates(connection, [asked.product_id for asked in wanted], party, usages, currency)
    found: list[Row | None] = []
    for asked in wanted:
        pack = asked.unit if asked.factor != QUANTITY_SCALE else ""
        row = best_price(candidates[asked.product_id], day, asked.quantity, pack)
        if row is not None and not row["unit"]:
            row = {**row, "price": per_unit(row["price"], asked.factor)}
        found.append(row)
    lacking = {asked.product_id for asked, row in zip(wanted, found, strict=True) if row is None}
    if not lacking or tuple(usages) != RETAIL_ONLY:
        return found
    own = _own_prices(connection, lacking)
    return [row or _priced(own.get(asked.product_id), asked) for asked, row in zip(wanted, found, strict=True)]


def _priced(own: Row | None, asked: Asked) -> Row | None:
    return {**own, "price": per_unit(own["price"], asked.factor)} if own else None


def _own_prices(connection: Connection, ids: Collection[str]) -> dict[str, Row]:
    """What shops ask for products that no list has a price for, as price rows."""
    rows = connection.execute(_OWN_PRICES, {"ids": sorted(ids)})
    return {
        row.id: {"price": row.own_price, "list_name": "", "list_code": "", "valid_from": date_of(row.created_at)}
        for row in rows
    }


def list_price_lists(connection: Connection) -> list[Row]:
    """All price lists this side knows, by code."""
    return [dict(row) for row in connection.execute(_LISTS).mappings()]


def price_list_by_code(connection: Connection, code: str) -> Row | None:
    """The price list with this code."""
    found = connection.execute(select(price_list).where(price_list.c.code == code)).mappings().first()
    return dict(found) if found else None


def prices_of(connection: Connection, product_id: str) -> list[Row]:
    """Every price of one product with its list's code and name, newest first."""
    statement = (
        select(price, price_list.c.code.label("list_code"), price_list.c.name.label("list_name"))
        .join(price_list, price_list.c.id == price.c.price_list_id)
        .where(price.c.product_id == product_id)
        .order_by(price_list.c.code, price.c.valid_from.desc(), price.c.set_at.desc())
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def product_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these products exist here."""
    return set(ranges_of(connection, ids))


def ranges_of(connection: Connection, ids: Sequence[str]) -> dict[str, str | None]:
    """In which range each of these products stands, None for everyone; those that exist here."""
    found = connection.execute(_KNOWN_IDS, {"ids": sorted(set(ids))})
    return {row.id: row.range_id for row in found}


def range_by_id(connection: Connection, range_id: str) -> Row | None:
    """A range."""
    found = connection.execute(select(goods_range).where(goods_range.c.id == range_id)).mappings().first()
    return dict(found) if found else None


def list_ranges(connection: Connection) -> list[Row]:
    """All ranges that this side knows, by name."""
    return [dict(row) for row in connection.execute(_RANGES).mappings()]


def sellers(connection: Connection) -> Sellers:
    """Who may sell the goods of which range."""
    return Sellers({row["id"]: row for row in list_ranges(connection)})


def list_categories(connection: Connection) -> list[Row]:
    """The branches of the category tree, by code."""
    return [dict(row) for row in connection.execute(select(category).order_by(category.c.code)).mappings()]


def products_of_categories(connection: Connection, category_ids: Sequence[str]) -> list[str]:
    """Ids of the products of these categories, in order."""
    statement = select(product.c.id).where(product.c.category_id.in_(list(category_ids))).order_by(product.c.id)
    return list(connection.execute(statement).scalars())


def stocked_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, bool]:
    """Whether goods of these products are kept in stock, for those that exist here."""
    statement = select(product.c.id, product.c.stocked).where(product.c.id.in_(sorted(set(ids))))
    return {row_id: bool(stocked) for row_id, stocked in connection.execute(statement)}
