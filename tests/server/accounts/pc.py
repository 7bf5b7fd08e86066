"""A PC as the server sees it: a key, the requests it signs, the tokens it holds."""

from __future__ import annotations

import base64
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.server.accounts.network import PASSWORD

Answer = requests.Response


def encoded(raw: bytes) -> str:
    """Base64, as the API takes keys and proofs."""
    return base64.b64encode(raw).decode()


class Pc:
    """One device and the person at it.

    Attributes:
        key: the device's own.
        signed_in: the last answer to enrolling or signing in.
        headers: sent with every request.
        refresh_token, access_token: the tokens given last, unless an answer was lost.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = Ed25519PrivateKey.generate()
        self.signed_in: dict[str, Any] = {}
        self.access_token = ""
        self.refresh_token = ""
        self.headers: dict[str, str] = {}
        self._line = requests.Session()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    @property
    def public_key(self) -> str:
        """Base64 of the raw public key."""
        return encoded(self.key.public_key().public_bytes_raw())

    def proof(self, *parts: str) -> str:
        """The device's signature over the parts, joined by line ends."""
        return encoded(self.key.sign("\n".join(parts).encode()))

    def send(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answer:
        """One request; with a token when there is one."""
        given = self.access_token if token is None else token
        headers = {**self.headers, **({"Authorization": f"Bearer {given}"} if given else {})}
        return self._line.request(method, self.url + path, json=body, headers=headers, timeout=30)

    def enrol_body(self, user: str, password: str = PASSWORD) -> dict[str, Any]:
        """What a new device sends."""
        return {
            "user": user,
            "password": password,
            "public_key": self.public_key,
            "device_name": "前台",
            "proof": self.proof("enrol", user, self.public_key),
        }

    def enrol(self, user: str, password: str = PASSWORD, changes: dict[str, Any] | None = None) -> Answer:
        """Enrol and keep the tokens; *changes* to the body are made after signing."""
        return self._keep(self.send("POST", "/v1/enrol", {**self.enrol_body(user, password), **(changes or {})}))

    def sign_in_body(self, user: str, password: str = PASSWORD, timestamp: int = 1) -> dict[str, Any]:
        """What a known device sends when somebody signs in."""
        device_id = self.signed_in["device_id"]
        return {
            "user": user,
            "password": password,
            "device_id": device_id,
            "timestamp": timestamp,
            "proof": self.proof("sign-in", device_id, user, str(timestamp)),
        }

    def sign_in(self, user: str, password: str = PASSWORD, changes: dict[str, Any] | None = None) -> Answer:
        """Sign in on this device and keep the tokens; *changes* to the body are made after signing."""
        return self._keep(self.send("POST", "/v1/sessions", {**self.sign_in_body(user, password), **(changes or {})}))

    def refresh(self, *, lost: bool = False, token: str | None = None, changes: dict[str, Any] | None = None) -> Answer:
        """Renew the session; a *lost* answer changes nothing here."""
        given = self.refresh_token if token is None else token
        device_id = self.signed_in["device_id"]
        body = {"refresh_token": given, "device_id": device_id, "proof": self.proof("refresh", device_id, given)}
        answer = self.send("POST", "/v1/sessions/refresh", {**body, **(changes or {})}, token="")
        return answer if lost else self._keep(answer)

    def me(self, token: str | None = None) -> Answer:
        """Ask the server who this is."""
        return self.send("GET", "/v1/me", token=token)

    def _keep(self, answer: Answer) -> Answer:
        if answer.ok:
            given = answer.json()
            self.access_token, self.refresh_token = given["access_token"], given["refresh_token"]
            if "device_id" in given:
                self.signed_in = given
        return answer


def told(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]
