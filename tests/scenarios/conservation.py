"""Whether anything was lost or doubled, worked out from the counter's own envelopes, not from any table of effects."""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlalchemy import text

from desktop.store.ledger import command
from domain.kernel.envelope import Body
from domain.stock.rules import place_id
from server_stub.kit.database import Database
from tests.support.processes import Pc


def sealed_sales(pc: Pc) -> tuple[str, list[dict[str, object]]]:
    """(party, payloads) of all sales that the counter's ledger holds."""
    profile = pc.profile()
    try:
        party_id = profile.store.known.party_id
        with profile.store.ledger.transaction() as connection:
            bodies = connection.execute(
                command.select().where(command.c.kind == "orders.complete_sale").order_by(command.c.sequence)
            ).mappings()
            decoded = [msgspec.json.decode(bytes(row["body"]), type=Body) for row in bodies]
        return party_id, [msgspec.json.decode(bytes(body.payload)) for body in decoded]
    finally:
        profile.close()


def check_nothing_lost_or_doubled(database: str, pc: Pc, *, kills: int = 0) -> int:
    """Compare the counter's envelopes with the server's tables and with what was acknowledged; how many sales."""
    party_id, sales = sealed_sales(pc)
    numbers = [str(sale["number"]) for sale in sales]
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    assert set(pc.acknowledged) <= set(numbers), "an acknowledged sale is not in the ledger"
    assert len(numbers) - len(set(pc.acknowledged)) <= kills, "more sales than were acknowledged or interrupted"
    sold: Counter[str] = Counter()
    for sale in sales:
        for line in sale["lines"]:  # type: ignore[attr-defined]  # decoded JSON
            sold[line["product_id"]] += line["quantity"]
    db = Database(database)
    try:
        with db.read() as connection:
            found = [
                row[0]
                for row in connection.execute(
                    text("SELECT number FROM orders WHERE seller_id = :party ORDER BY number"), {"party": party_id}
                )
            ]
            assert found == sorted(numbers), "the server's orders are the sealed ones, each once"
            moved = _sums(connection, "stock_move", "from_place", place_id(party_id, "warehouse"), sign=1)
            balance = _sums(connection, "stock_balance", "place_id", place_id(party_id, "warehouse"), sign=-1)
            queued = connection.execute(text("SELECT COUNT(*) FROM feed_queue")).scalar_one()
    finally:
        db.dispose()
    assert moved == dict(sold), "goods that left by moves"
    assert balance == dict(sold), "goods that left by balance"
    assert queued == 0, "every commit has its number"
    return len(numbers)


def _sums(connection: object, table: str, column: str, place: str, *, sign: int) -> dict[str, int]:
    statement = text(f"SELECT product_id, SUM(quantity) FROM {table} WHERE {column} = :place GROUP BY product_id")
    rows = connection.execute(statement, {"place": place})  # type: ignore[attr-defined]  # a Connection
    return {str(product): sign * int(total) for product, total in rows}
