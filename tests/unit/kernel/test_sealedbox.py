"""A box is opened by its key alone, and any change is found."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from domain.kernel import sealedbox
from domain.kernel.errors import Invalid

MINE, OTHER = bytes(range(32)), bytes(range(1, 33))
CONTENT = "李建国 13812346621".encode()


@given(st.binary(max_size=4096))
def test_what_was_sealed_comes_out(content: bytes) -> None:
    box = sealedbox.seal(sealedbox.public_key_of(MINE), content, "ledger")
    assert sealedbox.open_box(MINE, box, "ledger") == content


def test_nobody_else_opens_it() -> None:
    box = sealedbox.seal(sealedbox.public_key_of(MINE), CONTENT, "ledger")
    assert CONTENT not in box
    for key, purpose in ((OTHER, "ledger"), (MINE, "revoked")):
        with pytest.raises(Invalid, match="box_not_for_us"):
            sealedbox.open_box(key, box, purpose)


def test_two_boxes_of_one_content_have_nothing_in_common_but_the_version() -> None:
    one, two = (sealedbox.seal(sealedbox.public_key_of(MINE), CONTENT, "ledger") for _ in range(2))
    assert one[:6] == two[:6]
    assert sum(a == b for a, b in zip(one[6:], two[6:], strict=True)) < 16


def test_every_altered_byte_is_found() -> None:
    box = sealedbox.seal(sealedbox.public_key_of(MINE), CONTENT, "ledger")
    for at in range(len(box)):
        altered = bytearray(box)
        altered[at] ^= 0x01
        with pytest.raises(Invalid):
            sealedbox.open_box(MINE, bytes(altered), "ledger")


@pytest.mark.parametrize("length", [0, 5, 6, 37, 53])
def test_cut_boxes_are_said_to_be_none(length: int) -> None:
    box = sealedbox.seal(sealedbox.public_key_of(MINE), CONTENT, "ledger")
    with pytest.raises(Invalid, match="box_not_one"):
        sealedbox.open_box(MINE, box[:length], "ledger")


def test_box_of_a_newer_program_is_said_to_be_one() -> None:
    box = bytearray(sealedbox.seal(sealedbox.public_key_of(MINE), CONTENT, "ledger"))
    box[5] = 2
    with pytest.raises(Invalid, match="box_future_version"):
        sealedbox.open_box(MINE, bytes(box), "ledger")


def test_keys_that_are_none_are_refused() -> None:
    for key in (b"", b"short", bytes(32)):
        with pytest.raises(Invalid, match="box_bad_key"):
            sealedbox.seal(key, CONTENT, "ledger")


def test_form_is_frozen() -> None:
    """Files in shops have this form for ever: the key from the header, HKDF's salt and info, the fixed nonce."""
    box = bytes.fromhex(FROZEN)
    assert sealedbox.open_box(MINE, box, "ledger") == b"one sale"


FROZEN = (
    "4444424f580113a35750a2ac5f7b668accf48919a467886e7ba35402221c467423c688142e7696d05cb5686715e95cda840a"
    "f2b311bf11ec86a3d6811438"
)
