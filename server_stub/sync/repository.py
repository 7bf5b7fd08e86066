"""SQL of synchronisation: envelopes, receipts, chains, the feed and its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.channels import Row
from server_stub.sync import repository_sums
from server_stub.sync.deltas import unpacked
from server_stub.sync.models import (
    alarm,
    chain,
    channel_generation,
    channel_set,
    counter,
    envelope,
    feed_body,
    feed_commit,
    feed_position,
    receipt,
    server_meta,
)

# Statements of the push's path are made once: building them anew cost more than running them.
_CHAIN = select(chain).where(chain.c.device_id == bindparam("device"), chain.c.epoch == bindparam("of_epoch"))
_LOCK_CHAIN = _CHAIN.with_for_update()
_ADVANCE = (
    update(chain)
    .where(chain.c.device_id == bindparam("of"), chain.c.epoch == bindparam("in_epoch"))
    .values(
        last_sequence=bindparam("last_sequence"),
        last_hash=bindparam("last_hash"),
        alarms=bindparam("alarms"),
        first_sequence=bindparam("first_sequence"),
    )
)
_MARK = (
    update(envelope)
    .where(envelope.c.hash == bindparam("of"))
    .values(state=bindparam("new_state"), reason=bindparam("new_reason"))
)
_EXPECTED = select(chain.c.last_sequence).where(
    chain.c.device_id == bindparam("device"), chain.c.epoch == bindparam("of_epoch")
)
_FEED = (
    select(feed_position.c.sequence, feed_position.c.slices, feed_body.c.body)
    .join(feed_commit, feed_commit.c.sequence == feed_position.c.sequence)
    .join(feed_body, feed_body.c.commit_id == feed_commit.c.commit_id)
    .where(
        feed_position.c.channel.in_(bindparam("channels", expanding=True)),
        feed_position.c.sequence > bindparam("after"),
    )
    .order_by(feed_position.c.sequence)
    .limit(bindparam("most"))
)
_GENERATIONS = select(channel_generation).where(channel_generation.c.channel.in_(bindparam("channels", expanding=True)))
_SET = select(channel_set.c.channels).where(channel_set.c.digest == bindparam("digest"))
_NEWEST = select(feed_commit.c.sequence, feed_commit.c.commit_id).order_by(feed_commit.c.sequence.desc()).limit(1)
_COMMIT_AT = select(feed_commit.c.commit_id).where(feed_commit.c.sequence == bindparam("at"))
_METAS = select(server_meta.c.key, server_meta.c.value).where(server_meta.c.key.in_(bindparam("keys", expanding=True)))
_RECEIPT = select(receipt).where(receipt.c.command_id == bindparam("command"))
_META = select(server_meta.c.value).where(server_meta.c.key == bindparam("of"))
_LAST_COMMIT = select(func.coalesce(func.max(feed_commit.c.sequence), 0))

_KEEP_AND_QUEUE = text(
    "WITH kept AS (INSERT INTO feed_body (commit_id, body, entries, personal, sums)"
    " VALUES (CAST(:commit_id AS uuid), :body, :entries, :personal, :sums) RETURNING commit_id)"
    " INSERT INTO feed_queue (commit_id) SELECT commit_id FROM kept"
)
_SHARE_TREE = text("SELECT pg_advisory_xact_lock_shared(:key)")

TREE_LOCK = 0x0DEA1E6
"""Key of the advisory lock that commands share and a move of a dealer owns; SQLite's writers stand in line anyway."""
SEQUENCER_LOCK = 0x0DEA1E5
"""Key of the advisory lock that makes one sequencer of many processes."""


def upsert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def row_by_id(connection: Connection, table: Table, row_id: str) -> Row | None:
    """A row of any synced table."""
    found = connection.execute(_by_id(table), {"row": row_id}).mappings().first()
    return dict(found) if found else None


@cache
def _by_id(table: Table) -> Select[Any]:
    return select(table).where(table.c.id == bindparam("row"))


