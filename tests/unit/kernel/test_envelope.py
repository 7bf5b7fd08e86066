"""What is sealed stays as it was, and any change is found."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, strategies as st

from domain.kernel.envelope import (
    FORMAT,
    GENESIS,
    Body,
    Sealed,
    open_body,
    pack_personal,
    personal_hash,
    seal,
    unpack_personal,
    verify,
)
from domain.kernel.errors import Invalid

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ID = "018bcfe5-6800-7000-8000-000000000001"
PERSONAL = pack_personal(b"0123456789abcdef", '{"name":"李建国"}'.encode())
BODY = Body(
    format=FORMAT,
    kind="orders.complete_sale",
    schema=1,
    id=ID,
    device=ID,
    epoch=1,
    sequence=1,
    person=ID,
    party=ID,
    business_date="2026-01-02",
    claimed_at=1_700_000_000_000,
    cursor=None,
    depends_on=(ID,),
    base=(("orders", ID, 3),),
    document=ID,
    payload=msgspec.Raw('{"name":"龙井茶","total":1000}'.encode()),
    personal=personal_hash(PERSONAL),
    previous=GENESIS,
)
SEALED = seal(BODY, KEY, PERSONAL)


def is_good(sealed: Sealed) -> bool:
    try:
        verify(sealed, open_body(sealed), PUBLIC)
    except Invalid:
        return False
    return True


def test_sealed_bytes_are_frozen() -> None:
    """Ledgers hold these bytes; another form would break every chain."""
    assert SEALED.hash == "5046563b4588c3f86617f6957efb7aff75d40210b4a9549354bf947b7a80a9fa"
    assert SEALED.signature.hex()[:32] == "d80897836653b898599391978a6f36ba"
    assert msgspec.structs.asdict(open_body(SEALED)) == msgspec.structs.asdict(BODY)


def test_untouched_envelope_is_good() -> None:
    assert is_good(SEALED)
    assert is_good(Sealed(SEALED.body, SEALED.signature, None)), "the personal part may be erased"
    assert unpack_personal(SEALED.personal) == '{"name":"李建国"}'.encode()
    assert not is_good(Sealed(SEALED.body, SEALED.signature, SEALED.personal[:-1] if SEALED.personal else None))


@given(st.sampled_from(["body", "signature", "personal"]), st.integers(0, 10_000), st.integers(1, 255))
def test_any_altered_byte_is_found(part: str, at: int, flip: int) -> None:
    parts = {"body": SEALED.body, "signature": SEALED.signature, "personal": SEALED.personal or b""}
    changed = bytearray(parts[part])
    changed[at % len(changed)] ^= flip
    assert not is_good(Sealed(**{**parts, part: bytes(changed)}))


def test_another_key_is_found() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    with pytest.raises(Invalid, match="envelope_altered"):
        verify(SEALED, BODY, other)
    with pytest.raises(Invalid, match="envelope_altered"):
        verify(SEALED, BODY, b"no key")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_body_or_a_coded_refusal(data: bytes) -> None:
    with pytest.raises(Invalid, match="envelope_"):
        open_body(Sealed(data, b""))
