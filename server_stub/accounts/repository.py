"""SQL of accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.kernel.channels import Row
from domain.parties.model import party, person
from server_stub.accounts.models import (
    ACTIVE,
    REVOKED,
    credential,
    device,
    revocation,
    server_key,
    session,
    unknown_name,
)
from server_stub.accounts.rules import NOBODY, lock_ms

MOST_UNKNOWN, TRIMMED = 10_000, 10
"""Names that nobody has are remembered up to so many; so many of the oldest go with each new one beyond that."""

_CALLER = (
    select(
        session.c.person_id,
        session.c.device_id,
        session.c.revoked_at,
        session.c.expires_at,
        device.c.status.label("device_status"),
        device.c.party_id.label("device_party_id"),
        person.c.name.label("person_name"),
        person.c.role,
        person.c.status.label("person_status"),
        person.c.party_id,
        party.c.status.label("party_status"),
    )
    .join(device, device.c.id == session.c.device_id)
    .join(person, person.c.id == session.c.person_id)
    .join(party, party.c.id == person.c.party_id)
    .where(session.c.id == bindparam("session_id"))
)
_SIGN_IN = (
    select(
        credential,
        person.c.name.label("person_name"),
        person.c.role,
        person.c.status.label("person_status"),
        person.c.party_id,
        person.c.pin_stamp,
        person.c.password_stamp,
    )
    .join(person, person.c.id == credential.c.person_id)
    .where(credential.c.name_key == bindparam("key"))
)
_DEVICE = select(device).where(device.c.id == bindparam("id"))
_DEVICES = (
    select(
        device,
        party.c.code.label("party_code"),
        party.c.name.label("party_name"),
        person.c.name.label("person_name"),
    )
    .join(party, party.c.id == device.c.party_id, isouter=True)
    .join(person, person.c.id == device.c.person_id, isouter=True)
    .order_by(device.c.id)
)


def _insert(connection: Connection, table: Table) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _first(connection: Connection, statement: Any, **values: object) -> Row | None:
    found = connection.execute(statement, values).mappings().first()
    return dict(found) if found else None


def find_caller(connection: Connection, session_id: str) -> Row | None:
    """A session with its device, person and party: one read by keys, made with every request."""
    return _first(connection, _CALLER, session_id=session_id)


def find_sign_in(connection: Connection, key: str) -> Row | None:
    """A credential with its person, by the key of the sign-in name."""
    return _first(connection, _SIGN_IN, key=key)


def add_credential(connection: Connection, person_id: str, key: str, password_hash: str | None) -> bool:
    """Keep a person's secret, again when it is known already; False when another person has the name."""
    fresh = {"person_id": person_id, "name_key": key, "password_hash": password_hash, "failed": 0, "locked_until": 0}
    statement = _insert(connection, credential).values(fresh).on_conflict_do_nothing()
    if connection.execute(statement.returning(credential.c.person_id)).first():
        return True
    owner = select(credential.c.person_id).where(credential.c.name_key == key)
    return connection.execute(owner).scalar() == person_id


def change_password(connection: Connection, person_id: str, password_hash: str) -> None:
    """Replace a secret; earlier failures no longer count."""
    connection.execute(
        update(credential)
        .where(credential.c.person_id == person_id)
        .values(password_hash=password_hash, failed=0, locked_until=0)
    )


def record_failure(connection: Connection, person_id: str, now: int) -> None:
    """Count one wrong password, and lock the name when there were too many."""
    of_person = credential.c.person_id == person_id
    counted = update(credential).where(of_person).values(failed=credential.c.failed + 1).returning(credential.c.failed)
    failed = connection.execute(counted).scalar() or 0
    until = 0 if person_id == NOBODY else now + lock_ms(failed)
    connection.execute(update(credential).where(of_person).values(locked_until=until))


def unknown_locked_until(connection: Connection, digest: bytes) -> int:
    """The instant (ms) until which a name that nobody has is locked; 0 when it never was."""
    found = select(unknown_name.c.locked_until).where(unknown_name.c.digest == digest)
    return int(connection.execute(found).scalar() or 0)


def record_unknown(connection: Connection, digest: bytes, now: int, most: int = MOST_UNKNOWN) -> None:
    """Count a failure with a name that nobody has; of more than *most* names those not tried for longest go."""
    statement = _insert(connection, unknown_name).values(digest=digest, failed=1, locked_until=0, at=now)
    counted = statement.on_conflict_do_update(
        index_elements=[unknown_name.c.digest], set_={"failed": unknown_name.c.failed + 1, "at": now}
    ).returning(unknown_name.c.failed)
    failed = int(connection.execute(counted).scalar_one())
    connection.execute(
        update(unknown_name).where(unknown_name.c.digest == digest).values(locked_until=now + lock_ms(failed))
    )
    if failed == 1:
        newest = select(unknown_name.c.digest).order_by(unknown_name.c.at.desc(), unknown_name.c.digest).offset(most)
        if connection.dialect.name == "postgresql":
            newest = newest.with_for_update(skip_locked=True)
        connection.execute(delete(unknown_name).where(unknown_name.c.digest.in_(newest.limit(TRIMMED))))


def clear_failures(connection: Connection, person_id: str) -> None:
    """The right password came."""
    connection.execute(update(credential).where(credential.c.person_id == person_id).values(failed=0, locked_until=0))


def lock_party(connection: Connection, party_id: str) -> Row | None:
    """A party, locked where the database locks rows, so that its devices are numbered one after the other."""
    statement = select(party).where(party.c.id == party_id)
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update(key_share=True)
    return _first(connection, statement)


