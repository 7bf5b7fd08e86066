"""Applying a command on this PC: as it happens, and again as a layer over what the server says."""

from __future__ import annotations

import logging

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from desktop.store.acting import actor_of
from desktop.store.identity import Identity
from desktop.store.space import DiskFull
from desktop.store.undo import UndoJournal
from domain.kernel.commands import CommandType, Payload, command_named
from domain.kernel.context import Actor, ApplyContext
from domain.kernel.envelope import Body, Sealed, open_body, unpack_personal
from domain.kernel.errors import DomainError
from domain.kernel.handling import execute
from domain.kernel.rowwriter import RowWriter

log = logging.getLogger(__name__)


def apply_here(
    connection: Connection,
    journal: UndoJournal,
    kind: CommandType,
    body: Body,
    payload: Payload,
    personal: Payload | None,
    actor: Actor,
) -> None:
    """Run a command on the cache, without authority; *journal* collects its layer.

    Raises:
        DomainError: it is refused here.
    """
    rows = RowWriter(connection, journal, authority=False)
    execute(kind, ApplyContext(body.id, actor, body.business_date, body.claimed_at, rows, personal), payload)


def put_on(connection: Connection, known: Identity, sequence: int, sealed: Sealed) -> dict[str, set[str]]:
    """Apply a sealed command again as a layer; returns what changed.

    What no longer applies, or is here already, waits for the server's word.

    Raises:
        DiskFull: that says nothing about the command.
    """
    body = open_body(sealed)
    journal = UndoJournal()
    savepoint = connection.begin_nested()
    try:
        kind = command_named(body.kind)
        payload = kind.decode(body.schema, bytes(body.payload))
        personal = kind.decode_personal(unpack_personal(sealed.personal))
        apply_here(connection, journal, kind, body, payload, personal, actor_of(connection, known, body))
        journal.flush(connection, sequence)
    except DiskFull:
        raise
    except (DomainError, IntegrityError) as error:
        savepoint.rollback()
        log.warning("command %s no longer applies here: %s", body.id, error.code)
        return {}
    savepoint.commit()
    return journal.changed
