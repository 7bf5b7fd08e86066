"""Signing in, staying signed in, and being shut out. Passwords are checked outside transactions."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from domain.kernel import sealedbox
from domain.kernel.channels import Row
from domain.kernel.clock import Clock
from domain.kernel.errors import Invalid, NotEntitled, NotFound, Refused
from domain.kernel.ids import IdSource, is_id
from domain.kernel.lease import Lease, sign_lease
from domain.parties import queries
from server_stub.accounts import repository, returning
from server_stub.accounts.hashing import Hasher
from server_stub.accounts.keys import BOX_KEY, lease_key, load_key
from server_stub.accounts.models import ACTIVE
from server_stub.accounts.rules import ENROLLING_PARTIES, NOBODY, is_locked, name_key
from server_stub.accounts.schemas import EnrolRequest, Party, Person, RefreshRequest, Renewed, SignedIn, SignInRequest
from server_stub.accounts.tokens import Tokens, check_proof, digest_of, session_of
from server_stub.kit.database import Database
from server_stub.kit.errors import TooMany, Unauthorized
from server_stub.kit.limits import RateLimit
from server_stub.kit.routes import Caller

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Attempts that the edge lets through before a password is looked at."""

    names: RateLimit
    peers: RateLimit
    refreshes: RateLimit