def store_envelopes(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep raw envelopes; one that is known already stays as it is."""
    if rows:
        connection.execute(upsert(connection, envelope).on_conflict_do_nothing(), list(rows))


def mark_envelope(connection: Connection, digest: str, state: str, reason: str = "") -> None:
    """What became of a raw envelope."""
    connection.execute(_MARK, {"of": digest, "new_state": state, "new_reason": reason})


def lock_chain(connection: Connection, device_id: str, epoch: int) -> Row:
    """The chain's row, locked; made when it is new."""
    fresh = {
        "device_id": device_id,
        "epoch": epoch,
        "last_sequence": 0,
        "last_hash": "0" * 64,
        "alarms": 0,
        "first_sequence": 1,
    }
    statement = _LOCK_CHAIN if connection.dialect.name == "postgresql" else _CHAIN
    of = {"device": device_id, "of_epoch": epoch}
    found = connection.execute(statement, of).mappings().first()
    if found is None:
        connection.execute(upsert(connection, chain).on_conflict_do_nothing(), fresh)
        found = connection.execute(statement, of).mappings().one()
    return dict(found)


def advance_chain(connection: Connection, row: Row) -> None:
    """Write how far the chain has been taken."""
    connection.execute(
        _ADVANCE,
        {
            "of": row["device_id"],
            "in_epoch": row["epoch"],
            "last_sequence": row["last_sequence"],
            "last_hash": row["last_hash"],
            "alarms": row["alarms"],
            "first_sequence": row["first_sequence"],
        },
    )


def expected_sequence(connection: Connection, device_id: str, epoch: int) -> int:
    """The sequence that the chain waits for."""
    return int(connection.execute(_EXPECTED, {"device": device_id, "of_epoch": epoch}).scalar() or 0) + 1


def highest_epoch(connection: Connection, device_id: str) -> int:
    """The highest epoch in which a device ever pushed; 0 when it never did."""
    statement = select(func.coalesce(func.max(chain.c.epoch), 0)).where(chain.c.device_id == device_id)
    return int(connection.execute(statement).scalar_one())


def has_envelope(connection: Connection, device_id: str, digest: str) -> bool:
    """Whether a device ever sent this envelope."""
    statement = select(envelope.c.hash).where(envelope.c.hash == digest, envelope.c.device_id == device_id)
    return connection.execute(statement).first() is not None


def handled_at(connection: Connection, device_id: str, epoch: int, sequence: int) -> str:
    """The hash of the envelope that was handled at this place of a chain; empty for none."""
    statement = select(receipt.c.hash).where(
        receipt.c.device_id == device_id, receipt.c.epoch == epoch, receipt.c.sequence == sequence
    )
    return connection.execute(statement).scalar() or ""


def handled(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Those of the envelopes that have been handled or set aside before."""
    by_receipt = select(receipt.c.hash).where(receipt.c.hash.in_(list(digests)))
    aside = select(envelope.c.hash).where(
        envelope.c.hash.in_(list(digests)), envelope.c.state.in_(["quarantined", "parked"])
    )
    return {*connection.execute(by_receipt).scalars(), *connection.execute(aside).scalars()}


def find_receipt(connection: Connection, command_id: str) -> Row | None:
    """The receipt of a command."""
    found = connection.execute(_RECEIPT, {"command": command_id}).mappings().first()
    return dict(found) if found else None


def statuses(connection: Connection, command_ids: Sequence[str]) -> dict[str, str]:
    """What became of commands, by id; those without receipt are missing."""
    statement = select(receipt.c.command_id, receipt.c.status).where(receipt.c.command_id.in_(list(command_ids)))
    return {row.command_id: row.status for row in connection.execute(statement)}


def add_receipt(connection: Connection, row: Row) -> None:
    """Write a command's receipt; a second one for the same command is a database error."""
    connection.execute(insert(receipt), row)


def change_receipt(
    connection: Connection, command_id: str, status: str, code: str, handled_at: int, written: int
) -> None:
    """A parked command was taken again: its receipt tells what became of it now."""
    changes = {"status": status, "code": code, "handled_at": handled_at, "written": written}
    connection.execute(update(receipt).where(receipt.c.command_id == command_id).values(changes))


def store_commit(
    connection: Connection, commit_id: str, body: bytes, entries: str, personal: str | None, sums: str = ""
) -> None:
    """Keep a commit's images and what it adds to the channels' sums. On SQLite, where writers stand in line, it gets
    its number at once.
    """
    row = {"commit_id": commit_id, "body": body, "entries": entries, "personal": personal, "sums": sums}
    if connection.dialect.name == "postgresql":
        connection.execute(_KEEP_AND_QUEUE, row)
    else:
        connection.execute(insert(feed_body), row)
        _number(connection, [(commit_id, entries, sums)])


def _number(connection: Connection, commits: Sequence[tuple[str, str, str]]) -> None:
    """Number commits (id, entries, sums) in this order."""
    last = connection.execute(_LAST_COMMIT).scalar_one()
    numbered = list(enumerate(commits, int(last) + 1))
    connection.execute(
        insert(feed_commit), [{"sequence": sequence, "commit_id": commit[0]} for sequence, commit in numbered]
    )
    positions = [
        {"channel": channel, "sequence": sequence, "slices": json.dumps(slices, separators=(",", ":"))}
        for sequence, (_, entries, _) in numbered
        for channel, slices in json.loads(entries).items()
    ]
    if positions:
        connection.execute(insert(feed_position), positions)
    repository_sums.add_totals(connection, unpacked(sums for _, _, sums in commits))


def lock_sequencer(connection: Connection) -> None:
    """Be the only one who numbers commits, to the end of the transaction; on SQLite every writer is."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEQUENCER_LOCK})


def share_tree(connection: Connection) -> None:
    """Let nobody move a dealer until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE_TREE, {"key": TREE_LOCK})


def own_tree(connection: Connection) -> None:
    """Wait until no other command is under way, and let none begin until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TREE_LOCK})


def head_sequence(connection: Connection) -> int:
    """The number of the newest commit."""
    return int(connection.execute(_LAST_COMMIT).scalar_one())


def commits_after(connection: Connection, after: int, limit: int) -> list[tuple[int, str]]:
    """(sequence, entries by channel as JSON) of commits after *after*, in order."""
    statement = (
        select(feed_commit.c.sequence, feed_body.c.entries)
        .join(feed_body, feed_body.c.commit_id == feed_commit.c.commit_id)
        .where(feed_commit.c.sequence > after)
        .order_by(feed_commit.c.sequence)
        .limit(limit)
    )
    return [(int(sequence), entries) for sequence, entries in connection.execute(statement)]


def newest_in(connection: Connection, channels: Sequence[str]) -> int:
    """The number of the newest commit of these channels, 0 for none."""
    newest = select(func.max(feed_position.c.sequence)).where(feed_position.c.channel.in_(list(channels)))
    return int(connection.execute(newest).scalar() or 0)


def feed_rows(connection: Connection, channels: Sequence[str], after: int, limit: int) -> list[tuple[int, str, bytes]]:
    """(sequence, slices, body) of commits after *after* in *channels*, at most *limit* rows, in order."""
    asked = {"channels": list(channels), "after": after, "most": limit}
    return [(int(sequence), slices, bytes(body)) for sequence, slices, body in connection.execute(_FEED, asked)]


def generations(connection: Connection, channels: Sequence[str]) -> dict[str, int]:
    """Generation of each channel that was ever raised."""
    found = connection.execute(_GENERATIONS, {"channels": list(channels)})
    return {channel: int(generation) for channel, generation in found}


def raise_generation(connection: Connection, channels: Sequence[str]) -> None:
    """Tell clients of these channels to take a snapshot."""
    statement = upsert(connection, channel_generation)
    statement = statement.on_conflict_do_update(
        index_elements=[channel_generation.c.channel], set_={"generation": channel_generation.c.generation + 1}
    )
    connection.execute(statement, [{"channel": channel, "generation": 1} for channel in channels])


def remember_sets(connection: Connection, sets: Mapping[str, str]) -> None:
    """Keep sets of channels (digest → text) that cursors may name from now on."""
    if sets:
        rows = [{"digest": digest, "channels": text} for digest, text in sets.items()]
        connection.execute(upsert(connection, channel_set).on_conflict_do_nothing(), rows)


def find_set(connection: Connection, digest: str) -> str | None:
    """The set of channels with this digest."""
    found: str | None = connection.execute(_SET, {"digest": digest}).scalar()
    return found


def next_number(connection: Connection, device_id: str, prefix: str) -> int:
    """The next counter value of the server's own device."""
    statement = upsert(connection, counter).values(device_id=device_id, prefix=prefix, value=1)
    statement = statement.on_conflict_do_update(
        index_elements=[counter.c.device_id, counter.c.prefix], set_={"value": counter.c.value + 1}
    ).returning(counter.c.value)
    return int(connection.execute(statement).scalar_one())


def newest_commit(connection: Connection) -> tuple[int, str]:
    """(number, id) of the newest commit; 0 and empty for none."""
    found = connection.execute(_NEWEST).first()
    return (int(found[0]), str(found[1])) if found else (0, "")


def commit_at(connection: Connection, sequence: int) -> str | None:
    """The id of a commit by its number; None when it was compacted away."""
    found: str | None = connection.execute(_COMMIT_AT, {"at": sequence}).scalar()
    return found


def add_alarm(connection: Connection, row: Row) -> None:
    """Keep an alarm; the same one in the same millisecond is one."""
    connection.execute(upsert(connection, alarm).values(row).on_conflict_do_nothing())


def count_alarms(connection: Connection) -> int:
    """How many alarms there ever were."""
    return int(connection.execute(select(func.count()).select_from(alarm)).scalar_one())


def lock_meta(connection: Connection) -> None:
    """Let nobody else begin an epoch meanwhile."""
    if connection.dialect.name == "postgresql":
        statement = select(server_meta.c.key).where(server_meta.c.key == "database_id").with_for_update()
        connection.execute(statement)


def get_metas(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Several facts about this database, those that are there."""
    return {str(key): str(value) for key, value in connection.execute(_METAS, {"keys": list(keys)})}


def get_meta(connection: Connection, key: str) -> str | None:
    """A fact about this database."""
    found: str | None = connection.execute(_META, {"of": key}).scalar()
    return found


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Record a fact about this database."""
    statement = upsert(connection, server_meta).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[server_meta.c.key], set_={"value": value}))


def count_states(connection: Connection) -> dict[str, int]:
    """How many envelopes stand in each state."""
    statement = select(envelope.c.state, func.count()).group_by(envelope.c.state)
    return {state: int(number) for state, number in connection.execute(statement)}
