"""Reading stock: the server's balances plus this counter's own unacknowledged moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, union_all

from domain.catalogue import queries_kept
from domain.kernel.channels import Row
from domain.stock.model import place, stock_balance, stock_count_line, stock_document, stock_move


def on_hand(connection: Connection, place_id: str, product_ids: Sequence[str]) -> dict[str, Row]:
    """By product id: ``quantity``, ``reserved``, ``available`` (thousandths), ``as_of`` (ms, 0 = never told)."""
    found: dict[str, Row] = {one: {"quantity": 0, "reserved": 0, "as_of": 0} for one in product_ids}
    balances = select(
        stock_balance.c.product_id,
        func.sum(stock_balance.c.quantity).label("quantity"),
        func.sum(stock_balance.c.reserved).label("reserved"),
        func.max(stock_balance.c.as_of).label("as_of"),
    ).where(stock_balance.c.place_id == place_id, stock_balance.c.product_id.in_(list(product_ids)))
    for told in connection.execute(balances.group_by(stock_balance.c.product_id)).mappings():
        found[told["product_id"]] = {
            "quantity": int(told["quantity"]),
            "reserved": int(told["reserved"]),
            "as_of": int(told["as_of"]),
        }
    for product_id, quantity in connection.execute(_unsent(place_id, product_ids)):
        found[product_id]["quantity"] += int(quantity)
    for row in found.values():
        row["available"] = row["quantity"] - row["reserved"]
    return found


def _unsent(place_id: str, product_ids: Sequence[str] | None) -> Select[Any]:
    """Sum of this counter's own moves that the server has not acknowledged, per product."""

    def side(column: Any, sign: int) -> Select[Any]:
        statement = select(stock_move.c.product_id, (sign * stock_move.c.quantity).label("quantity")).where(
            stock_move.c.version == 0, column == place_id
        )
        return statement if product_ids is None else statement.where(stock_move.c.product_id.in_(list(product_ids)))

    both = union_all(side(stock_move.c.to_place, 1), side(stock_move.c.from_place, -1)).subquery()
    return select(both.c.product_id, func.sum(both.c.quantity)).group_by(both.c.product_id)


def list_stock(connection: Connection, party_id: str | None, *, search: str = "") -> list[Row]:
    """Stock by place and product: code, name, unit, place, quantity, reserved, available, as_of; own moves included.

    *party_id* None means every party this side knows (headquarters). ``authorised`` 0: may no longer be sold.
    """
    goods = queries_kept.goods().subquery()
    statement = (
        select(
            stock_balance.c.place_id,
            stock_balance.c.product_id,
            place.c.code.label("place"),
            place.c.kind.label("place_kind"),
            place.c.party_id,
            goods.c.code,
            goods.c.name,
            goods.c.unit,
            goods.c.authorised,
            func.sum(stock_balance.c.quantity).label("quantity"),
            func.sum(stock_balance.c.reserved).label("reserved"),
            func.max(stock_balance.c.as_of).label("as_of"),
        )
        .join(place, place.c.id == stock_balance.c.place_id)
        .join(goods, goods.c.id == stock_balance.c.product_id)
        .group_by(
            stock_balance.c.place_id,
            stock_balance.c.product_id,
            place.c.code,
            place.c.kind,
            place.c.party_id,
            goods.c.code,
            goods.c.name,
            goods.c.unit,
            goods.c.authorised,
        )
    )
    statement = statement.where(or_(goods.c.merged_into.is_(None), stock_balance.c.quantity != 0))
    if party_id is not None:
        statement = statement.where(stock_balance.c.party_id == party_id)
    rows = {(row["place_id"], row["product_id"]): dict(row) for row in connection.execute(statement).mappings()}
    _add_unsent(connection, party_id, rows)
    listed = [_available(row) for row in rows.values() if _matches(row, search)]
    return sorted(listed, key=lambda row: (row["code"], row["place"]))


def _add_unsent(connection: Connection, party_id: str | None, rows: dict[tuple[str, str], Row]) -> None:
    if party_id is None:
        return
    places = select(place).where(place.c.party_id == party_id, place.c.kind.in_(["warehouse", "transit"]))
    for at in connection.execute(places).mappings().all():
        for product_id, quantity in connection.execute(_unsent(at["id"], None)).all():
            row = rows.get((at["id"], product_id))
            if row is None:
                row = _fresh(connection, at, product_id)
                if row is None:
                    continue
                rows[at["id"], product_id] = row
            row["quantity"] = int(row["quantity"]) + int(quantity)


def _fresh(connection: Connection, at: Any, product_id: str) -> Row | None:
    found = queries_kept.products_by_ids(connection, [product_id]).get(product_id)
    if found is None:
        return None
    return {
        "place_id": at["id"],
        "product_id": product_id,
        "place": at["code"],
        "place_kind": at["kind"],
        "party_id": at["party_id"],
        "code": found["code"],
        "name": found["name"],
        "unit": found["unit"],
        "authorised": found.get("authorised", 1),
        "quantity": 0,
        "reserved": 0,
        "as_of": 0,
    }


def _available(row: Row) -> Row:
    quantity, reserved = int(row["quantity"]), int(row["reserved"])
    return {**row, "quantity": quantity, "reserved": reserved, "available": quantity - reserved}


def _matches(row: Row, search: str) -> bool:
    wanted = search.strip().lower()
    return not wanted or wanted in row["code"].lower() or wanted in row["name"].lower()


def balances_of(connection: Connection, product_id: str) -> list[Row]:
    """Every balance of a product that is not nought."""
    statement = select(stock_balance).where(stock_balance.c.product_id == product_id, stock_balance.c.quantity != 0)
    return [dict(row) for row in connection.execute(statement.order_by(stock_balance.c.id)).mappings()]


def list_stock_documents(connection: Connection, party_id: str | None, limit: int = 200) -> list[Row]:
    """Intakes, counts and adjustments, newest first."""
    statement = select(stock_document).order_by(stock_document.c.at.desc(), stock_document.c.id.desc()).limit(limit)
    if party_id is not None:
        statement = statement.where(stock_document.c.party_id == party_id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def moves_of(connection: Connection, source_id: str) -> list[Row]:
    """The moves that a document made, with product code and name."""
    statement = select(stock_move).where(stock_move.c.source_id == source_id)
    rows = connection.execute(statement.order_by(stock_move.c.line_no, stock_move.c.id)).mappings()
    return with_names(connection, [dict(row) for row in rows])


def count_lines_of(connection: Connection, document_id: str) -> list[Row]:
    """What a count found, with product code and name."""
    statement = select(stock_count_line).where(stock_count_line.c.document_id == document_id)
    return with_names(connection, [dict(row) for row in connection.execute(statement).mappings()])


def with_names(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Add code and name of each row's product, None where nothing is known of it, and ``authorised``."""
    known = queries_kept.products_by_ids(connection, [row["product_id"] for row in rows])
    nothing: Row = {"code": None, "name": None}
    return [
        {**row, **{key: of[key] for key in nothing}, "authorised": of.get("authorised", 1)}
        for row in rows
        for of in [known.get(row["product_id"], nothing)]
    ]