class AccountService:
    """Everything about who is asking; one for each process."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: IdSource,
        tokens: Tokens,
        hasher: Hasher,
        limits: Limits,
        *,
        refresh_days: int,
        database_id: Callable[[Connection], str],
        epoch_of_newcomer: Callable[[Connection, Row, int], int],
        taken_back: returning.TakenBack,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """
        Args:
            database_id: reads the epoch of the database, which synchronisation keeps.
            epoch_of_newcomer: the epoch in which a device that enrols begins, see :mod:`server_stub.sync.chains`.
            taken_back: the epoch in which a device goes on that this database had forgotten, see there.
            random_bytes: where refresh tokens come from.
        """
        self._db = db
        self._clock = clock
        self._ids = ids
        self._tokens = tokens
        self._hasher = hasher
        self._limits = limits
        self._refresh_ms = refresh_days * DAY_MS
        self.database_id = database_id
        self._epoch_of_newcomer = epoch_of_newcomer
        self._taken_back = taken_back
        self._random_bytes = random_bytes

    def authenticate(self, token: str) -> Callable[[], Caller]:
        """Check an access token now, without the database; the answer finds the caller in the database.

        Raises:
            Unauthorized: ``bad_token``, ``token_expired``; the second half ``session_revoked``, ``session_expired``,
                ``device_revoked``.
        """
        claims = self._tokens.check(token)

        def alive() -> Caller:
            with self._db.read() as connection:
                row = repository.find_caller(connection, claims.session_id)
            if row is None or (row["person_id"], row["device_id"]) != (claims.person_id, claims.device_id):
                raise Unauthorized("session_revoked")
            self._check_alive(row)
            return Caller(
                row["person_id"],
                row["person_name"],
                row["role"],
                row["party_id"],
                row["party_status"],
                row["device_id"],
                claims.session_id,
            )

        return alive

    def enrol(self, request: EnrolRequest, peer: str) -> SignedIn:
        """Sign in on a new device; a device that is known by its key stays the one it is.

        Raises:
            TooMany, Unauthorized: see :meth:`_check_password`; ``bad_proof``, ``device_revoked``.
            Refused: ``device_taken``, ``party_closed``.
        """
        self._admit(request.user, peer)
        public_key = base64.b64decode(request.public_key)
        proof = base64.b64decode(request.proof)
        check_proof(public_key, proof, "enrol", request.user, request.public_key)
        person = self._check_password(request.user, request.password)
        device_id, now = self._ids.new(), self._clock.now_ms()

        def write(connection: Connection) -> SignedIn:
            party = repository.lock_party(connection, person["party_id"])
            if party is None or party["status"] not in ENROLLING_PARTIES:
                raise Refused("party_closed")
            device = repository.device_by_key(connection, public_key)
            if device is None:
                row = {"id": device_id, "party_id": party["id"], "person_id": person["person_id"]}
                row |= {"name": request.device_name, "public_key": public_key, "enrolled_at": now}
                device = repository.add_device(connection, row)
            if device["party_id"] != party["id"]:
                raise Refused("device_taken")
            _check_active(device["status"])
            device |= {"epoch": self._epoch_of_newcomer(connection, device, now)}
            return self._begin_session(connection, device, party, person)

        return self._db.run(write)

    def sign_in(self, request: SignInRequest, peer: str) -> SignedIn:
        """Sign in on a known device.

        Raises:
            TooMany, Unauthorized: see :meth:`_check_password`; ``bad_proof`` also for an unknown device.
                ``device_revoked``.
            NotEntitled: ``other_partys_device``.
        """
        self._admit(request.user, peer)
        with self._db.read() as connection:
            device = repository.device_by_id(connection, request.device_id)
            forgotten = device is None and request.passport is not None
            if forgotten:
                device = returning.device_of(request, lease_key(connection))
        proof = base64.b64decode(request.proof)
        public_key = device["public_key"] if device else b""
        check_proof(public_key, proof, "sign-in", request.device_id, request.user, str(request.timestamp))
        person = self._check_password(request.user, request.password)
        if device is None or device["party_id"] != person["party_id"]:
            raise NotEntitled("other_partys_device")

        def write(connection: Connection) -> SignedIn | None:
            party = repository.lock_party(connection, person["party_id"])
            fresh = repository.device_by_id(connection, request.device_id)
            if fresh is None and forgotten and party is not None:
                now = self._clock.now_ms()
                fresh = returning.take_back(connection, device, person, now, self._taken_back)
                if fresh["status"] != ACTIVE:
                    return None  # kept, so that it can hand in what it has
            if party is None or fresh is None:
                raise Refused("party_closed")
            _check_active(fresh["status"])
            begun = self._begin_session(connection, fresh, party, person)
            opened = _opened(connection, request)
            return msgspec.structs.replace(begun, opened_key=opened, returned=forgotten)

        begun = self._db.run(write)
        if begun is None:
            raise Unauthorized("device_revoked")
        return begun

    def refresh(self, request: RefreshRequest, peer: str) -> Renewed:
        """New tokens for a session. A lost answer is given again; a token used after its successor ends the session.

        Raises:
            TooMany: ``too_many_attempts``.
            Unauthorized: ``session_revoked``, ``session_expired``, ``device_revoked``, ``bad_proof``.
        """
        _refuse_if(self._limits.refreshes.take(peer))
        session_id = session_of(request.refresh_token)
        proof = base64.b64decode(request.proof)

        def write(connection: Connection) -> Renewed | None:
            row = repository.session_with_device(connection, session_id)
            if row is None or row["device_id"] != request.device_id:
                raise Unauthorized("session_revoked")
            check_proof(row["public_key"], proof, "refresh", request.device_id, request.refresh_token)
            self._check_alive(row)
            given, now = digest_of(request.refresh_token), self._clock.now_ms()
            if given not in (row["current_hash"], row["previous_hash"]):
                repository.revoke_session(connection, session_id, now)
                return None
            token = self._tokens.next_refresh(request.refresh_token)
            expires = now + self._refresh_ms
            repository.rotate_session(
                connection, row, current=digest_of(token), previous=given, now=now, expires=expires
            )
            return self._renewed(connection, row, token, expires)

        renewed = self._db.run(write)
        if renewed is None:
            raise Unauthorized("session_revoked")
        return renewed

    def _admit(self, user: str, peer: str) -> None:
        _refuse_if(self._limits.peers.take(peer) or self._limits.names.take(name_key(user)))

    def _check_password(self, user: str, password: str) -> Row:
        """The credential and person of *user* when the password fits.

        An unknown name, a wrong password and a suspended person get the same answer after the same work.

        Raises:
            Unauthorized: ``bad_credentials``. TooMany: ``sign_in_locked``.
        """
        key = name_key(user)
        with self._db.read() as connection:
            found = repository.find_sign_in(connection, key)
            unknown = self._tokens.veiled(key)
            until = found["locked_until"] if found else repository.unknown_locked_until(connection, unknown)
        now = self._clock.now_ms()
        if is_locked(until, now):
            raise TooMany("sign_in_locked", seconds=(until - now) // 1000 + 1)
        fits = self._hasher.verify(found["password_hash"] if found else None, password)
        if found and fits and found["person_status"] == ACTIVE:
            if found["failed"]:
                self._db.run(lambda connection: repository.clear_failures(connection, found["person_id"]))
            return found

        def count(connection: Connection) -> None:
            repository.record_failure(connection, found["person_id"] if found else NOBODY, now)
            if found is None:
                repository.record_unknown(connection, unknown, now)

        self._db.run(count)
        raise Unauthorized("bad_credentials")

    def _check_alive(self, row: Row) -> None:
        _check_active(row["device_status"])
        at_home = row["device_party_id"] == row["party_id"]
        if row["revoked_at"] or row["person_status"] != ACTIVE or not at_home:
            raise Unauthorized("session_revoked")
        if row["expires_at"] <= self._clock.now_ms():
            raise Unauthorized("session_expired")

    def _begin_session(self, connection: Connection, device: Row, party: Row, person: Row) -> SignedIn:
        now = self._clock.now_ms()
        session_id, expires = self._ids.new(), now + self._refresh_ms
        token = self._tokens.first_refresh(session_id, self._random_bytes(32))
        row = {"id": session_id, "device_id": device["id"], "person_id": person["person_id"]}
        row |= {"current_hash": digest_of(token), "previous_hash": None, "created_at": now, "last_used_at": now}
        row |= {"expires_at": expires, "revoked_at": 0}
        repository.put_session(connection, row)
        renewed = self._renewed(connection, row, token, expires)
        return SignedIn(
            access_token=renewed.access_token,
            refresh_token=token,
            expires_at=renewed.expires_at,
            session_expires_at=expires,
            device_id=device["id"],
            device_number=device["number"],
            epoch=device["epoch"],
            party=party_answer(party),
            person=Person(
                id=person["person_id"],
                name=person["person_name"],
                role=person["role"],
                pin_stamp=person["pin_stamp"],
                password_stamp=person["password_stamp"],
            ),
            database_id=self.database_id(connection),
            server_key=encoded(sealedbox.public_key_of(load_key(connection, BOX_KEY))),
            lease=renewed.lease,
            lease_key=encoded(lease_key(connection).public_key().public_bytes_raw()),
            passport=returning.passport_of(device, lease_key(connection)),
        )

    def _renewed(self, connection: Connection, row: Row, refresh_token: str, session_expires: int) -> Renewed:
        access, expires = self._tokens.issue(row["id"], row["person_id"], row["device_id"])
        lease = Lease(row["device_id"], self._clock.now_ms(), queries.lease_days(connection))
        return Renewed(
            access_token=access,
            refresh_token=refresh_token,
            expires_at=expires,
            session_expires_at=session_expires,
            lease=sign_lease(lease, lease_key(connection)),
        )


def _opened(connection: Connection, request: SignInRequest) -> str | None:
    """The key that the device had closed for the server; None when there is none, or it is not this device's own."""
    if request.sealed_key is None:
        return None
    try:
        box = base64.b64decode(request.sealed_key, validate=True)
        plain = sealedbox.open_box(load_key(connection, BOX_KEY), box, sealedbox.DATABASE_KEY)
    except (binascii.Error, Invalid):
        return None
    device_id, _, key = plain.partition(b"\n")
    return encoded(key) if device_id == request.device_id.encode() else None


