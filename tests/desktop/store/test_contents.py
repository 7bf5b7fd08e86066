"""Files on this PC: never readable on the disk, whole or not there, and refused in time when the disk is full."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.contents import BEFORE_NAME, PIECE_WRITTEN, Contents, Damaged
from desktop.store.space import LEAST_FREE, RESERVE, DiskFull
from domain.attachments.rules import CHUNK, MOST_BYTES, kind_of, shown_name
from domain.kernel import faults
from domain.kernel.errors import Invalid
from tests.support.factories.attachments import digest_of, file_of

DATA = file_of()
KEY = bytes(range(32))


class Power(BaseException):
    """The end of everything, in the middle of something."""


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return Contents(tmp_path / "attachments", KEY)


def keep(contents: Contents, data: bytes = DATA) -> str:
    return contents.keep(io.BytesIO(data), len(data), "送货单.jpg").sha256


def pieces_of(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


def test_nothing_on_the_disk_can_be_read_or_recognised(contents: Contents, tmp_path: Path) -> None:
    sha256 = keep(contents)
    incoming = contents.incoming(digest_of(file_of(seed="2")), len(DATA))
    incoming.add(next(pieces_of(file_of(seed="2"))))
    on_disk = b"".join(path.read_bytes() + path.name.encode() for path in tmp_path.rglob("*") if path.is_file())
    for start in range(0, len(DATA) - 16, 4096):
        assert DATA[start : start + 16] not in on_disk
    assert sha256.encode()[:16] not in on_disk
    assert bytes.fromhex(sha256) not in on_disk
    other = Contents(tmp_path / "attachments", bytes(32))
    assert not other.has(sha256)
    contents.path_of(sha256).replace(other.path_of(sha256))
    with pytest.raises(Damaged):
        other.read(sha256, len(DATA))


def test_same_content_is_kept_once_and_its_ciphertext_tells_nothing(contents: Contents, tmp_path: Path) -> None:
    sha256 = keep(contents)
    first = contents.path_of(sha256).read_bytes()
    assert keep(contents) == sha256
    assert len(list(contents.names())) == 1
    assert contents.path_of(sha256).read_bytes()[38:] != first[38:]
    assert contents.read(sha256, len(DATA)) == DATA


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_every_length(contents: Contents, size: int) -> None:
    data = (file_of(max(size, 16)) if size > 16 else b"")[:size] or b"\xff"
    if size == 1:
        with pytest.raises(Invalid, match="attachment_type"):
            keep(contents, data)
        return
    assert contents.read(keep(contents, data), size) == data


def test_altered_cut_and_swapped_pieces_are_found(contents: Contents) -> None:
    sha256 = keep(contents)
    path = contents.path_of(sha256)
    good = path.read_bytes()
    head, sealed = 46, CHUNK + 28
    first, second = good[head : head + sealed], good[head + sealed : head + 2 * sealed]
    for bad in (
        good[:-1],
        good[: head + sealed],
        good[:head] + second + first + good[head + 2 * sealed :],
        good[:10] + bytes([good[10] ^ 1]) + good[11:],
        good[:5000] + bytes([good[5000] ^ 1]) + good[5001:],
        b"",
    ):
        path.write_bytes(bad)
        with pytest.raises(Damaged):
            contents.read(sha256, len(DATA))
    # Each piece for itself: what is sent is never read as a whole.
    path.write_bytes(good[:head] + second + first + good[head + 2 * sealed :])
    for number in (0, 1):
        with pytest.raises(Damaged):
            contents.piece(sha256, len(DATA), number)
    path.write_bytes(good)
    with pytest.raises(Damaged):
        contents.read(sha256, len(DATA) - 1)


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00" + bytes(99), b"<svg onload=alert(1)>", b"PK\x03\x04", b"GIF89a"])
def test_what_may_not_be_attached_is_not_kept(contents: Contents, data: bytes) -> None:
    with pytest.raises(Invalid):
        keep(contents, data)
    assert list(contents.names()) == []


def test_too_large_and_changing_files_are_not_kept(contents: Contents) -> None:
    with pytest.raises(Invalid, match="attachment_too_large"):
        contents.keep(io.BytesIO(DATA), MOST_BYTES + 1, "x")
    for told in (len(DATA) - 1, len(DATA) + 1):
        with pytest.raises(Invalid, match="attachment_changed"):
            contents.keep(io.BytesIO(DATA), told, "x")
    assert list(contents.names()) == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("..\\..\\evil.JPG", "evil.jpg"),
        ("/etc/photo.jpeg", "photo.jpg"),
        ("送货单\u202egpj.exe", "送货单gpj.exe.jpg"),
        ("a\nb\x00.jpg ", "ab.jpg"),
        ("", "file.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_name_tells_what_it_is(given: str, shown: str) -> None:
    assert shown_name(given, "image/jpeg") == shown
    assert kind_of(b"\xff\xd8\xff\xe1") == "image/jpeg"


class TestFullDisk:
    def test_refused_before_a_byte_is_written(self, tmp_path: Path) -> None:
        room = len(DATA) + RESERVE + LEAST_FREE
        contents = Contents(tmp_path / "attachments", KEY, free=lambda _folder: room - 1)
        with pytest.raises(DiskFull, match="attachment_disk_full"):
            keep(contents)
        assert list(contents.names()) == []
        just_enough = Contents(tmp_path / "attachments", KEY, free=lambda _folder: room)
        assert just_enough.has(keep(just_enough))

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_full_at_any_piece_leaves_nothing(
        self, contents: Contents, monkeypatch: pytest.MonkeyPatch, at: int
    ) -> None:
        left = at

        def full(point: str) -> None:
            nonlocal left
            if point == PIECE_WRITTEN:
                left -= 1
                if left < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(faults, "reach", full)
            with pytest.raises(DiskFull, match="attachment_disk_full"):
                keep(contents)
        assert list(contents.names()) == []
        keep(contents)


class TestKilled:
    @pytest.mark.parametrize("point", [PIECE_WRITTEN, BEFORE_NAME])
    def test_while_keeping_nothing_whole_is_there(
        self, contents: Contents, monkeypatch: pytest.MonkeyPatch, point: str
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(faults, "reach", _dying(point, 1))
            with pytest.raises(Power):
                keep(contents)
        assert not contents.has(digest_of(DATA))

    @pytest.mark.parametrize("at", [1, 2, 3])
    def test_while_fetching_it_goes_on_behind_the_last_whole_piece(
        self, contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
    ) -> None:
        sha256 = digest_of(DATA)
        incoming = contents.incoming(sha256, len(DATA))
        with monkeypatch.context() as patch:
            patch.setattr(faults, "reach", _dying(PIECE_WRITTEN, at))
            with pytest.raises(Power):
                for data in pieces_of(DATA):
                    incoming.add(data)
        assert not contents.has(sha256)
        # What was being written when the power went may be there half.
        part = contents.part_of(sha256)
        torn = part.read_bytes()
        part.write_bytes(torn[:-9])
        again = Contents(tmp_path / "attachments", KEY).incoming(sha256, len(DATA))
        assert again.have == (at - 1) * CHUNK
        for data in list(pieces_of(DATA))[at - 1 :]:
            assert again.next_length == len(data)
            again.add(data)
        assert contents.read(sha256, len(DATA)) == DATA
        assert not part.exists()

    def test_other_pieces_than_the_hash_names_are_thrown_away(self, contents: Contents) -> None:
        incoming = contents.incoming(digest_of(DATA), len(DATA))
        with pytest.raises(Damaged):
            for data in pieces_of(file_of(seed="2")):
                incoming.add(data)
        assert not contents.has(digest_of(DATA))
        assert contents.incoming(digest_of(DATA), len(DATA)).have == 0


def _dying(point: str, at: int) -> object:
    left = at

    def die(reached: str) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if not left:
                raise Power

    return die
