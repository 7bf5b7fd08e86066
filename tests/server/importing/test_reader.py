"""Whatever a file holds, each of its rows is given out or refused by name, and the next one is read."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from domain.kernel.errors import DomainError
from server_stub.importing.mapping import FileFormat
from server_stub.importing.reader import LONGEST_LINE, MOST_LINES_OF_A_ROW, Reader, Reject

Taken = list[tuple[int, list[str]]]


def read(path: Path, content: bytes | str, form: FileFormat | None = None) -> tuple[Taken, list[Reject], Reader]:
    """(rows, refused rows, the reader) of a file."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, form)


def read_file(path: Path, form: FileFormat | None = None) -> tuple[Taken, list[Reject], Reader]:
    refused: list[Reject] = []
    reader = Reader(path, form or FileFormat(), refused.append)
    rows = list(reader.records())
    reader.close()
    return rows, refused, reader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def test_rows_know_their_lines(path: Path) -> None:
    rows, refused, reader = read(path, "a,b\n1,2\n\n3,4\n")
    assert rows == [(2, ["1", "2"]), (4, ["3", "4"])]
    assert (refused, reader.header, reader.rows) == ([], ["a", "b"], 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(path: Path, end: str) -> None:
    rows, _, reader = read(path, f"a,b{end}1,2{end}3,4")
    assert ([values for _, values in rows], reader.header) == ([["1", "2"], ["3", "4"]], ["a", "b"])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_encodings(path: Path, encoding: str) -> None:
    rows, refused, _ = read(path, "品名,数量\n龙井,1\n".encode(encoding), FileFormat(encoding=encoding))
    assert (rows, refused) == ([(2, ["龙井", "1"])], [])


def test_byte_order_mark_is_no_part_of_a_name(path: Path) -> None:
    _, _, reader = read(path, b"\xef\xbb\xbfa,b\n1,2\n")
    assert reader.header == ["a", "b"]


def test_other_delimiters(path: Path) -> None:
    rows, _, _ = read(path, "a;b\n1,5;2\n", FileFormat(delimiter=";"))
    assert rows == [(2, ["1,5", "2"])]


def test_quoted_fields(path: Path) -> None:
    rows, refused, _ = read(path, 'a,b\n"x, ""y""",1\n5" pipe,2\n')
    assert [values for _, values in rows] == [['x, "y"', "1"], ['5" pipe', "2"]]
    assert refused == []


def test_field_over_several_lines(path: Path) -> None:
    rows, refused, reader = read(path, 'a,b\n"x\ny\nz",1\n2,3\n')
    assert rows == [(2, ["x\ny\nz", "1"]), (5, ["2", "3"])]
    assert (refused, reader.rows) == ([], 2)


@pytest.mark.parametrize("broken", ['"x,1', '"x"y,1', '"', '"x" ,1'])
def test_quotation_mark_that_nothing_closes_costs_its_row_only(path: Path, broken: str) -> None:
    rows, refused, reader = read(path, f'a,b\n0,0\n{broken}\n2,3\n4,"5"\n')
    assert [values for _, values in rows] == [["0", "0"], ["2", "3"], ["4", "5"]]
    assert [(reject.row, reject.rule, reject.value) for reject in refused] == [(3, "bad_quoting", broken)]
    assert reader.rows == 4


def test_open_quotation_mark_in_a_long_file(path: Path) -> None:
    many = 3 * MOST_LINES_OF_A_ROW
    rows, refused, _ = read(path, 'a,b\n"x,1\n' + "2,3\n" * many)
    assert ([row for row, _ in rows], [reject.row for reject in refused]) == (list(range(3, many + 3)), [2])


def test_wrong_number_of_columns(path: Path) -> None:
    rows, refused, reader = read(path, "a,b\n1\n1,2,3\n1,2\n")
    assert (len(rows), reader.rows) == (1, 3)
    assert refused == [Reject(2, "", "1", "wrong_column_count"), Reject(3, "", "3", "wrong_column_count")]


@pytest.mark.parametrize("byte", [0, 1, 7, 27, 127])
def test_control_characters_are_refused(path: Path, byte: int) -> None:
    rows, refused, _ = read(path, b"a,b\nx" + bytes([byte]) + b",1\n2,3\n")
    assert ([row for row, _ in rows], [(each.row, each.column, each.rule) for each in refused]) == (
        [3],
        [(2, "a", "control_character")],
    )


def test_bytes_of_another_encoding_are_refused(path: Path) -> None:
    rows, refused, _ = read(path, b"a,b\n" + "£5,1\n".encode("latin-1") + b"2,3\n")
    assert ([row for row, _ in rows], [(each.row, each.column, each.rule) for each in refused]) == (
        [3],
        [(2, "a", "bad_encoding")],
    )


def test_endless_line_is_refused_in_bounded_memory(path: Path) -> None:
    rows, refused, reader = read(path, "a,b\n" + "x" * (5 * LONGEST_LINE) + ",1\n2,3\n")
    assert (rows, reader.rows) == ([(3, ["2", "3"])], 2)
    assert [(each.row, each.rule) for each in refused] == [(2, "line_too_long")]
    assert len(refused[0].value) < 1000


def test_every_byte_value_in_every_place_is_survived(path: Path) -> None:
    for byte in range(256):
        for template in (b"%c,1", b"x,%c", b'"%c",1', b"x%cy,2", b'"a%c'):
            rows, refused, reader = read(path, b"a,b\n" + template.replace(b"%c", bytes([byte])) + b"\n7,8\n")
            assert rows[-1][1] == ["7", "8"]
            assert len(rows) + len(refused) == reader.rows


def test_packed_files_are_known_by_their_first_bytes(path: Path) -> None:
    rows, _, reader = read(path, gzip.compress(b"a,b\n1,2\n"))
    assert (rows, reader.fraction) == ([(2, ["1", "2"])], 1.0)


def test_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"a,b\n1,2\n",))
    writer.start()
    rows, _, reader = read_file(path)
    writer.join()
    assert (rows, reader.fraction) == ([(2, ["1", "2"])], 1.0)


def test_packing_that_breaks_off(path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(20_000)))
    path.write_bytes(packed[: len(packed) // 2])
    taken: list[int] = []
    reader = Reader(path, FileFormat(), lambda reject: None)
    with pytest.raises(DomainError) as refused:
        taken.extend(row for row, _ in reader.records())
    reader.close()
    assert refused.value.code == "file_damaged"
    assert taken
    assert refused.value.params["row"] >= taken[-1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"a,b,a\n1,2,3\n", "column_twice"),
        (b'"a,b\n1,2\n', "file_header"),
        (b"\x1f\x8bnot packed", "file_damaged"),
    ],
)
def test_files_without_a_header(path: Path, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read(path, content)
    assert refused.value.code == code


def test_missing_file_and_missing_column(tmp_path: Path, path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        read_file(tmp_path / "nothing.csv")
    assert refused.value.code == "file_missing"
    with pytest.raises(DomainError) as refused:
        read_file(tmp_path)
    assert refused.value.code == "file_missing"
    _, _, reader = read(path, "a,b\n")
    with pytest.raises(DomainError) as refused:
        reader.check_columns(["a", "c"])
    assert (refused.value.code, refused.value.params) == ("column_missing", {"column": "c"})