def encoded(raw: bytes) -> str:
    """Base64, as the API gives keys."""
    return base64.b64encode(raw).decode()


def party_answer(row: Row) -> Party:
    """A party's row as the API gives it."""
    names = Party.__struct_fields__
    return Party(**{name: row[name] for name in names})


def _check_active(device_status: str) -> None:
    if device_status != ACTIVE:
        raise Unauthorized("device_revoked")


def _refuse_if(seconds: int) -> None:
    if seconds:
        raise TooMany("too_many_attempts", seconds=seconds)


def list_devices(
    connection: Connection, party_id: str | None = None, *, after: str = "", limit: int | None = None
) -> list[Row]:
    """Devices by id, of one party or of all, at most *limit* behind the id *after*.

    A row has the device's columns and ``party_code``, ``party_name``, ``person_name``.
    """
    return repository.devices(connection, party_id, after=after, limit=limit)


def revoke_device(connection: Connection, device_id: str, party_id: str | None = None) -> None:
    """Shut a device out at once and for ever; nothing changes when it is out already.

    Args:
        party_id: of whom the device must be; None for any.

    Raises:
        NotFound: ``device_not_found``, the same for a missing and a foreign one.
    """
    row = repository.device_by_id(connection, device_id) if is_id(device_id) else None
    if row is None or party_id not in (None, row["party_id"]):
        raise NotFound("device_not_found")
    repository.mark_device_revoked(connection, device_id)
