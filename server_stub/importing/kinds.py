"""What an importer of one kind of file has to be, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

from domain.kernel.channels import Row
from domain.kernel.context import DecideContext, Decision
from server_stub.importing.identity import Identities
from server_stub.importing.reader import SHOWN, Reject
from server_stub.importing.values import Values, one_line

LONGEST_CODE, LONGEST_TEXT, LONGEST_NOTE = 64, 200, 2000
"""What the domain's commands take."""


class Item(NamedTuple):
    """One row that could be read.

    Attributes:
        entry: what it says, in a form of its kind.
        weight: about how many bytes it adds to a command.
        group: rows of one group are kept in one batch where they stand together; empty for none.
    """

    row: int
    identity: bytes
    entry: Any
    weight: int
    group: str = ""


class Columns:
    """The values of a row by the mapping's names for its columns."""

    def __init__(self, columns: msgspec.Struct, header: Sequence[str]) -> None:
        self._names: dict[str, str] = msgspec.structs.asdict(columns)
        self._positions = {field: header.index(name) for field, name in self._names.items() if name}
        self._width = len(header)

    def position(self, field: str) -> int:
        """Where a field stands in a row; one behind its end when the mapping names no column for it."""
        return self._positions.get(field, self._width)

    def text(self, values: Sequence[str], field: str) -> str:
        """A field on one line, trimmed; empty when the mapping names no column for it."""
        position = self._positions.get(field)
        return "" if position is None else one_line(values[position])

    def altered(self, values: Sequence[str], field: str, taken: str) -> bool:
        """Whether a field says something else than was taken of it; blanks around it are nothing said."""
        position = self._positions.get(field)
        return position is not None and values[position].strip() != taken

    def is_blank(self, values: Sequence[str], field: str) -> bool:
        """Whether the mapping names a column for the field and the row leaves it empty."""
        return field in self._positions and not self.text(values, field)

    def reject(self, row: int, values: Sequence[str], field: str, rule: str) -> Reject:
        """The row is refused because of this field."""
        position = self._positions.get(field)
        return self.named(row, field, "" if position is None else values[position], rule)

    def named(self, row: int, field: str, value: str, rule: str) -> Reject:
        """The row is refused because of this value."""
        return Reject(row, self._names.get(field, ""), value[:SHOWN], rule)


class File(NamedTuple):
    """What an importer is told of the file and of whom it is for."""

    mapping: Any
    columns: Columns
    identities: Identities
    values: Values
    party: Row
    strict: bool


def complaint(
    file: File, values: Sequence[str], taken: Mapping[str, str], needed: Sequence[str] = (), *, free: bool = False
) -> tuple[str, str] | None:
    """(field, rule) of what ``--strict`` has against a row that is taken otherwise; None when it is not asked for.

    Strict takes a row as it stands or not at all. ``missing_…``: a named column of *needed* is empty, and the product
    would be made without it. ``altered_text``: *taken* is not what the file says (a code made upper case, a text put on
    one line). ``zero_price``: the goods would be *free*. Sales have rules of their own: see
    :mod:`server_stub.importing.classify`.
    """
    if not file.strict:
        return None
    blank = next((name for name in needed if file.columns.is_blank(values, name)), None)
    if blank is not None:
        return blank, f"missing_{blank}"
    altered = next((name for name, text in taken.items() if file.columns.altered(values, name, text)), None)
    if altered is not None:
        return altered, "altered_text"
    return ("price", "zero_price") if free else None


class Importer(Protocol):
    """Reads rows of one kind, screens them against the database, and decides the command for a batch of them.

    Attributes:
        most: how many rows one command takes.
        for_party: whether the command is the party's own; else it is headquarters'.
    """

    most: int
    for_party: bool

    def read(self, row: int, values: list[str]) -> Item | Reject | None:
        """The row; None when it only repeats an earlier row of the file."""

    def screen(self, connection: Connection, items: Sequence[Item]) -> list[Reject]:
        """Those of *items* that cannot be imported as things stand; at most one for each."""

    def decide(self, ctx: DecideContext, items: Sequence[Item]) -> Decision:
        """The command for these rows, of which none was screened out."""
