"""Forged, swapped, foreign and expired access tokens open nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.clock import FixedClock
from server_stub.accounts import tokens as module
from server_stub.accounts.keys import SIGNING_KEY, load_key
from server_stub.accounts.tokens import Keys, Tokens
from server_stub.kit.database import Database
from server_stub.kit.errors import Unauthorized
from tests.server.accounts.network import BASE, NOON
from tests.server.accounts.pc import Pc, told


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """What is refused before any database is asked needs only one kind."""
    return sqlite_database


@pytest.fixture
def shop(pc: Pc) -> Pc:
    assert pc.enrol("north").ok
    return pc


@pytest.fixture
def key(shop: Pc, db: Database) -> Ed25519PrivateKey:
    """The server's own signing key."""
    with db.read() as connection:
        return Ed25519PrivateKey.from_private_bytes(load_key(connection, SIGNING_KEY))


@pytest.fixture
def claims(shop: Pc) -> dict[str, Any]:
    """What the genuine token says."""
    found: dict[str, Any] = jwt.decode(shop.access_token, options={"verify_signature": False})
    return found


class TestForged:
    @pytest.mark.parametrize("name", ["none", "None", "NONE", ""])
    def test_without_signature(self, shop: Pc, claims: dict[str, Any], name: str) -> None:
        for end in ("", ".", "." + shop.access_token.rpartition(".")[2]):
            forged = f"{part({'alg': name, 'typ': 'JWT'})}.{part(claims)}{end}"
            assert told(shop.me(token=forged)) == (401, "bad_token")

    @pytest.mark.parametrize("form", ["raw", "pem"])
    def test_signed_with_the_public_key_as_a_shared_secret(
        self, shop: Pc, claims: dict[str, Any], key: Ed25519PrivateKey, form: str
    ) -> None:
        public = key.public_key()
        secret = public.public_bytes_raw()
        if form == "pem":
            secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        head = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        forged = f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        assert told(shop.me(token=forged)) == (401, "bad_token")

    def test_signed_with_other_kinds_of_keys(self, shop: Pc, claims: dict[str, Any]) -> None:
        for algorithm, key in (
            ("EdDSA", Ed25519PrivateKey.generate()),
            ("ES256", ec.generate_private_key(ec.SECP256R1())),
            ("RS256", rsa.generate_private_key(65537, 2048)),
        ):
            assert told(shop.me(token=jwt.encode(claims, key, algorithm=algorithm))) == (401, "bad_token")

    def test_key_brought_along_is_not_taken(self, shop: Pc, claims: dict[str, Any]) -> None:
        own = Ed25519PrivateKey.generate()
        x = base64.urlsafe_b64encode(own.public_key().public_bytes_raw()).rstrip(b"=").decode()
        headers = {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}, "jku": "http://127.0.0.1/keys", "kid": "../tokens"}
        assert told(shop.me(token=jwt.encode(claims, own, algorithm="EdDSA", headers=headers))) == (401, "bad_token")

    def test_changed_after_signing(self, shop: Pc, claims: dict[str, Any]) -> None:
        head, _, signature = shop.access_token.split(".")
        for changes in ({"sub": BASE}, {"exp": claims["exp"] + 10**6}):
            assert told(shop.me(token=f"{head}.{part({**claims, **changes})}.{signature}")) == (401, "bad_token")

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "somebody"},
            {"aud": "another-api"},
            {"aud": ["x"]},
            {"iss": None},
            {"sid": None},
            {"sub": "x"},
            {"did": 7},
            {"exp": None},
            {"exp": "9999999999"},
        ],
    )
    def test_for_other_purposes(
        self, shop: Pc, claims: dict[str, Any], key: Ed25519PrivateKey, changes: dict[str, Any]
    ) -> None:
        """Signed with our key, but not an access token of this API."""
        changed = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        try:
            token = jwt.encode(changed, key, algorithm="EdDSA")
        except TypeError:
            token = f"{part({'alg': 'EdDSA'})}.{part(changed)}.AA"
        assert told(shop.me(token=token)) == (401, "bad_token")

    @pytest.mark.parametrize("name", ["sid", "sub", "did"])
    def test_for_another_session_device_or_person(
        self, shop: Pc, claims: dict[str, Any], key: Ed25519PrivateKey, name: str
    ) -> None:
        token = jwt.encode({**claims, name: BASE}, key, algorithm="EdDSA")
        assert told(shop.me(token=token)) == (401, "session_revoked")

    @pytest.mark.parametrize("odd", ["x", "a.b.c", "...", "é", "eyJ" * 900, "Bearer"])
    def test_garbage(self, shop: Pc, odd: str) -> None:
        assert told(shop.send("GET", "/v1/me", token=odd.encode().decode("latin-1")))[0] == 401


