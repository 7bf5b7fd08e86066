"""A counter of the simulation: the real store and the real round behind a line, and the person in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from desktop.store.identity import Identity, Secrets
from desktop.store.ledger_tables import SAVED
from desktop.store.store import Performed, Store
from desktop.sync import enrolment
from desktop.sync.http import HttpClient, HttpTransport, kept_tokens
from desktop.sync.pacing import PERIOD_MS as EVERY, Pacing
from desktop.sync.round import RoundResult, SyncRound
from desktop.sync.transport import Offline, ServerRefused, SignInNeeded
from domain.kernel.errors import DomainError
from tests.simulation.content_lane import SERVER, ContentLane
from tests.simulation.line import Line, LineSession
from tests.simulation.timeline import Strand, SwayingClock
from tests.simulation.trouble import Died, Trouble

PERIOD_MS = 30_000
Operation = Callable[[Store], Performed | None]


@dataclass(slots=True)
class KeptTokens:
    """The session in the system's key store: it outlives the program."""

    kept: dict[str, Any] | None = None

    def load(self) -> dict[str, Any] | None:
        return self.kept

    def save(self, tokens: dict[str, Any] | None) -> None:
        self.kept = tokens


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a PC's disk, the ids of the commands that its ledger has, and what the person had been told."""

    folder: Path
    commands: frozenset[str]
    acknowledged: tuple[Performed, ...]


