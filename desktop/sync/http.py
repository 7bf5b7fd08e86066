"""The wire over HTTP with requests: one connection kept, bounded times, errors by code."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from desktop.sync.live import LiveStream
from desktop.sync.transport import Offline, ServerBusy, ServerRefused, SignInNeeded, TokenKeeper
from domain.kernel import wire
from domain.kernel.errors import Invalid
from domain.kernel.health import Health

CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
EARLY_MS = 30_000
"""An access token is renewed this long before its end."""
ANSWER_SECONDS = 600.0
"""An answer that drips for longer is none: the round ends and another one is planned."""
CHUNK = 64 * 1024

M = TypeVar("M")


def checked_url(text: str) -> str:
    """The server's address without trailing slash.

    Raises:
        Invalid: ``bad_server_url``.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid("bad_server_url", value=text[:100])
    return text.strip().rstrip("/")


def public_key_of(key: Ed25519PrivateKey) -> str:
    """The public half, base64 of 32 raw bytes."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def proof_of(key: Ed25519PrivateKey, *parts: str) -> str:
    """The device's signature over *parts* joined by line ends, base64."""
    return base64.b64encode(key.sign("\n".join(parts).encode())).decode()


class HttpClient:
    """Plain requests with coded errors; knows no session."""

    def __init__(self, server: str) -> None:
        self.server = checked_url(server)
        self._http = requests.Session()
        retry = Retry(
            total=2,
            connect=2,
            read=0,
            status=0,
            other=0,
            backoff_factor=0.1,
            # When to come back is for the scheduler to keep, not for the library to sleep on this thread.
            respect_retry_after_header=False,
        )
        self._http.mount("http://", HTTPAdapter(max_retries=retry, pool_maxsize=2))
        self._http.mount("https://", HTTPAdapter(max_retries=retry, pool_maxsize=2))
        self._http.headers["User-Agent"] = "dealerdesk"

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: object = None,
        data: bytes | None = None,
        query: dict[str, str] | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of a good answer.

        Raises:
            Offline: no connection, or the server is not itself (gateway errors).
            SignInNeeded: 401. ServerBusy: 429 and 503. ServerRefused: any other coded refusal.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers.update(extra or {})
        body = data
        if json is not None:
            body = msgspec.json.encode(json)
            headers["Content-Type"] = "application/json"
        elif data is not None:
            headers["Content-Type"] = wire.MEDIA_TYPE
        try:
            answer = self._http.request(
                method,
                self.server + path,
                headers=headers,
                data=body,
                params=query,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            content = _content(answer, time.monotonic() + ANSWER_SECONDS)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Offline(type(error).__name__) from None
        if 200 <= answer.status_code < 300:
            return content
        raise _refusal(answer, content)


def _content(answer: requests.Response, until: float) -> bytes:
    """The body, as long as it comes and no more of it than a message may have, also when it comes packed.

    Raises:
        Offline: too long, or too slow.
    """
    line = answer.raw
    if line is None:  # handed over whole, by what is no socket
        return answer.content
    parts, size = [], 0
    try:
        while part := line.read1(CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > wire.MAX_EXPANDED or time.monotonic() > until:
                raise Offline("answer_too_long")
        return b"".join(parts)
    finally:
        answer.close()


def object_in(answer: bytes) -> dict[str, Any]:
    """The JSON object of an answer.

    Raises:
        Offline: it is none: something on the way answers in the server's place, such as the sign-in of a network.
    """
    try:
        return msgspec.json.decode(answer, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise Offline("unreadable answer") from None


def _refusal(answer: requests.Response, content: bytes) -> Exception:
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
        code, params = str(told["code"]), dict(told.get("params") or {})
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return Offline(f"http {answer.status_code}")
    if answer.status_code == 401:
        return SignInNeeded(code, **params)
    if answer.status_code in (429, 503):
        return ServerBusy(code, **params)
    return ServerRefused(code, **params)


class HttpTransport:
    """The calls of a signed-in device; renews its tokens and keeps them."""

    def __init__(
        self,
        client: HttpClient,
        tokens: TokenKeeper,
        device_id: str,
        key: Ed25519PrivateKey,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        health: Callable[[], Health] | None = None,
        on_lease: Callable[[str], None] = lambda _lease: None,
    ) -> None:
        """
        Args:
            on_lease: given the lease that came with renewed tokens.
        """
        self._health = health
        self.client = client
        self._tokens = tokens
        self._device_id = device_id
        self._key = key
        self._now_ms = now_ms
        self._on_lease = on_lease
        self._known = tokens.load()

    def push(self, batch: wire.PushBatch) -> wire.PushAnswer:
        packed = wire.pack(batch)
        return self._decoded(wire.PUSH_ANSWER, "POST", "/v1/sync/push", data=packed, extra=self._told())

    def feed(self, cursor: str | None) -> wire.FeedPage:
        query = {"cursor": cursor} if cursor else None
        return self._decoded(wire.FEED_PAGE, "GET", "/v1/sync/feed", query=query, extra=self._told())

    def _told(self) -> Mapping[str, str]:
        """How this PC is, for the server."""
        return self._health().headers() if self._health is not None else {}

    def snapshot_start(
        self, cursor: str | None = None, resume: str | None = None, again: Sequence[str] = ()
    ) -> wire.SnapshotStart:
        asked = {"cursor": cursor, "resume": resume, "again": ",".join(again)}
        query = {name: value for name, value in asked.items() if value}
        return self._decoded(wire.SNAPSHOT_START, "GET", "/v1/sync/snapshot", query=query)

    def snapshot_chunk(self, table: str, after: str, token: str = "") -> wire.SnapshotChunk:  # nosec B107 - a name
        query = {name: value for name, value in {"after": after, "token": token}.items() if value}
        return self._decoded(wire.SNAPSHOT_CHUNK, "GET", f"/v1/sync/snapshot/{table}", query=query)

    def slice_sum(self, asked: wire.SliceAsked) -> wire.SliceSum:
        query = {name: value for name, value in msgspec.structs.asdict(asked).items() if value and name != "table"}
        return self._decoded(wire.SLICE_SUM, "GET", f"/v1/sync/slices/{asked.table}", query=query)

    def live_stream(self) -> LiveStream | None:
        """A stream of pokes, not opened yet; None while no token is fresh: the rounds renew tokens, nobody else."""
        token = self.fresh_token
        return LiveStream(self.client.server, token) if token else None

    @property
    def fresh_token(self) -> str:
        """The token for what goes on beside the rounds; empty while it is not fresh."""
        known = self._known
        fresh = known is not None and known["expires_at"] - EARLY_MS > self._now_ms()
        return str(known["access_token"]) if known is not None and fresh else ""

    def get(self, path: str) -> bytes:
        """Any other signed-in GET."""
        return self._authorized("GET", path)

    def post(self, path: str) -> bytes:
        """Any other signed-in POST without body."""
        return self._authorized("POST", path)

    def hand_in(self, box: bytes) -> dict[str, Any]:
        """Give the server a ledger file of this shop (:mod:`domain.kernel.ledger_file`); what became of it, counted."""
        return object_in(self._authorized("POST", "/v1/sync/ledger", data=box))

    def sign_out(self) -> None:
        """End the session at the server."""
        self._authorized("DELETE", "/v1/sessions")

    def _decoded(self, decoder: msgspec.msgpack.Decoder[M], method: str, path: str, **more: Any) -> M:
        try:
            return decoder.decode(wire.unpack(self._authorized(method, path, **more)))
        except (msgspec.MsgspecError, Invalid):
            raise Offline("unreadable answer") from None

    def _authorized(self, method: str, path: str, **more: Any) -> bytes:
        token = self._access_token()
        try:
            return self.client.call(method, path, token=token, **more)
        except SignInNeeded:
            # The token may have ended earlier than this PC's clock says, or the server was given new keys.
            return self.client.call(method, path, token=self._renew(), **more)

    def _access_token(self) -> str:
        if self._known is None:
            raise SignInNeeded("sync_needs_sign_in")
        if self._known["expires_at"] - EARLY_MS <= self._now_ms():
            return self._renew()
        return str(self._known["access_token"])

    def _renew(self) -> str:
        if self._known is None:
            raise SignInNeeded("sync_needs_sign_in")
        refresh = str(self._known["refresh_token"])
        answer = self.client.call(
            "POST",
            "/v1/sessions/refresh",
            json={
                "refresh_token": refresh,
                "device_id": self._device_id,
                "proof": proof_of(self._key, "refresh", self._device_id, refresh),
            },
        )
        told = object_in(answer)
        self._known = kept_tokens(told, self._now_ms())
        self._tokens.save(self._known)
        self._on_lease(str(told.get("lease", "")))
        return str(self._known["access_token"])


def kept_tokens(answer: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """What is kept of a sign-in or renewal; the end is measured by this PC's clock, whatever the server's says.

    Raises:
        Offline: something else than this server answered.
    """
    try:
        lifetime = max(60_000, min(int(answer["expires_at"]) - now_ms, 15 * 60_000))
        tokens = {name: str(answer[name]) for name in ("access_token", "refresh_token")}
    except (KeyError, TypeError, ValueError):
        raise Offline("unreadable answer") from None
    return {**tokens, "expires_at": now_ms + lifetime}
