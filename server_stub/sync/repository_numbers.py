"""SQL of the sequencer of PostgreSQL, which gives commits their numbers after they have been committed."""

from __future__ import annotations

from sqlalchemy import Connection, text

from domain.kernel.sums import BITS
from server_stub.sync import repository

# Compiling the statement below takes a hundred times as long as running it; PostgreSQL would, for it guesses how many
# commits wait and how much stands in each.
_ALONE = text("SELECT pg_advisory_xact_lock(:key), set_config('jit', 'off', true)")
# What SQLite does commit by commit (:func:`repository.store_commit`), for all that wait and without a journey for each:
# while one writer numbers, the others' next commands stand still. The numbers of one commit's sums may be of any size.
_NUMBER = text(
    "WITH taken AS (DELETE FROM feed_queue RETURNING commit_id),"
    " numbered AS (SELECT (SELECT coalesce(max(sequence), 0) FROM feed_commit)"
    "  + row_number() OVER (ORDER BY kept.commit_id) AS sequence, kept.commit_id, kept.entries, kept.sums"
    "  FROM taken CROSS JOIN LATERAL (SELECT * FROM feed_body WHERE commit_id = taken.commit_id OFFSET 0) kept),"
    " ordered AS (INSERT INTO feed_commit (sequence, commit_id) SELECT sequence, commit_id FROM numbered),"
    " placed AS (INSERT INTO feed_position (channel, sequence, slices)"
    "  SELECT entry.key, numbered.sequence, entry.value"
    "  FROM numbered CROSS JOIN LATERAL json_each_text(CAST(numbered.entries AS json)) entry),"
    " changes AS (SELECT channel.value AS channel, change.value ->> 1 AS table_name, change.value ->> 2 AS month,"
    "  mod(sum(CAST(change.value ->> 3 AS numeric)), :wrap) AS added"
    "  FROM numbered CROSS JOIN LATERAL json_array_elements(CAST(nullif(numbered.sums, '') AS json)) change"
    "  CROSS JOIN LATERAL json_array_elements_text(change.value -> 0) channel GROUP BY 1, 2, 3),"
    " summed AS (INSERT INTO channel_sum (channel, table_name, month, total)"
    "  SELECT channel, table_name, month, CAST(mod(added + :wrap, :wrap) AS bigint) FROM changes WHERE added <> 0"
    "  ON CONFLICT (channel, table_name, month) DO UPDATE SET total = (channel_sum.total + excluded.total) & :bits)"
    " SELECT count(*) FROM numbered"
)


def number_queued(connection: Connection) -> int:
    """Give numbers to all commits that have none: one sequencer at a time, by advisory lock. Returns how many.

    A commit that changed a row after another is never seen without it (the second waited for the first's lock), and
    within one round versions decide, so any order within a round is right. What the caller has committed before has
    its number afterwards, from here or from another sequencer.
    """
    if connection.dialect.name != "postgresql":
        return 0
    connection.execute(_ALONE, {"key": repository.SEQUENCER_LOCK})
    return int(connection.execute(_NUMBER, {"wrap": BITS + 1, "bits": BITS}).scalar_one())
