"""SQL of the audit: set-based, on either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, case, cast, func, literal, or_, select, union_all

from domain.kernel import wire
from domain.kernel.outcome import Outcome, outcome
from domain.kernel.tables import metadata
from domain.orders.model import order_line, orders
from domain.stock.model import place, stock_balance, stock_move
from server_stub.sync.models import (
    chain,
    channel_generation,
    envelope,
    feed_body,
    feed_commit,
    feed_position,
    receipt,
    tombstone,
)

PAGE = 2000


def channels(connection: Connection) -> list[str]:
    """Every channel that the feed has."""
    return list(
        connection.execute(select(feed_position.c.channel).distinct().order_by(feed_position.c.channel)).scalars()
    )


def bulk_channels(connection: Connection) -> set[str]:
    """Channels into which rows came in bulk, not through the feed."""
    return set(connection.execute(select(channel_generation.c.channel)).scalars())


def feed_parts(connection: Connection, channel: str) -> Iterator[wire.Rows]:
    """What the feed told a channel, oldest first."""
    after = 0
    while True:
        statement = (
            select(feed_position.c.sequence, feed_position.c.slices, feed_body.c.body)
            .join(feed_commit, feed_commit.c.sequence == feed_position.c.sequence)
            .join(feed_body, feed_body.c.commit_id == feed_commit.c.commit_id)
            .where(feed_position.c.channel == channel, feed_position.c.sequence > after)
            .order_by(feed_position.c.sequence)
            .limit(PAGE)
        )
        found = connection.execute(statement).all()
        for sequence, slices, body in found:
            after = int(sequence)
            for start, end in json.loads(slices):
                yield from wire.ROWS.decode(msgspec.Raw(bytes(body)[start:end]))
        if len(found) < PAGE:
            return


def wrong_balances(connection: Connection) -> tuple[int, int]:
    """(balances and moved goods compared, how many differ): the sum of moves at counted places, per product and lot."""

    def side(column: Any, sign: int) -> Select[Any]:
        return (
            select(
                place.c.id.label("place_id"),
                stock_move.c.product_id,
                stock_move.c.lot,
                (sign * stock_move.c.quantity).label("quantity"),
            )
            .join(place, place.c.id == column)
            .where(place.c.kind.in_(["warehouse", "transit"]))
        )

    told = select(
        stock_balance.c.place_id, stock_balance.c.product_id, stock_balance.c.lot, (-stock_balance.c.quantity)
    )
    both = union_all(side(stock_move.c.to_place, 1), side(stock_move.c.from_place, -1), told).subquery()
    sums = (
        select(func.sum(both.c.quantity).label("rest"))
        .group_by(both.c.place_id, both.c.product_id, both.c.lot)
        .subquery()
    )
    differs = func.coalesce(func.sum(case((sums.c.rest != 0, 1), else_=0)), 0)
    compared, wrong = connection.execute(select(func.count(), differs).select_from(sums)).one()
    return int(compared), int(wrong)


def wrong_outcomes(connection: Connection) -> tuple[int, int]:
    """(receipts compared, how many lack their outcome or have another)."""
    statement = select(
        func.count(),
        func.coalesce(
            func.sum(case((or_(outcome.c.id.is_(None), outcome.c.status != receipt.c.status), 1), else_=0)), 0
        ),
    ).select_from(receipt.join(outcome, outcome.c.id == receipt.c.command_id, isouter=True))
    compared, wrong = connection.execute(statement).one()
    return int(compared), int(wrong)


ORDER_KINDS = tuple(
    f"orders.{verb}" for verb in ("complete_sale", "submit_replenishment", "take_booking", "complete_return")
)
EFFECTIVE = (str(Outcome.CONFIRMED), str(Outcome.EXCEPTION))


def wrong_orders(connection: Connection) -> tuple[int, int]:
    """(receipts of orders compared, how many have effect without receipt's word or the reverse)."""
    made = receipt.c.kind.in_(ORDER_KINDS)
    effective = receipt.c.status.in_(EFFECTIVE)
    # The receipt's document is text, the order's id may be a uuid: compared as text.
    joined = receipt.join(orders, cast(orders.c.id, receipt.c.document_id.type) == receipt.c.document_id, isouter=True)
    differs = or_(and_(effective, orders.c.id.is_(None)), and_(~effective, orders.c.id.is_not(None)))
    statement = select(func.count(), func.coalesce(func.sum(case((differs, 1), else_=0)), 0))
    compared, wrong = connection.execute(statement.select_from(joined).where(made)).one()
    return int(compared), int(wrong)


def wrong_totals(connection: Connection) -> tuple[int, int]:
    """(orders compared, how many do not add up to their lines and what the bill was rounded by)."""
    lines = (
        select(order_line.c.order_id, func.sum(order_line.c.amount).label("amount"))
        .group_by(order_line.c.order_id)
        .subquery()
    )
    computed = func.coalesce(lines.c.amount, literal(0)) + orders.c.rounding
    differs = case((orders.c.total != computed, 1), else_=0)
    statement = select(func.count(), func.coalesce(func.sum(differs), 0)).select_from(
        orders.join(lines, lines.c.order_id == orders.c.id, isouter=True)
    )
    compared, wrong = connection.execute(statement).one()
    return int(compared), int(wrong)


def wrong_chains(connection: Connection) -> tuple[int, int]:
    """(links compared, how many are missing): each device's envelopes follow one another without holes."""
    statement = select(chain.c.device_id, chain.c.epoch, chain.c.last_sequence, chain.c.first_sequence)
    compared = wrong = 0
    for device_id, epoch, last, first in connection.execute(statement).all():
        found = connection.execute(
            select(func.count(func.distinct(envelope.c.sequence))).where(
                envelope.c.device_id == device_id, envelope.c.epoch == epoch, envelope.c.sequence.between(first, last)
            )
        ).scalar_one()
        compared += int(last - first) + 1
        wrong += int(last - first) + 1 - int(found)
    return compared, wrong


def risen_rows(connection: Connection) -> tuple[int, int]:
    """(tombstones compared, how many have a row): an id is never used again."""
    compared = int(connection.execute(select(func.count()).select_from(tombstone)).scalar_one())
    wrong = 0
    for name in connection.execute(select(tombstone.c.table_name).distinct()).scalars().all():
        joined = tombstone.join(metadata.tables[name], metadata.tables[name].c.id == tombstone.c.row_id)
        statement = select(func.count()).select_from(joined).where(tombstone.c.table_name == name)
        wrong += int(connection.execute(statement).scalar_one())
    return compared, wrong
