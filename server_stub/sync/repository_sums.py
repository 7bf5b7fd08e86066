"""SQL of the channels' sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, cast, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.sums import BITS, Key, Sums, Told
from server_stub.sync.models import channel_sum, feed_body, feed_commit, feed_queue

_HALF = 31
_LOW = (1 << _HALF) - 1
_KEY = (channel_sum.c.channel, channel_sum.c.table_name, channel_sum.c.month)
# Made once: every page of the feed comes with them. Halves are added apart: the databases' integers would not hold the
# sum of the whole.
_TOLD = (
    select(
        channel_sum.c.channel,
        channel_sum.c.table_name,
        func.sum(channel_sum.c.total.op(">>")(cast(_HALF, Integer))),
        func.sum(channel_sum.c.total.op("&")(_LOW)),
    )
    .where(channel_sum.c.channel.in_(bindparam("channels", expanding=True)))
    .where(or_(channel_sum.c.month == "", channel_sum.c.month >= bindparam("since")))
    .group_by(channel_sum.c.channel, channel_sum.c.table_name)
)
_WAITING = select(feed_queue.c.commit_id).limit(1)


def add_totals(connection: Connection, sums: Mapping[Key, int]) -> None:
    """Add what commits change; only the sequencer does, so nobody waits for a row."""
    if not sums:
        return
    rows = [{"channel": c, "table_name": t, "month": m, "total": number} for (c, t, m), number in sums.items()]
    connection.execute(_add(connection.dialect.name), rows)


@cache
def _add(dialect: str) -> Any:
    """Made once: every commit comes with it."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(channel_sum)
    together = (channel_sum.c.total + statement.excluded.total).op("&")(BITS)
    return statement.on_conflict_do_update(index_elements=_KEY, set_={"total": together})


def replace_totals(connection: Connection, channel: str, sums: Mapping[Key, int]) -> None:
    """Put counted sums in the place of a channel's kept ones."""
    connection.execute(delete(channel_sum).where(channel_sum.c.channel == channel))
    rows = [{"channel": c, "table_name": t, "month": m, "total": number} for (c, t, m), number in sums.items()]
    if rows:
        connection.execute(insert(channel_sum), rows)


def totals(connection: Connection, channels: Sequence[str]) -> Sums:
    """The sums of some channels; what is zero is left out."""
    statement = select(*_KEY, channel_sum.c.total).where(channel_sum.c.channel.in_(list(channels)))
    return {(c, t, m): int(total) for c, t, m, total in connection.execute(statement) if total}


def told(connection: Connection, channels: Sequence[str], since: str) -> Told:
    """Sums of some channels over the months from *since* on and over what has no month; zeros are left out."""
    rows = connection.execute(_TOLD, {"channels": list(channels), "since": since})
    found = {(c, t): ((int(hi) << _HALF) + int(lo)) & BITS for c, t, hi, lo in rows}
    return {key: number for key, number in found.items() if number}


def channels_with_sums(connection: Connection) -> list[str]:
    """Every channel that has sums."""
    return list(connection.execute(select(channel_sum.c.channel).distinct().order_by("channel")).scalars())


def waiting(connection: Connection) -> bool:
    """Whether a commit waits for its number: then tables show more than the numbered commits."""
    return connection.execute(_WAITING).first() is not None


def deltas_after(connection: Connection, sequence: int) -> list[str]:
    """What the commits after a number added to the sums, packed."""
    statement = (
        select(feed_body.c.sums)
        .join(feed_commit, feed_commit.c.commit_id == feed_body.c.commit_id)
        .where(feed_commit.c.sequence > sequence)
    )
    return list(connection.execute(statement).scalars())


def waiting_deltas(connection: Connection) -> list[str]:
    """What the commits that wait for their number will add to the sums, packed."""
    statement = select(feed_body.c.sums).join(feed_queue, feed_queue.c.commit_id == feed_body.c.commit_id)
    return list(connection.execute(statement).scalars())
