"""Numbers that come late, as PostgreSQL's sequencer gives them: some runs have it, others SQLite's own way.

Commits wait in the queue and get their numbers together, a moment later and in any order among themselves: each of
them saw what the ones before it had committed, and within one round versions decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from server_stub.sync import repository
from server_stub.sync.models import feed_body, feed_queue
from tests.simulation.planting import replaced

LONGEST_MS = 3_000
Plan = Callable[[int, Callable[[], object]], None]


def number_waiting(connection: Connection, chance: Random) -> int:
    """One round of the sequencer; returns how many commits got their number."""
    columns = (feed_body.c.commit_id, feed_body.c.entries, feed_body.c.sums)
    waiting = select(*columns).join(feed_queue, feed_queue.c.commit_id == feed_body.c.commit_id)
    commits = [tuple(row) for row in connection.execute(waiting.order_by(feed_body.c.commit_id))]
    if commits:
        chance.shuffle(commits)
        repository._number(connection, commits)
        connection.execute(delete(feed_queue))
    return len(commits)


@contextmanager
def numbered_late(chance: Random, plan: Plan, number: Callable[[], object]) -> Iterator[None]:
    """Inside, a commit gets its number by *number*, planned for a while after it."""
    real = repository.store_commit

    def store_commit(connection: Any, commit_id: str, body: bytes, entries: str, *rest: Any) -> None:
        with replaced(repository, "_number", lambda *_args: None):
            real(connection, commit_id, body, entries, *rest)
        connection.execute(insert(feed_queue), {"commit_id": commit_id})
        plan(chance.randrange(1, LONGEST_MS), number)

    with replaced(repository, "store_commit", store_commit):
        yield
