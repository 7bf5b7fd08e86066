"""From a layout and a document's fields to rows on paper of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from desktop.printing.cells import both_ends, plain, width, wrap
from desktop.printing.rows import Align, CodeRow, Cut, Feed, OpenDrawer, Paper, PaperRow, TextRow
from desktop.printing.template import Fields, RowSpec, Template, fill


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed: fields by name, and the fields of each of its repeated parts."""

    fields: Fields
    parts: Mapping[str, Sequence[Fields]] = field(default_factory=dict)


def lay_out(template: Template, document: Document, paper: Paper) -> list[PaperRow]:
    """The rows of *document*; every text is cleaned of what a printer could take for a command."""
    return [row for spec in template.rows for row in _rows(spec, document.fields, document.parts, paper)]


def _rows(spec: RowSpec, fields: Fields, parts: Mapping[str, Sequence[Fields]], paper: Paper) -> Iterator[PaperRow]:
    if spec.when and not fields.get(spec.when):
        return
    if spec.each is not None:
        for part in parts.get(spec.each, ()):
            for inner in spec.rows:
                yield from _rows(inner, {**fields, **part}, {}, paper)
    elif spec.text is not None:
        yield from _text(spec, spec.text, fields, paper)
    else:
        yield from _other(spec, fields, paper)


def _text(spec: RowSpec, text: str, fields: Fields, paper: Paper) -> Iterator[PaperRow]:
    cells = paper.cells // spec.size
    align = cast(Align, spec.align)
    left = plain(fill(text, fields))
    if spec.right:
        lines = both_ends(left, plain(fill(spec.right, fields)), cells)
    else:
        lines = wrap(left, cells)
    for line in lines:
        yield TextRow(line, align, spec.bold, spec.size)


def _other(spec: RowSpec, fields: Fields, paper: Paper) -> Iterator[PaperRow]:
    if spec.rule is not None:
        mark = plain(spec.rule) or "-"
        yield TextRow(mark * (paper.cells // max(1, width(mark))))
    elif spec.barcode is not None:
        yield CodeRow("code128", plain(fill(spec.barcode, fields)))
    elif spec.qr is not None:
        yield CodeRow("qr", plain(fill(spec.qr, fields)))
    elif spec.feed is not None:
        yield Feed(spec.feed)
    elif spec.cut:
        yield Cut()
    else:
        yield OpenDrawer()
