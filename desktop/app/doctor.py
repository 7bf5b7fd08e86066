"""Examining a profile: files, chain, projection, secrets and the way to the server."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.app.profile import Profile
from desktop.store import archive, cache as caching
from desktop.store.repair import Repaired
from desktop.store.store import Store
from desktop.sync.equality import recount
from desktop.sync.http import HttpClient
from desktop.sync.transport import Offline
from domain.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: *detail* says what was seen."""

    name: str
    ok: bool
    detail: str


def examine(profile: Profile) -> list[Check]:
    """All checks; one that cannot be made counts as failed."""
    try:
        if not profile.enrolled:
            return [Check("enrolled", False, "no")]
        store = profile.store
    except DomainError as error:
        return [Check("open", False, error.code)]
    return [
        Check("enrolled", True, store.known.party_code),
        *_files(store),
        Check("repaired", not any((store.repaired.ledger, store.repaired.cache)), _told(store.repaired)),
        _chain(store),
        _layers(store),
        _sums(store),
        Check("session", profile.signed_in, "signed in" if profile.signed_in else "signed out"),
        _server(store),
    ]


def _told(repaired: Repaired) -> str:
    return f"ledger: {repaired.ledger or 'no'}, cache: {repaired.cache or 'no'}"


def _files(store: Store) -> list[Check]:
    ledger, cache = store.ledger.integrity(), store.cache.integrity()
    with store.read() as connection:
        schema = caching.get_meta(connection, "schema")
    return [
        Check("ledger", ledger == "ok", ledger),
        Check("cache", cache == "ok", cache),
        Check("schema", schema == caching.schema_digest(), str(schema)),
    ]


def _chain(store: Store) -> Check:
    """Every envelope names the one before; numbers follow one another without holes."""
    number, broken = archive.broken_link(store.ledger)
    return Check("chain", broken is None, f"{number} commands" if broken is None else f"broken at {broken}")


def _layers(store: Store) -> Check:
    """What the ledger has, the cache has applied."""
    last, _ = store.ledger.tail(store.known.epoch)
    with store.read() as connection:
        applied = int(caching.get_meta(connection, "applied") or 0)
    return Check("applied", applied == last, f"{applied} of {last}")


def _sums(store: Store) -> Check:
    """The rows of the cache are those that were kept count of; the next pull compares them with the server's."""
    compared, different = recount(store)
    return Check("sums", different == 0, f"{different} of {compared} differ")


def _server(store: Store) -> Check:
    client = HttpClient(store.known.server)
    try:
        client.call("GET", "/health")
    except (Offline, DomainError) as error:
        return Check("server", True, f"not reachable now ({error})")
    finally:
        client.close()
    return Check("server", True, "reachable")
