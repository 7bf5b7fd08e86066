"""Where secrets live: the system's keyring, or, chosen explicitly, an encrypted file. Never silently the other.

``DEALERDESK_KEYRING=file`` takes the file: AES-256-GCM under a key that lies in the file named by
``DEALERDESK_KEYFILE`` (default: outside ``DEALERDESK_HOME``, readable by this user alone).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import keyring
import keyring.errors
import platformdirs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.platform.later import later
from domain.kernel.errors import Refused

LOCK = later("filelock", "FileLock")
"""Wanted only where the file is written: hardly ever, and never at a start."""
NONCE = 12


class KeyStore(Protocol):
    """Named secrets of one profile."""

    def get(self, name: str) -> bytes | None:
        """The secret, None when there is none. Raises Refused ``keyring_unavailable``."""

    def set(self, name: str, value: bytes) -> None:
        """Keep a secret. Raises Refused ``keyring_unavailable``."""

    def delete(self, name: str) -> None:
        """Forget a secret."""


class SystemKeyStore:
    """The operating system's keyring."""

    def __init__(self, home: Path) -> None:
        self._service = "dealerdesk:" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]

    def get(self, name: str) -> bytes | None:
        try:
            found = keyring.get_password(self._service, name)
        except keyring.errors.KeyringError as error:
            raise Refused("keyring_unavailable", detail=type(error).__name__) from None
        return base64.b64decode(found) if found is not None else None

    def set(self, name: str, value: bytes) -> None:
        try:
            keyring.set_password(self._service, name, base64.b64encode(value).decode())
        except keyring.errors.KeyringError as error:
            raise Refused("keyring_unavailable", detail=type(error).__name__) from None

    def delete(self, name: str) -> None:
        try:
            keyring.delete_password(self._service, name)
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError as error:
            raise Refused("keyring_unavailable", detail=type(error).__name__) from None


class FileKeyStore:
    """An encrypted file in the profile; its key lies elsewhere."""

    def __init__(self, home: Path, key_file: Path) -> None:
        self._path = home / "keyring.bin"
        self._key_file = key_file
        self._lock_file = f"{self._path}.lock"

    def get(self, name: str) -> bytes | None:
        found = self._load().get(name)
        return base64.b64decode(found) if found is not None else None

    def set(self, name: str, value: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with LOCK(self._lock_file):
            self._save({**self._load(), name: base64.b64encode(value).decode()})

    def delete(self, name: str) -> None:
        if not self._path.exists():
            return
        with LOCK(self._lock_file):
            self._save({key: value for key, value in self._load().items() if key != name})

    def _key(self, *, make: bool) -> bytes:
        if not self._key_file.exists():
            if not make:
                raise Refused("keyfile_missing", file=str(self._key_file))
            self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = base64.b64encode(AESGCM.generate_key(256))
            try:
                handle = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return self._key(make=False)
            with os.fdopen(handle, "wb") as file:
                file.write(fresh)
        try:
            key = base64.b64decode(self._key_file.read_bytes(), validate=True)
        except binascii.Error:
            raise Refused("keyfile_broken", file=str(self._key_file)) from None
        if len(key) != 32:
            raise Refused("keyfile_broken", file=str(self._key_file))
        return key

    def _load(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        packed = self._path.read_bytes()
        try:
            plain = AESGCM(self._key(make=False)).decrypt(packed[:NONCE], packed[NONCE:], b"dealerdesk-keyring")
        except (InvalidTag, ValueError):
            raise Refused("keyfile_wrong", file=str(self._key_file)) from None
        found: dict[str, str] = json.loads(plain)
        return found

    def _save(self, entries: Mapping[str, str]) -> None:
        nonce = os.urandom(NONCE)
        key = self._key(make=not self._path.exists())
        packed = nonce + AESGCM(key).encrypt(nonce, json.dumps(entries).encode(), b"dealerdesk-keyring")
        beside = self._path.with_suffix(".tmp")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


def open_key_store(home: Path, environment: Mapping[str, str]) -> KeyStore:
    """The key store that the environment chooses.

    Raises:
        Refused: ``keyring_unknown`` for another word than ``file`` or ``system``.
    """
    choice = environment.get("DEALERDESK_KEYRING", "system") or "system"
    if choice == "system":
        return SystemKeyStore(home)
    if choice != "file":
        raise Refused("keyring_unknown", choice=choice)
    named = environment.get("DEALERDESK_KEYFILE")
    if named:
        return FileKeyStore(home, Path(named))
    folder = Path(platformdirs.user_config_dir("dealerdesk", appauthor=False))
    if folder.resolve().is_relative_to(home.resolve()):
        folder = home.resolve().parent / ".dealerdesk-keys"
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    return FileKeyStore(home, folder / f"{digest}.key")
