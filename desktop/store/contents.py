"""Files that hang on documents, kept on this PC: each under a key of its own, in pieces that are sealed one by one.

Nothing here is readable without the databases' key, not even which contents there are: a file's name is a keyed digest
of the content's. A file takes its name when it is whole and on the disk; one that is being fetched keeps the pieces it
has, so that it goes on where it was interrupted.

    "DDATT" 1 · salt (32) · size (8) · pieces: nonce (12) · ciphertext · tag (16)

A piece is bound to the head and to its number, so none can be cut off, swapped or put into another file.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop.store.space import LEAST_FREE, RESERVE, DiskFull, free_bytes
from desktop.store.stretching import NONCE, derive, lock_up, unlock
from domain.attachments.rules import CHUNK, HEAD, check_content, length_of, pieces
from domain.kernel import faults
from domain.kernel.errors import Invalid, Refused
from domain.kernel.sealedbox import TAG_SIZE

MAGIC = b"DDATT\x01"
SALT_SIZE = 32
_HEADER = len(MAGIC) + SALT_SIZE + 8
_SEALED = NONCE + CHUNK + TAG_SIZE
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG})

PIECE_WRITTEN = faults.declare("attachment-piece-kept")
BEFORE_NAME = faults.declare("attachment-before-name")


class Damaged(Refused):
    """A kept file cannot be read; it is as if it were not here."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A content that is kept here and has no record yet; *name* as the user saw it."""

    name: str
    media_type: str
    size: int
    sha256: str


