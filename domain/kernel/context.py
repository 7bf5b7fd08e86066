"""What decide and apply are given: the actor, the transaction, and nothing they could be surprised by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table

from domain.kernel.clock import Clock
from domain.kernel.ids import derive_id
from domain.kernel.rowwriter import RowWriter


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where. Identity is person and device, never a token."""

    person_id: str
    person_name: str
    role: str
    party_id: str
    device_id: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that a fact broke: it is recorded all the same and a person resolves it.

    Attributes:
        told: more parameters, for the outcome on the sealing device alone.
        upline_id: the party above that is to know of it too.
    """

    code: str
    document_id: str
    party_id: str
    params: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    upline_id: str | None = None


@dataclass(slots=True)
class ApplyContext:
    """The surroundings of one command while it is applied.

    Attributes:
        command_id: base of every derived id.
        actor: who sealed it.
        business_date: the shop's date at sealing.
        at: the instant the device claimed, UTC milliseconds.
        rows: the row-writer of this transaction.
        personal: the detachable part, None when erased.
        received_at: the server's instant; 0 on a counter, so only ``project`` may use it.
        flags: exceptions found so far; the server turns them into rows, a counter ignores them.
        search_keys: the server's maker of pinyin keys, None on a counter.
        base: version of the rows that the command edits, as its editor saw them, by (table, id).
        steps: the server's memory of the writes of a row since a version, None on a counter.
        turned_out: what products that this command has asked about turned out to be, None for themselves: asked once,
            so that its moves and its balances are of the same product whatever others decide meanwhile.
    """

    command_id: str
    actor: Actor
    business_date: str
    at: int
    rows: RowWriter
    personal: Any = None
    received_at: int = 0
    flags: list[Flag] = field(default_factory=list)
    search_keys: Callable[[str], tuple[str, str]] | None = None
    base: Mapping[tuple[str, str], int] = field(default_factory=dict)
    steps: Callable[[Table, dict[str, Any], int], Sequence[Any]] | None = None
    turned_out: dict[str, str | None] = field(default_factory=dict)

    def derive(self, role: str, index: int = 0) -> str:
        """The id of this command's row in *role* at *index*."""
        return derive_id(self.command_id, role, index)

    def flag(self, code: str, document_id: str, party_id: str, /, **params: Any) -> None:
        """Record an exception on a document of *party_id*."""
        self.flags.append(Flag(code, document_id, party_id, params))

    def flag_upwards(self, code: str, document_id: str, party_id: str, upline_id: str | None, /, **params: Any) -> None:
        """The same, and the party above is to know of it."""
        self.flags.append(Flag(code, document_id, party_id, params, upline_id=upline_id))


@dataclass(slots=True)
class DecideContext:
    """The surroundings of a decision, where the person is.

    Attributes:
        connection: reads this side's database; decide never writes.
        next_number: the next document number for a prefix; taken only if the command is sealed.
        new_id: source of ids for documents.
    """

    connection: Connection
    actor: Actor
    clock: Clock
    new_id: Callable[[], str]
    next_number: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What decide returns: the payload to seal, and what lists show of it.

    Attributes:
        payload: the command's struct.
        document_id: the document it makes or changes: its lane.
        number: the document's number for people.
        amount: minor units, for "to upload n (¥)".
        personal: the detachable part.
        depends_on: ids of commands that must have had effect first.
        base: (table, id, version) of mutable rows that are edited.
    """

    payload: Any
    document_id: str = ""
    number: str = ""
    amount: int = 0
    currency: str = "CNY"
    personal: Any = None
    depends_on: tuple[str, ...] = ()
    base: tuple[tuple[str, str, int], ...] = ()