@dataclass(slots=True)
class Pc:
    """One PC.

    Attributes:
        name: of the person who sits there.
        on: whether the program runs.
        acknowledged: what the person was told is saved, in order.
        period: milliseconds between rounds when nothing happens.
        rounds: how many rounds went through.
        calm_since: when the last round began that went through and found nothing to do; -1 for not since.
        problem: what ended the last round.
        label: how the trace calls it.
        pokes: how likely a poke of the server reaches it; 0 when it does not listen.
        full_until: its disk has no room for anything new before that instant.
        only: another PC has the same device's keys, and so this one always has the same person.
        left: commands that the server had when the PC was put back to a time before them.
        at_work: whether its program did anything since somebody last looked at what is pending.
        written: called whenever a round has written something, as a window would look at it.
        looked_at: the feed cursor at which somebody last looked at how layers lie.
    """

    name: str
    folder: Path
    secrets: Secrets
    line: Line
    trouble: Trouble
    chance: Random
    tokens: KeptTokens = field(default_factory=KeptTokens)
    password: str = ""
    wanted_user: str = ""
    on: bool = False
    acknowledged: list[Performed] = field(default_factory=list)
    period: int = PERIOD_MS
    rounds: int = 0
    deaths: int = 0
    calm_since: int = -1
    problem: str = ""
    label: str = ""
    pokes: float = 0.0
    full_until: int = 0
    only: str = ""
    left: set[str] = field(default_factory=set)
    at_work: bool = False
    clock: SwayingClock = field(init=False)
    pacing: Pacing = field(init=False)
    store: Store = field(init=False)
    lane: ContentLane = field(init=False)
    note: Callable[[str], None] = lambda _text: None
    written: Callable[[], None] = lambda: None
    looked_at: str | None = None
    _client: HttpClient = field(init=False)
    _transport: HttpTransport | None = None
    _strand: Strand | None = None
    _life: int = 0
    _planned: int = 0
    _frozen: Path | None = None
    _copies: int = 0
    _remembered: list[tuple[Path, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = SwayingClock(self.line.timeline)
        self.pacing = Pacing(self.chance.random)
        beside = replace(self.line, chance=Random(f"{self.line.chance.random()}/contents"), strand=None)
        self.lane = ContentLane(self, beside, self._bury, lambda text: self.note(text))

    def __str__(self) -> str:
        return self.label or self.name

    # -- the program -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the program and, as it does, begin with a round."""
        with self.trouble.work_of(self):
            try:
                self._open()
            except Died:
                self._bury()
                return
            except (SQLAlchemyError, DomainError) as error:
                self.note(f"does not start: {type(error).__name__}")
                self.line.timeline.after(5_000, self.come_back)
                return
        self.on = True
        self._life += 1
        self.pacing = Pacing(self.chance.random)
        self._plan(0)

    def _open(self) -> None:
        self.store = Store(self.folder, self.secrets, self.clock, self.chance.randbytes, self._free)
        self._client = HttpClient(SERVER)
        self._client._http = LineSession(self.line)
        self._transport = None

    def _free(self, _folder: Path) -> int:
        return 0 if self.line.timeline.now < self.full_until else 2**40

    def copy(self) -> Copy:
        """A copy of the disk as it is."""
        self._copies += 1
        folder = self.folder.with_name(f"{self.folder.name}.copy{self._copies}")
        shutil.copytree(self.folder, folder)
        return Copy(folder, frozenset(row["id"] for row in self.store.ledger.recent(500)), tuple(self.acknowledged))

    def put_back(self, copy: Copy) -> None:
        """The disk is what it was when *copy* was made; who works here does not know that anything is missing."""
        lost = [row for row in self.store.ledger.recent(500) if row["id"] not in copy.commands]
        self.left |= {row["id"] for row in lost if row["status"] != SAVED}
        self.acknowledged = list(copy.acknowledged)
        self.close()
        shutil.rmtree(self.folder)
        copy.folder.rename(self.folder)
        self._remembered, self.wanted_user = [], self.only
        self.note("put back to a copy of its disk")
        self.start()

    def close(self) -> None:
        """End the program in good order."""
        self._end_strand()
        self.on = False
        self._life += 1
        self.store.close()

    def die(self) -> None:
        """The PC loses its power now."""
        self.freeze()
        self._bury()

    def freeze(self) -> None:
        """Keep the files as they are at this moment: unwinding may not tidy up what a killed program leaves."""
        self._frozen = self.folder.with_name(self.folder.name + ".frozen")
        shutil.copytree(self.folder, self._frozen)

    def _bury(self) -> None:
        """The program is gone; its files are what they were at the moment of death. It comes back by itself."""
        self.deaths += 1
        self.on = False
        self._life += 1
        self._end_strand()
        store: Store | None = getattr(self, "store", None)
        if store is not None:
            store.close()
        if self._frozen is not None:
            shutil.rmtree(self.folder)
            self._frozen.rename(self.folder)
            self._frozen = None
            self._forget_cache()
        self.note("died")
        self.line.timeline.after(self.chance.randrange(1_000, 40_000), self.come_back)

    def come_back(self) -> None:
        """Started, unless somebody has started it: two programs on one folder would not see each other."""
        if not self.on:
            self.start()

    def _end_strand(self) -> None:
        strand, self._strand = self._strand, None
        if strand is not None and strand.alive:
            strand.end(Died(self.name))
        self.lane.end(Died(self.name))

    def remember_cache(self) -> None:
        """The cache is not flushed with each commit: the next loss of power may bring back what it is now."""
        self._remembered = [(path, path.read_bytes()) for path in sorted(self.folder.glob("cache.db*"))]

    def _forget_cache(self) -> None:
        """Put the cache back, unless it was flushed since."""
        kept, self._remembered = self._remembered, []
        if not kept or kept[0][0].read_bytes() != kept[0][1]:
            return
        for path in self.folder.glob("cache.db*"):
            path.unlink()
        for path, content in kept:
            if not path.name.endswith("-shm"):
                path.write_bytes(content)
        self.note("cache is an older one")

    # -- the person --------------------------------------------------------------------------------------------------

    def perform(self, operation: Operation) -> Performed | None:
        """Let the person do something; None when the program refused it, was in trouble, or died over it."""
        if not self.on:
            return None
        done: Performed | None = None
        dead = False
        with self.trouble.work_of(self):
            try:
                done = operation(self.store)
            except DomainError as error:
                self.note(f"refused {error.code}")
                return None
            except SQLAlchemyError as error:
                self.note(f"not saved: {type(error).__name__}")
                return None
            except Died:
                dead = True
        if dead:
            self._bury()
            return None
        if done is None:
            return None
        self.acknowledged.append(done)
        self.note(f"did {done.number or done.document_id} #{done.sequence}")
        self._soon()
        return done

    def enrol(self, password: str) -> None:
        """Make the PC a device of the network, then go on as ever."""
        self.password = password
        with self.trouble.work_of(self):
            self._open()
        self.on = True
        self._life += 1
        self.wanted_user = self.name
        self._plan(0)

    def hurry(self) -> None:
        """The person asks for a round now."""
        if self.on:
            self._plan(0)

    def poked(self, sequence: int) -> None:
        """The server told that there is a commit of this number."""
        pause = self.pacing.after_poke(sequence, self._strand is not None) if self.on else None
        if pause is not None:
            self._plan(pause)

    # -- rounds, as the scheduler of the window has them ------------------------------------------------------------

    def _plan(self, ms: int) -> None:
        """The one timer of the program: what was planned before no longer stands."""
        self._planned += 1
        life, planned = self._life, self._planned
        self.line.timeline.after(ms, lambda: self._begin(life, planned))

    def _soon(self) -> None:
        pause = self.pacing.after_command(self._strand is not None)
        if pause is not None:
            self._plan(pause)

    def _begin(self, life: int, planned: int) -> None:
        if life != self._life or planned != self._planned or not self.on or self._strand is not None:
            return
        self.pacing.begin()
        strand = Strand(self.line.timeline, lambda: self._whole_round(life))
        self._strand = self.line.strand = strand
        strand.wake()

    def _whole_round(self, life: int) -> None:
        began = self.line.timeline.now
        try:
            with self.trouble.work_of(self):
                result = self._round()
        except Died:
            if life == self._life and self.on:
                self._strand = None
                self._bury()
            return
        except (SQLAlchemyError, DomainError) as error:
            result = RoundResult(problem=f"database: {error}"[:60])
        self._strand = None
        self._finish(result, began)

    def _round(self) -> RoundResult:
        if self.wanted_user:
            try:
                self._sign_in(self.wanted_user)
            except (Offline, ServerRefused, SignInNeeded) as error:
                return RoundResult(problem=f"sign-in: {error}")
        if self._transport is None:
            known = self.store.known
            self._transport = HttpTransport(
                self._client,
                self.tokens,
                known.device_id,
                self.secrets.signing_key,
                self.clock.now_ms,
                self.store.health,
            )
        return SyncRound(self.store, self._transport, run=self._on_writer).once()

    def _on_writer(self, work: Callable[[], Any]) -> Any:
        with self.trouble.work_of(self):
            done = work()
        with self.trouble.work_of(None):
            self.written()
        return done

    def _sign_in(self, user: str) -> None:
        """As the product's profile does it: enrol, or sign in on the known device."""
        key, known = self.secrets.signing_key, self.store.identity
        told: dict[str, Any]
        identity: Identity
        if known is None:
            identity, told = enrolment.enrol(self._client, key, user=user, password=self.password, device_name="PC")
        else:
            now, passport = self.clock.now_ms(), known.passport
            whose = (self._client, key, known.device_id)
            identity, told = enrolment.sign_in(*whose, user=user, password=self.password, now_ms=now, passport=passport)
        self.store.take_identity(identity, returned=bool(told["returned"]))
        self.tokens.save(kept_tokens(told, self.clock.now_ms()))
        self.wanted_user, self._transport = "", None

    @property
    def _token(self) -> str:
        return self._transport.fresh_token if self._transport is not None else ""

    def look(self) -> None:
        """The person wants to see a picture."""
        if self.on:
            self.lane.look(self.chance, self.store, self._token)

    def _finish(self, result: RoundResult, began: int) -> None:
        self.problem = result.problem
        if result.problem:
            self.note(f"round: {result.problem}")
            if result.problem in ENDED_SESSION:
                self.wanted_user = self.only or self.store.known.person_name
        else:
            self.rounds += 1
            self.note(f"round: pushed {result.pushed} pulled {result.pulled}")
            self.lane.send(self.store, self._token)
        pause = self.pacing.end(failed=bool(result.problem), retry_after=result.retry_after, sequence=result.sequence)
        idle = not result.problem and not result.pushed and not result.pulled and pause
        self.calm_since = began if idle else -1
        # Rounds in which nothing happens cost time and find nothing: they are rarer here.
        self._plan(self.period if pause == EVERY else pause)


ENDED_SESSION = frozenset({"session_revoked", "session_expired", "not_signed_in", "bad_token", "token_expired"})
"""After these a person has to sign in again; until then the queue is held."""