class Contents:
    """The folder of one PC. One thread at a time writes a content; readers need not wait."""

    def __init__(
        self,
        folder: Path,
        database_key: bytes,
        random_bytes: Callable[[int], bytes] = os.urandom,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._folder, self._random_bytes, self._free = folder, random_bytes, free
        self._root = derive(database_key, "attachments")
        self._naming = derive(database_key, "attachment-names")

    # -- keeping -----------------------------------------------------------------------------------------------------

    def keep(self, source: BinaryIO, size: int, name: str) -> Staged:
        """Keep a file of *size* bytes, if it may be attached.

        Raises:
            Invalid: what :func:`domain.attachments.rules.check_content` raises; ``attachment_changed`` when it is not
                as long as was told. DiskFull: ``attachment_disk_full``. Refused: ``cannot_write``.
        """
        first = source.read(min(CHUNK, size)) if size > 0 else b""
        media_type = check_content(size, first[:HEAD])
        digest = hashlib.sha256()
        with self._writing(size):
            beside = self._folder / f"{self._random_bytes(16).hex()}.new"
            try:
                with self._sealing(beside, size) as sealing:
                    data, number = first, 0
                    while data:
                        digest.update(data)
                        sealing.add(number, data)
                        number += 1
                        data = source.read(CHUNK)
                    if sealing.length != size:
                        raise Invalid("attachment_changed")
                sha256 = digest.hexdigest()
                faults.reach(BEFORE_NAME)
                beside.replace(self.path_of(sha256))
            finally:
                beside.unlink(missing_ok=True)
        return Staged(name, media_type, size, sha256)

    def incoming(self, sha256: str, size: int) -> Incoming:
        """A content that is being fetched, with the pieces that came before an interruption."""
        return Incoming(self, sha256, size)

    def drop(self, sha256: str) -> None:
        """Let go of a content and of what has come of it."""
        self.path_of(sha256).unlink(missing_ok=True)
        self.part_of(sha256).unlink(missing_ok=True)

    # -- reading -----------------------------------------------------------------------------------------------------

    def has(self, sha256: str) -> bool:
        """Whether the whole content is here."""
        return self.path_of(sha256).exists()

    def piece(self, sha256: str, size: int, number: int) -> bytes:
        """One piece.

        Raises:
            Damaged: ``attachment_damaged``.
        """
        return self._open_piece(self.path_of(sha256), size, number)

    def read(self, sha256: str, size: int) -> bytes:
        """The whole content, as its hash says.

        Raises:
            Damaged: ``attachment_damaged``.
        """
        data = b"".join(self.piece(sha256, size, number) for number in range(pieces(size)))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged("attachment_damaged")
        return data

    @property
    def opened(self) -> Path:
        """The folder for :mod:`desktop.store.opened_files`."""
        return self._folder.with_name("opened")

    def names(self) -> Iterator[Path]:
        """Every file of the folder."""
        return self._folder.glob("*") if self._folder.exists() else iter(())

    def path_of(self, sha256: str) -> Path:
        """Where a whole content stands."""
        return self._folder / hmac.new(self._naming, sha256.encode(), hashlib.sha256).hexdigest()[:40]

    def part_of(self, sha256: str) -> Path:
        """Where a content stands that is being fetched."""
        return self.path_of(sha256).with_suffix(".part")

    # -- pieces on the disk ------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, size: int) -> Iterator[None]:
        """Make sure of the room first; what goes wrong meanwhile is told in the house's words."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._free(self._folder) < size + RESERVE + LEAST_FREE:
            raise DiskFull("attachment_disk_full")
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull("attachment_disk_full") from None
            raise Refused("cannot_write", file=self._folder.name, detail=error.strerror or "") from None

    @contextmanager
    def _sealing(self, path: Path, size: int) -> Iterator[Sealing]:
        header = MAGIC + self._random_bytes(SALT_SIZE) + size.to_bytes(8, "big")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(header)
            yield Sealing(file, self._key(header), header, self._random_bytes)
            file.flush()
            os.fsync(file.fileno())

    def _key(self, header: bytes) -> bytes:
        return derive(self._root + header, "attachment")

    def _open_piece(self, path: Path, size: int, number: int) -> bytes:
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER)
                file.seek(_HEADER + number * _SEALED)
                sealed = file.read(_SEALED)
        except OSError:
            raise Damaged("attachment_damaged") from None
        fits = header.startswith(MAGIC) and header[-8:] == size.to_bytes(8, "big")
        data = unlock(self._key(header), sealed, _about(header, number)) if fits else None
        if data is None or len(data) != length_of(size, number):
            raise Damaged("attachment_damaged")
        return data


@dataclass(slots=True)
class Sealing:
    """A file being written."""

    file: BinaryIO
    key: bytes
    header: bytes
    random_bytes: Callable[[int], bytes]
    length: int = 0

    def add(self, number: int, data: bytes) -> None:
        """Write the next piece."""
        self.file.write(lock_up(self.key, data, self.random_bytes(NONCE), _about(self.header, number)))
        self.length += len(data)
        faults.reach(PIECE_WRITTEN)


class Incoming:
    """A content that comes piece by piece; what is whole of it survives the end of the program.

    Attributes:
        have: bytes that are here; the next piece begins there.
    """

    def __init__(self, contents: Contents, sha256: str, size: int) -> None:
        self._contents, self._sha256, self._size = contents, sha256, size
        self._path = contents.part_of(sha256)
        self.have = self._sound() * CHUNK

    def _sound(self) -> int:
        """How many pieces are whole; what was being written when the power went is cut off."""
        if not self._path.exists():
            return 0
        number = (self._path.stat().st_size - _HEADER) // _SEALED
        for at in range(max(0, number)):
            try:
                self._contents._open_piece(self._path, self._size, at)
            except Damaged:
                number = at
                break
        if number <= 0:
            self._path.unlink()
            return 0
        os.truncate(self._path, _HEADER + number * _SEALED)
        return number

    @property
    def next_length(self) -> int:
        """Bytes of the piece that comes next."""
        return length_of(self._size, self.have // CHUNK)

    def add(self, data: bytes) -> bool:
        """Keep the next piece; whether the content is whole and here now.

        Raises:
            Damaged: ``attachment_damaged``: all pieces together are something else; they are thrown away.
            DiskFull: ``attachment_disk_full``. Refused: ``cannot_write``.
        """
        number = self.have // CHUNK
        with self._contents._writing(self._size - self.have):
            if number == 0:
                with self._contents._sealing(self._path, self._size) as sealing:
                    sealing.add(0, data)
            else:
                self._append(number, data)
            self.have += len(data)
            if self.have < self._size:
                return False
            self._check()
            self._path.replace(self._contents.path_of(self._sha256))
        return True

    def _append(self, number: int, data: bytes) -> None:
        with self._path.open("r+b") as file:
            header = file.read(_HEADER)
            file.seek(0, os.SEEK_END)
            Sealing(file, self._contents._key(header), header, self._contents._random_bytes).add(number, data)
            file.flush()
            os.fsync(file.fileno())

    def _check(self) -> None:
        digest = hashlib.sha256()
        for number in range(pieces(self._size)):
            digest.update(self._contents._open_piece(self._path, self._size, number))
        if digest.hexdigest() != self._sha256:
            self._path.unlink()
            raise Damaged("attachment_damaged")


def _about(header: bytes, number: int) -> bytes:
    return header + number.to_bytes(4, "big")
