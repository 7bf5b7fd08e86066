"""What the routes of accounts take and give. Unknown fields are refused; every text has a bound."""

from __future__ import annotations

from typing import Annotated

import msgspec

from domain.kernel.commands import Id, Instant, Name

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
PublicKey = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""Ed25519, 32 bytes, base64."""
Proof = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{86}==$")]
"""Ed25519 signature, 64 bytes, base64."""
RefreshToken = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what is taken."""


class EnrolRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new device signs in; ``proof`` is its signature over ``enrol``, user and public_key, joined by line ends."""

    user: Name
    password: Password
    public_key: PublicKey
    device_name: Name
    proof: Proof


class SignInRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person signs in on a known device; ``proof`` covers ``sign-in``, device_id, user and timestamp, joined by line
    ends. ``timestamp`` (UTC milliseconds by the device's clock) only makes each proof another one: that clock is a
    claim, and a shop whose clock is wrong must get in."""

    user: Name
    password: Password
    device_id: Id
    timestamp: Instant
    proof: Proof


class RefreshRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session goes on; ``proof`` covers ``refresh``, device_id and refresh_token, joined by line ends."""

    refresh_token: RefreshToken
    device_id: Id
    proof: Proof


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The party a person works for; ``home`` is its territory, ``tier`` 0 headquarters."""

    id: str
    code: str
    name: str
    home: int
    currency: str
    tier: int
    parent_id: str | None
    status: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in."""

    id: str
    name: str
    role: str


class Renewed(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of a session; ``expires_at`` of the access token and ``session_expires_at`` of the session when nobody
    uses it, both UTC milliseconds."""

    access_token: str
    refresh_token: str
    expires_at: int
    session_expires_at: int


class SignedIn(Renewed, frozen=True, kw_only=True):
    """All that a device needs to begin; ``database_id`` is the epoch of the server's database, ``server_key`` the
    public key (X25519, base64) for what only the server may open."""

    device_id: str
    device_number: int
    epoch: int
    party: Party
    person: Person
    database_id: str
    server_key: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as the server knows him now; ``server_time`` in UTC milliseconds."""

    person: Person
    party: Party
    device_id: str
    device_number: int
    device_name: str
    epoch: int
    database_id: str
    server_time: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device in a list; instants in UTC milliseconds. ``person_*`` enrolled it."""

    id: str
    party_id: str
    party_code: str | None
    party_name: str | None
    person_id: str
    person_name: str | None
    number: int
    name: str
    status: str
    epoch: int
    enrolled_at: int
    last_seen_at: int


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """A page of devices; ``next`` goes into ``?after=`` for the page behind it, None at the end."""

    devices: list[Device]
    next: str | None
