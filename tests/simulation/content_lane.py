"""The lane of contents of one counter: pictures go up behind the rounds, on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sqlalchemy.exc import SQLAlchemyError

from desktop.store import attaching
from desktop.store.store import Store
from desktop.sync.attachments import ContentRound, fetch, follow_epoch
from desktop.sync.http import HttpClient
from desktop.sync.http_contents import HttpContents
from domain.attachments import queries
from domain.attachments.model import SUBJECTS
from domain.kernel.errors import DomainError
from tests.simulation.drawing import any_row
from tests.simulation.line import Line, LineSession
from tests.simulation.timeline import Strand
from tests.simulation.trouble import Died

SERVER = "http://server.invalid"


@dataclass(slots=True)
class ContentLane:
    """What a counter does with contents; one thing at a time.

    Attributes:
        machine: the counter, as trouble knows it.
        died: called when its machine died over it.
        note: keeps a line of the trace.
    """

    machine: object
    line: Line
    died: Callable[[], None]
    note: Callable[[str], None]
    fresh: bool = True
    _due: Callable[[], None] | None = None
    _strand: Strand | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._due is not None or (self._strand is not None and self._strand.alive)

    def send(self, store: Store, token: str) -> None:
        """After a round that went through: send what the server does not have."""
        if not self.busy:
            self._begin(lambda: self._send(store, token))

    def look(self, chance: Random, store: Store, token: str) -> None:
        """Somebody wants to see a picture that hangs on a document."""
        if not self.busy and token:
            self._begin(lambda: self._look(chance, store, token))

    def end(self, error: BaseException) -> None:
        """The program is gone."""
        strand, self._strand, self._due, self.fresh = self._strand, None, None, True
        if strand is not None and strand.alive:
            strand.end(error)

    def _begin(self, work: Callable[[], None]) -> None:
        # Never from within the round that has just ended: who wakes a strand does not go on before it waits.
        self._due = work
        self.line.timeline.after(0, lambda: self._start(work))

    def _start(self, work: Callable[[], None]) -> None:
        if self._due is work:
            self._due = None
            self._strand = self.line.strand = Strand(self.line.timeline, lambda: self._guarded(work))
            self._strand.wake()

    def _guarded(self, work: Callable[[], None]) -> None:
        mine = self._strand
        try:
            with self.line.trouble.work_of(self.machine):
                work()
        except Died:
            if mine is not None and self._strand is mine:
                self._strand = None
                self.died()
        except (SQLAlchemyError, DomainError) as error:
            self.note(f"contents: {type(error).__name__} {str(error)[:40]}")

    def _send(self, store: Store, token: str) -> None:
        """As the product does it after each round."""
        if self.fresh:
            attaching.reconcile(store)
            attaching.tidy(store)
            self.fresh = False
        follow_epoch(store)
        if token and store.book.unsent():
            told = ContentRound(store, self._wire(token)).once()
            self.note(f"contents: sent {told.sent} pieces {told.pieces} {told.problem}")

    def _look(self, chance: Random, store: Store, token: str) -> None:
        row = any_row(chance, store, SUBJECTS[chance.choice(queries.KINDS)].table)
        if row is None:
            return
        wanted = attaching.attachment(store, row["id"])
        if fetch(store, self._wire(token), wanted):
            self.note(f"contents: looked at {len(attaching.read(store, wanted))} bytes")

    def _wire(self, token: str) -> HttpContents:
        client = HttpClient(SERVER)
        client._http = LineSession(self.line)
        return HttpContents(client, token)