def party_row(connection: Connection, party_id: str) -> Row | None:
    """A party."""
    return _first(connection, select(party).where(party.c.id == party_id))


def device_by_id(connection: Connection, device_id: str) -> Row | None:
    """A device, revoked or not."""
    return _first(connection, _DEVICE, id=device_id)


def device_by_key(connection: Connection, public_key: bytes) -> Row | None:
    """The device that has this public key."""
    return _first(connection, select(device).where(device.c.public_key == public_key))


def add_device(connection: Connection, row: Row, wanted: int = 0) -> Row:
    """Write a new device with the number *wanted*, or with its party's next one when there is none or another has it;
    the party must be locked. Returns the whole row.
    """
    of_party = device.c.party_id == row["party_id"]
    highest = select(func.coalesce(func.max(device.c.number), 0)).where(of_party)
    number = int(connection.execute(highest).scalar_one()) + 1
    taken = select(device.c.id).where(of_party, device.c.number == wanted)
    if wanted and connection.execute(taken).first() is None:
        number = wanted
    whole = {**row, "number": number, "status": ACTIVE, "epoch": 1, "last_seen_at": row["enrolled_at"]}
    connection.execute(insert(device), whole)
    return whole


def devices(connection: Connection, party_id: str | None, *, after: str = "", limit: int | None = None) -> list[Row]:
    """Devices with the names of party and person, by id; of one party or of all."""
    statement = _DEVICES.limit(limit)
    if party_id is not None:
        statement = statement.where(device.c.party_id == party_id)
    if after:
        statement = statement.where(device.c.id > after)
    return [dict(row) for row in connection.execute(statement).mappings()]


def mark_device_revoked(connection: Connection, device_id: str) -> None:
    """Shut a device out; its sessions end with it."""
    connection.execute(update(device).where(device.c.id == device_id).values(status=REVOKED))


def remember_revocation(connection: Connection, device_id: str, now_ms: int) -> bool:
    """A device that is unknown here had been shut out; False when that was remembered already."""
    statement = _insert(connection, revocation).values(device_id=device_id, told_at=now_ms).on_conflict_do_nothing()
    return connection.execute(statement.returning(revocation.c.device_id)).first() is not None


def was_revoked(connection: Connection, device_id: str) -> bool:
    """Whether a device that is unknown here had been shut out."""
    return (
        connection.execute(select(revocation.c.device_id).where(revocation.c.device_id == device_id)).first()
        is not None
    )


def raise_epoch(connection: Connection, device_id: str, least: int) -> int:
    """Begin a new epoch, *least* or higher, of a device whose state was restored or copied; returns it."""
    higher = case((device.c.epoch >= least, device.c.epoch + 1), else_=least)
    statement = update(device).where(device.c.id == device_id).values(epoch=higher)
    return int(connection.execute(statement.returning(device.c.epoch)).scalar_one())


def put_session(connection: Connection, row: Row) -> None:
    """Begin a session; the one that the person had on that device before ends."""
    changes = {name: value for name, value in row.items() if name not in ("device_id", "person_id")}
    statement = _insert(connection, session).values(row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[session.c.device_id, session.c.person_id], set_=changes)
    )
    connection.execute(update(device).where(device.c.id == row["device_id"]).values(last_seen_at=row["created_at"]))


def session_with_device(connection: Connection, session_id: str) -> Row | None:
    """A session with its device and the state of its person; the session is locked where rows can be."""
    statement = (
        select(session, device.c.public_key, device.c.status.label("device_status"))
        .add_columns(device.c.party_id.label("device_party_id"))
        .add_columns(person.c.status.label("person_status"), person.c.party_id)
        .join(device, device.c.id == session.c.device_id)
        .join(person, person.c.id == session.c.person_id)
        .where(session.c.id == session_id)
    )
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update(of=session)
    return _first(connection, statement)


def rotate_session(
    connection: Connection, row: Row, *, current: bytes, previous: bytes, now: int, expires: int
) -> None:
    """Write the digests of the new refresh token and of the one it replaces; the device was seen."""
    connection.execute(
        update(session)
        .where(session.c.id == row["id"])
        .values(current_hash=current, previous_hash=previous, last_used_at=now, expires_at=expires)
    )
    connection.execute(update(device).where(device.c.id == row["device_id"]).values(last_seen_at=now))


def revoke_session(connection: Connection, session_id: str, now: int) -> None:
    """End one session."""
    connection.execute(
        update(session).where(session.c.id == session_id, session.c.revoked_at == 0).values(revoked_at=now)
    )


def revoke_sessions_elsewhere(connection: Connection, person_id: str, device_id: str, now: int) -> None:
    """End a person's sessions on all devices but this one."""
    elsewhere = (session.c.person_id == person_id, session.c.device_id != device_id, session.c.revoked_at == 0)
    connection.execute(update(session).where(*elsewhere).values(revoked_at=now))


def find_key(connection: Connection, name: str) -> bytes | None:
    """A secret of the server."""
    found = connection.execute(select(server_key.c.secret).where(server_key.c.name == name)).scalar()
    return None if found is None else bytes(found)


def add_key(connection: Connection, name: str, secret: bytes, now: int) -> None:
    """Keep a secret of the server; one that is there already stays."""
    fresh = {"name": name, "secret": secret, "created_at": now}
    connection.execute(_insert(connection, server_key).values(fresh).on_conflict_do_nothing())
