"""Reading delimited text line by line: whatever is in it, every row is given out or refused by name, and the next one
is read. A field may span lines; a quotation mark that nothing closes costs its own row only.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from domain.kernel.errors import Invalid, NotFound
from server_stub.importing.mapping import FileFormat

LONGEST_LINE = 64 * 1024
MOST_LINES_OF_A_ROW = 50
SHOWN = 200
GZIP = b"\x1f\x8b"
UNDECODED = "\udcff"
"""Stands for bytes that are not in the file's encoding; no encoding yields it."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\udcff]")
QUOTE = '"'


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODED, error.end


codecs.register_error("dealerdesk.mark", _mark)


class Reject(NamedTuple):
    """A row that was not imported, and the rule that it broke: a key below ``importing.rule``.

    Attributes:
        row: the line of the file on which it begins; the header is 1.
        column: as the header names it; empty for the row as a whole.
        value: as it stands in the file.
    """

    row: int
    column: str
    value: str
    rule: str


class Reader:
    """The rows of one file.

    Attributes:
        header: the names of the columns.
        rows: how many rows have been met so far, refused ones included.
    """

    def __init__(self, path: Path, form: FileFormat, refuse: Callable[[Reject], None]) -> None:
        """Opens the file and reads its header.

        Raises:
            NotFound: ``file_missing``. Invalid: ``file_empty``, ``file_damaged``, ``column_twice``.
        """
        self._path = path
        self._delimiter = form.delimiter
        self._refuse = refuse
        self._pending: deque[str] = deque()
        self._line = 0
        self.rows = 0
        try:
            self._size = path.stat().st_size
            self._raw = path.open("rb")
        except OSError:
            raise NotFound("file_missing", path=str(path)) from None
        try:
            self._text = _decoded(self._raw, form.encoding)
            self._source = iter(partial(self._text.readline, LONGEST_LINE), "")
            self.header = self._read_header()
        except BaseException:
            self._raw.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._text.close()
        self._raw.close()

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self._raw.tell() / self._size) if self._size and not self._raw.closed else 1.0

    def check_columns(self, names: Iterable[str]) -> None:
        """Make sure that the file has these columns.

        Raises:
            Invalid: ``column_missing``.
        """
        for name in names:
            if name not in self.header:
                raise Invalid("column_missing", column=name)

    def _read_header(self) -> list[str]:
        while line := self._line_or_end():
            if line.strip():
                fields = self._split(line.lstrip("\ufeff"))
                if not isinstance(fields, list):
                    raise Invalid("file_header", path=str(self._path))
                header = [name.strip() for name in fields]
                for name in header:
                    if name and header.count(name) > 1:
                        raise Invalid("column_twice", column=name[:SHOWN])
                return header
        raise Invalid("file_empty", path=str(self._path))

    def _line_or_end(self) -> str:
        """The next physical line, those put back first; empty at the end of the file.

        Raises:
            Invalid: ``file_damaged`` where the packing breaks off.
        """
        if self._pending:
            line = self._pending.popleft()
        else:
            try:
                line = next(self._source, "")
            except (EOFError, OSError, zlib.error, UnicodeError):
                raise Invalid("file_damaged", path=str(self._path), row=self._line + 1) from None
        if line:
            self._line += 1
        return line

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """(row, values) of every row that has as many values as the header; the others are refused.

        Raises:
            Invalid: ``file_damaged``; rows given out before stand.
        """
        width = len(self.header)
        while line := self._line_or_end():
            row = self._line
            if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                self._skip_long(row, line)
                continue
            plain = line.rstrip("\r\n")
            if not plain:
                continue
            self.rows += 1
            values = plain.split(self._delimiter) if QUOTE not in line else self._quoted(line)
            if values is None:
                self._refuse(Reject(row, "", plain[:SHOWN], "bad_quoting"))
            elif len(values) != width:
                self._refuse(Reject(row, "", str(len(values)), "wrong_column_count"))
            elif CONTROL.search(plain) and self._refused_control(row, values):
                continue
            else:
                yield row, values

    def _refused_control(self, row: int, values: list[str]) -> bool:
        for name, value in zip(self.header, values, strict=True):
            if CONTROL.search(value):
                rule = "bad_encoding" if UNDECODED in value else "control_character"
                self._refuse(Reject(row, name, value[:SHOWN], rule))
                return True
        return False

    def _skip_long(self, row: int, line: str) -> None:
        self.rows += 1
        self._refuse(Reject(row, "", line[:SHOWN], "line_too_long"))
        while more := self._line_or_end():
            self._line -= 1
            if more[-1] in "\r\n":
                return

    def _split(self, text: str) -> list[str] | bool:
        """The fields of a complete row; False where a quotation mark is still open, True where one is misplaced."""
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "end of data" not in str(error)

    def _quoted(self, line: str) -> list[str] | None:
        """The fields of a row with quotation marks, which may span lines; None when they are misplaced."""
        fields = self._split(line)
        if isinstance(fields, list):
            return fields
        if fields:
            return None
        taken: list[str] = []
        length = len(line)
        while more := self._line_or_end():
            taken.append(more)
            length += len(more)
            if QUOTE in more:
                fields = self._split(line + "".join(taken))
                if isinstance(fields, list):
                    if len(fields) == len(self.header):
                        return fields
                    break
                if fields:
                    break
            if len(taken) >= MOST_LINES_OF_A_ROW or length > LONGEST_LINE:
                break
        self._pending.extendleft(reversed(taken))
        self._line -= len(taken)
        return None


def _decoded(raw: io.BufferedReader, encoding: str) -> io.TextIOWrapper:
    # Looked at without moving on, so that a pipe will do as well.
    packed = raw.peek(len(GZIP))[: len(GZIP)] == GZIP
    stream: IO[bytes] = io.BufferedReader(gzip.GzipFile(fileobj=raw), 256 * 1024) if packed else raw
    wanted = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    return io.TextIOWrapper(stream, wanted, errors="dealerdesk.mark", newline="")
