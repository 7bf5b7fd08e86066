"""Making this PC a device of the network, and signing in again on it."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.store.identity import Identity
from desktop.sync.http import HttpClient, object_in, proof_of, public_key_of
from desktop.sync.transport import Offline


def enrol(
    client: HttpClient, key: Ed25519PrivateKey, *, user: str, password: str, device_name: str
) -> tuple[Identity, dict[str, Any]]:
    """(identity, answer with tokens). Asked again with the same key, the server answers with the same device.

    Raises:
        Offline, SignInNeeded, ServerRefused: see :class:`desktop.sync.transport.Transport`.
    """
    public_key = public_key_of(key)
    answer = client.call(
        "POST",
        "/v1/enrol",
        json={
            "user": user,
            "password": password,
            "public_key": public_key,
            "device_name": device_name,
            "proof": proof_of(key, "enrol", user, public_key),
        },
    )
    told = object_in(answer)
    return _identity(told, client.server), told


def sign_in(
    client: HttpClient,
    key: Ed25519PrivateKey,
    device_id: str,
    *,
    user: str,
    password: str,
    now_ms: int,
    sealed_key: bytes = b"",
    passport: str = "",
) -> tuple[Identity, dict[str, Any]]:
    """(identity, answer with tokens) for a person of the device's party.

    Args:
        passport: what the server gave this device; one that was restored from an older backup takes it back by it.
        sealed_key: the key of the databases as closed for the server; the answer has it opened as ``opened_key``.
    """
    body = {
        "user": user,
        "password": password,
        "device_id": device_id,
        "timestamp": now_ms,
        "proof": proof_of(key, "sign-in", device_id, user, str(now_ms)),
    }
    if sealed_key:
        body["sealed_key"] = base64.b64encode(sealed_key).decode()
    if passport:
        body["passport"] = passport
    answer = client.call("POST", "/v1/sessions", json=body)
    told = object_in(answer)
    return _identity(told, client.server), told


def _identity(told: dict[str, Any], server: str) -> Identity:
    """
    Raises:
        Offline: something else than a server of ours answered.
    """
    try:
        return _identity_in(told, server)
    except (KeyError, TypeError, ValueError):
        raise Offline("unreadable answer") from None


def _identity_in(told: dict[str, Any], server: str) -> Identity:
    party, person = told["party"], told["person"]
    return Identity(
        device_id=told["device_id"],
        device_number=int(told["device_number"]),
        epoch=int(told["epoch"]),
        party_id=party["id"],
        party_code=party["code"],
        party_name=party["name"],
        person_id=person["id"],
        person_name=person["name"],
        role=person["role"],
        database_id=told["database_id"],
        server=server,
        server_key=told["server_key"],
        lease_key=told["lease_key"],
        passport=str(told.get("passport", "")),
    )
