"""Routes of accounts."""

from __future__ import annotations

from domain.kernel.errors import Invalid
from domain.kernel.ids import is_id
from domain.parties.roles import MANAGING
from server_stub.accounts import repository, service
from server_stub.accounts.rules import manageable_party, visible_party
from server_stub.accounts.schemas import (
    Device,
    Devices,
    EnrolRequest,
    Me,
    Person,
    RefreshRequest,
    Renewed,
    SignedIn,
    SignInRequest,
)
from server_stub.accounts.service import AccountService, party_answer
from server_stub.kit.errors import Unauthorized
from server_stub.kit.routes import PUBLIC, SIGNED_IN, Call, route

PAGE = 500


@route("POST", "/v1/enrol", access=PUBLIC)
def enrol(call: Call, body: EnrolRequest) -> SignedIn:
    """Sign in on a new device; with a known key the same device answers."""
    return call.services[AccountService].enrol(body, call.peer)


@route("POST", "/v1/sessions", access=PUBLIC)
def sign_in(call: Call, body: SignInRequest) -> SignedIn:
    """Sign in on a known device."""
    return call.services[AccountService].sign_in(body, call.peer)


@route("POST", "/v1/sessions/refresh", access=PUBLIC)
def refresh(call: Call, body: RefreshRequest) -> Renewed:
    """New tokens for a session; the refresh token and the device's key speak for it."""
    return call.services[AccountService].refresh(body, call.peer)


@route("DELETE", "/v1/sessions", access=SIGNED_IN)
def sign_out(call: Call) -> None:
    """End this session."""
    with call.db.write() as connection:
        repository.revoke_session(connection, call.caller.session_id, call.clock.now_ms())


@route("GET", "/v1/me", access=SIGNED_IN)
def me(call: Call) -> Me:
    """Who asks, and from which device."""
    caller = call.caller
    with call.db.read() as connection:
        party = repository.party_row(connection, caller.party_id)
        device = repository.device_by_id(connection, caller.device_id)
        database_id = call.services[AccountService].database_id(connection)
    if party is None or device is None:
        raise Unauthorized("session_revoked")
    return Me(
        person=Person(id=caller.person_id, name=caller.person_name, role=caller.role),
        party=party_answer(party),
        device_id=device["id"],
        device_number=device["number"],
        device_name=device["name"],
        epoch=device["epoch"],
        database_id=database_id,
        server_time=call.clock.now_ms(),
    )


@route("GET", "/v1/devices", access=SIGNED_IN)
def devices(call: Call) -> Devices:
    """The devices of one's own party; headquarters' office sees all. ``?after=`` names the last one of a page."""
    after = call.query.get("after", "")
    if after and not is_id(after):
        raise Invalid("bad_input", field="after")
    party_id = visible_party(call.caller.role, call.caller.party_id)
    with call.db.read() as connection:
        rows = service.list_devices(connection, party_id, after=after, limit=PAGE)
    found = [Device(**{name: row[name] for name in Device.__struct_fields__}) for row in rows]
    return Devices(devices=found, next=found[-1].id if len(found) == PAGE else None)


@route("POST", "/v1/devices/{id}/revoke", access=MANAGING)
def revoke(call: Call) -> None:
    """Shut a device out; a foreign one is not found."""
    with call.db.write() as connection:
        service.revoke_device(connection, call.path["id"], manageable_party(call.caller.role, call.caller.party_id))
