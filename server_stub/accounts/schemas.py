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
SealedKey = Annotated[str, msgspec.Meta(min_length=1, max_length=600, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
PassportText = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=r"^[A-Za-z0-9_-]+={0,2}$")]
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
    claim, and a shop whose clock is wrong must get in. ``sealed_key`` (base64) is the key of the device's databases as
    it closed it for the server alone: whoever proves himself here gets it back, so that no forgotten PIN loses work.
    ``passport`` is what the server gave the device: by it a server that was restored from a backup takes back a device
    that it has forgotten."""

    user: Name
    password: Password
    device_id: Id
    timestamp: Instant
    proof: Proof
    sealed_key: SealedKey | None = None
    passport: PassportText | None = None


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
    """Who is signed in; the stamps say since when PIN and password count, see the table ``person``."""

    id: str
    name: str
    role: str
    pin_stamp: str = ""
    password_stamp: str = ""


class Renewed(msgspec.Struct, frozen=True, kw_only=True):
    """The tokens of a session; ``expires_at`` of the access token and ``session_expires_at`` of the session when nobody
    uses it, both UTC milliseconds; ``lease`` says how long the device may go without the server."""

    access_token: str
    refresh_token: str
    expires_at: int
    session_expires_at: int
    lease: str


class SignedIn(Renewed, frozen=True, kw_only=True):
    """All that a device needs to begin; ``database_id`` is the epoch of the server's database, ``server_key`` the
    public key (X25519, base64) for what only the server may open, ``lease_key`` the public half of what signs leases
    (Ed25519, base64), ``opened_key`` what was in the request's ``sealed_key``. ``passport`` is to be shown with
    each sign-in; ``returned``: the server had been restored from a backup and has taken this device back by it. When
    its number is another one then, it goes on under ``epoch``."""

    device_id: str
    device_number: int
    epoch: int
    party: Party
    person: Person
    database_id: str
    server_key: str
    lease_key: str
    opened_key: str | None = None
    passport: str = ""
    returned: bool = False


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