class TestHeader:
    def test_nothing_is_nobody(self, shop: Pc) -> None:
        assert told(shop.me(token="")) == (401, "not_signed_in")

    @pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Token {}", "Bearer", "Bearer  "])
    def test_other_schemes_are_nobody(self, shop: Pc, scheme: str) -> None:
        shop.headers["Authorization"] = scheme.format(shop.access_token)
        assert told(shop.me(token="")) == (401, "not_signed_in")

    def test_scheme_is_read_in_any_case(self, shop: Pc) -> None:
        shop.headers["Authorization"] = f"bearer {shop.access_token}"
        assert shop.me(token="").status_code == 200


class TestLife:
    def test_ends_after_a_quarter_of_an_hour(self, shop: Pc, clock: FixedClock) -> None:
        clock.ms = NOON + 15 * 60_000 + 9_999
        assert shop.me().status_code == 200
        clock.ms += 1
        assert told(shop.me()) == (401, "token_expired")

    def test_an_expired_token_is_told_before_the_body_is_read(self, shop: Pc, clock: FixedClock) -> None:
        clock.ms += 10**9
        shop.headers["Content-Length"] = str(10**9)
        assert told(shop.send("DELETE", "/v1/sessions")) == (401, "token_expired")


class TestRemembering:
    @pytest.fixture
    def tokens(self, monkeypatch: pytest.MonkeyPatch) -> Tokens:
        monkeypatch.setattr(module, "REMEMBERED", 50)
        keys = Keys(Ed25519PrivateKey.generate().private_bytes_raw(), b"r" * 32)
        return Tokens(FixedClock(NOON), lambda: keys, access_minutes=15)

    def test_genuine_tokens_are_remembered_within_bounds(self, tokens: Tokens) -> None:
        for _ in range(3):
            for number in range(100):
                token, expires = tokens.issue(BASE, BASE, f"{BASE[:-3]}{number:03d}")
                assert tokens.check(token).expires_s * 1000 == expires
        assert len(tokens._known) == 50

    def test_forged_ones_never_are(self, tokens: Tokens) -> None:
        with pytest.raises(Unauthorized):
            tokens.check("a.b.c")
        assert len(tokens._known) == 0

    def test_secrets_are_read_once_and_late(self) -> None:
        reads: list[int] = []

        def load() -> Keys:
            reads.append(1)
            return Keys(Ed25519PrivateKey.generate().private_bytes_raw(), b"r" * 32)

        tokens = Tokens(FixedClock(NOON), load, access_minutes=15)
        assert reads == []
        tokens.issue(BASE, BASE, BASE)
        tokens.issue(BASE, BASE, BASE)
        assert reads == [1]

    def test_next_refresh_token_needs_the_servers_secret(self, tokens: Tokens) -> None:
        other = Tokens(FixedClock(NOON), lambda: Keys(b"s" * 32, b"q" * 32), access_minutes=15)
        first = tokens.first_refresh(BASE, b"x" * 32)
        assert tokens.next_refresh(first) == tokens.next_refresh(first) != other.next_refresh(first)
        assert tokens.next_refresh(first).startswith(BASE)
