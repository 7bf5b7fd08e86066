"""Commands that were decided on what this database has lost: they wait until it has come again.

Every envelope names the cursor at which it was decided, with the witness of the newest commit that its device had seen
(:mod:`server_stub.sync.history`). A witness that is not in this database's past proves that it was restored since, and
what the command stands on may be in another PC's ledger, not offered again yet. What then fails, or would be recorded
with the exception that its base is unknown, is parked and taken again by itself whenever something new has come. After
a week a fact is recorded with its exception, and the rest is left to people. Decision 30.
"""

from __future__ import annotations

from sqlalchemy import Connection

from domain.kernel.envelope import Body
from domain.kernel.errors import Refused
from domain.kernel.outcome import Outcome
from domain.parties.model import person
from server_stub.accounts.keys import history_key
from server_stub.sync import history, repository
from server_stub.sync.commit import Verdict

WAITS = "waits_for_lost"
GIVEN_UP = "lost_never_came"
"""Codes: it waits by itself; it has waited long enough, and a person decides."""
PATIENCE_MS = 7 * 86_400_000
LONGEST_PAUSE_MS = 10 * 60_000
UNKNOWN, OUT_OF_TURN = "unknown_", ("_unknown", "_in_state")
"""So begin and end the codes of rules that break when something came before is missing."""
EFFECTIVE = frozenset({Outcome.CONFIRMED, Outcome.EXCEPTION})


def is_behind(connection: Connection, body: Body) -> bool:
    """Whether this database has not (or no longer) what the device had seen when it decided this command."""
    _, seen = history.detach(body.cursor or "", history_key(connection))
    if seen is not None and history.is_lost(connection, seen):
        return True
    # A person who was added after the backup may have signed before this PC had read anything of it.
    restored = history.restores(connection) > 0
    return restored and repository.row_by_id(connection, person, body.person) is None


def check_base(connection: Connection, body: Body, verdict: Verdict) -> None:
    """A fact is recorded though what it stands on is not here, as an exception; not while that may still come.

    Raises:
        Refused: with the flag's code.
    """
    for code in verdict.flags:
        if (code.startswith(UNKNOWN) or code.endswith(OUT_OF_TURN)) and is_behind(connection, body):
            raise Refused(code)


def with_patience(connection: Connection, body: Body, verdict: Verdict, waited_ms: int) -> Verdict:
    """The verdict; or that the command waits, when it failed and may not have failed before the restore.

    Args:
        waited_ms: since the envelope was received.
    """
    if verdict.status in EFFECTIVE or verdict.code in (WAITS, GIVEN_UP) or not is_behind(connection, body):
        return verdict
    code = WAITS if waited_ms < PATIENCE_MS else GIVEN_UP
    return Verdict(Outcome.PARKED, code, {"why": verdict.code})


def pause_ms(waited_ms: int) -> int:
    """How long to wait before it is tried again, when it has waited for so long."""
    return min(max(waited_ms, 0) // 10, LONGEST_PAUSE_MS)
