"""The end of a revoked PC: what it had not sent is sealed for the server and handed in, then its data is wiped.

In an order that a loss of power cannot turn into a loss of work: the sealed file is on the disk before anything goes,
and nothing goes before the server has proved that it said so.
"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

import i18n
from desktop.app.profile import Profile
from desktop.store import archive
from desktop.store.contents import Damaged
from desktop.store.identity import Identity
from desktop.store.ledger import Ledger
from desktop.sync.http import HttpClient, object_in
from desktop.sync.transport import Offline, ServerBusy
from domain.attachments.queries import records_naming
from domain.attachments.rules import MIB
from domain.kernel.envelope import Sealed
from domain.kernel.errors import DomainError, Invalid
from domain.kernel.remainder import Content, check_revocation, close_remainder
from domain.kernel.wire import PushBatch, PushItem

REVOKED = "device_revoked"
"""Code by which the server's refusals and a round's problem say it."""
BATCH = 500
MOST_IN_FILES = 256 * MIB
"""Bytes of pictures and files that are left on this PC, sealed, when the server does not take them."""


class Retired(msgspec.Struct, frozen=True):
    """What is left to tell, also after a restart: in ``retired.json``.

    Attributes:
        unsent: commands that had no answer of the server yet, or that it has lost since.
        handed_in: the server has them.
        file: where they lie sealed, empty when there were none.
        contents: pictures and files that the server had not got and has now.
        content_files: those that it did not take, each sealed in a file of its own.
        contents_lost: those that were damaged or for which there was no room.
        sealed: so many commands this PC had sealed by then.
    """

    dealer: str
    unsent: int
    handed_in: bool
    file: str
    contents: int = 0
    content_files: int = 0
    contents_lost: int = 0
    sealed: int = 0


@dataclass(frozen=True, slots=True)
class Retirement:
    """The steps for one profile."""

    profile: Profile

    def prepare(self) -> Retired | None:
        """Seal, hand in, and have the server prove it; None while it cannot be reached. Nothing is wiped yet.

        Raises:
            Invalid: ``revocation_unproved``: somebody else said so; nothing was changed.
        """
        known, sealed = self.profile.store.known, self._sealed()
        batches = self._batches()
        file = self._write(self._close(batches, known), known) if batches else None
        try:
            word, lacks = self._ask(known)
            check_revocation(word, known.device_id, base64.b64decode(known.lease_key))
            batches = self._batches(lacks)
            content = self._close(batches, known)
            file = self._write(content, known) if batches else None
            handed_in = not batches or self._hand_in(content, known)
        except Offline:
            return None
        if file is not None and handed_in:
            file.unlink()
            file = None
        contents = self._hand_in_contents(known)
        if contents is None:
            return None
        told = Retired(known.party_name, _count(batches), handed_in, file.name if file else "", *contents, sealed)
        write_whole(self.profile.paths.retired_file, msgspec.json.encode(told))
        return told

    def finish(self, told: Retired) -> None:
        """Wipe; what was sealed since :meth:`prepare` goes the same way first, at worst into the file."""
        if self._sealed() != told.sealed and self.prepare() is None:
            unsent = _count(self._batches())
            file = self._path(self.profile.store.known).name
            late = msgspec.structs.replace(told, unsent=unsent, handed_in=False, file=file)
            write_whole(self.profile.paths.retired_file, msgspec.json.encode(late))
        self.wipe()

    def wipe(self) -> None:
        """Keys first: without them the files are noise, whatever is left of them on the disk."""
        self.profile.forget_keys()
        paths = self.profile.paths
        for folder in (paths.data, paths.backups, paths.training.home):
            shutil.rmtree(folder, ignore_errors=True)
        self.profile.paths.prepare()

    def _sealed(self) -> int:
        return self.profile.store.ledger.tail(self.profile.store.known.epoch)[0]

    def _batches(self, lacks: Mapping[int, int] = MappingProxyType({})) -> list[PushBatch]:
        """What waits for an outcome; with what the server *lacks*: of an epoch everything from a sequence on, because a
        server that was restored has lost what it had answered.
        """
        ledger = self.profile.store.ledger
        batches = []
        for epoch in archive.epochs(ledger):
            items = [PushItem(*each) for each in _open_of(ledger, epoch)]
            if epoch in lacks:
                behind = [PushItem(*each) for each in archive.of_epoch(ledger, epoch) if each[0] >= lacks[epoch]]
                items = [one for one in items if one.sequence < lacks[epoch]] + behind
            if items:
                batches.append(PushBatch(epoch, items))
        return batches

    def _ask(self, known: Identity) -> tuple[str, dict[int, int]]:
        """The server's word, and from which sequence of each epoch on it has nothing.

        Raises:
            Invalid: ``revocation_unproved``.
        """
        named = [PushBatch(epoch, []) for epoch in archive.epochs(self.profile.store.ledger)]
        try:
            told = self._told(self._close(named, known))
        except DomainError as error:
            raise Invalid("revocation_unproved") from error
        return _word(told), {int(epoch): int(sequence) for epoch, sequence in told.get("lacks") or ()}

    def _close(self, batches: list[PushBatch], known: Identity, contents: Sequence[Content] = ()) -> bytes:
        server_key = base64.b64decode(known.server_key)
        return close_remainder(batches, known.device_id, self.profile.signing_key, server_key, contents)

    def _write(self, content: bytes, known: Identity) -> Path:
        path = self._path(known)
        write_whole(path, content)
        return path

    def _hand_in_contents(self, known: Identity) -> tuple[int, int, int] | None:
        """Pictures and files that were not uploaded: (handed in, left in sealed files, lost); None while the server
        cannot be reached.
        """
        store, handed, files, lost, room = self.profile.store, 0, 0, 0, MOST_IN_FILES
        waiting = store.book.unsent()
        with store.read() as connection:
            named = {row["sha256"] for row in records_naming(connection, [row["sha256"] for row in waiting])}
        for sha256, size in [(row["sha256"], row["size"]) for row in waiting if row["sha256"] in named]:
            try:
                sealed = self._close([], known, [Content(sha256, store.contents.read(sha256, size))])
                if self._take_content(sealed):
                    store.book.sent(sha256)
                    handed += 1
                    continue
                if len(sealed) > room:
                    raise Damaged("attachment_disk_full")
                write_whole(self._path(known, f"-{files + 1}"), sealed)
                files, room = files + 1, room - len(sealed)
            except Offline:
                return None
            except (Damaged, OSError):
                lost += 1
        return handed, files, lost

    def _take_content(self, sealed: bytes) -> bool:
        """Whether the server took it.

        Raises:
            Offline: it cannot be reached, or has too much to do.
        """
        try:
            self._told(sealed)
        except DomainError:
            return False
        return True

    def _path(self, known: Identity, which: str = "") -> Path:
        return self.profile.paths.home / f"unsent-{known.party_code}-{known.device_number:02d}{which}.sealed"

    def _hand_in(self, content: bytes, known: Identity) -> bool:
        """Whether the server took it.

        Raises:
            Invalid: ``revocation_unproved``: its word for it is missing.
        """
        try:
            word = _word(self._told(content))
        except DomainError:
            return False
        check_revocation(word, known.device_id, base64.b64decode(known.lease_key))
        return True

    def _told(self, content: bytes) -> dict[str, Any]:
        """What the server answers to a box.

        Raises:
            Offline: it cannot be reached, or has too much to do.
        """
        client = HttpClient(self.profile.store.known.server)
        try:
            return _post(client, content)
        except ServerBusy as error:
            raise Offline(error.code) from None
        finally:
            client.close()


def _count(batches: list[PushBatch]) -> int:
    return sum(len(batch.items) for batch in batches)


def _open_of(ledger: Ledger, epoch: int) -> Iterator[tuple[int, Sealed]]:
    after = 0
    while found := ledger.open_commands(after, BATCH, epoch):
        yield from found
        after = found[-1][0]


def _word(told: Mapping[str, Any]) -> str:
    return str(told.get("revoked") or "")


def _post(client: HttpClient, content: bytes) -> dict[str, Any]:
    return object_in(client.call("POST", "/v1/devices/remainder", data=content))


def retired(profile: Profile) -> Retired | None:
    """What became of this PC, None when it is alive. A wipe that was interrupted is ended first."""
    marker = profile.paths.retired_file
    if not marker.exists():
        return None
    if profile.has_databases:
        Retirement(profile).wipe()
    return msgspec.json.decode(marker.read_bytes(), type=Retired)


def retire_at_the_door(profile: Profile, user: str, password: str) -> Retired | None:
    """The server said it at a sign-in: open what is closed by the same password, then the rest. None when it cannot.

    Raises:
        Invalid: ``revocation_unproved``.
    """
    if not profile.signed_in:
        keepers = profile.vault.contents.keepers.values()
        person_id = next((one.person_id for one in keepers if one.name == user), "")
        try:
            profile.enter(person_id, password)
        except DomainError:
            return None
    retirement = Retirement(profile)
    told = retirement.prepare()
    if told is not None:
        retirement.finish(told)
    return told


def fate_of(told: Retired) -> str:
    """What became of what was unsent, in words."""
    said = [_fate_of_commands(told)]
    if told.contents:
        said.append(i18n.tr("people.retired.contents_handed_in", n=told.contents))
    if told.content_files:
        said.append(i18n.tr("people.retired.contents_in_files", n=told.content_files))
    if told.contents_lost:
        said.append(i18n.tr("people.retired.contents_lost", n=told.contents_lost))
    return " ".join(said)


def _fate_of_commands(told: Retired) -> str:
    if not told.unsent:
        return i18n.tr("people.retired.nothing_unsent")
    if told.handed_in:
        return i18n.tr("people.retired.handed_in", n=told.unsent)
    return i18n.tr("people.retired.in_file", n=told.unsent, file=told.file)


def words_of(told: Retired) -> str:
    """Everything that a person should know, for a command line."""
    said = i18n.tr("people.retired.sentence", dealer=told.dealer)
    return " ".join((said, fate_of(told), i18n.tr("people.retired.wiped")))


def write_whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, also when the power goes."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
