"""Files on documents, as a counter handles them: attach, take off, list, and keep the folder within its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.store.content_book import KEPT, UNSENT
from desktop.store.contents import Staged
from desktop.store.ledger import OPEN
from desktop.store.ledger_tables import PARKED
from desktop.store.store import Performed, Store
from domain.attachments import queries
from domain.attachments.commands import SubjectKind
from domain.attachments.handlers import decide_attach, decide_detach
from domain.attachments.rules import MIB
from domain.kernel.channels import Row
from domain.kernel.errors import NotFound, Refused

MOST_KEPT = 1024 * MIB
"""Bytes of files that this PC keeps besides those that the server does not have yet."""
UNNAMED_MS = 30 * 86_400_000
"""A content that no document names any more is kept for so long: somebody may take the removal back."""
SAVED, SENT, AWAY = "saved", "sent", "away"
"""States of a file: here and not sent; here and at the server; not here, to be fetched when it is wanted."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a document.

    Attributes:
        state: ``saved``, ``sent`` or ``away``.
        own: attached by this party, which may take it off.
        problem: code with which the server refused the content last, empty for nothing.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    person_name: str
    at: int
    state: str
    own: bool
    problem: str


def stage(store: Store, path: Path) -> Staged:
    """Keep a copy of a file; it hangs on nothing yet.

    Raises:
        Refused: ``cannot_read``, ``cannot_write``; DiskFull. Invalid: what may not be attached.
    """
    try:
        with path.open("rb") as source:
            return store.contents.keep(source, path.stat().st_size, path.name)
    except OSError as error:
        raise Refused("cannot_read", file=path.name, detail=error.strerror or "") from None


def attach(store: Store, subject: SubjectKind, subject_id: str, staged: Staged) -> Performed:
    """Hang a kept content on a document. When this returns both are durable; the content goes up by its own queue.

    Raises:
        Refused: ``attachment_too_many``, ``attachment_there_already``. NotFound: ``not_found``.
    """
    # Before the command: a record without its content would be worse than a content without a record.
    store.book.add(staged.sha256, staged.size, store.clock.now_ms())
    made = store.ledger.status_of([subject_id]).get(subject_id)
    waits = made is not None and made["status"] in (*OPEN, PARKED)
    depends_on = (str(made["id"]),) if made is not None and waits else ()
    about = {"name": staged.name, "media_type": staged.media_type, "size": staged.size, "sha256": staged.sha256}
    return store.perform(lambda ctx: decide_attach(ctx, subject, subject_id, depends_on=depends_on, **about))  # type: ignore[arg-type]


def detach(store: Store, attachment_id: str) -> Performed:
    """Take a file off its document. Its content stays for a while, so that :func:`put_back` can undo it."""
    return store.perform(lambda ctx: decide_detach(ctx, attachment_id))


def put_back(store: Store, subject: SubjectKind, subject_id: str, removed: Attached) -> Performed:
    """Undo a removal: the same content hangs there again, whether it is here or only at the server."""
    staged = Staged(removed.name, removed.media_type, removed.size, removed.sha256)
    if store.contents.has(removed.sha256):
        return attach(store, subject, subject_id, staged)
    about = {"name": staged.name, "media_type": staged.media_type, "size": staged.size, "sha256": staged.sha256}
    return store.perform(lambda ctx: decide_attach(ctx, subject, subject_id, **about))  # type: ignore[arg-type]


def attached_to(store: Store, subject: SubjectKind, subject_id: str) -> list[Attached]:
    """What hangs on a document, oldest first."""
    with store.read() as connection:
        rows = queries.attachments_of(connection, subject, subject_id)
    known = store.book.all() if rows else {}
    return [_attached(store, row, known.get(row["sha256"])) for row in rows]


def attachment(store: Store, attachment_id: str) -> Attached:
    """One file.

    Raises:
        NotFound: ``not_found``.
    """
    with store.read() as connection:
        found = queries.attachment_by_id(connection, attachment_id)
    if found is None:
        raise NotFound("not_found", what="attachment", id=attachment_id)
    row = found[1]
    return _attached(store, row, store.book.all().get(row["sha256"]))


def _attached(store: Store, row: Row, kept: Row | None) -> Attached:
    here = store.contents.has(row["sha256"])
    state = AWAY if not here else SAVED if kept is not None and kept["state"] == UNSENT else SENT
    told = {name: row[name] for name in ("id", "name", "media_type", "size", "sha256", "person_name", "at")}
    problem = kept["problem"] if kept is not None and state == SAVED else ""
    return Attached(**told, state=state, own=row["party_id"] == store.known.party_id, problem=problem)


def count_unsent(store: Store) -> int:
    """How many contents wait for upload; one that was taken off before it was sent waits no longer. A read error is an
    error, never "nothing".
    """
    waiting = {row["sha256"] for row in store.book.unsent()}
    if not waiting:
        return 0
    with store.read() as connection:
        return len({row["sha256"] for row in queries.records_naming(connection, waiting)})


def count_held_back(store: Store) -> int:
    """How many contents wait on this PC until its dealer trades again: the documents that name them are not shown to it
    any more.
    """
    return len({row["sha256"] for row in store.book.unsent()})


def read(store: Store, wanted: Attached) -> bytes:
    """The content of a file that is here; looking at it keeps it longer.

    Raises:
        Damaged: ``attachment_damaged``: it is let go, and can be fetched again when the server has it.
    """
    store.book.used(wanted.sha256, store.clock.now_ms())
    return store.contents.read(wanted.sha256, wanted.size)


# -- keeping the folder ------------------------------------------------------------------------------------------------


def reconcile(store: Store) -> None:
    """Make book and folder agree once after a start: what a kill left half done goes, and what a ledger that was
    restored from a copy does not know is entered again, to be offered to the server.
    """
    known = store.book.all()
    named = {store.contents.path_of(sha256).name for sha256 in known}
    files = {path.name: path for path in store.contents.names()}
    strange = {name: path for name, path in files.items() if not path.suffix and name not in named}
    if strange:
        with store.read() as connection:
            records = queries.records_by(connection, store.known.party_id)
        for row in records:
            if store.contents.path_of(row["sha256"]).name in strange:
                store.book.add(row["sha256"], row["size"], store.clock.now_ms())
                strange.pop(store.contents.path_of(row["sha256"]).name)
    for path in (*strange.values(), *(each for each in files.values() if each.suffix == ".new")):
        path.unlink(missing_ok=True)
    for sha256 in known:
        if not store.contents.has(sha256) and known[sha256]["state"] == KEPT:
            store.book.forget(sha256)


def tidy(store: Store, most: int = MOST_KEPT) -> int:
    """Let go of what no document names any more, and of the longest unused that the server has when there is too much;
    how many went. What the server has not confirmed stays, however much it is.
    """
    known = store.book.all()
    with store.read() as connection:
        named = {row["sha256"] for row in queries.records_naming(connection, list(known))}
    now, gone = store.clock.now_ms(), 0
    for sha256, row in known.items():
        if sha256 not in named and abs(now - row["used_at"]) >= UNNAMED_MS:
            _let_go(store, sha256)
            gone += 1
    kept = store.book.to_evict()
    total = sum(row["size"] for row in kept)
    for row in kept:
        if total <= most:
            break
        _let_go(store, row["sha256"])
        total -= row["size"]
        gone += 1
    return gone


def _let_go(store: Store, sha256: str) -> None:
    store.contents.drop(sha256)
    store.book.forget(sha256)
