"""SQL of the figures for a monitoring system: a few counts over short or indexed tables."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, case, func, select

from domain.kernel.outcome import Outcome
from domain.parties.model import device_health
from server_stub.accounts.models import ACTIVE, device
from server_stub.sync.models import envelope, feed_commit, feed_queue

HELD = (str(Outcome.PARKED), str(Outcome.QUARANTINED))


def held(connection: Connection) -> dict[str, int]:
    """How many envelopes are kept without effect, by state."""
    statement = select(envelope.c.state, func.count()).where(envelope.c.state.in_(HELD)).group_by(envelope.c.state)
    return dict.fromkeys(HELD, 0) | {str(state): int(number) for state, number in connection.execute(statement)}


def feed(connection: Connection) -> tuple[int, int, int]:
    """(number of the newest commit, how many are kept, how many have no number yet)."""
    # Two questions: SQLite answers either from the index, and both together by reading everything.
    newest = connection.execute(select(func.max(feed_commit.c.sequence))).scalar()
    oldest = connection.execute(select(func.min(feed_commit.c.sequence))).scalar()
    waiting = int(connection.execute(select(func.count()).select_from(feed_queue)).scalar_one())
    return int(newest or 0), int(newest) - int(oldest) + 1 if newest and oldest else 0, waiting


def devices(connection: Connection, since: Mapping[str, int]) -> tuple[int, dict[str, int], int]:
    """(devices that may sign in, how many of them were seen since an instant by its name, the oldest instant since
    which one of them has unsent work; 0 for none).
    """
    seen = func.coalesce(device_health.c.last_seen_at, 0)
    counts = [func.coalesce(func.sum(case((seen >= at, 1), else_=0)), 0) for at in since.values()]
    unsent = func.min(case((device_health.c.oldest_unsent_at > 0, device_health.c.oldest_unsent_at)))
    statement = (
        select(func.count(), unsent, *counts)
        .select_from(device)
        .join(device_health, device_health.c.id == device.c.id, isouter=True)
        .where(device.c.status == ACTIVE)
    )
    number, oldest, *found = connection.execute(statement).one()
    return int(number), dict(zip(since, map(int, found), strict=True)), int(oldest or 0)
