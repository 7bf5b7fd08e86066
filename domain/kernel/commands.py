"""Everything a person does is a command: a frozen, versioned struct with an apply, and who may seal it.

A noun declares its commands in ``commands.py``::

    @command("orders.refuse", nature=REQUEST, roles=SELLING, entitled=is_seller)
    class RefuseOrder(Payload): ...

and writes what they do in ``handlers.py``::

    @applies(RefuseOrder)
    def apply_refuse(ctx: ApplyContext, refuse: RefuseOrder) -> None: ...

``apply`` runs on both sides; ``project`` only on the server, for effects across parties and projected rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from domain.kernel.context import ApplyContext
from domain.kernel.errors import Invalid
from domain.kernel.money import LIMIT


class Nature(StrEnum):
    """What a command is, and so what the server may do with it."""

    FACT = "fact"
    REQUEST = "request"


FACT, REQUEST = Nature.FACT, Nature.REQUEST


class Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command: unknown fields are refused, fields never change after making."""


# Each pattern ends in "$(?!\n)": a bare "$" would let one line end through behind the text.
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Note = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$(?!\n)")]
Short = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$(?!\n)")]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
Amount = Annotated[int, msgspec.Meta(gt=-LIMIT, lt=LIMIT)]
NonNegative = Annotated[int, msgspec.Meta(ge=0, lt=LIMIT)]
Positive = Annotated[int, msgspec.Meta(gt=0, lt=LIMIT)]
Rate = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Instant = Annotated[int, msgspec.Meta(ge=0, lt=LIMIT)]

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are no such struct."""

P = TypeVar("P", bound=Payload)
Apply = Callable[[ApplyContext, Any], None]
Entitled = Callable[[ApplyContext, Any], bool]
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class CommandType:
    """The registry's entry of one command.

    Attributes:
        name: ``noun.verb``, what the envelope carries.
        version: of the struct; raised with every change, together with an upcaster from the version before.
        nature: fact or request.
        roles: who may seal it.
        entitled: whether this actor may do it to the rows it names.
        struct: the payload's class.
        personal: class of the detachable part, None when there is none.
        goes_on: may still be sealed when the PC has been without its server for longer than its lease: selling.
    """

    name: str
    version: int
    nature: Nature
    roles: frozenset[str]
    entitled: Entitled
    struct: type[Payload]
    personal: type[Payload] | None = None
    goes_on: bool = False
    apply: Apply | None = None
    project: Apply | None = None
    upcasters: dict[int, Upcaster] = field(default_factory=dict)

    def decode(self, schema: int, raw: bytes) -> Payload:
        """The payload of an envelope sealed with *schema*, brought to today's version.

        Raises:
            Invalid: ``future_schema`` when newer than this program, ``bad_payload`` when it does not fit.
        """
        if schema > self.version:
            raise Invalid("future_schema", kind=self.name, schema=schema)
        if schema < 1:
            raise Invalid("bad_payload", kind=self.name, detail="schema")
        try:
            if schema == self.version:
                return msgspec.json.decode(raw, type=self.struct)
            fields = msgspec.json.decode(raw, type=dict[str, Any])
            for step in range(schema, self.version):
                fields = self.upcasters[step](fields)
            return msgspec.convert(fields, self.struct)
        except UNREADABLE as error:
            raise Invalid("bad_payload", kind=self.name, detail=str(error)[:200]) from None

    def decode_personal(self, raw: bytes | None) -> Payload | None:
        """The detachable part, or None when it was erased or the command has none."""
        if raw is None or self.personal is None:
            return None
        try:
            return msgspec.json.decode(raw, type=self.personal)
        except UNREADABLE as error:
            raise Invalid("bad_payload", kind=self.name, detail=str(error)[:200]) from None


_by_name: dict[str, CommandType] = {}
_by_struct: dict[type[Payload], CommandType] = {}


def command(
    name: str,
    *,
    nature: Nature,
    roles: frozenset[str],
    entitled: Entitled,
    version: int = 1,
    personal: type[Payload] | None = None,
    upcasters: Mapping[int, Upcaster] | None = None,
    goes_on: bool = False,
) -> Callable[[type[P]], type[P]]:
    """Register the decorated struct as a command; see :class:`CommandType`."""

    def register(struct: type[P]) -> type[P]:
        if name in _by_name:
            raise ValueError(f"command {name} is declared twice")
        entry = CommandType(
            name, version, nature, roles, entitled, struct, personal, goes_on, upcasters=dict(upcasters or {})
        )
        _by_name[name] = _by_struct[struct] = entry
        return struct

    return register


H = TypeVar("H", bound=Callable[..., None])


def applies(struct: type[Payload]) -> Callable[[H], H]:
    """Register the decorated function as the command's apply, the same on both sides."""

    def register(function: H) -> H:
        _by_struct[struct].apply = function
        return function

    return register


def projects(struct: type[Payload]) -> Callable[[H], H]:
    """Register the decorated function as what the server alone adds, after apply, in the same transaction."""

    def register(function: H) -> H:
        _by_struct[struct].project = function
        return function

    return register


def command_named(name: str) -> CommandType:
    """The command's entry.

    Raises:
        Invalid: ``unknown_command``.
    """
    try:
        return _by_name[name]
    except KeyError:
        raise Invalid("unknown_command", kind=name[:64]) from None


def command_of(payload: Payload) -> CommandType:
    """The entry of a payload's class."""
    return _by_struct[type(payload)]


def all_commands() -> list[CommandType]:
    """Every registered command, by name."""
    return [_by_name[name] for name in sorted(_by_name)]
