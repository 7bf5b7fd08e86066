"""A device that this database has forgotten, because it was enrolled after the backup: it comes back as the one it was.

What it sealed names its id and is signed by its key, so it must be the same device; its passport
(:mod:`domain.kernel.passport`) proves that this server had dealt it. The person's password is asked as ever.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from domain.kernel.channels import Row
from domain.kernel.errors import Invalid
from domain.kernel.passport import Passport, read_passport, sign_passport
from server_stub.accounts import repository
from server_stub.accounts.models import REVOKED
from server_stub.accounts.schemas import SignInRequest

TakenBack = Callable[[Connection, Row, int, int], int]
"""(transaction, device, the number it had, now) → the epoch in which it goes on."""


def passport_of(device: Row, key: Ed25519PrivateKey) -> str:
    """What a device is given with each sign-in."""
    public_key = base64.b64encode(bytes(device["public_key"])).decode()
    return sign_passport(Passport(device["id"], int(device["number"]), device["party_id"], public_key), key)


def device_of(request: SignInRequest, key: Ed25519PrivateKey) -> Row | None:
    """The device as its passport says; None when there is none that this server gave to this device."""
    try:
        told = read_passport(request.passport or "", key.public_key())
    except Invalid:
        return None
    if told.device != request.device_id:
        return None
    return {
        "id": told.device,
        "party_id": told.party,
        "number": told.number,
        "public_key": base64.b64decode(told.key),
    }


def take_back(connection: Connection, device: Row, person: Row, now_ms: int, taken_back: TakenBack) -> Row:
    """Write the device again, under its number unless another one has that by now; the party must be locked. One that
    had been shut out before it was forgotten comes back shut out.
    """
    row = {**device, "person_id": person["person_id"], "name": person["person_name"], "enrolled_at": now_ms}
    number = row.pop("number")
    fresh = repository.add_device(connection, row, number)
    if repository.was_revoked(connection, fresh["id"]):
        repository.mark_device_revoked(connection, fresh["id"])
        fresh["status"] = REVOKED
    return fresh | {"epoch": taken_back(connection, fresh, number, now_ms)}
