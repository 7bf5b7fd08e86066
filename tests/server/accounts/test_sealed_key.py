"""The key that a device left with the server comes back to whoever proves himself there, on that device alone."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from domain.kernel import sealedbox
from tests.server.accounts.pc import Pc, told

KEY = bytes(range(32))


@pytest.fixture
def shop(pc: Pc) -> Pc:
    pc.enrol("north")
    return pc


def box_of(pc: Pc, *, device: str = "", purpose: str = sealedbox.DATABASE_KEY) -> str:
    content = f"{device or pc.signed_in['device_id']}\n".encode() + KEY
    public = base64.b64decode(pc.signed_in["server_key"])
    return base64.b64encode(sealedbox.seal(public, content, purpose)).decode()


def opened(pc: Pc, box: str, user: str = "north") -> str | None:
    answer = pc.sign_in(user, changes={"sealed_key": box})
    assert answer.ok, answer.text
    found: str | None = answer.json()["opened_key"]
    return found


def test_its_own_box_is_opened_for_everybody_who_may_sign_in_there(shop: Pc) -> None:
    box = box_of(shop)
    for user in ("north", "north-clerk"):
        given = opened(shop, box, user)
        assert given is not None
        assert base64.b64decode(given) == KEY


def test_a_wrong_password_opens_nothing(shop: Pc) -> None:
    box = box_of(shop)
    answer = shop.sign_in("north", "falsch", changes={"sealed_key": box})
    assert told(answer) == (401, "bad_credentials")
    assert base64.b64encode(KEY).decode() not in answer.text


def test_another_devices_box_stays_closed(shop: Pc, new_pc: Callable[[], Pc]) -> None:
    other = new_pc()
    other.enrol("north-clerk")
    assert opened(shop, box_of(other)) is None
    assert opened(shop, box_of(shop, purpose=sealedbox.REMAINDER)) is None
    assert opened(shop, base64.b64encode(b"no box").decode()) is None


def test_without_a_box_nothing_is_told(shop: Pc) -> None:
    assert shop.sign_in("north").json()["opened_key"] is None
