"""Layouts of what is printed, as a shop may change them: TOML, checked when read, with nothing in it that can run.

A layout is a list of ``[[row]]``. A row has one of ``text`` (with ``right`` for the other edge), ``rule`` (one
character across the paper), ``barcode``, ``qr``, ``feed`` (lines), ``cut``, ``drawer``, or ``each`` (``lines`` or
``payments``) with ``rows`` that are printed for each of them. ``when`` names a field without which the row is left
out. ``align``, ``bold``, ``size`` (1 or 2) say how it looks. ``{field}`` in a text is replaced by that field's value;
only the fields that the document has are known.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from domain.kernel.errors import Invalid

_FIELD = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
MOST_ROWS = 200
MOST_CHARACTERS = 64 * 1024

Fields = dict[str, str]


class RowSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a layout, as it stands in the file."""

    text: str | None = None
    right: str = ""
    rule: str | None = None
    barcode: str | None = None
    qr: str | None = None
    feed: int | None = None
    cut: bool = False
    drawer: bool = False
    each: str | None = None
    rows: list[RowSpec] = []
    when: str = ""
    align: str = "left"
    bold: bool = False
    size: int = 1

    def texts(self) -> Iterable[str]:
        """What may hold fields."""
        return (one for one in (self.text, self.right, self.barcode, self.qr) if one)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    row: list[RowSpec]


@dataclass(frozen=True, slots=True)
class Known:
    """The fields of a kind of document, and those of its repeated parts."""

    fields: frozenset[str]
    parts: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A checked layout."""

    rows: tuple[RowSpec, ...]


def parse(text: str, known: Known) -> Template:
    """The layout in *text*.

    Raises:
        Invalid: ``bad_layout`` with what is wrong: no TOML, an unknown word, an unknown field, too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid("bad_layout", detail=f"> {MOST_CHARACTERS}")
    try:
        stored: dict[str, Any] = tomllib.loads(text)
        rows = msgspec.convert(stored, _File).row
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid("bad_layout", detail=str(error)[:120]) from None
    if len(rows) > MOST_ROWS:
        raise Invalid("bad_layout", detail=f"> {MOST_ROWS}")
    for row in rows:
        _check(row, known.fields, known.parts)
    return Template(tuple(rows))


def _check(row: RowSpec, fields: frozenset[str], parts: dict[str, frozenset[str]]) -> None:
    kinds = [row.text, row.rule, row.barcode, row.qr, row.feed, row.cut or None, row.drawer or None, row.each]
    if sum(kind is not None for kind in kinds) != 1:
        raise Invalid("bad_layout", detail="text | rule | barcode | qr | feed | cut | drawer | each")
    if row.align not in ("left", "center", "right") or row.size not in (1, 2):
        raise Invalid("bad_layout", detail="align, size")
    if row.feed is not None and not 0 < row.feed <= 20:
        raise Invalid("bad_layout", detail="feed")
    if row.rule is not None and len(row.rule) != 1:
        raise Invalid("bad_layout", detail="rule")
    named = {name for text in row.texts() for name in _FIELD.findall(text)} | ({row.when} if row.when else set())
    unknown = named - fields
    if unknown:
        raise Invalid("bad_layout", detail="{" + sorted(unknown)[0] + "}")
    if row.each is None:
        if row.rows:
            raise Invalid("bad_layout", detail="rows")
        return
    if row.each not in parts or len(row.rows) > MOST_ROWS:
        raise Invalid("bad_layout", detail=f"each = {row.each}")
    for inner in row.rows:
        _check(inner, fields | parts[row.each], {})


def fill(text: str, fields: Fields) -> str:
    """*text* with its fields replaced, once: a value that looks like a field stays as it is."""
    return _FIELD.sub(lambda found: fields.get(found[1], ""), text)
