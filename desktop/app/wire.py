"""What a profile does over the network. Loaded at the first use: a counter that sells does not wait for HTTP."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.store import attaching
from desktop.store.attaching import Attached
from desktop.store.identity import Identity
from desktop.store.store import Store
from desktop.store.vault import Card
from desktop.sync import enrolment
from desktop.sync.attachments import ContentResult, ContentRound, fetch, follow_epoch
from desktop.sync.http import HttpClient, HttpTransport, kept_tokens
from desktop.sync.http_contents import contents_of
from desktop.sync.transport import Offline, ServerRefused, SignInNeeded, TokenKeeper
from domain.kernel.errors import NotEntitled, Refused


def join(
    server: str, key: Ed25519PrivateKey, card: Card | None, *, user: str, password: str, now_ms: int, escrow: bytes
) -> tuple[Identity, dict[str, Any], dict[str, Any]]:
    """(identity, answer, tokens to keep): a new device, or a person on the device that *card* names.

    Raises:
        Refused: ``server_unreachable``; ``other_server`` when it belongs to another network; ``other_dealer`` when
            the person works for another party than this PC; what the server answered.
        NotEntitled: not this person, or not this password.
    """
    client = HttpClient(server)
    try:
        identity, told = _ask(client, key, card, user=user, password=password, now_ms=now_ms, escrow=escrow)
    except Offline:
        raise Refused("server_unreachable", server=client.server) from None
    except SignInNeeded as error:
        raise NotEntitled(error.code, **error.params) from None
    except ServerRefused as error:
        raise Refused(error.code, **error.params) from None
    finally:
        client.close()
    if card is not None and card.database_id != identity.database_id:
        raise Refused("other_server", server=client.server)
    if card is not None and card.party_id != identity.party_id:
        raise Refused("other_dealer", code=card.party_code)
    return identity, told, kept_tokens(told, now_ms)


def _ask(
    client: HttpClient,
    key: Ed25519PrivateKey,
    card: Card | None,
    *,
    user: str,
    password: str,
    now_ms: int,
    escrow: bytes,
) -> tuple[Identity, dict[str, Any]]:
    if card is None:
        return enrolment.enrol(client, key, user=user, password=password, device_name=platform.node() or "PC")
    return enrolment.sign_in(
        client,
        key,
        card.device_id,
        user=user,
        password=password,
        now_ms=now_ms,
        sealed_key=escrow,
        passport=card.passport,
    )


def send_contents(
    store: Store, transport: HttpTransport, stop: Callable[[], bool], on_sent: Callable[[str], None], *, first: bool
) -> ContentResult:
    """Send what the server does not have of the files on documents, and keep their folder within its bounds.

    Args:
        first: the program has just started.
    """
    if first:
        attaching.reconcile(store)
        attaching.tidy(store)
    follow_epoch(store)
    wire = contents_of(transport) if store.book.unsent() else None
    if wire is None:
        return ContentResult()
    try:
        told = ContentRound(store, wire, stop, on_sent).once()
    finally:
        wire.close()
    if told.sent:
        attaching.tidy(store)
    return told


def fetch_content(store: Store, transport: HttpTransport, wanted: Attached, stop: Callable[[], bool]) -> bool:
    """Bring the content of a file here; see :func:`desktop.sync.attachments.fetch`.

    Raises:
        Refused: ``attachment_offline``; what the server answers.
    """
    wire = contents_of(transport)
    if wire is None:
        raise Refused("attachment_offline")
    try:
        return fetch(store, wire, wanted, stop)
    finally:
        wire.close()


def transport_of(
    store: Store, tokens: TokenKeeper, key: Ed25519PrivateKey, on_lease: Callable[[str], None]
) -> HttpTransport:
    """The wire of the device whose databases these are."""
    known = store.known
    return HttpTransport(
        HttpClient(known.server), tokens, known.device_id, key, store.clock.now_ms, store.health, on_lease=on_lease
    )
